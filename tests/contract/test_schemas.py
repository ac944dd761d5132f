"""OpenAPI schemas as JSON Schema, and what is said of values that break them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sandbox.contract.pointers import BrokenAt
from sandbox.contract.schemas import Mode, Schemas, Validator
from sandbox.kernel.errors import Violation


def validator(schema: dict[str, Any], mode: Mode = "response", **others: Any) -> Validator:
    document = {"components": {"schemas": {"It": schema, **others}}}
    return Schemas(lambda: document).validator("It", mode)


def violations(schema: dict[str, Any], value: object, mode: Mode = "response", **others: Any) -> list[Violation]:
    found = validator(schema, mode, **others)
    assert found.is_valid(value) is False
    return found.violations(value)


def message(schema: dict[str, Any], value: object, mode: Mode = "response", **others: Any) -> str:
    (violation,) = violations(schema, value, mode, **others)
    return violation.message


# --- The dialect of OpenAPI 3.0 ---


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "nullable": True},
        {"type": "string", "enum": ["a"], "nullable": True},
        {"enum": ["a"], "nullable": True},
        {"$ref": "#/components/schemas/Other", "nullable": True},
        {"allOf": [{"$ref": "#/components/schemas/Other"}], "nullable": True},
        {"oneOf": [{"type": "string"}, {"type": "integer"}], "nullable": True},
        {"type": "string", "anyOf": [{"minLength": 1}, {"maxLength": 5}], "nullable": True},
    ],
)
def test_nullable_counts_wherever_it_stands(schema: dict[str, Any]) -> None:
    it = validator(schema, Other={"type": "string"})

    assert it.is_valid(None)
    assert it.is_valid("a")
    assert not it.is_valid([])


def test_what_is_not_nullable_may_not_be_null() -> None:
    assert message({"type": "string"}, None) == "the response must be a string, got null"


def test_bounds_may_be_exclusive_by_a_boolean() -> None:
    schema = {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": True}

    assert validator(schema).is_valid(0.01)
    assert message(schema, 0) == "the response must be greater than 0, got 0"
    assert message(schema, 9) == "the response must be less than 9, got 9"
    assert validator({"type": "number", "minimum": 0, "exclusiveMinimum": False}).is_valid(0)


SECRETIVE = {
    "type": "object",
    "required": ["id", "pin"],
    "additionalProperties": False,
    "properties": {"id": {"$ref": "#/components/schemas/Id"}, "pin": {"type": "string", "writeOnly": True}},
}
ID = {"type": "string", "readOnly": True}


def test_read_only_members_are_neither_required_nor_allowed_in_requests() -> None:
    it = validator(SECRETIVE, "request", Id=ID)

    assert it.is_valid({"pin": "1"})
    (violation,) = it.violations({"pin": "1", "id": "x"}, "body")
    assert (violation.rule, violation.name) == ("readOnly", "/id")
    assert violation.message == "body member /id is read-only and must not be sent"


def test_write_only_members_are_neither_required_nor_allowed_in_responses() -> None:
    it = validator(SECRETIVE, Id=ID)

    assert it.is_valid({"id": "x"})
    (violation,) = it.violations({"id": "x", "pin": "1"})
    assert violation.rule == "writeOnly"
    assert violation.message == "response member /pin is write-only and must not be shown"


def test_what_stands_inside_a_secret_or_begins_like_one_is_not_repeated() -> None:
    digits = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "integer"}}}
    faults = validator(digits, "request").violations(
        {"password": ["hunter2"], "list": [["Bearer hunter3"], "eyJhunter4"], "plain": ["seen"]}, "body"
    )

    assert [violation.got for violation in faults] == ["(hidden)", '["(hidden)"]', "(hidden)", "seen"]
    assert "hunter" not in str(faults)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("date", "2024-02-29", "2025-02-29"),
        ("date", "2025-12-31", "31/12/2025"),
        ("date-time", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567"),
        ("uri", "https://example.com/a?b", "example"),
        ("email", "maya@example.com", "maya"),
        ("byte", "aGVsbG8=", "aGVsbG8"),
        ("ipv4", "127.0.0.1", "127.0.0.256"),
    ],
)
def test_formats_are_asserted(name: str, good: str, bad: str) -> None:
    schema = {"type": "string", "format": name}

    assert validator(schema).is_valid(good)
    (violation,) = violations(schema, bad)
    assert (violation.rule, violation.expected, violation.got) == ("format", name, bad)


@pytest.mark.parametrize(("name", "largest"), [("int32", 2**31 - 1), ("int64", 2**63 - 1)])
def test_widths_of_integers_are_asserted(name: str, largest: int) -> None:
    schema = {"type": "integer", "format": name}

    assert validator(schema).is_valid(largest)
    assert validator(schema).is_valid(-largest - 1)
    assert message(schema, largest + 1) == f"the response must be at most {largest}, got {largest + 1}"


@pytest.mark.parametrize("name", ["password", "binary", "float", "double", "of-our-own"])
def test_formats_without_a_form_allow_anything(name: str) -> None:
    assert validator({"type": "string", "format": name}).is_valid("anything")


def test_schemas_may_refer_to_themselves() -> None:
    tree = {
        "type": "object",
        "properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/It"}}},
    }

    assert validator(tree).is_valid({"children": [{"children": []}]})
    assert violations(tree, {"children": [{"children": [1]}]})[0].name == "/children/0/children/0"


def test_references_may_lead_into_the_middle_of_another_schema() -> None:
    other = {"type": "object", "properties": {"a/b": {"type": "string", "nullable": True, "maxLength": 1}}}
    it = validator({"$ref": "#/components/schemas/Other/properties/a~1b"}, Other=other)

    assert it.is_valid("x")
    assert it.is_valid(None)
    assert not it.is_valid("xy")


def test_a_validator_is_found_by_name_and_by_pointer() -> None:
    schemas = Schemas(lambda: {"components": {"schemas": {"It": {"properties": {"a": {"type": "integer"}}}}}})

    assert schemas.validator("It").is_valid({"a": 1})
    assert schemas.validator("#/components/schemas/It/properties/a").is_valid(1)
    assert schemas.validator("It") is schemas.validator("It")
    with pytest.raises(BrokenAt, match="nothing stands at"):
        schemas.validator("That")


@pytest.mark.parametrize("value", [b"bytes", {1: 2}, object(), "\ud800", float("nan"), {"a": {1, 2}}])
def test_what_is_not_json_is_a_violation_and_no_exception(value: object) -> None:
    it = validator({"type": "number"})

    assert not it.is_valid(value)
    assert it.violations(value)


def test_threads_may_ask_for_the_first_time_together() -> None:
    names = [f"S{number}" for number in range(20)]
    schemas = {
        name: {"properties": {"a": {"$ref": f"#/components/schemas/{other}/properties/b"}, "b": {"enum": [name]}}}
        for name, other in zip(names, names[1:] + names[:1], strict=True)
    }
    for _ in range(20):
        shared = Schemas(lambda: {"components": {"schemas": schemas}})
        with ThreadPoolExecutor(8) as pool:
            judged = pool.map(
                lambda name, shared=shared: shared.validator(name).violations({"a": "x", "b": "x"}), names * 4
            )
        assert [len(violations) for violations in judged] == [2] * 80


# --- Which branch was meant ---

ACCOUNT = {
    "oneOf": [{"$ref": "#/components/schemas/Deposit"}, {"$ref": "#/components/schemas/Card"}],
    "discriminator": {"propertyName": "kind", "mapping": {"D": "#/components/schemas/Deposit", "CC": "Card"}},
}
DEPOSIT = {
    "type": "object",
    "required": ["kind", "opened"],
    "additionalProperties": False,
    "properties": {"kind": {"type": "string", "enum": ["D"]}, "opened": {"type": "string", "format": "date"}},
}
CARD = {
    "type": "object",
    "required": ["kind"],
    "additionalProperties": False,
    "properties": {"kind": {"type": "string", "enum": ["CC"]}, "linked": ACCOUNT},
}
BOTH: dict[str, Any] = {"Deposit": DEPOSIT, "Card": CARD}


def test_a_discriminator_chooses_the_branch_that_is_explained() -> None:
    assert validator(ACCOUNT, **BOTH).is_valid({"kind": "D", "opened": "2025-01-01"})
    assert {
        violation.message for violation in violations(ACCOUNT, {"kind": "D", "opened": "yesterday", "x": 1}, **BOTH)
    } == {
        'response member /opened must be a date (YYYY-MM-DD), got "yesterday"',
        "response member /x is unknown. Known: kind, opened.",
    }


def test_branches_are_chosen_at_every_level() -> None:
    value = {"kind": "CC", "linked": {"kind": "D", "opened": "today"}}

    assert message(ACCOUNT, value, **BOTH) == 'response member /linked/opened must be a date (YYYY-MM-DD), got "today"'


def test_a_discriminator_that_is_missing_or_unknown_is_the_fault() -> None:
    assert message(ACCOUNT, {"opened": "2025-01-01"}, **BOTH) == "response member /kind is required"
    assert message(ACCOUNT, {"kind": "X"}, **BOTH) == 'response member /kind must be one of D, CC, got "X"'
    assert message(ACCOUNT, {"kind": 5}, **BOTH) == "response member /kind must be one of D, CC, got 5"


def test_without_a_mapping_a_discriminator_names_the_schemas() -> None:
    schema = {"oneOf": ACCOUNT["oneOf"], "discriminator": {"propertyName": "kind"}}
    named: dict[str, Any] = {"Deposit": {**DEPOSIT, "properties": {"kind": {"enum": ["Deposit"]}}}, "Card": CARD}

    assert message(schema, {"kind": "Deposit"}, **named) == "response member /opened is required"


def test_a_discriminator_to_nowhere_breaks_the_document() -> None:
    schema = {"oneOf": ACCOUNT["oneOf"], "discriminator": {"propertyName": "kind", "mapping": {"L": "Loan"}}}

    with pytest.raises(BrokenAt, match="maps 'L' to Loan"):
        validator(schema, **BOTH).compile()


def wrapper(key: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    return {"type": "object", "required": [key], "additionalProperties": False, "properties": {key: schema}}


WRAPPED = {"oneOf": [wrapper("deposit"), wrapper("card"), {"$ref": "#/components/schemas/Loan"}]}


def test_a_wrapper_is_explained_by_the_key_that_it_has() -> None:
    assert message(WRAPPED, {"loan": {"n": "x"}}, Loan=wrapper("loan")) == (
        'response member /loan/n must be an integer, got "x"'
    )


@pytest.mark.parametrize(
    ("value", "came"), [({}, "none"), ({"gift": 1}, "gift"), ({"deposit": {}, "card": {}}, "card, deposit")]
)
def test_a_wrapper_has_exactly_one_of_its_keys(value: object, came: str) -> None:
    assert message(WRAPPED, value, Loan=wrapper("loan")) == (
        f"the response must have exactly one of the members deposit, card, loan, got {came}"
    )


def test_branches_of_another_type_are_not_explained() -> None:
    schema = {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "integer"}}]}

    assert message(schema, ["x"]) == 'response member /0 must be an integer, got "x"'
    assert message(schema, 5) == "the response must be a string or an array, got 5"


def test_an_empty_text_or_a_form_is_explained_by_the_form() -> None:
    schema = {"anyOf": [{"enum": [""]}, {"type": "string", "format": "date"}]}

    assert message(schema, "x") == 'the response must be a date (YYYY-MM-DD), got "x"'


def test_branches_told_apart_by_a_member_are_explained_by_that_member() -> None:
    schema = {"oneOf": ACCOUNT["oneOf"]}

    assert message(schema, {"kind": "X"}, **BOTH) == 'response member /kind must be one of D, CC, got "X"'
    assert message(schema, {"kind": "D"}, **BOTH) == "response member /opened is required"


def test_where_several_branches_may_be_meant_the_nearest_is_quoted() -> None:
    schema = {"anyOf": [{"type": "integer", "minimum": 10, "multipleOf": 5}, {"type": "integer", "maximum": 3}]}

    assert message(schema, 4) == (
        "the response must have one of 2 forms, got 4; nearest: the response must be at most 3, got 4"
    )


def test_more_than_one_form_is_too_many() -> None:
    assert message({"oneOf": [{"type": "integer"}, {"minimum": 3}]}, 4) == (
        "the response must have exactly one of several forms, not more, got 4"
    )


def test_all_branches_of_all_of_are_explained() -> None:
    schema = {"allOf": [{"required": ["a"]}, {"required": ["b"]}]}

    assert [violation.name for violation in violations(schema, {})] == ["/a", "/b"]
