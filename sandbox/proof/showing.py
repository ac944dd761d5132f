"""An exchange as JSON, and as others write it: a line of NDJSON, an entry of an HTTP Archive."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson

from sandbox.kernel.clock import from_millis, iso
from sandbox.ledger.exchanges import PREFIX, Cut, Exchange


def shown(one: Exchange) -> dict[str, Any]:
    """The control API's `Exchange`, with the bodies as far as the exchange was read with them."""
    told = {
        "id": one.id,
        "world": one.world,
        "at": iso(one.at),
        "wall": iso(from_millis(one.wall)),
        "took_us": one.took,
        "channel": one.channel,
        "method": one.method,
        "path": one.path,
        "query": one.query,
        "status": one.status,
        "operation": one.operation or None,
        "document": one.document or None,
        "request": _message(one.request_headers, one.request_body, one.request_size, cut="request" in one.cut),
        "response": _message(one.response_headers, one.response_body, one.response_size, cut="response" in one.cut),
        "client_id": one.client or None,
        "consent_id": one.consent or None,
        "persona": one.persona or None,
        "error": one.error or None,
        "violations": list(one.violations),
        "broken": one.broken,
        "faults": list(one.faults),
        "distortions": list(one.distortions),
        "delay_ms": one.delay,
        "trace": one.trace or None,
    }
    return told | {"detail": one.detail} if one.detail else told


def cut(lost: Cut) -> dict[str, Any] | None:
    """What a journal has lost; None where it is whole."""
    return {"exchanges": lost.exchanges, "bytes": lost.size, "upto": f"{PREFIX}{lost.upto}"} if lost else None


def value_of(body: bytes, headers: Mapping[str, str]) -> Any:
    """A body's JSON value, a form as an object, else text; None for an empty one, and for bytes that are no text."""
    if not body:
        return None
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == FORM:
            return dict(parse_qsl(body.decode(), keep_blank_values=True))
        return orjson.loads(body) if kind.endswith("json") else body.decode()
    except ValueError:
        try:
            return body.decode()
        except UnicodeDecodeError:
            return None


def archive(exchanges: Iterable[Exchange], version: str) -> dict[str, Any]:
    """An HTTP Archive 1.2. Members of our own begin with an underscore, as the format wants."""
    creator = {"name": "Sandbank", "version": version}
    return {"log": {"version": "1.2", "creator": creator, "entries": [_entry(one) for one in exchanges]}}


def lines(exchanges: Iterable[Exchange]) -> bytes:
    return b"".join(orjson.dumps(shown(one)) + b"\n" for one in exchanges)


FORM = "application/x-www-form-urlencoded"


def _message(headers: Mapping[str, str], body: bytes, size: int, *, cut: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"headers": dict(headers), "bytes": size, "cut": cut}
    if cut:  # the beginning of a value is no value
        return told | {"body": body.decode("utf-8", "replace")}
    value = value_of(body, headers)
    return told | ({"body_base64": base64.b64encode(body).decode()} if body and value is None else {"body": value})


def _entry(one: Exchange) -> dict[str, Any]:
    host = one.request_headers.get("host", "localhost")
    took = one.took / 1000
    request: dict[str, Any] = {
        "method": one.method,
        "url": f"http://{host}{one.path}{'?' + one.query if one.query else ''}",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(one.request_headers.items()),
        "queryString": _pairs(parse_qsl(one.query, keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": one.request_size,
    }
    if one.request_body:
        request["postData"] = {
            "mimeType": one.request_headers.get("content-type", ""),
            "text": one.request_body.decode("utf-8", "replace"),
        }
    return {
        "startedDateTime": iso(from_millis(one.wall)),
        "time": took + one.delay,
        "request": request,
        "response": {
            "status": one.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(one.response_headers.items()),
            "content": {
                "size": one.response_size,
                "mimeType": one.response_headers.get("content-type", ""),
                **_text(one.response_body),
            },
            "redirectURL": one.response_headers.get("location", ""),
            "headersSize": -1,
            "bodySize": one.response_size,
        },
        "cache": {},
        "timings": {"send": 0, "wait": took + one.delay, "receive": 0},
        "_sandbank": {name: value for name, value in shown(one).items() if name not in ("request", "response")},
    }


def _pairs(items: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in items]


def _text(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode()} if body else {}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(body).decode(), "encoding": "base64"}
