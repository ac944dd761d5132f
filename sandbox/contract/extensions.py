"""Extension documents: APIs of Sandbank's own that stand under every bank's prefix, and speak in its voice.

`openapi/<name>.yaml` is one document for all banks. It says which errors stand behind each of its refusals
(`x-errors`), and leaves their body open. Mounted at a bank it has the bank's prefix, its consent, its statuses, its
error body and an example of each error as it sounds there.
"""

import inspect
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import orjson

from sandbox.contract.documents import Document, load
from sandbox.dialect.bank import Bank
from sandbox.dialect.faces import face_of
from sandbox.kernel import errors
from sandbox.kernel.errors import InvalidInput, MethodNotAllowed, SandbankError, Violation

NAMES = ("commerce", "events")
"""Every bank has them at /{slug}/{name}/v1."""

SPECIMENS: Mapping[str, SandbankError] = {
    kind.__name__: kind()
    for kind in vars(errors).values()
    if inspect.isclass(kind) and issubclass(kind, SandbankError) and kind.__init__ is SandbankError.__init__
} | {
    "InvalidInput": InvalidInput([Violation("query", "limit", "maximum", "query parameter limit must be at most 200")]),
    "MethodNotAllowed": MethodNotAllowed("DELETE is not offered at this path", allowed=["GET"]),
    "RateLimited": errors.RateLimited(),
    "StepUpRequired": errors.StepUpRequired(),
    "UnknownPath": errors.UnknownPath("there is nothing at this path"),
}
"""An error of each kind, for examples."""


def mounted(bank: Bank, own: Document) -> dict[str, Document]:
    """The extensions by name, as they are at a bank, whose own document is `own`. Raises DocumentBroken."""
    return {name: _mounted(load(name), bank, own) for name in NAMES}


def _mounted(extension: Document, bank: Bank, own: Document) -> Document:
    prefix = f"/{bank.slug}/{extension.slug}/v1"
    document: dict[str, Any] = orjson.loads(extension.raw_json)
    components = document["components"]
    document["info"]["title"] = f"{bank.name} — {extension.title}"
    document["servers"] = [{"url": prefix, "description": "This Sandbank server"}]
    components["schemas"] |= _needed(own.raw["components"]["schemas"], "Error")
    components["securitySchemes"] = _security(components["securitySchemes"], own)
    statuses = _sound(components["responses"], bank)
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                operation["responses"] = _moved(operation["responses"], statuses)
    compiled = {
        **extension.compiled,
        "prefix": prefix,
        "title": document["info"]["title"],
        "security_schemes": components["securitySchemes"],
        "operations": [
            {**record, "responses": _moved(record["responses"], statuses)}
            for record in extension.compiled["operations"]
        ],
    }
    return Document(compiled, orjson.dumps(document))


def _needed(schemas: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A schema and all that it refers to."""
    found, waiting = {}, [name]
    while waiting:
        name = waiting.pop()
        found[name] = schemas[name]
        text = orjson.dumps(schemas[name]).decode()
        references = (part.split('"', 1)[0] for part in text.split('"#/components/schemas/')[1:])
        waiting += [other for other in references if other not in found]
    return found


def _security(schemes: Mapping[str, Any], own: Document) -> dict[str, Any]:
    """The bank's schemes, with the extension's scopes."""
    chosen = {name: deepcopy(own.security_schemes[name]) for name in schemes}
    scopes = schemes["bankOAuth"]["flows"]["authorizationCode"]["scopes"]
    chosen["bankOAuth"]["flows"] = {
        "authorizationCode": {**chosen["bankOAuth"]["flows"]["authorizationCode"], "scopes": scopes}
    }
    return chosen


def _sound(responses: dict[str, Any], bank: Bank) -> dict[str, str]:
    """Puts examples in the bank's voice into the refusals. Returns the statuses that are others there: {"409": "422"}.
    A refusal's first error decides; an error that has another status at the bank stands with those."""
    spoken = {name: value for name, value in responses.items() if "x-errors" in value}
    homes: dict[str, dict[str, Any]] = {}
    statuses = {}
    for response in spoken.values():
        status = str(face_of(bank.faces, SPECIMENS[response["x-errors"][0]]).status)
        statuses[str(SPECIMENS[response["x-errors"][0]].status)] = status
        homes.setdefault(status, response)["content"]["application/json"]["examples"] = {}
    for name in (name for response in spoken.values() for name in response["x-errors"]):
        reply = bank.sound(SPECIMENS[name], "trc_00000000000000000000000000000000")
        if (home := homes.get(str(reply.status))) is not None:
            home["content"]["application/json"]["examples"][name] = {"value": reply.body}
    return {usual: status for usual, status in statuses.items() if usual != status}


def _moved(responses: Mapping[str, Any], statuses: Mapping[str, str]) -> dict[str, Any]:
    """Answers under the bank's statuses. Where two meet in one, the answer that has it at most banks stays."""
    kept = {status: value for status, value in responses.items() if status not in statuses}
    moved = {statuses[status]: value for status, value in responses.items() if status in statuses}
    return {**moved, **kept}
