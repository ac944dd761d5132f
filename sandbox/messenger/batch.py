"""Many calls in one: each is answered as if it had come alone, in order, and told as text."""

from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import orjson

from sandbox.http.message import Request, Response
from sandbox.http.onion import Respond
from sandbox.kernel.errors import SandbankError
from sandbox.messenger import voice
from sandbox.messenger.errors import InvalidParameter
from sandbox.messenger.front import PREFIX, Asked

MOST = 50


class Part(NamedTuple):
    method: str
    relative_url: str
    body: str
    token: str


def batch(asked: Asked, respond: Respond) -> Response:
    """Raises InvalidParameter."""
    wanted = asked.params.get("batch")
    if not isinstance(wanted, list) or not all(isinstance(one, dict) for one in wanted):
        raise InvalidParameter("The parameter batch is required: a list of {method, relative_url, body}")
    if len(wanted) > MOST:
        raise InvalidParameter(f"Too many requests in batch message. Maximum batch size is {MOST}", got=len(wanted))
    with_headers = asked.params.get("include_headers", True)
    told = [_answered(asked, _part(one, asked.token), respond, bool(with_headers)) for one in wanted]
    return Response(200, [("content-type", "application/json")], orjson.dumps(told))


def _part(wish: dict[str, Any], token: str) -> Part:
    body = wish.get("body", "")
    text = body if isinstance(body, str) else orjson.dumps(body).decode()
    url = str(wish.get("relative_url", "")).lstrip("/")
    return Part(str(wish.get("method", "GET")).upper(), url, text, str(wish.get("access_token", token)))


def _answered(asked: Asked, part: Part, respond: Respond, with_headers: bool) -> dict[str, Any]:
    request = _request(asked.request, part)
    try:
        response = respond(request)
    except SandbankError as error:  # one that fails does not take the others along
        reply = voice.sound(error, request.trace_id)
        response = Response(reply.status, [("content-type", "application/json")], orjson.dumps(reply.body))
    told: dict[str, Any] = {"code": response.status, "body": response.body.decode()}
    if with_headers:
        told["headers"] = [{"name": name, "value": value} for name, value in response.headers]
    return told


def _request(outer: Request, part: Part) -> Request:
    parts = urlsplit(part.relative_url)
    kind = "application/json" if part.body.lstrip()[:1] == "{" else "application/x-www-form-urlencoded"
    headers = {**outer.headers, "content-type": kind, "authorization": f"Bearer {part.token}"}
    return replace(
        outer,
        method=part.method,
        path=f"{PREFIX}/{parts.path}",
        query=parts.query.encode(),
        body=part.body.encode(),
        headers=headers,
        notes={"base_url": outer.notes["base_url"]},
        _trace_id="",
    )
