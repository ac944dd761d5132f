"""What bots tried to send and the platform refused: a leak that nobody received has left the bot all the same."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson

from sandbox.kernel.clock import parse_instant
from sandbox.messenger import loose
from sandbox.messenger.calls import Heard
from sandbox.messenger.errors import InvalidParameter
from sandbox.messenger.threads import Message
from sandbox.passport.evidence import Said
from sandbox.passport.words import words

FORM = "application/x-www-form-urlencoded"
EDGE = "/messages"
ADDRESSED = ("messaging_product", "recipient_type", "recipient", "to", "type")
"""Members of a send that are no part of what is said."""


def refused(calls: Iterable[Heard]) -> Iterator[Said]:
    """Of the calls to the Graph API, what they were to send: to a PSID, or on WhatsApp to a phone."""
    for call in calls:
        if call.method == "POST":
            yield from (_said(call, params) for params in _sends(call))


def _sends(call: Heard) -> Iterator[Mapping[str, Any]]:
    """The parameters of the sends that were refused in a call: its own, or those of a batch's parts."""
    if call.path.endswith(EDGE):
        if call.status >= 400:
            yield _params(call)
        return
    parts, answers = _list(_params(call).get("batch")), _list(call.answer)
    for part, answer in zip(parts, answers, strict=False):
        if not isinstance(part, dict) or not isinstance(answer, dict) or answer.get("code", 200) < 400:
            continue
        if urlsplit(f"/{part.get('relative_url', '')}").path.endswith(EDGE):
            body = str(part.get("body", ""))
            yield loose.tidy(loose.of_json(body.encode()) if body[:1] == "{" else loose.of_query(body))


def _params(call: Heard) -> dict[str, Any]:
    """What cannot be read as the platform reads it is taken as one text: a leak in it counts as well."""
    params = loose.of_query(call.query)
    try:
        if call.content_type == FORM:
            params |= loose.of_query(call.body)
        elif call.body:
            params |= loose.of_json(call.body.encode())
    except InvalidParameter:
        params |= {"message": {"text": call.body}}
    tidied: dict[str, Any] = loose.tidy(params)
    return tidied


def _said(call: Heard, params: Mapping[str, Any]) -> Said:
    message, recipient = params.get("message"), params.get("recipient")
    if "messaging_product" in params or not isinstance(message, dict):
        message = {name: value for name, value in params.items() if name not in ADDRESSED}
    to = recipient.get("id", "") if isinstance(recipient, dict) else params.get("to", "")
    node = call.path.removesuffix(EDGE).rpartition("/")[2]
    page_id, trace = node if node.isdecimal() else call.page_id or "", {"call": call.call_id}
    told = Message("", page_id, str(to), parse_instant(call.at), "page", dict(message), trace=trace)
    return Said(told, words(message))


def _list(value: Any) -> list[Any]:
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return []
    return value if isinstance(value, list) else []
