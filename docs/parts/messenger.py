"""The messenger's Send API: the limits of its document, its errors, tags, and recipients that make errors happen."""

from collections.abc import Iterator, Mapping
from typing import Any

from docs.parts.banks import document
from docs.parts.markdown import code, table
from sandbox.messenger import errors, magic, windows
from sandbox.messenger.errors import GraphError

LIMITED = (
    "OutgoingMessage", "TextReply", "ContactReply", "MediaPayload", "GenericTemplate", "Element", "DefaultAction",
    "ButtonTemplate", "MediaTemplate", "MediaElement", "ReceiptTemplate", "ReceiptElement", "ReceiptAddress",
    "ReceiptSummary", "CouponTemplate", "NotificationTemplate", "UrlButton", "PostbackButton", "PhoneButton",
    "LinkButton", "NewTemplate", "TemplateComponent",
)  # fmt: skip
"""Schemas of a message, in the order in which a reader wants them."""
Schema = Mapping[str, Any]


def limits() -> str:
    rows = [
        (code(f"{name}.{member}"), "yes" if member in schema.get("required", ()) else "", ", ".join(_limits(inner)))
        for name in LIMITED
        for schema in (_schema(name),)
        for member, inner in schema["properties"].items()
    ]
    return table(("Member", "Required", "Limits"), [row for row in rows if row[1] or row[2]])


def refusals() -> str:
    rows = [
        (error.code, error.subcode or "", error.status, code(error.__name__), error.rule)
        for error in sorted(_errors(GraphError), key=lambda one: (one.code, one.subcode or 0))
    ]
    return table(("Code", "Subcode", "Status", "In the trace", "The rule"), rows)


def recipients() -> str:
    rows = [(code(psid), error.code, error.subcode or "", magic.TOLD[error]) for psid, error in magic.MAGIC.items()]
    return table(("Recipient", "Code", "Subcode", "Says"), rows)


def tags() -> str:
    rows = [(code(windows.AGENT), "works, with `messaging_type` MESSAGE_TAG", "seven days after the person wrote")]
    rows += [(code(tag), "ended on 27 April 2026: 100", "works with `tags: classic`") for tag in windows.CLASSIC]
    rows += [
        (code(tag), "ended in March 2020: 100", f"its successor was {code(after)}" if after else "without a successor")
        for tag, after in windows.LEGACY.items()
    ]
    rows.append((code(windows.SUBSCRIPTION), "ended in March 2020: 10 / 2018065", "without a successor"))
    return table(("Tag", "State", "Else"), rows)


def _schema(name: str) -> Schema:
    found: Schema = document("messenger")["components"]["schemas"][name]
    return found


def _limits(schema: Schema) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        if name == "Url":
            yield "an address, http or https"
        else:
            yield from _limits(_schema(name))
        return
    if "enum" in schema and len(schema["enum"]) > 1:
        yield f"one of {', '.join(code(word) for word in schema['enum'])}"
    if "maxLength" in schema:
        yield f"at most {schema['maxLength']} characters"
    if "minItems" in schema or "maxItems" in schema:
        least, most = schema.get("minItems", 0), schema.get("maxItems", "any number")
        yield f"{most} item" if least == most else f"{least} to {most} items"
    if "pattern" in schema:
        yield code(schema["pattern"])
    if schema.get("description") == "A number, or a number as text.":
        yield "a number, or a number as text"


def _errors(root: type[GraphError]) -> Iterator[type[GraphError]]:
    for error in root.__subclasses__():
        if error.__module__ == errors.__name__:
            yield error
            yield from _errors(error)
