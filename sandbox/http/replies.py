"""A reply's bytes. Rows were rendered and checked when they were written; a page joins them into its envelope."""

import orjson
from flask import Response

from sandbox.dialect.call import Reply


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


def flask_response(reply: Reply) -> Response:
    response = Response(reply_body(reply), reply.status, content_type=reply.media_type)
    if reply.body is None and not reply.member:
        del response.headers["Content-Type"]
    response.headers.extend(reply.headers)
    return response
