"""Flask, called where it stands: a WSGI call without a thread and without a queue."""

import io
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from flask import Flask
from flask import Request as FlaskRequest
from werkzeug.routing import MapAdapter

from sandbox.dialect.bank import Handler
from sandbox.dialect.call import Call
from sandbox.http.message import CALL, Request, Response
from sandbox.http.replies import response_of


class Shell(Flask):
    """A Flask that leaves routing of operations to the contract layer, and errors to whoever knows the bank's voice."""

    def create_url_adapter(self, request: FlaskRequest | None) -> MapAdapter | None:
        """None for an operation: the contract layer has routed it, so that Flask need not again; and none without a
        request, since nobody here builds an address from the outside."""
        if request is None or CALL in request.environ["sandbank.request"].notes:
            return None
        return super().create_url_adapter(request)


def bridge(flask: Shell, glance: Callable[..., AbstractContextManager[None]]) -> Callable[[Request], Response]:
    """The innermost handler: an operation is run in Flask's application context, other paths are Flask's to answer.
    `glance` is put around what has no customer's token: it asks for the world's time again and again."""
    wsgi = flask.wsgi_app

    def respond(request: Request) -> Response:
        prepared: tuple[Handler, Call] | None = request.notes.get(CALL)
        if prepared is not None:
            handler, call = prepared
            around = nullcontext() if call.maybe_grant is not None else glance(call.world)
            with flask.app_context(), around:
                call.reply = handler(call)
            return response_of(call.reply)
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> Callable[[bytes], object]:
            started[:] = [status, headers]
            return lambda _: None

        with glance():
            chunks: Iterable[bytes] = wsgi(environ_of(request), start_response)
        try:
            body = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        status, headers = started
        return Response(int(status[:3]), headers, body, request.notes.get("delay", 0.0))

    return respond


def environ_of(request: Request) -> dict[str, Any]:
    headers = request.headers
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET" if request.method == "HEAD" else request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path.encode().decode("latin-1"),
        "QUERY_STRING": request.query.decode("latin-1"),
        # What the client calls this server is known from elsewhere (hosts.py): no name here can be malformed.
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.peer,
        "CONTENT_LENGTH": str(len(request.body)),
        "CONTENT_TYPE": headers.get("content-type", ""),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": None,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "sandbank.request": request,
    }
    for key, value in headers.items():
        # An offer to upgrade is not for Flask, which would look for a WebSocket at the path.
        if key not in ("host", "connection", "upgrade"):
            environ["HTTP_" + key.upper().replace("-", "_")] = value
    return environ
