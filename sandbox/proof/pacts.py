"""A recording as a pact (specification 3): what one client asked of a bank, and the kinds of values that it got.

Tokens and the names of accounts belong to one consent. A generator stands in their place, which takes them from what
the provider state answers (`POST /_sandbox/pact/states`).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

from sandbox.http.redaction import MARK
from sandbox.kernel.clock import iso
from sandbox.ledger.exchanges import Exchange
from sandbox.proof.flows import Call, Source, calls
from sandbox.proof.outline import Outline
from sandbox.proof.showing import value_of

Json = dict[str, Any]
GONE: Mapping[str, str] = {
    "ConsentRevoked": "{customer} has withdrawn the consent at {bank}",
    "TokenExpired": "the token of {customer} at {bank} is out of date",
}
"""The states behind refusals, by the error."""
SHARED = "{customer} shares accounts at {bank}"
AUTHORIZATION = "Bearer ${access_token}"
ACCOUNT = ("accountId", "accountID")
"""What the banks call the parameter of a path that names an account."""


def pact(slug: str, outline: Outline, exchanges: Iterable[Exchange], *, consumer: str = "") -> Json:
    """What no verifier could repeat is left out, and counted in `metadata.sandbank`: OAuth, what a fault had a hand in,
    bodies that are not kept whole, values that are known to one recording alone."""
    found = calls(outline, exchanges)
    told: dict[tuple[object, ...], Json] = {}
    left_out = 0
    for call in found:
        interaction = _interaction(slug, call, found)
        if interaction is None:
            left_out += 1
            continue
        told.setdefault((call.op.name, call.exchange.status, *sorted(parse_qs(call.exchange.query))), interaction)
    now = {"now": iso(found[0].exchange.at)} if found else {}
    clients = sorted({call.exchange.client for call in found} - {""})
    return {
        "consumer": {"name": consumer or (clients[0] if len(clients) == 1 else "client")},
        "provider": {"name": slug},
        "interactions": list(told.values()),
        "metadata": {
            "pactSpecification": {"version": "3.0.0"},
            "sandbank": {"exchanges": len(found), "left_out": left_out, **now},
        },
    }


def _interaction(slug: str, call: Call, found: list[Call]) -> Json | None:
    one = call.exchange
    path, generators = _path(call, found)
    request: Json = {"method": call.op.method, "path": path}
    if one.query:
        request["query"] = parse_qs(one.query, keep_blank_values=True)
    headers, in_headers = _headers(call)
    if headers:
        request["headers"] = headers
    if one.request_body:
        request["body"] = value_of(one.request_body, one.request_headers)
    of_values = [source for (_, name), source in call.sources.items() if name not in ACCOUNT]
    if one.faults or one.cut or of_values or call.op.written.get("x-oauth-endpoint") or MARK in str(request):
        return None
    generators |= {"header": in_headers} if in_headers else {}
    return {
        "description": f"{call.op.name} answers {one.status}{f' ({one.error})' if one.error else ''}",
        **({"providerStates": [_state(slug, one)]} if in_headers else {}),
        "request": request | ({"generators": generators} if generators else {}),
        "response": _response(one),
    }


def _state(slug: str, one: Exchange) -> Json:
    sentence = GONE.get(one.error, SHARED)
    return {"name": sentence, "params": {"customer": one.persona or "maya", "bank": slug}}


def _path(call: Call, found: list[Call]) -> tuple[str, Json]:
    """The path without the bank's prefix, and what has to be put into it."""
    path = expression = call.op.path
    for (place, name), value in call.values.items():
        if place == "path":
            source = call.sources.get((place, name))
            position = _position(source, value, found) if source and name in ACCOUNT else 0
            path = path.replace(f"{{{name}}}", value)
            expression = expression.replace(f"{{{name}}}", f"${{account_{position}}}" if position else value)
    return path, {"path": from_state(expression)} if expression != path else {}


def _position(source: Source, value: str, found: list[Call]) -> int:
    """Which of the consent's accounts it is, counted from 1 in the answer where the client read it."""
    answer = found[source.index].exchange
    names = dict.fromkeys(_named(value_of(answer.response_body, answer.response_headers), str(source.tokens[-1])))
    return list(names).index(value) + 1 if value in names else 0


def _named(value: object, name: str) -> Iterator[str]:
    """The texts that are members of this name, in their order."""
    if isinstance(value, dict):
        for member, one in value.items():
            yield from [one] if member == name and isinstance(one, str) else _named(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from _named(one, name)


def _headers(call: Call) -> tuple[dict[str, str], Json]:
    """Those that the document knows, and what has to be put into them."""
    sent = call.exchange.request_headers
    known = ("accept", "content-type", *(name for place, name in call.op.parameters if place == "header"))
    told = {name: sent[name] for name in known if name in sent and MARK not in sent[name]}
    generators: Json = {}
    if "authorization" in sent:
        told["authorization"] = "Bearer token"
        generators["authorization"] = from_state(AUTHORIZATION)
    if "client_id" in told:
        generators["client_id"] = from_state("${client_id}")
    return told, generators


def from_state(expression: str) -> Json:
    return {"type": "ProviderState", "expression": expression, "dataType": "STRING"}


def _response(one: Exchange) -> Json:
    told: Json = {"status": one.status}
    kind = one.response_headers.get("content-type", "").partition(";")[0]
    if not one.response_body or "json" not in kind:
        return told
    told["headers"] = {"Content-Type": kind}
    told["body"] = value_of(one.response_body, one.response_headers)
    of_type = {"combine": "AND", "matchers": [{"match": "type"}]}
    of_kind = {"combine": "AND", "matchers": [{"match": "regex", "regex": kind.replace("+", r"\+") + ".*"}]}
    told["matchingRules"] = {"body": {"$": of_type}, "header": {"Content-Type": of_kind}}
    return told
