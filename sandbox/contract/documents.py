"""OpenAPI documents, read and compiled once.

Connexion loads a document: it validates it, resolves its references and makes its operation model. What
Sandbank needs of that is compiled to plain data and kept in a cache file, under a name that says what it was
made from, so that a warm start needs neither YAML nor Connexion, whose import alone takes longer than
everything else.
"""

import hashlib
import importlib.util
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from sandbox import resources
from sandbox.contract import cache
from sandbox.contract.operations import Answers, Operation
from sandbox.contract.pointers import BrokenAt, join
from sandbox.contract.routes import Routes
from sandbox.contract.schemas import Mode, Schemas, Validator
from sandbox.kernel.errors import SandbankError
from sandbox.kernel.names import did_you_mean

__all__ = ["Document", "DocumentBroken", "Operation", "load", "load_file"]

# To be raised whenever the same document compiles to other data than before.
COMPILER = 1

_loaded: dict[tuple[str, str], "Document"] = {}


class DocumentBroken(SandbankError):
    rule = "An OpenAPI document must be sound before it is served."


class Document:
    """One API: its operations, its schemas, and its own text to hand out."""

    def __init__(self, compiled: Mapping[str, Any], raw_json: bytes, raw_yaml: bytes | None = None) -> None:
        """Without `raw_yaml` it is written once somebody asks for it."""
        self.compiled = compiled
        self.slug: str = compiled["slug"]
        self.prefix: str = compiled["prefix"]
        self.title: str = compiled["title"]
        self.version: str = compiled["version"]
        self.error_table: dict[str, dict[str, Any]] = compiled["error_table"]
        self.security_schemes: dict[str, dict[str, Any]] = compiled["security_schemes"]
        self.raw_json = raw_json
        self._raw_yaml = raw_yaml
        self.json_etag = _etag(raw_json)
        self.schemas = Schemas(lambda: self.raw)
        records, answers = compiled["operations"], Answers(self.schemas)
        self.operations = {record["operation_id"]: Operation(record, self.schemas, answers) for record in records}
        paths: dict[str, dict[str, Operation]] = {}
        for operation in self.operations.values():
            paths.setdefault(operation.path, {})[operation.method] = operation
        self._routes = Routes(self.prefix, paths)

    def __repr__(self) -> str:
        return f"<Document {self.slug}: {len(self.operations)} operations under {self.prefix}>"

    @cached_property
    def raw(self) -> dict[str, Any]:
        """The whole document as it was written, $refs and all."""
        document: dict[str, Any] = orjson.loads(self.raw_json)
        return document

    @cached_property
    def raw_yaml(self) -> bytes:
        if self._raw_yaml is not None:
            return self._raw_yaml
        import yaml  # noqa: PLC0415 (a warm start does without)

        text: str = yaml.safe_dump(self.raw, sort_keys=False, allow_unicode=True, width=120)
        return text.encode()

    @cached_property
    def yaml_etag(self) -> str:
        return _etag(self.raw_yaml)

    def match(self, method: str, path: str) -> tuple[Operation, Mapping[str, str]]:
        """The operation and the path's parameters. `path` is decoded, without the prefix; HEAD means GET.

        Raises UnknownPath or MethodNotAllowed, and nothing else.
        """
        return self._routes.match(method, path)

    def validator(self, name: str, mode: Mode = "response") -> Validator:
        """For a schema by name (`Account`) or pointer (`#/components/schemas/Account/properties/status`)."""
        return self.schemas.validator(name, mode)

    def prove(self) -> None:
        """Compiles every schema that any operation uses now, instead of on first use."""
        for operation in self.operations.values():
            try:
                operation.prove()
            except ValueError as error:
                place = join(["paths", operation.path, operation.method.lower()])
                raise BrokenAt(place, f"a schema cannot be compiled: {error}") from None


def load(slug: str) -> Document:
    """The document of a bank, or of the control API. Raises DocumentBroken."""
    folder = resources.openapi_dir()
    path = folder / f"{slug}.yaml"
    if not path.is_file():
        hint = did_you_mean(slug, (other.stem for other in folder.glob("*.yaml")))
        raise DocumentBroken(f"there is no document {path}", hint=hint)
    return load_file(path)


def load_file(path: Path) -> Document:
    """The document in this file, from memory or the cache where they have it. Raises DocumentBroken."""
    try:
        raw_yaml = path.read_bytes()
    except OSError as error:
        raise DocumentBroken(f"{path} cannot be read: {error.strerror}") from None
    key = _key(raw_yaml)
    if (path.stem, key) not in _loaded:
        _loaded[path.stem, key] = _warm(path.stem, key, raw_yaml) or _cold(path, key, raw_yaml)
    return _loaded[path.stem, key]


def _warm(slug: str, key: str, raw_yaml: bytes) -> Document | None:
    cached = cache.read(slug, key)
    if cached is None:
        return None
    compiled, raw_json = cached
    try:
        return Document(compiled, raw_json, raw_yaml)
    except (AttributeError, KeyError, TypeError, ValueError):  # somebody edited the file
        return None


def _cold(path: Path, key: str, raw_yaml: bytes) -> Document:
    from sandbox.contract.compiler import compile_document, place  # noqa: PLC0415 (YAML, Connexion)

    try:
        compiled, raw_json = compile_document(path.stem, raw_yaml)
        document = Document(compiled, raw_json, raw_yaml)
        document.prove()
    except BrokenAt as error:
        raise DocumentBroken(f"{place(path, raw_yaml, error.pointer)}: {error.problem}") from None
    cache.write(path.stem, key, compiled, raw_json)
    return document


def _key(raw_yaml: bytes) -> str:
    """What the compiled form depends on: the document, this compiler, and Connexion's."""
    made_from = b"\n".join([str(COMPILER).encode(), _connexion_version().encode(), raw_yaml])
    return hashlib.sha256(made_from).hexdigest()


def _connexion_version() -> str:
    """The installed version, by its folder's name: importlib.metadata would take 40 ms to say the same."""
    spec = importlib.util.find_spec("connexion")
    if spec is None or spec.origin is None:
        raise DocumentBroken("Connexion is not installed, and documents are read with it")
    found = sorted(folder.name for folder in Path(spec.origin).parent.parent.glob("connexion-*.dist-info"))
    return ",".join(found)


def _etag(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'
