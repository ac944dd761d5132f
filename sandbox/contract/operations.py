"""One operation of a document, ready to read requests and to judge answers."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import orjson

from sandbox.contract import media
from sandbox.contract.bodies import BodyReader
from sandbox.contract.parameters import NO_COOKIES, ParameterReader, Parameters
from sandbox.contract.responses import Response
from sandbox.contract.schemas import Schemas
from sandbox.kernel.errors import NotAcceptable, Violation

MOST_REMEMBERED = 64


class Answers:
    """The declared answers of a document. Most operations are refused in the same few ways: what is declared alike is
    one answer."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._known: dict[tuple[str, bytes], tuple[dict[str, Any], Response]] = {}

    def of(self, record: Mapping[str, Any]) -> dict[str, Response]:
        """By status. In the record as well, what is alike becomes one."""
        found, declared = {}, record["responses"]
        for status, answer in declared.items():
            key = (status, orjson.dumps(answer))
            known = self._known.get(key)
            if known is None:
                known = self._known[key] = (answer, Response(status, answer, self._schemas))
            declared[status], found[status] = known
        return found


class Operation:
    __slots__ = (
        "_body", "_by_status", "_negotiated", "_reader", "anonymous", "data_clusters", "fidelity", "fidelity_source",
        "method", "oauth_endpoint", "operation_id", "path", "responses", "schemes", "scopes", "security",
        "success_media_types", "summary", "unknown_parameters",
    )  # fmt: skip

    def __init__(self, record: Mapping[str, Any], schemas: Schemas, answers: Answers) -> None:
        self.operation_id: str = record["operation_id"]
        self.method: str = record["method"]
        self.path: str = record["path"]
        self.summary: str = record["summary"]
        self.data_clusters = tuple[str, ...](record["data_clusters"])
        self.security: list[dict[str, list[str]]] = record["security"]
        self.schemes = frozenset(scheme for way in self.security for scheme in way)
        self.anonymous = {} in self.security
        self.scopes = tuple(
            dict.fromkeys(scope for choice in self.security for scopes in choice.values() for scope in scopes)
        )
        self.oauth_endpoint: str | None = record["oauth_endpoint"]
        self.unknown_parameters: Literal["refuse", "ignore"] = record["unknown_parameters"]
        self.fidelity: str = record["fidelity"]
        self.fidelity_source: str = record["fidelity_source"]
        self.responses = answers.of(record)
        self.success_media_types = tuple(
            dict.fromkeys(
                media_type
                for status, response in self.responses.items()
                if status.startswith("2")
                for media_type in response.content
            )
        )
        self._reader = ParameterReader(
            record["parameters"], schemas, refuse_unknown=self.unknown_parameters == "refuse"
        )
        self._body = BodyReader(record["body"], schemas) if record["body"] else None
        self._by_status = {int(status): response for status, response in self.responses.items() if status.isdigit()}
        self._negotiated: dict[str | None, str] = {}

    def __repr__(self) -> str:
        return f"<Operation {self.operation_id}: {self.method} {self.path}>"

    def prove(self) -> None:
        """Compiles every schema now. Raises BrokenAt or ValueError for one that cannot be compiled."""
        self._reader.validator.compile()
        if self._body:
            self._body.prove()
        for response in self.responses.values():
            response.prove()

    # --- What came -------------------------------------------------------------------------------------------------

    def read_parameters(
        self,
        path_params: Mapping[str, str],
        query: bytes | Iterable[tuple[str, str]],
        headers: Mapping[str, str],
        cookies: Mapping[str, str] = NO_COOKIES,
    ) -> Parameters:
        """Typed values with defaults filled in. Names of headers come, and are returned, in lower case.

        Raises MalformedId, InvalidHeader, InvalidDate or InvalidInput with every violation.
        """
        return self._reader.read(path_params, query, headers, cookies)

    def read_body(self, content_type: str | None, body: bytes) -> object:
        """The body as JSON values, text or bytes; None where none came, or the operation reads none.

        Raises UnsupportedMediaType, or InvalidInput with every violation.
        """
        return self._body.read(content_type, body) if self._body else None

    def negotiate(self, accept: str | None) -> str:
        """The media type to answer a success with, "" where a success has no body. Raises NotAcceptable."""
        chosen = self._negotiated.get(accept)
        if chosen is None:
            chosen = self._choose(accept)
            if len(self._negotiated) < MOST_REMEMBERED:
                self._negotiated[accept] = chosen
        return chosen

    def _choose(self, accept: str | None) -> str:
        if not self.success_media_types:
            return ""
        chosen = media.choose(accept, self.success_media_types)
        if chosen is None:
            offered = list(self.success_media_types)
            raise NotAcceptable(
                f"{self.operation_id} answers {' or '.join(offered)}, and Accept allows none of that",
                hint=f"Send Accept: {offered[0]}, or leave the header out.",
                offered=offered,
            )
        return chosen

    # --- What is answered. Names of headers are in lower case. -----------------------------------------------------

    def check_response(
        self,
        status: int,
        media_type: str | None,
        headers: Mapping[str, str],
        body: object,
        *,
        rows: tuple[str, int] | None = None,
    ) -> list[Violation]:
        """Everything in which an answer breaks the document. `body` is JSON values, or the bytes to be sent.

        `rows` names a member of the body whose rows were checked before, as in `check_page`, and counts them.
        """
        if rows is not None:
            member, count = rows
            response = self._by_status.get(status)
            surplus = response.row_violations(media_type, member, count) if response else []
            return [*self.check_page(status, media_type, headers, body, member), *surplus]
        response = self._by_status.get(status)
        if response is not None and response.holds(media_type, headers, body):
            return []
        response = response or self._undeclared(status)
        return response.violations(media_type, headers, body) if response else [self._drift(status)]

    def check_page(
        self, status: int, media_type: str | None, headers: Mapping[str, str], envelope: object, member: str
    ) -> list[Violation]:
        """The same for a body whose `member` holds rows that were checked before: they are not looked at.

        `member` is a name, a pointer such as /data/rows, or "" where the whole body is the rows.
        """
        response = self._by_status.get(status)
        if response is not None and response.holds(media_type, headers, envelope, member):
            return []
        response = response or self._undeclared(status)
        return response.violations(media_type, headers, envelope, member) if response else [self._drift(status)]

    def _undeclared(self, status: int) -> Response | None:
        return self.responses.get(f"{status // 100}XX") or self.responses.get("default")

    def _drift(self, status: int) -> Violation:
        declared = sorted(self.responses)
        message = f"{self.operation_id} does not declare the status {status}; it declares {', '.join(declared)}"
        return Violation("response", "status", "undeclared", message, expected=declared, got=status)
