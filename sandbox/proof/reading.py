"""Exchanges from what somebody wrote down: the journal's own lines, or an HTTP Archive of any tool."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from sandbox.kernel.clock import parse_instant, to_millis
from sandbox.ledger.exchanges import Exchange, number_of
from sandbox.proof.showing import FORM


class Unreadable(ValueError):
    """Something else than what was expected; the text says where."""


def lines(text: bytes) -> list[Exchange]:
    """From NDJSON as the journal exports it. Raises Unreadable."""
    return [_of_line(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]


def archive(text: bytes) -> list[Exchange]:
    """From an HTTP Archive. Raises Unreadable."""
    try:
        entries = orjson.loads(text)["log"]["entries"]
        return [_of_entry(number, entry) for number, entry in enumerate(entries, 1)]
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"this is no HTTP Archive: {type(error).__name__} {error}") from None


def either(text: bytes) -> list[Exchange]:
    """From whichever of the two it is. Raises Unreadable."""
    head = text.lstrip()[:200]
    return archive(text) if b'"log"' in head else lines(text)


def _of_line(number: int, line: bytes) -> Exchange:
    try:
        told = orjson.loads(line)
        return _exchange(
            told,
            number_of(told["id"]) or number,
            _message(told["request"]),
            _message(told["response"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"line {number} is no exchange of a journal: {type(error).__name__} {error}") from None


Message = tuple[Mapping[str, str], bytes, int, bool]
"""(headers, body, size, whether it is cut)"""


def _message(told: Mapping[str, Any]) -> Message:
    body, cut, headers = told.get("body"), bool(told.get("cut")), told["headers"]
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if "body_base64" in told:
        text = base64.b64decode(told["body_base64"])
    elif body is None:
        text = b""
    elif kind == FORM and isinstance(body, dict):
        text = urlencode(body).encode()
    elif isinstance(body, str) and (cut or not kind.endswith("json")):
        text = body.encode()
    else:
        text = orjson.dumps(body)
    return headers, text, told.get("bytes", len(text)), cut


def _exchange(told: Mapping[str, Any], number: int, request: Message, response: Message) -> Exchange:
    return Exchange(
        world=told["world"],
        at=parse_instant(told["at"]),
        wall=_millis(told["wall"]),
        channel=told["channel"],
        method=told["method"],
        path=told["path"],
        query=told["query"],
        status=told["status"],
        took=told["took_us"],
        operation=told["operation"] or "",
        document=told["document"] or "",
        request_headers=request[0],
        response_headers=response[0],
        client=told["client_id"] or "",
        consent=told["consent_id"] or "",
        persona=told["persona"] or "",
        error=told["error"] or "",
        detail=told.get("detail", ""),
        violations=tuple(told["violations"]),
        broken=told["broken"],
        faults=tuple(told["faults"]),
        delay=told["delay_ms"],
        trace=told["trace"] or "",
        request_size=request[2],
        response_size=response[2],
        cut=tuple(name for name, one in (("request", request), ("response", response)) if one[3]),
        number=number,
        request_body=request[1],
        response_body=response[1],
    )


def _of_entry(number: int, entry: Mapping[str, Any]) -> Exchange:
    asked, answer = entry["request"], entry["response"]
    ours = entry.get("_sandbank", {})
    split = urlsplit(asked["url"])
    content = answer.get("content", {})
    return Exchange(
        world=ours.get("world", ""),
        at=parse_instant(ours.get("at") or entry["startedDateTime"]),
        wall=_millis(entry["startedDateTime"]),
        channel=ours.get("channel", ""),
        method=asked["method"],
        path=ours.get("path", split.path),
        query=split.query,
        status=answer["status"],
        operation=ours.get("operation") or "",
        document=ours.get("document") or "",
        request_headers=_headers(asked["headers"]),
        response_headers=_headers(answer["headers"]),
        client=ours.get("client_id") or "",
        consent=ours.get("consent_id") or "",
        persona=ours.get("persona") or "",
        error=ours.get("error") or "",
        violations=tuple(ours.get("violations", ())),
        faults=tuple(ours.get("faults", ())),
        request_size=asked.get("bodySize", 0),
        response_size=content.get("size", 0),
        number=number,
        request_body=asked.get("postData", {}).get("text", "").encode(),
        response_body=content.get("text", "").encode() if content.get("encoding") != "base64" else b"",
    )


def _headers(pairs: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {one["name"].lower(): one["value"] for one in pairs}


def _millis(text: str) -> int:
    return to_millis(parse_instant(text))


def of_channel(exchanges: Iterable[Exchange], channel: str) -> Iterator[Exchange]:
    """Those of one bank; what another tool wrote down names none, and is taken for it."""
    return (one for one in exchanges if one.channel in (channel, ""))
