"""Text in, checked values out, and every violation at once."""

import math
from collections.abc import Mapping
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.contract import urlencoded, wire
from sandbox.contract.documents import Document
from sandbox.contract.operations import Operation
from sandbox.contract.parameters import Parameters
from sandbox.kernel.errors import InvalidDate, InvalidHeader, InvalidInput, InvalidRequest, MalformedId, Violation
from tests.contract.conftest import HEADERS, INTERACTION, Make


def read(operation: Operation, query: bytes = b"", headers: Mapping[str, str] = HEADERS) -> Parameters:
    return operation.read_parameters({}, query, headers, {})


def refusal(operation: Operation, query: bytes = b"", headers: Mapping[str, str] = HEADERS) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as raised:
        read(operation, query, headers)
    return raised.value


def only(error: InvalidRequest) -> Violation:
    assert len(error.violations) == 1, error.violations
    return error.violations[0]


# --- What is read ---


def test_text_becomes_the_types_of_the_document(list_accounts: Operation) -> None:
    query = b"limit=10&minimum=-0&closed=TRUE&ids=1,2,3&kind=savings&kind=checking&offset=%C3%A9+x"

    assert read(list_accounts, query).query == {
        "limit": 10,
        "minimum": 0.0,
        "closed": True,
        "ids": [1, 2, 3],
        "kind": ["savings", "checking"],
        "offset": "é x",
    }


def test_defaults_are_filled_in(list_accounts: Operation) -> None:
    assert read(list_accounts).query == {"limit": 25, "closed": False}


def test_names_of_headers_are_in_lower_case(list_accounts: Operation) -> None:
    parameters = list_accounts.read_parameters({}, b"", HEADERS | {"x-count": "3", "host": "x"}, {"session": "7"})

    assert parameters.headers == {"interaction-id": INTERACTION, "x-count": 3}
    assert parameters.cookies == {"session": 7}


def test_a_parsed_query_is_as_welcome_as_its_bytes(list_accounts: Operation) -> None:
    assert list_accounts.read_parameters({}, [("limit", "3")], HEADERS, {}).query["limit"] == 3


def test_accept_content_type_and_authorization_are_not_parameters(list_accounts: Operation) -> None:
    read(list_accounts, headers=HEADERS)  # the document requires Authorization, which OpenAPI says is to be ignored


def test_an_empty_array_is_written_as_nothing(list_accounts: Operation) -> None:
    assert read(list_accounts, b"ids=").query["ids"] == []


def test_an_empty_value_is_allowed_where_the_document_says_so(make: Make) -> None:
    operation = make("""
        paths:
          /a:
            get:
              operationId: a
              parameters: [{name: page, in: query, allowEmptyValue: true, schema: {type: integer}}]
              responses: {'204': {description: ok}}
        """).operations["a"]

    assert operation.read_parameters({}, b"page=", {}).query == {"page": ""}
    assert operation.read_parameters({}, b"page=2", {}).query == {"page": 2}
    with pytest.raises(InvalidInput):
        operation.read_parameters({}, b"page=x", {})


def test_other_styles_have_their_own_separators(make: Make) -> None:
    operation = make("""
        paths:
          /a/{ids}:
            get:
              operationId: a
              parameters:
                - {name: ids, in: path, required: true, schema: {type: array, items: {type: integer}}}
                - name: piped
                  in: query
                  style: pipeDelimited
                  explode: false
                  schema: {type: array, items: {type: number}}
                - {name: X-List, in: header, schema: {type: array, items: {type: string}}}
              responses: {'204': {description: ok}}
        """).operations["a"]

    parameters = operation.read_parameters({"ids": "1,2"}, b"piped=1.5|2", {"x-list": "a, b"})

    assert (parameters.path, parameters.query) == ({"ids": [1, 2]}, {"piped": [1.5, 2.0]})
    assert parameters.headers == {"x-list": ["a", "b"]}


# --- What is refused ---


@pytest.mark.parametrize(
    ("query", "rule", "message"),
    [
        (b"limit=9999", "maximum", "query parameter limit must be at most 500, got 9999"),
        (b"limit=0", "minimum", "query parameter limit must be at least 1, got 0"),
        (b"limit=ten", "type", 'query parameter limit must be an integer, got "ten"'),
        (b"limit=1_0", "type", 'query parameter limit must be an integer, got "1_0"'),
        (b"limit=%D9%A3", "type", 'query parameter limit must be an integer, got "٣"'),
        (b"limit=", "type", 'query parameter limit must be an integer, got ""'),
        (b"minimum=nan", "type", 'query parameter minimum must be a number, got "nan"'),
        (b"minimum=1e999", "type", 'query parameter minimum must be a number, got "1e999"'),
        (b"closed=1", "type", 'query parameter closed must be true or false, got "1"'),
        (b"view=long", "enum", 'query parameter view must be one of full, short, got "long"'),
        (b"ids=1,x", "type", 'query parameter ids[1] must be an integer, got "x"'),
        (b"ids=1,2,3,4", "maxItems", "query parameter ids must have at most 3 items, got [1,2,3,4]"),
        (b"kind=gold", "enum", 'query parameter kind[0] must be one of savings, checking, got "gold"'),
        (b"limit=1&limit=2", "duplicate", 'query parameter limit must be given once, and came again as "2"'),
        (b"limti=1", "unknown", "query parameter limti is unknown. Did you mean limit"),
        (b"offset=%00", "encoding", "query parameter offset must be UTF-8 text without NUL characters"),
        (b"offset=\x00", "encoding", "query parameter offset must be UTF-8 text without NUL characters"),
        (b"offset=%FF", "encoding", "query parameter offset must be UTF-8 text without NUL characters"),
        (b"offset=\xff", "encoding", "query parameter offset must be UTF-8 text without NUL characters"),
        (b"%FF=1", "unknown", "query parameter ? is unknown."),
    ],
)
def test_a_violation_names_the_parameter_the_rule_and_what_came(
    list_accounts: Operation, query: bytes, rule: str, message: str
) -> None:
    violation = only(refusal(list_accounts, query))

    assert (violation.location, violation.rule) == ("query", rule)
    assert violation.message.startswith(message)


def test_all_violations_are_told_at_once(list_accounts: Operation) -> None:
    error = refusal(list_accounts, b"limit=0&view=x&colour=red&limit=3&offset=%00", {"x-count": "many"})

    assert type(error) is InvalidInput
    assert {(violation.location, violation.name, violation.rule) for violation in error.violations} == {
        ("query", "limit", "minimum"),
        ("query", "limit", "duplicate"),
        ("query", "view", "enum"),
        ("query", "colour", "unknown"),
        ("query", "offset", "encoding"),
        ("header", "X-Count", "type"),
        ("header", "Interaction-Id", "required"),
    }


def test_expected_and_got_are_values_and_not_only_words(list_accounts: Operation) -> None:
    violation = only(refusal(list_accounts, b"limit=9999"))

    assert (violation.expected, violation.got) == (500, 9999)


def test_thousands_of_faults_are_cut_short_and_said_to_be(list_accounts: Operation) -> None:
    query = "&".join(f"x{number}=1" for number in range(5000)).encode()

    assert len(refusal(list_accounts, query).violations) <= 101


@pytest.mark.parametrize(
    ("query", "headers", "error"),
    [
        (b"startDate=31/12/2025", HEADERS, InvalidDate),
        (b"startDate=2025-02-30&since=today", HEADERS, InvalidDate),
        (b"startDate=2025-02-30&limit=0", HEADERS, InvalidInput),
        (b"startDate=2025-01-01&startDate=2025-01-02", HEADERS, InvalidInput),
        (b"", {}, InvalidHeader),
        (b"", {"interaction-id": "me"}, InvalidHeader),
        (b"limit=0", {}, InvalidInput),
    ],
)
def test_the_error_is_as_specific_as_the_violations_allow(
    list_accounts: Operation, query: bytes, headers: Mapping[str, str], error: type[InvalidRequest]
) -> None:
    assert type(refusal(list_accounts, query, headers)) is error


@pytest.mark.parametrize("account", ["lower", "TOOLONG99", "A\0", "A\ufffd", "\udcff", "é"])
def test_a_malformed_id_in_the_path_is_called_that(toy: Document, account: str) -> None:
    with pytest.raises(MalformedId) as raised:
        toy.operations["getAccount"].read_parameters({"accountId": account}, b"", {})

    violation = only(raised.value)
    assert (violation.location, violation.name) == ("path", "accountId")
    violation.message.encode()


def test_unknown_parameters_pass_where_the_document_ignores_them(toy: Document) -> None:
    assert toy.operations["issueToken"].read_parameters({}, b"anything=%FF&goes", {}).query == {}


def test_secrets_are_not_repeated(list_accounts: Operation) -> None:
    token = "eyJhbGciOi.abc.def"
    error = refusal(list_accounts, f"access_token={token}&offset={token}{'x' * 20}&view=Bearer+{token}".encode())

    assert len(error.violations) == 3
    assert token not in str(error.explain())


def test_long_values_are_shortened(list_accounts: Operation) -> None:
    violation = only(refusal(list_accounts, b"offset=" + b"x" * 5000))

    assert len(str(violation.got)) == 200
    assert len(violation.message) < 300


# --- Properties ---


@given(st.integers(min_value=-(10**60), max_value=10**60))
def test_integers_survive_the_wire(value: int) -> None:
    assert wire.integer(str(value)) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_the_wire(value: float) -> None:
    back = wire.number(repr(value))

    assert isinstance(back, float)
    assert back == value
    assert math.copysign(1, back) == math.copysign(1, value)


@given(st.booleans())
def test_booleans_survive_the_wire(value: bool) -> None:
    assert wire.boolean(str(value)) is value


@given(st.lists(st.integers(min_value=-999, max_value=999), min_size=1))
def test_arrays_survive_the_wire(values: list[int]) -> None:
    assert wire.separated(wire.integer, ",")(",".join(map(str, values))) == values


@given(st.text())
def test_coercion_leaves_what_it_cannot_read(text: str) -> None:
    for coerce in wire.COERCERS.values():
        value = coerce(text)
        assert value == text or not isinstance(value, str)


ENCODABLE = st.text(st.characters(codec="utf-8"))


@given(st.lists(st.tuples(ENCODABLE.filter(bool), ENCODABLE)))
def test_a_query_string_is_read_as_it_was_written(pairs: list[tuple[str, str]]) -> None:
    assert urlencoded.parse(urlencode(pairs).encode()) == pairs


@given(limit=st.integers(1, 500), offset=ENCODABLE.filter(lambda text: "\0" not in text and len(text) <= 20))
def test_valid_parameters_come_back_as_they_are(toy: Document, limit: int, offset: str) -> None:
    query = f"limit={limit}&offset={quote_plus(offset)}".encode()

    assert read(toy.operations["listAccounts"], query).query == {"limit": limit, "offset": offset, "closed": False}


NAMES = st.sampled_from([b"limit", b"offset", b"startDate", b"ids", b"kind", b"minimum", b"closed", b"client_id"])
QUERIES = st.lists(st.tuples(NAMES | st.binary(max_size=6), st.binary(max_size=12))).map(
    lambda pairs: b"&".join(name + b"=" + value for name, value in pairs)
)


@given(query=QUERIES | st.binary(), account=st.text(), header=st.text())
def test_nothing_but_a_refusal_is_ever_raised(toy: Document, query: bytes, account: str, header: str) -> None:
    refusals: list[InvalidRequest] = []
    for name, path in (("listAccounts", {}), ("getAccount", {"accountId": account})):
        try:
            toy.operations[name].read_parameters(path, query, {"interaction-id": header, "x-count": header}, {})
        except InvalidRequest as error:
            refusals.append(error)

    for refusal in refusals:
        assert refusal.violations
        assert str(refusal.explain()).encode()
