"""What is wrong with a scenario file is told with file and line."""

from pathlib import Path

import pytest

from sandbox.dialect.bank import discover
from sandbox.kernel.errors import SeedDataInvalid
from sandbox.scenarios.files import read_scenario
from sandbox.scenarios.scenario import Scenario
from sandbox.seeding import marked_yaml
from sandbox.seeding.stories import SeedStories
from tests.cli.words import run

SEEDS, BANKS = SeedStories(), discover()
HEAD = """\
name: lunch
story: Maya has lunch.
shows: A row.
world: {persona: maya, bank: chase}
steps:
"""


def read(steps: str, head: str = HEAD) -> Scenario:
    return read_scenario(marked_yaml.parse(head + steps, "lunch.yaml"), SEEDS, BANKS)


def problems(steps: str, head: str = HEAD) -> list[str]:
    with pytest.raises(SeedDataInvalid) as caught:
        read(steps, head)
    return list(caught.value.problems)


def test_a_step_knows_its_line_and_its_words() -> None:
    scenario = read("  - advance: 2h\n  - say: Lunch.\n    row: {account: card, amount: '-12.00'}\n    as: lunch\n")
    later, lunch = scenario.steps
    assert (later.word, later.said, later.line) == ("advance", "2h", 6)
    assert (lunch.say, lunch.name, lunch.line) == ("Lunch.", "lunch", 7)


@pytest.mark.parametrize(
    ("not_at", "problem"),
    [
        ("{usbnk: no pages}", "lunch.yaml:5: not_at.usbnk: no bank named 'usbnk'. Did you mean usbank?"),
        ("{usbank: ''}", "lunch.yaml:5: not_at.usbank: must not be empty"),
        ("{chase: no pages}", "lunch.yaml:5: not_at.chase: is the bank at which it plays"),
        ("usbank", "lunch.yaml:5: not_at: must be a mapping from a bank to the reason"),
    ],
)
def test_a_bank_that_is_left_out_needs_a_name_and_a_reason(not_at: str, problem: str) -> None:
    [told] = problems("  - advance: 1h\n", HEAD.replace("steps:", f"not_at: {not_at}\nsteps:"))
    assert told.startswith(problem)


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ("  - row: {account: card}\n", "lunch.yaml:6: steps[0].row.amount: is required"),
        ("  - row: {account: crad, amount: '1'}\n", "lunch.yaml:6: steps[0].row.account: no account named 'crad'."),
        ("  - row: {account: card, amount: '1', hodl: '1'}\n", "unknown field. Did you mean hold?"),
        ("  - advance: 1h\n  - advance: soon\n", "lunch.yaml:7: steps[1].advance: 'soon' is no duration"),
        ("  - advnce: 1h\n", "no such step. Did you mean advance?"),
        ("  - advance: 1h\n    revoke: {}\n", "lunch.yaml:6: steps[0]: must be a mapping with one of consent"),
        ("  - drop: {row: $lunch}\n", "lunch.yaml:6: steps[0].drop: no earlier step has the name 'lunch'"),
        ("  - expect: {rwo: {}}\n", "lunch.yaml:6: steps[0].expect: must name one of"),
        ("  - expect: {row: {}, times: -1}\n", "steps[0].expect.times: must be a whole number"),
        ("  - {get: {}, refused: 200}\n", "steps[0].refused: 200 is not between 400 and 599"),
        ("  - row: {account: card, amount: '-1', merchant: nobody-at-all}\n", "no merchant named 'nobody-at-all'."),
    ],
)
def test_a_wrong_step_is_told_with_its_line(steps: str, problem: str) -> None:
    [told] = problems(steps)
    assert problem in told


def test_a_world_has_to_be_one_that_can_be_made() -> None:
    step = "  - advance: 1h\n"
    assert problems(step, HEAD.replace("maya", "mayaa")) == [
        "lunch.yaml:4: world.persona: no persona named 'mayaa'. Did you mean maya?"
    ]
    assert "no bank named 'chose'. Did you mean chase?" in problems(step, HEAD.replace("chase", "chose"))[0]
    assert "is not an instant" in problems(step, HEAD.replace("bank: chase", "now: noon"))[0]


def test_a_file_is_called_what_its_scenario_is(tmp_path: Path) -> None:
    file = tmp_path / "dinner.yaml"
    file.write_text(HEAD + "  - advance: 1h\n", encoding="utf-8")
    checked = run("scenario", "check", file)
    assert checked.exit_code == 1
    assert checked.stderr == f"{file}:1: name: must be the file's name, dinner\n"
    file.rename(tmp_path / "lunch.yaml")
    assert run("scenario", "check", tmp_path).output == "1 file is sound\n"
