"""Many calls in one: each is answered as if it had come alone, in order."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import orjson

from sandbox.dialect.call import WORLD
from sandbox.http.message import Request, Response
from sandbox.http.onion import Respond
from sandbox.http.traces import PARTS
from sandbox.kernel.errors import SandbankError
from sandbox.messenger import loose, voice
from sandbox.messenger.errors import InvalidParameter
from sandbox.messenger.front import CALLER, PREFIX, WHATSAPP, Asked
from sandbox.messenger.whatsapp import voice as whatsapp_voice

MOST = 50
REFUSED = {
    "attached_files": "Parts with attached files are not supported in a batch: upload to message_attachments",
    "{result=": "References to the result of another part are not supported in a batch",
}
"""What the platform has and this does not: refused, so that nobody waits for it."""


class Part(NamedTuple):
    method: str
    relative_url: str
    body: str
    token: str
    """Its own, or the batch's."""
    proof: str
    name: str = ""
    depends_on: str = ""
    omitted: bool = True
    """Whether the answer to a part on which another depends is left out where it succeeds."""


Told = dict[str, Any] | None
"""None: the part was not run, or its answer is left out."""


def batch(asked: Asked, respond: Respond) -> Response:
    """What comes to the root: a batch, whose answers are told as text, or some nodes to read (`?ids=`). Raises
    InvalidParameter."""
    return _nodes(asked, respond) if asked.method == "GET" else _batch(asked, respond)


def _nodes(asked: Asked, respond: Respond) -> Response:
    """By their ids; where one of them cannot be read, that is the answer. Raises InvalidParameter."""
    ids = list(dict.fromkeys(one.strip() for one in str(asked.params["ids"]).split(",") if one.strip()))
    if not 0 < len(ids) <= MOST:
        raise InvalidParameter(
            f"The parameter ids is required: 1 to {MOST} ids, with commas between them", got=len(ids)
        )
    query = urlencode({name: one for name, one in asked.params.items() if name != "ids"})
    found = {}
    for node in ids:
        part = Part("GET", f"{quote(node, safe='')}?{query}", "", asked.token, asked.proof)
        answer = _answered(asked, part, respond, with_headers=True)
        if answer["code"] >= 400:
            headers = [(one["name"], one["value"]) for one in answer["headers"]]
            return Response(answer["code"], headers, answer["body"].encode())
        found[node] = orjson.loads(answer["body"])
    return Response(200, [("content-type", "application/json")], orjson.dumps(found))


def _batch(asked: Asked, respond: Respond) -> Response:
    wanted = asked.params.get("batch")
    if not isinstance(wanted, list) or not all(isinstance(one, dict) for one in wanted):
        raise InvalidParameter(
            "The parameter batch is required: a list of {method, relative_url, body}",
            hint="""In a form it is JSON: batch=[{"method": "GET", "relative_url": "me"}]""",
        )
    if len(wanted) > MOST:
        raise InvalidParameter(f"Too many requests in batch message. Maximum batch size is {MOST}", got=len(wanted))
    with_headers = bool(asked.params.get("include_headers", True))
    parts = [_part(one, asked) for one in wanted]
    needed, told, failed = {part.depends_on for part in parts}, list[Told](), set[str]()
    for part in parts:
        answer = None if part.depends_on in failed else _answered(asked, part, respond, with_headers)
        if answer is None or answer["code"] >= 400:
            failed |= {part.name} - {""}
        left_out = part.name and part.name in needed - failed and part.omitted
        told.append(None if left_out else answer)
    return Response(200, [("content-type", "application/json")], orjson.dumps(told))


def _part(wish: Mapping[str, Any], asked: Asked) -> Part:
    """Raises InvalidParameter."""
    body, url = wish.get("body", ""), str(wish.get("relative_url", "")).lstrip("/")
    text = body if isinstance(body, str) else orjson.dumps(body).decode()
    for mark, message in REFUSED.items():
        if mark in wish or mark in url or mark in text:
            raise InvalidParameter(message, part=url[:200])
    own = _token(wish, url, text)
    return Part(
        method=str(wish.get("method", "GET")).upper(),
        relative_url=url,
        body=text,
        token=own or asked.token,
        proof="" if own else asked.proof,
        name=str(wish.get("name", "")),
        depends_on=str(wish.get("depends_on", "")),
        omitted=loose.WORDS.get(str(wish.get("omit_response_on_success", True)).lower(), True),
    )


def _token(wish: Mapping[str, Any], url: str, body: str) -> str:
    """The part's own; empty where it has none. Where the proof goes with the URL, so does the token."""
    found = loose.of_query(urlsplit(url).query) | (loose.of_query(body) if body[:1] != "{" else {})
    return str(wish.get("access_token") or found.get("access_token") or "")


def _answered(asked: Asked, part: Part, respond: Respond, with_headers: bool) -> dict[str, Any]:
    request = _request(asked.request, part)
    try:
        response = respond(request)
        if response.before is not None:
            raise InvalidParameter(
                "This call cannot be part of a batch", part=part.relative_url[:200], hint="Webhooks are named alone."
            )
    except SandbankError as error:  # one that fails does not take the others along
        request.notes["error"] = error
        sound = whatsapp_voice.sound if request.path.startswith(f"{WHATSAPP}/") else voice.sound
        reply = sound(error, request.trace_id)
        response = Response(reply.status, [("content-type", "application/json")], orjson.dumps(reply.body))
        asked.request.notes.setdefault(PARTS, []).append((request, response))
    for note in (CALLER, WORLD):  # whoever looks at the whole is to know whose it was
        if note in request.notes:
            asked.request.notes.setdefault(note, request.notes[note])
    told: dict[str, Any] = {"code": response.status, "body": response.body.decode()}
    if with_headers:
        told["headers"] = [{"name": name, "value": value} for name, value in response.headers]
    return told


def _request(outer: Request, part: Part) -> Request:
    parts = urlsplit(part.relative_url)
    kind = "application/json" if part.body.lstrip()[:1] == "{" else "application/x-www-form-urlencoded"
    headers = {**outer.headers, "content-type": kind, "authorization": f"Bearer {part.token}"}
    query = "&".join(filter(None, (parts.query, f"appsecret_proof={part.proof}" if part.proof else "")))
    return replace(
        outer,
        method=part.method,
        path=f"{PREFIX}/{parts.path}",
        query=query.encode(),
        body=part.body.encode(),
        headers=headers,
        notes={"base_url": outer.notes["base_url"]},
        _trace_id="",
    )
