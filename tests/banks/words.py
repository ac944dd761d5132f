"""Assertion words for what every bank owes its callers. The judge of documents here is not Sandbank's own."""

from collections.abc import Mapping
from typing import Any, Protocol

from openapi_schema_validator import OAS30ReadValidator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4

from sandbox.contract.operations import Operation
from sandbox.dialect.faces import face_of
from sandbox.kernel import errors
from sandbox.oauth.voice import SILENT
from tests.banks.stage import Stage
from tests.conftest import SESSION

DOCUMENT = "urn:sandbank:document"


class Response(Protocol):
    """What `requests` gives, and what a bare socket gave."""

    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def content(self) -> bytes: ...
    @property
    def text(self) -> str: ...
    def json(self) -> Any: ...


class Judge:
    """Holds answers against a document with openapi-schema-validator."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self._registry: Registry[Any] = Registry().with_resource(DOCUMENT, DRAFT4.create_resource(raw))

    def faults(self, operation: Operation, answer: Response) -> list[str]:
        """Everything in which an answer is not what its operation declares."""
        responses = self._at(["paths", operation.path, operation.method.lower(), "responses"])
        declared, status = self._node(responses), str(answer.status_code)
        if status not in declared:
            return [f"the status {status} is not declared; {', '.join(sorted(declared))} are"]
        here = self._at([*responses, status])
        response = self._node(here)
        faults = [
            f"the header {name} is missing"
            for name, header in response.get("headers", {}).items()
            if self._node(self._at([*here, "headers", name])).get("required") and name not in answer.headers
        ]
        content = response.get("content", {})
        if not content:
            return faults + ["there is a body where none is declared"] * bool(answer.content)
        media_type = answer.headers.get("Content-Type", "").partition(";")[0]
        if media_type not in content:
            return [*faults, f"the media type {media_type!r} is not declared; {', '.join(content)} are"]
        if media_type == "application/json":
            faults += self.faults_of_value(answer.json(), [*here, "content", media_type, "schema"])
        return faults

    def faults_of_value(self, value: Any, place: list[str]) -> list[str]:
        pointer = "/".join(token.replace("~", "~0").replace("/", "~1") for token in self._at(place))
        validator = OAS30ReadValidator(
            {"$ref": f"{DOCUMENT}#/{pointer}"}, registry=self._registry, format_checker=oas30_format_checker
        )
        return [f"{error.json_path}: {error.message}"[:500] for error in validator.iter_errors(value)]

    def _node(self, place: list[str]) -> Any:
        node: Any = self.raw
        for token in place:
            node = node[token]
        return node

    def _at(self, place: list[str]) -> list[str]:
        """The place itself, with every reference on the way followed."""
        node, found = self.raw, list[str]()
        for token in place:
            node, found = node[token], [*found, token]
            while "$ref" in node:
                found = [part.replace("~1", "/").replace("~0", "~") for part in node["$ref"][2:].split("/")]
                node = self._node(found)
        return found


_judges: dict[int, Judge] = {}


def judge(stage: Stage) -> Judge:
    raw = stage.document.raw
    return _judges.setdefault(id(raw), Judge(raw))


def told_by(operation: Operation, answer: Response) -> str:
    """What was asked and answered, for a test that fails."""
    body = answer.text[:600] if answer.headers.get("Content-Type") == "application/json" else answer.content[:60]
    return f"{operation} at {getattr(answer, 'url', '')} answered {answer.status_code}: {body!r}"


def assert_keeps_to_document(stage: Stage, operation: Operation, answer: Response) -> None:
    faults = judge(stage).faults(operation, answer)
    assert not faults, "\n".join([told_by(operation, answer), *faults])
    assert "Sandbank-Contract" not in answer.headers, f"{operation} broke its contract, as Sandbank itself says"


def assert_answered(stage: Stage, operation: Operation, answer: Response) -> None:
    """A success that is as its document says."""
    assert 200 <= answer.status_code < 300, told_by(operation, answer)
    assert_keeps_to_document(stage, operation, answer)
    if answer.headers.get("Content-Type") == "application/pdf":
        assert answer.content.startswith(b"%PDF-")


def assert_in_voice(stage: Stage, operation: Operation, answer: Response, *statuses: int) -> dict[str, Any]:
    """A refusal in the bank's own envelope, which its document declares and Sandbank can explain: the explanation."""
    assert answer.status_code in statuses, told_by(operation, answer)
    assert_keeps_to_document(stage, operation, answer)
    if operation.oauth_endpoint in (None, *SILENT):
        return assert_faced(stage, answer)
    if answer.headers.get("Content-Type") == "application/json":
        assert answer.json()["error"]
    return why(stage, answer)


def assert_faced(stage: Stage, answer: Response) -> dict[str, Any]:
    """The status and code are the ones that the bank's table gives to the error that the explanation names."""
    told = why(stage, answer)
    face = face_of(stage.bank.faces, error_named(told["error"], stage))
    assert (answer.status_code, face.status) == (face.status, answer.status_code), told
    codes = [str(value) for value in _leaves(answer.json())]
    assert face.code in codes, f"{told['error']} has the code {face.code}, and the body is {answer.text[:600]}"
    return told


def why(stage: Stage, answer: Response) -> dict[str, Any]:
    """The explanation of a refusal, which every refusal has."""
    trace = answer.headers.get("Sandbank-Trace", "")
    assert trace, f"a {answer.status_code} came without Sandbank-Trace: {answer.text[:300]}"
    found = SESSION.get(f"{stage.server.url}/_sandbox/why/{trace}", timeout=30)
    assert found.status_code == 200, found.text
    told: dict[str, Any] = found.json()
    assert told["trace"] == trace
    assert told["status"] == answer.status_code
    assert told["rule"].endswith("."), told
    assert told["error"], told
    return told


def assert_challenged(answer: Response, scheme: str = "Bearer") -> None:
    """RFC 9110 11.6.1: who is refused for want of credentials is told which would do."""
    assert answer.headers.get("WWW-Authenticate", "").startswith(scheme), dict(answer.headers)


def error_named(name: str, stage: Stage) -> errors.SandbankError:
    """An error of the kernel, or one of the bank's own that its table names."""
    kind = getattr(errors, name, None) or next((own for own in stage.bank.faces if own.__name__ == name), None)
    assert isinstance(kind, type), f"{name} is no error that is known"
    assert issubclass(kind, errors.SandbankError)
    if issubclass(kind, errors.InvalidRequest):
        return kind([errors.Violation("query", "limit", "maximum", "limit must be at most 500, got 501", 500, 501)])
    if issubclass(kind, errors.MethodNotAllowed):
        return kind("it answers GET", allowed=["GET"])
    return errors.ContractBroken("getAccount", []) if kind is errors.ContractBroken else kind("what happened")


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for member in value.values() for leaf in _leaves(member)]
    return [leaf for item in value for leaf in _leaves(item)] if isinstance(value, list) else [value]
