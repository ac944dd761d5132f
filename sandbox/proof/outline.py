"""A document of a bank as data: what it says of each operation, with every reference followed. It need be neither ours
nor compiled: another version, a contract, somebody else's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sandbox.contract.pointers import follow, lookup
from sandbox.contract.routes import Routes
from sandbox.kernel.errors import MethodNotAllowed, UnknownPath

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True)
class Op:
    name: str
    """Its operationId, else its method and path."""
    method: str
    path: str
    """As the document writes it."""
    written: Mapping[str, Any]
    parameters: Mapping[tuple[str, str], Mapping[str, Any]]
    """By where and what they are called, headers in lower case."""
    body: Mapping[str, Any] | None
    responses: Mapping[str, Mapping[str, Any]]
    security: tuple[Mapping[str, list[str]], ...]

    def answer(self, status: int) -> Mapping[str, Any] | None:
        """What is said of a status, itself or with its hundred, or by default."""
        said = self.responses
        return said.get(str(status)) or said.get(f"{status // 100}XX") or said.get("default")


class Outline:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.title: str = document["info"]["title"]
        self.version = str(document["info"]["version"])
        servers = document.get("servers") or [{"url": ""}]
        self.prefix = urlsplit(servers[0]["url"]).path.rstrip("/")
        found = [
            self._operation(path, method, item)
            for path, item in document.get("paths", {}).items()
            for method in METHODS
            if method in item
        ]
        self.operations = {one.name: one for one in found}
        self.places = {(one.method, one.path): one for one in found}
        paths: dict[str, dict[str, Op]] = {}
        for one in found:
            paths.setdefault(one.path, {})[one.method] = one
        self._routes = Routes(self.prefix, paths)

    def match(self, method: str, path: str) -> tuple[Op, Mapping[str, str]] | None:
        """The operation, and the path's parameters; with or without the server's own prefix."""
        if self.prefix and path.startswith(f"{self.prefix}/"):
            path = path[len(self.prefix) :]
        try:
            return self._routes.match(method, path)
        except (UnknownPath, MethodNotAllowed):
            return None

    def resolved(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in value:
            value = lookup(self.document, follow(self.document, value["$ref"]))
        return value

    def _operation(self, path: str, method: str, item: Mapping[str, Any]) -> Op:
        written = item[method]
        listed = [self.resolved(one) for one in (*item.get("parameters", ()), *written.get("parameters", ()))]
        body = written.get("requestBody")
        responses = written.get("responses", {}).items()
        return Op(
            name=written.get("operationId") or f"{method.upper()} {path}",
            method=method.upper(),
            path=path,
            written=written,
            parameters={(one["in"], _name(one)): one for one in listed},
            body=self.resolved(body) if body else None,
            responses={str(status): self.resolved(one) for status, one in responses if not status.startswith("x-")},
            security=tuple(written.get("security", self.document.get("security", ()))),
        )


def _name(parameter: Mapping[str, Any]) -> str:
    name: str = parameter["name"]
    return name.lower() if parameter["in"] == "header" else name


def media(content: Mapping[str, Any], content_type: str) -> tuple[str, Mapping[str, Any]] | None:
    """Of an operation's media types the one that a Content-Type means, and what is said of it."""
    wanted = content_type.partition(";")[0].strip().lower()
    for pattern, said in content.items():
        name = pattern.partition(";")[0].strip().lower()
        if name in (wanted, "*/*", f"{wanted.partition('/')[0]}/*"):
            return pattern, said
    return None
