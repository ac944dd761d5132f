"""Files that come with a call as multipart/form-data. Inside, a call says of each what it is; its bytes are a note."""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from sandbox.dialect.call import Call
from sandbox.http.message import Request
from sandbox.messenger import loose
from sandbox.messenger.errors import InvalidParameter

DATA = re.compile(r"data:([\w.+-]+/[\w.+-]+)(?:;[\w.+-]+=[\w.+-]*)*;base64,([A-Za-z0-9+/]*={0,2})")
"""A file within its address (RFC 2397)."""
NOTE = "files"
"""The note of a request that holds its files by the name of their part."""


@dataclass(frozen=True, slots=True)
class File:
    name: str
    """As the client calls it."""
    media_type: str
    content: bytes


def in_memory(*_: object, **__: object) -> BytesIO:
    """For a part: the whole body is there already, and has a limit."""
    return BytesIO()


def read(request: Request) -> tuple[Mapping[str, File], dict[str, Any]]:
    """(the files, all parts as parameters: a file as {filename, type, size}). Raises InvalidParameter."""
    kind, options = parse_options_header(request.headers.get("content-type"))
    try:
        _, fields, parts = FormDataParser(stream_factory=in_memory, silent=False).parse(
            BytesIO(request.body), kind, len(request.body), dict(options)
        )
    except (ValueError, HTTPException) as error:
        raise InvalidParameter(f"The body is no multipart/form-data: {error}") from None
    files = dict[str, File]()
    for name, part in parts.items():
        with part.stream as stream:
            files[name] = File(part.filename or "", part.mimetype or "application/octet-stream", stream.read())
    params: dict[str, Any] = {name: loose.field(name, text) for name, text in fields.items()}
    for name, one in files.items():
        params[name] = {"filename": one.name, "type": one.media_type, "size": len(one.content)}
    return files, params


def within(url: str) -> File | None:
    """The file that an address holds; None where it holds none that can be read."""
    found = DATA.fullmatch(url)
    if found is None or len(found[2]) % 4:
        return None
    return File("", found[1], b64decode(found[2]))


def of(call: Call, name: str) -> File:
    """The file that came as this part. Raises InvalidParameter."""
    file = call.asked.notes.get(NOTE, {}).get(name)
    if not isinstance(file, File):
        raise InvalidParameter(f"The parameter {name} is required: a file, as multipart/form-data")
    return file
