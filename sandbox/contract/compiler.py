"""From the bytes of an OpenAPI document to the plain data that operations are made of. Only for cold starts.

Connexion validates the document, resolves its references and gives each operation its model. Two things are
settled before it sees the document: path-level parameters are merged into the operations (Connexion would
repeat them, and let them win over the operation's own), and the loader is stricter than YAML's habits (see
`_Loader`). Schemas are not copied: the plain data names their places, and `schemas.py` reads them there.
"""

import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import yaml

from sandbox.contract.parameters import describe
from sandbox.contract.pointers import BrokenAt, follow, join, lookup, split
from sandbox.contract.responses import describe_header
from sandbox.contract.routes import parameter_names
from sandbox.contract.schemas import Schemas

if TYPE_CHECKING:
    from connexion.operations import OpenAPIOperation
    from connexion.spec import Specification

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
LONGEST_PROBLEM = 400
BOOLEAN = "tag:yaml.org,2002:bool"
TIMESTAMP = "tag:yaml.org,2002:timestamp"

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """YAML as OpenAPI wants it: dates stay text, only true and false are booleans, no key comes twice."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        letter: [(tag, pattern) for tag, pattern in resolvers if tag not in (BOOLEAN, TIMESTAMP)]
        for letter, resolvers in _Base.yaml_implicit_resolvers.items()
    }

    def __init__(self, stream: bytes) -> None:
        super().__init__(stream)
        self._seen: set[int] = set()

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        if id(node) not in self._seen:
            self._seen.add(id(node))
            _refuse_twins(node)
        super().flatten_mapping(node)


_Loader.add_implicit_resolver(BOOLEAN, re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def _refuse_twins(node: yaml.MappingNode) -> None:
    keys = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode) and key.value != "<<":
            if key.value in keys:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} comes twice", key.start_mark
                )
            keys.add(key.value)


def compile_document(slug: str, raw_yaml: bytes) -> tuple[dict[str, Any], bytes]:
    """The compiled data, and the document as JSON. Raises BrokenAt."""
    raw_json = _as_json(_parse(raw_yaml))
    document = orjson.loads(raw_json)
    if not isinstance(document, dict):
        raise BrokenAt("", "an OpenAPI document is a mapping")
    _check_references(document)
    places = _parameter_places(document)
    spec = _specification(document, places)
    own_slug = spec.get("info", {}).get("x-sandbank", {}).get("slug", slug)
    if own_slug != slug:
        raise BrokenAt("/info/x-sandbank/slug", f"the file is called {slug}.yaml and the document {own_slug}")
    compiler = _Compiler(document, spec)
    compiled = {
        "slug": slug,
        "prefix": spec.base_path,
        "title": spec["info"]["title"],
        "version": str(spec["info"]["version"]),
        "error_table": spec.components.get("x-error-table", {}),
        "security_schemes": spec.security_schemes,
        "operations": [compiler.operation(path, method, places[path, method]) for path, method in places],
    }
    _refuse_namesakes(compiled["operations"])
    return compiled, raw_json


def place(path: Path, raw_yaml: bytes, pointer: str) -> str:
    """Where in the file a pointer leads, for people: openapi/chase.yaml:120: paths > /accounts > get."""
    tokens = split(pointer)
    if not tokens:
        return str(path)
    try:
        node = yaml.compose(raw_yaml, Loader=_Base)
    except yaml.YAMLError:
        node = None
    line = 1
    for token in tokens:
        children: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        if isinstance(node, yaml.MappingNode):
            children = {key.value: (key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)}
        elif isinstance(node, yaml.SequenceNode):
            children = {str(index): (item, item) for index, item in enumerate(node.value)}
        if token not in children:
            break
        at, node = children[token]
        line = at.start_mark.line + 1
    return f"{path}:{line}: {' > '.join(tokens)}"


class _Compiler:
    def __init__(self, document: Mapping[str, Any], spec: "Specification") -> None:
        self.document = document
        self.spec = spec
        self.schemas = Schemas(lambda: document)

    def operation(self, path: str, method: str, parameters: list[str]) -> dict[str, Any]:
        here = join(["paths", path, method])
        with _at(here):
            model, written = _model(self.spec, path, method), self.spec.get_operation(path, method)
            record = {
                "operation_id": model.operation_id,
                "method": method.upper(),
                "path": path,
                "summary": written.get("summary", ""),
                "data_clusters": written.get("x-data-clusters", []),
                "security": model.security or [],
                "oauth_endpoint": written.get("x-oauth-endpoint"),
                "unknown_parameters": written.get("x-unknown-parameters", "refuse"),
                "fidelity": written.get("x-fidelity", ""),
                "fidelity_source": written.get("x-fidelity-source", ""),
                "parameters": self._parameters(model, parameters),
                "body": self._body(model, follow(self.document, f"{here}/requestBody")) if model.request_body else None,
                "responses": {
                    status: self._response(response, follow(self.document, f"{here}/responses/{status}"))
                    for status, response in model.responses.items()
                    if not status.startswith("x-")
                },
            }
            _check(record)
        return record

    def _parameters(self, model: "OpenAPIOperation", places: list[str]) -> list[dict[str, Any]]:
        records = []
        for parameter, at in zip(model.parameters, places, strict=True):
            with _at(at):
                if "schema" not in parameter:
                    raise BrokenAt("", f"{parameter['in']} parameter {parameter['name']} has no schema")
                record = describe(parameter, self.schemas, f"{at}/schema")
            if record is not None:
                records.append(record)
        return records

    def _body(self, model: "OpenAPIOperation", at: str) -> dict[str, Any]:
        body = model.request_body
        return {"required": bool(body.get("required")), "content": self._content(body, at)}

    def _response(self, response: Mapping[str, Any], at: str) -> dict[str, Any]:
        headers = []
        for name, header in response.get("headers", {}).items():
            if name.lower() != "content-type":
                where = follow(self.document, at + join(["headers", name]))
                pointer = f"{where}/schema" if "schema" in header else None
                headers.append(describe_header(name, header, self.schemas, pointer))
        return {
            "description": response["description"],
            "headers": headers,
            "content": self._content(response, at),
        }

    @staticmethod
    def _content(holder: Mapping[str, Any], at: str) -> dict[str, str | None]:
        """The place of the schema of each media type, None for one without."""
        return {
            media_type: at + join(["content", media_type, "schema"]) if "schema" in content else None
            for media_type, content in holder.get("content", {}).items()
        }


# --- Reading ------------------------------------------------------------------------------------------------------


def _parse(raw_yaml: bytes) -> Any:
    try:
        return yaml.load(raw_yaml, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise BrokenAt("", f"{where}{getattr(error, 'problem', None) or error}") from None
    except RecursionError:
        raise BrokenAt("", "it nests too deeply") from None


def _as_json(tree: Any) -> bytes:
    """JSON has no aliases: what YAML's anchors share becomes separate."""
    try:
        return orjson.dumps(tree, option=orjson.OPT_NON_STR_KEYS)
    except orjson.JSONEncodeError as error:
        raise BrokenAt("", f"it cannot be written as JSON: {error}") from None


def _check_references(document: Mapping[str, Any]) -> None:
    """Every $ref leads to a place in this document; an error names where it stands."""
    for at, pointer in _references(document, []):
        with _at(at):
            if not pointer.startswith("#/"):
                raise BrokenAt("", f"$ref {pointer!r} leaves the document; a document stands alone")
            follow(document, pointer)


def _references(value: Any, path: list[str | int]) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield join(path), value["$ref"]
        inside_properties = bool(path) and path[-1] == "properties"
        for name, member in value.items():
            if inside_properties or not (name in ("default", "enum", "example", "examples") or name.startswith("x-")):
                yield from _references(member, [*path, name])
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _references(item, [*path, index])


def _parameter_places(document: Mapping[str, Any]) -> dict[tuple[str, str], list[str]]:
    """For each operation the places of its parameters: its own, then its path's where it has no own."""
    places = {}
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method in METHODS:
            if isinstance(item, dict) and isinstance(item.get(method), dict):
                own = _listed_parameters(document, ["paths", path, method])
                inherited = _listed_parameters(document, ["paths", path])
                places[path, method] = list(
                    (own | {key: at for key, at in inherited.items() if key not in own}).values()
                )
    return places


def _listed_parameters(document: Mapping[str, Any], holder: list[str]) -> dict[tuple[str, str], str]:
    """The places of the parameters that an operation or a path lists, by where and what they are."""
    listed = lookup(document, join(holder)).get("parameters", [])
    places: dict[tuple[str, str], str] = {}
    for index in range(len(listed) if isinstance(listed, list) else 0):
        here = join([*holder, "parameters", index])
        at = follow(document, here)
        parameter = lookup(document, at)
        if isinstance(parameter, dict):  # Connexion says what else is wrong
            key = (str(parameter.get("in")), str(parameter.get("name")))
            if key in places:
                raise BrokenAt(here, f"{key[0]} parameter {key[1]} is listed twice")
            places[key] = at
    return places


# --- Connexion ----------------------------------------------------------------------------------------------------


def _specification(document: Mapping[str, Any], places: Mapping[tuple[str, str], list[str]]) -> "Specification":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Connexion imports two libraries in a way that they are about to drop
        from connexion.exceptions import InvalidSpecification  # noqa: PLC0415
        from connexion.spec import Specification  # noqa: PLC0415

    merged = orjson.loads(orjson.dumps(document))
    for (path, method), chosen in places.items():
        merged["paths"][path][method]["parameters"] = [lookup(document, at) for at in chosen]
        merged["paths"][path].pop("parameters", None)
    try:
        return Specification.load(merged)
    except InvalidSpecification as error:
        nearest = _nearest(error.__context__ or error)
        problem = (
            nearest.message if len(nearest.message) <= LONGEST_PROBLEM else nearest.message[:LONGEST_PROBLEM] + "…"
        )
        raise BrokenAt(join(nearest.absolute_path), problem) from None


def _nearest(error: Any) -> Any:
    """The fault behind "is not valid under any of the given schemas", as far as it can be told.

    Nearly everything in a document may be a reference instead, which is no help to somebody who wrote none.
    """
    from jsonschema.exceptions import relevance  # type: ignore[import-untyped]  # noqa: PLC0415

    while error.context:
        inner = [fault for fault in error.context if fault.message != "'$ref' is a required property"]
        inner.sort(key=relevance)
        twins = [fault.validator for fault in inner[:2] if relevance(fault) == relevance(inner[0])]
        if not inner or twins == ["enum", "enum"]:
            break
        error = inner[0]
    return error


class _NoFunctions:
    """Handlers are found by operationId later (`selfcheck`), so Connexion has nothing to import."""

    def resolve(self, operation: "OpenAPIOperation") -> Any:
        from connexion.resolver import Resolution  # noqa: PLC0415

        return Resolution(None, operation.operation_id)


def _model(spec: "Specification", path: str, method: str) -> "OpenAPIOperation":
    from connexion.operations import OpenAPIOperation  # noqa: PLC0415

    return OpenAPIOperation.from_spec(spec, path=path, method=method, resolver=_NoFunctions())


# --- What Connexion does not look at ------------------------------------------------------------------------------


def _check(record: Mapping[str, Any]) -> None:
    if not record["operation_id"]:
        raise BrokenAt("", "operationId is missing")
    if record["unknown_parameters"] not in ("refuse", "ignore"):
        raise BrokenAt("", "x-unknown-parameters must be refuse or ignore")
    declared = {parameter["name"] for parameter in record["parameters"] if parameter["in"] == "path"}
    templated = parameter_names(record["path"])
    for name in sorted(declared ^ set(templated)):
        problem = "is not declared as a parameter" if name in templated else "is declared, and not in the path"
        raise BrokenAt("", f"path parameter {name} {problem}")


def _refuse_namesakes(operations: list[dict[str, Any]]) -> None:
    first: dict[str, str] = {}
    for record in operations:
        name, at = record["operation_id"], join(["paths", record["path"], record["method"].lower()])
        if first.setdefault(name, at) != at:
            raise BrokenAt(at, f"operationId {name} is taken by {' > '.join(split(first[name]))}")


@contextmanager
def _at(pointer: str) -> Iterator[None]:
    """Gives errors that do not know their place this one."""
    try:
        yield
    except BrokenAt as error:
        raise BrokenAt(error.pointer or pointer, error.problem) from None
