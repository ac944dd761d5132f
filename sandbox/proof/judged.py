"""An exchange with somebody else's server, held against a document from both ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from sandbox.contract.documents import Document, Operation
from sandbox.http import redaction
from sandbox.kernel.clock import from_millis
from sandbox.kernel.errors import SandbankError, Violation
from sandbox.ledger.exchanges import Exchange

BODY = 256 << 10
"""Bytes of a body that is looked at; a longer one passes by unseen."""


@dataclass
class Judged:
    """What is known of an exchange while it goes on."""

    document: Document
    method: str
    path: str
    query: bytes
    headers: Mapping[str, str]
    """Lower-case names."""
    operation: Operation | None = None
    error: SandbankError | None = None
    violations: tuple[Violation, ...] = ()
    """In both directions; those of the answer have the location `response`."""
    seen: tuple[str, ...] = ()
    """Of `request` and `response` those whose bodies were looked at."""

    def asked(self, body: bytes | None) -> None:
        """The request, with its body unless that is too long to look at."""
        try:
            self.operation, path = self.document.match(self.method, unquote(self.path))
            self.operation.read_parameters(path, self.query, self.headers)
            if body is not None:
                self.operation.read_body(self.headers.get("content-type"), body)
        except SandbankError as error:
            self.error = error
            self.violations = tuple(error.violations)
        if body is not None:
            self.seen += ("request",)

    def answered(self, status: int, headers: Mapping[str, str], body: bytes | None) -> None:
        """The answer, likewise."""
        if body is None:
            return
        self.seen += ("response",)
        if self.operation is None:
            return
        media_type = headers.get("content-type", "").partition(";")[0].strip() or None
        self.violations += tuple(self.operation.check_response(status, media_type, headers, body))

    @property
    def broken(self) -> bool:
        return any(one.location == "response" for one in self.violations)

    @property
    def wrong(self) -> int:
        """Ways in which either side broke the document; a call that it does not have is one."""
        return len(self.violations) or int(self.error is not None)

    def exchange(self, number: int, *, status: int, wall: int, took: int) -> Exchange:
        """Without bodies, and without secrets."""
        document, operation = self.document, self.operation
        return Exchange(
            world="",
            at=from_millis(wall),
            wall=wall,
            channel=document.slug,
            method=self.method,
            path=f"{document.prefix}{self.path}",
            status=status,
            took=took,
            operation=operation.operation_id if operation else "",
            document=f"{document.slug} {document.version}" if operation else "",
            query=redaction.text(self.query.decode("latin-1")),
            request_headers=redaction.headers(self.headers),
            error=self.error.name if self.error else "",
            detail=self.error.detail if self.error else "",
            violations=tuple(_without_values(one) for one in self.violations),
            broken=self.broken,
            number=number,
        )


def _without_values(one: Violation) -> Mapping[str, Any]:
    """What was expected, and not what came: that may be somebody's."""
    return {name: value for name, value in one.as_dict().items() if name not in ("got", "message")} | {
        "message": f"{one.location} {one.name or '/'} breaks the rule {one.rule!r}"
    }
