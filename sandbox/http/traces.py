"""Every refusal gets a `Sandbank-Trace`, under which `GET /_sandbox/why/{id}` explains it."""

import logging
from collections.abc import Callable
from typing import Any

import orjson

from sandbox.http.message import CALL, Request, Response
from sandbox.store.traces import Traces

Respond = Callable[[Request], Response]
PARTS = "parts"
"""The note of a request that was many in one: those (request, response) that were refused."""

log = logging.getLogger("sandbank")


def traces(store: Traces, wall: Callable[[], int]) -> Callable[[Respond], Respond]:
    def keep(request: Request, response: Response) -> None:
        try:
            document = orjson.dumps(story(request, response), default=str).decode()
            store.add(request.trace_id, request.notes.get("world_id"), wall(), document)
        except Exception as error:  # a full disk, say: the refusal itself must get through
            log.error("the trace %s could not be kept: %s", request.trace_id, error)

    def layer(inner: Respond) -> Respond:
        def respond(request: Request) -> Response:
            response = inner(request)
            if response.status >= 400 or "error" in request.notes:
                response.with_headers({"Sandbank-Trace": request.trace_id})
                keep(request, response)
            for part in request.notes.get(PARTS, ()):
                keep(*part)
            return response

        return respond

    return layer


def story(request: Request, response: Response) -> dict[str, Any]:
    """What is kept of a refusal: no header values, no query values beyond those that a violation quotes, no body."""
    notes = request.notes
    told: dict[str, Any] = {
        "trace": request.trace_id,
        "status": response.status,
        "request": {"method": request.method, "path": request.path, "bank": request.bank or None},
    }
    for name in ("operation", "world_id", "client_id", "consent_id", "persona"):
        if name in notes:
            told[name] = notes[name]
    if "operation" in notes:
        told["kept_to_document"] = CALL in notes
    error = notes.get("error")
    if error is not None:
        told |= error.explain()
    else:
        told |= {
            "error": "Refused",
            "rule": "The answer itself says what is wrong.",
            "answer": _answer(response),
        }
    if "works" in notes:
        told["works"] = notes["works"]
    return told


def _answer(response: Response) -> Any:
    try:
        return orjson.loads(response.body)
    except orjson.JSONDecodeError:
        return None
