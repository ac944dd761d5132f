"""Whatever has a name in a report can be explained, without a server."""

import pytest
from click.testing import CliRunner

from sandbox.cli import main
from sandbox.proof.rules import RULES


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("SBX1006", "nextStartIndex"),
        ("sbx1001", "RFC 9110"),
        ("revocation.reads", "To mend it"),
        ("ConsentRevoked", "must not have been withdrawn"),
        ("slow-bank", "slow-bank:"),
        ("bad_signature", "signed by a secret"),
        ("new-enum", "legal"),
    ],
)
def test_a_name_is_explained(name: str, said: str) -> None:
    result = CliRunner().invoke(main, ["explain", name])
    assert result.exit_code == 0, result.output
    assert said in result.output


def test_every_rule_says_all_that_it_has_to() -> None:
    for rule in RULES:
        told = CliRunner().invoke(main, ["explain", rule.rule_id]).output
        for text in (rule.title, rule.says, rule.why, rule.source, rule.mend, rule.missing):
            assert text
            assert text in told


def test_for_an_unknown_name_the_nearest_are_told() -> None:
    result = CliRunner().invoke(main, ["explain", "ConsentRevokd"])
    assert result.exit_code == 1
    assert "ConsentRevoked" in result.output
