"""What an answer may be, given what the caller accepts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.contract.documents import Document
from sandbox.contract.media import choose
from sandbox.kernel.errors import NotAcceptable

JSON, PDF = "application/json", "application/pdf"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/pdf", PDF),
        ("Application/PDF", PDF),
        ("application/json;q=0.5, application/pdf", PDF),
        ("application/json;q=0, */*", PDF),
        ("*/*;q=0.1, application/pdf;q=0.2", PDF),
        ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
        ("application/json; charset=utf-8", JSON),
        ("nonsense, also/nonsense/, application/pdf", PDF),
        ("nonsense", JSON),
        ("application/pdf;q=rubbish", JSON),
        ("text/html", None),
        ("application/json;q=0", None),
    ],
)
def test_the_best_liked_type_is_chosen_and_of_equals_the_first(accept: str | None, chosen: str | None) -> None:
    assert choose(accept, [JSON, PDF]) == chosen


def test_a_refusal_says_what_is_offered(toy: Document) -> None:
    with pytest.raises(NotAcceptable) as refusal:
        toy.operations["getAccount"].negotiate("text/html")

    assert refusal.value.facts["offered"] == [JSON, PDF]
    assert refusal.value.hint == "Send Accept: application/json, or leave the header out."


def test_a_success_without_a_body_suits_everybody(toy: Document) -> None:
    assert toy.operations["ping"].negotiate("text/html") == ""


@given(st.text(max_size=80))
def test_no_accept_header_breaks_the_choice(accept: str) -> None:
    assert choose(accept, [JSON, PDF]) in (JSON, PDF, None)
