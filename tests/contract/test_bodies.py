"""Request bodies: JSON and forms, and everything that is wrong with them."""

import json
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.contract.bodies import depth
from sandbox.contract.documents import Document
from sandbox.kernel.errors import InvalidInput, SandbankError, UnsupportedMediaType, Violation

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def change(toy: Document, body: object, content_type: str | None = JSON) -> object:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return toy.operations["changeAccount"].read_body(content_type, raw)


def token(toy: Document, body: bytes) -> object:
    return toy.operations["issueToken"].read_body(FORM, body)


def violations(raised: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str, str]]:
    return [(violation.name, violation.rule, violation.message) for violation in raised.value.violations]


def test_json_is_read_whatever_its_charset_and_capitals(toy: Document) -> None:
    assert change(toy, {"nickname": "Rent"}, "Application/JSON; charset=UTF-8") == {"nickname": "Rent"}


def test_all_faults_are_told_at_once_with_their_pointers(toy: Document) -> None:
    with pytest.raises(InvalidInput) as raised:
        change(toy, {"nickname": "", "nicknam": 1, "address": {"zip": "1"}, "tags": ["a", 2], "changedAt": "now"})

    assert sorted(violations(raised)) == [
        ("/address/zip", "pattern", 'body member /address/zip must match the pattern ^[0-9]{5}$, got "1"'),
        ("/changedAt", "readOnly", "body member /changedAt is read-only and must not be sent"),
        ("/nicknam", "unknown", "body member /nicknam is unknown. Did you mean nickname?"),
        ("/nickname", "minLength", 'body member /nickname must be at least 1 character long, got ""'),
        ("/tags/1", "type", "body member /tags/1 must be a string, got 2"),
    ]


def test_a_missing_member_is_named(toy: Document) -> None:
    with pytest.raises(InvalidInput) as raised:
        change(toy, {})

    assert violations(raised) == [("/nickname", "required", "body member /nickname is required")]


def test_a_missing_body_is_a_violation_where_one_is_required(toy: Document) -> None:
    with pytest.raises(InvalidInput) as raised:
        change(toy, b"", None)

    assert violations(raised) == [("", "required", "a request body is required")]


def test_a_form_without_fields_is_empty_and_is_a_body_all_the_same(toy: Document) -> None:
    assert token(toy, b"") == {}


def test_an_operation_without_a_body_reads_none(toy: Document) -> None:
    assert toy.operations["ping"].read_body("text/plain", b"hello") is None


@pytest.mark.parametrize(
    ("content_type", "said"),
    [("text/xml", "this operation reads application/json, not text/xml"), (None, "and no Content-Type came")],
)
def test_another_media_type_is_refused_with_the_right_one(toy: Document, content_type: str | None, said: str) -> None:
    with pytest.raises(UnsupportedMediaType, match=said) as raised:
        change(toy, b"{}", content_type)

    assert raised.value.facts["offered"] == [JSON]


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"a":NaN}', b'{"a":"\\ud800"}', b"\x00", b"nul", b"\xef\xbb\xbf{}"])
def test_what_is_not_json_is_said_to_be_that(toy: Document, body: bytes) -> None:
    with pytest.raises(InvalidInput) as raised:
        change(toy, body)

    assert [violation.rule for violation in raised.value.violations] == ["json"]


@pytest.mark.parametrize("levels", [65, 1000, 200_000])
@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_depth_bombs_are_refused(toy: Document, levels: int, opening: bytes) -> None:
    closing = b"]" if opening == b"[" else b"}"
    with pytest.raises(InvalidInput) as raised:
        change(toy, opening * levels + b"1" + closing * levels)

    assert raised.value.violations[0].rule in ("depth", "json")


def test_sixty_four_levels_are_not_too_deep(toy: Document) -> None:
    with pytest.raises(InvalidInput) as raised:
        change(toy, b"[" * 64 + b"]" * 64)

    assert [violation.rule for violation in raised.value.violations] == ["type"]


def test_nul_characters_are_refused_wherever_they_hide(toy: Document) -> None:
    with pytest.raises(InvalidInput) as raised:
        change(toy, {"nickname": "a\0b", "tags": ["\0"], "n\0": 1})

    found = {(violation.name, violation.rule) for violation in raised.value.violations}
    assert {("/nickname", "encoding"), ("/tags/0", "encoding"), ("/n?", "encoding")} <= found


def test_a_body_with_thousands_of_faults_gets_a_hundred_sentences(toy: Document) -> None:
    with pytest.raises(InvalidInput) as raised:
        change(toy, {"nickname": "x", "tags": [1] * 50_000})

    assert len(raised.value.violations) == 101
    assert raised.value.violations[-1].message == "the body has more faults than the 100 that are listed"


def test_thousands_of_nul_characters_get_a_hundred_sentences(toy: Document) -> None:
    with pytest.raises(InvalidInput) as raised:
        change(toy, {"nickname": "x", "tags": ["\0"] * 50_000})

    assert len(raised.value.violations) == 101


def test_a_form_with_thousands_of_faults_gets_a_hundred_sentences(toy: Document) -> None:
    with pytest.raises(InvalidInput) as raised:
        token(toy, b"&".join(b"a%d=%%FF" % number for number in range(50_000)))
    assert len(raised.value.violations) == 101

    with pytest.raises(InvalidInput) as raised:
        token(toy, b"&".join([b"grant_type=a"] * 50_000))
    assert [violation.rule for violation in raised.value.violations] == ["duplicate"]


def test_a_form_becomes_a_dict_in_the_types_of_its_schema(toy: Document) -> None:
    body = b"grant_type=refresh_token&lifetime=60&resource=a&resource=b&extra=%C3%A9"

    assert token(toy, body) == {
        "grant_type": "refresh_token",
        "lifetime": 60,
        "resource": ["a", "b"],
        "extra": "é",
    }


def test_repeated_and_unreadable_members_of_a_form_are_violations(toy: Document) -> None:
    with pytest.raises(InvalidInput) as raised:
        token(toy, b"grant_type=a&grant_type=b&extra=%00&lifetime=0&lifetime=1&more=%FF")

    assert sorted((violation.name, violation.rule) for violation in raised.value.violations) == [
        ("/extra", "encoding"),
        ("/grant_type", "duplicate"),
        ("/lifetime", "duplicate"),
        ("/lifetime", "minimum"),
        ("/more", "encoding"),
    ]


def test_secrets_of_a_form_are_not_repeated(toy: Document) -> None:
    with pytest.raises(InvalidInput) as raised:
        token(toy, b"client_secret=hunter2&client_secret=hunter3")
    with pytest.raises(InvalidInput) as typed:
        change(toy, {"nickname": {"password": "hunter2", "in": [{"client-secret": "hunter3"}]}, "pin": "hunter4"})

    assert "hunter" not in str(raised.value.explain()) + str(typed.value.explain())


def test_depth_counts_levels() -> None:
    assert [depth(value) for value in (1, [], {"a": 1}, [[1], {"a": [2]}])] == [0, 1, 1, 3]


# --- Properties ---

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["nickname", "tags", "address", "zip"]) | st.text(max_size=4), inner, max_size=4
        )
    ),
    max_leaves=20,
)
BODIES = st.binary() | JSON_VALUES.map(lambda value: json.dumps(value).encode())


@given(body=BODIES, content_type=st.sampled_from([JSON, FORM, None]) | st.text(max_size=20))
def test_no_body_raises_anything_but_our_errors(toy: Document, body: bytes, content_type: str | None) -> None:
    refusals: list[SandbankError] = []
    for name in ("changeAccount", "issueToken", "ping"):
        try:
            toy.operations[name].read_body(content_type, body)
        except (InvalidInput, UnsupportedMediaType) as error:
            refusals.append(error)

    for refusal in refusals:
        assert all(isinstance(violation, Violation) for violation in refusal.violations)
        assert str(refusal.explain()).encode()


NICKNAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=10)


@given(body=st.fixed_dictionaries({"nickname": NICKNAMES}, optional={"tags": st.lists(NICKNAMES)}))
def test_a_valid_body_comes_back_as_it_is(toy: Document, body: dict[str, Any]) -> None:
    assert change(toy, body) == body


@given(st.dictionaries(NICKNAMES.filter(lambda name: name not in ("lifetime", "resource")), NICKNAMES, min_size=1))
def test_a_valid_form_comes_back_as_it_is(toy: Document, members: dict[str, str]) -> None:
    assert token(toy, urlencode(members).encode()) == members
