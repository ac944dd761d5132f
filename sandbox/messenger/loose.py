"""What real clients send, read as the platform reads it: JSON, forms, everything in the query, and the documentation's
own curl lines, whose JSON has single quotes and bare keys."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson

from sandbox.messenger.errors import InvalidParameter

Params = dict[str, Any]

BOOLEANS = {
    "include_headers", "include_values", "is_reusable", "sharable", "messenger_extensions", "composer_input_disabled",
    "disable_input", "is_typing", "preview_url", "nlp_enabled",
}  # fmt: skip
"""Members that some clients write as the words `true` and `false`."""
IDS = {"id", "psid", "attachment_id", "persona_id", "target_app_id", "user_ref", "to", "message_id", "pin"}
"""Members that are texts of digits, and that some clients write as numbers."""
TEXTS = {"metadata", "custom_events", "extinfo"}
"""Parameters that stay the texts that they are, whatever is written in them."""
WORDS = {"true": True, "false": False}
BRACKETS = re.compile(r"([^\[\]]+)((?:\[[^\[\]]+\]){1,8})")
TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')|(?P<mark>[{}\[\]:,])|(?P<bare>[^\s{}\[\]:,"\']+))'
)


def of_query(query: str) -> Params:
    """Of a query or a form: what looks like JSON is read, and so is recipient[id]."""
    params: Params = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        path = BRACKETS.fullmatch(name)
        if path is None:
            params[name] = field(name, value)
        else:
            _put(params, [path[1], *path[2][1:-1].split("][")], value)
    return {name: _listed(one) for name, one in params.items()}


def _put(params: Params, path: list[str], value: str) -> None:
    """What stood there otherwise gives way, as the later of two parameters does."""
    holder = params
    for name in path[:-1]:
        inner = holder.get(name)
        if not isinstance(inner, dict):
            inner = holder[name] = {}
        holder = inner
    holder[path[-1]] = value


def _listed(value: Any) -> Any:
    """With lists in place of objects whose members are 0, 1, 2 …"""
    if not isinstance(value, dict):
        return value
    members = {name: _listed(one) for name, one in value.items()}
    is_list = bool(members) and list(members) == [str(place) for place in range(len(members))]
    return list(members.values()) if is_list else members


def of_json(body: bytes) -> Params:
    """Some clients write a member's JSON as a text: that is read as well. Raises InvalidParameter."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidParameter(f"The body is no JSON: {error}", hint='Quote names and texts with ".') from None
    if not isinstance(value, dict):
        raise InvalidParameter("The body has to be a JSON object")
    return {name: field(name, one) if isinstance(one, str) else one for name, one in value.items()}


def tidy(value: Any, name: str = "") -> Any:
    """Without null members, which mean absent; with booleans for their words, and texts for ids."""
    if isinstance(value, dict):
        return {key: tidy(one, key) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [tidy(one, name) for one in value]
    if name in BOOLEANS and isinstance(value, str):
        return WORDS.get(value.lower(), value)
    if name in IDS and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def field(name: str, text: str) -> Any:
    """What a field says: JSON where it looks like that and the name allows, else the text."""
    return text if name in TEXTS else _value(text)


def _value(text: str) -> Any:
    if text[:1] not in ("{", "["):
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return relaxed(text)


def relaxed(text: str) -> Any:
    """Single quotes and bare words made proper JSON; the text itself where that does not help either."""
    parts, place = list[str](), 0
    while place < len(text.rstrip()):
        token = TOKEN.match(text, place)
        if token is None:
            return text
        place = token.end()
        parts.append(_proper(token.groupdict()))
    try:
        return orjson.loads("".join(parts))
    except orjson.JSONDecodeError:
        return text


def _proper(token: Mapping[str, str | None]) -> str:
    if token["mark"]:
        return token["mark"]
    if (bare := token["bare"]) is not None:
        plain = bare in ("true", "false", "null") or re.fullmatch(r"-?\d+(\.\d+)?", bare)
        return bare if plain else orjson.dumps(bare).decode()
    quoted = token["text"] or ""
    return quoted if quoted[0] == '"' else orjson.dumps(quoted[1:-1].replace("\\'", "'")).decode()
