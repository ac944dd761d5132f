"""What is made from the code is as the code would make it."""

from docs.generate import PART, PARTS, renewed, stale
from docs.parts.serving import ROOT
from tests.docs.pages import ALL_TEXT


def test_no_document_is_stale() -> None:
    assert [path.relative_to(ROOT).as_posix() for path in stale()] == [], "run: make docs"


def test_every_part_that_can_be_made_is_in_a_document() -> None:
    assert {part["call"].split()[0] for part in PART.finditer(ALL_TEXT)} == set(PARTS)


def test_making_a_part_twice_changes_nothing() -> None:
    once = renewed("<!-- generated: magic-logins -->\nold\n<!-- end -->\n")
    assert "| `locked` |" in once
    assert renewed(once) == once
