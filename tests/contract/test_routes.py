"""Which operation a method and a path mean."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.contract.pointers import BrokenAt
from sandbox.contract.routes import Routes
from sandbox.kernel.errors import MethodNotAllowed, UnknownPath

ROUTES = Routes(
    "/toy",
    {
        "/ping": {"GET": "ping"},
        "/accounts": {"GET": "list", "POST": "open"},
        "/accounts/{id}": {"GET": "account", "DELETE": "close"},
        "/accounts/search": {"GET": "search"},
        "/accounts/{id}/statements/{statement}": {"GET": "statement"},
        "/accounts/{id}/statements/latest": {"GET": "latest"},
        "/accounts/joint/statements/{statement}": {"GET": "joint statement"},
        "/files/{name}.pdf": {"GET": "file"},
    },
)


def test_a_path_without_templates_is_matched_as_it_stands() -> None:
    assert ROUTES.match("GET", "/ping") == ("ping", {})


def test_templates_give_the_parameters_of_the_path() -> None:
    assert ROUTES.match("GET", "/accounts/42/statements/7") == ("statement", {"id": "42", "statement": "7"})


def test_a_template_may_be_part_of_a_segment() -> None:
    assert ROUTES.match("GET", "/files/2026-01.pdf") == ("file", {"name": "2026-01"})


def test_static_segments_win_over_templated_ones_and_earlier_ones_first() -> None:
    assert ROUTES.match("GET", "/accounts/search") == ("search", {})
    assert ROUTES.match("GET", "/accounts/42/statements/latest") == ("latest", {"id": "42"})
    assert ROUTES.match("GET", "/accounts/joint/statements/latest") == ("joint statement", {"statement": "latest"})


def test_head_is_answered_where_get_is() -> None:
    assert ROUTES.match("HEAD", "/accounts/42") == ("account", {"id": "42"})


def test_a_wrong_method_names_the_right_ones() -> None:
    with pytest.raises(MethodNotAllowed) as refusal:
        ROUTES.match("PUT", "/accounts/42")

    assert refusal.value.allowed == ("DELETE", "GET", "HEAD")
    assert str(refusal.value) == "/toy/accounts/{id} answers DELETE, GET, HEAD, not PUT"


def test_an_unknown_path_is_told_the_nearest_ones() -> None:
    with pytest.raises(UnknownPath) as refusal:
        ROUTES.match("GET", "/accounts/42/statement/7")

    assert refusal.value.explain()["hint"].startswith("Did you mean /toy/accounts/{id}/statements/{statement}")


@pytest.mark.parametrize("path", ["", "/", "/ping/", "/accounts//statements/7", "/accounts/", "ping", "/files/.pdf"])
def test_nearly_right_is_unknown(path: str) -> None:
    with pytest.raises(UnknownPath):
        ROUTES.match("GET", path)


def test_two_paths_that_differ_only_in_names_are_refused() -> None:
    with pytest.raises(BrokenAt, match=r"the same path as /a/\{x\}"):
        Routes("", {"/a/{x}": {"GET": 1}, "/a/{y}": {"GET": 2}})


SEGMENTS = st.one_of(
    st.text(max_size=8), st.sampled_from(["accounts", "search", "statements", "ping", "latest", "joint"])
)


@given(
    method=st.sampled_from(["GET", "PUT"]) | st.text(max_size=8), segments=st.lists(SEGMENTS, max_size=6), raw=st.text()
)
def test_no_path_and_no_method_raises_anything_else(method: str, segments: list[str], raw: str) -> None:
    for path in ("/" + "/".join(segments), raw):
        with suppress(UnknownPath, MethodNotAllowed):
            target, parameters = ROUTES.match(method, path)
            assert target
            assert all(value and "/" not in value for value in parameters.values())


@given(st.text(st.characters()).filter(lambda text: text not in ("GET", "HEAD")))
def test_a_refusal_can_be_printed_whatever_was_asked(text: str) -> None:
    with pytest.raises(MethodNotAllowed) as wrong_method:
        ROUTES.match(text, "/ping")
    with pytest.raises(UnknownPath) as wrong_path:
        ROUTES.match("GET", f"/no/{text}")

    assert str(wrong_method.value.explain()).encode()
    assert str(wrong_path.value.explain()).encode()


PLAIN = st.text(st.characters(exclude_characters="/", codec="utf-8"), min_size=1, max_size=12)


@given(account=PLAIN, statement=PLAIN)
def test_parameters_come_out_as_they_went_in(account: str, statement: str) -> None:
    target, parameters = ROUTES.match("GET", f"/accounts/{account}/statements/{statement}")

    if target == "statement":
        assert parameters == {"id": account, "statement": statement}
    else:
        assert account == "joint" or statement == "latest"
