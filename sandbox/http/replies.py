"""A reply's bytes. Rows were rendered and checked when they were written; a page joins them into its envelope."""

import flask
import orjson

from sandbox.dialect.call import Reply
from sandbox.http.message import Response


def reply_body(reply: Reply) -> bytes:
    body = reply.body
    if reply.member:
        rows = b'{"%b":[%b]' % (reply.member.encode(), b",".join(reply.rows))
        rest = orjson.dumps(body)
        return rows + (b"}" if rest == b"{}" else b"," + rest[1:])
    if body is None:
        return b""
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    return orjson.dumps(body)


def response_of(reply: Reply) -> Response:
    """A reply as it leaves. What has no body has no media type either."""
    headers = list(reply.headers.items())
    if reply.body is not None or reply.member:
        headers.insert(0, ("content-type", reply.media_type))
    return Response(reply.status, headers, reply_body(reply), reply.delay, reply.stream, reply.before)


def flask_response(reply: Reply) -> flask.Response:
    """The same for one of Flask's views."""
    response = response_of(reply)
    return flask.Response(response.body, response.status, response.headers)
