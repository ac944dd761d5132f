"""What jsonschema-rs found, as violations that a developer understands.

A sentence names the subject (`query parameter limit`, `body member /customer/name`), what the document asks
for, and what came: "query parameter limit must be at most 500, got 9999". Secrets that came are never
repeated.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
from jsonschema_rs import ValidationError, ValidationErrorKind

from sandbox.contract.pointers import join
from sandbox.kernel.errors import Violation
from sandbox.kernel.names import did_you_mean

Kind = ValidationErrorKind
Path = Sequence[str | int]
Branches = Sequence[Sequence[ValidationError]]

LONGEST_SHOWN = 200
# A body with thousands of faults is not worth thousands of sentences.
MOST_VIOLATIONS = 100
MOST_LISTED = 40
HIDDEN = "(hidden)"

# Names of members and parameters whose values are credentials, without underscores, hyphens and capitals.
SECRET_NAMES = {
    "accesstoken", "apikey", "assertion", "authorization", "clientassertion", "clientsecret", "codeverifier",
    "cookie", "cvv", "idtoken", "otp", "passcode", "password", "pin", "refreshtoken", "secret",
    "subjecttoken", "token",
}  # fmt: skip
# An authorization code is a secret on its way in; the `code` of an answer is an error code.
SECRET_IN_REQUESTS = {"code"}
# How credentials begin, wherever they turn up: those of an Authorization header, and JSON Web Tokens.
SECRET_BEGINNINGS = ("basic ", "bearer ", "dpop ", "eyj")

FORMATS = {
    "byte": "base64 text",
    "date": "a date (YYYY-MM-DD)",
    "date-time": "a date and time with its offset (RFC 3339, such as 2026-01-31T09:30:00Z)",
    "email": "an e-mail address",
    "hostname": "a host name",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "uri": "an absolute URI",
    "uuid": "a UUID",
}
TYPES = {
    "array": "an array",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
# What a keyword demands of a value, and what it counts.
BOUNDS = {
    "exclusiveMaximum": ("be less than {}", ""),
    "exclusiveMinimum": ("be greater than {}", ""),
    "maxItems": ("have at most {}", "item"),
    "maxLength": ("be at most {} long", "character"),
    "maxProperties": ("have at most {}", "member"),
    "maximum": ("be at most {}", ""),
    "minItems": ("have at least {}", "item"),
    "minLength": ("be at least {} long", "character"),
    "minProperties": ("have at least {}", "member"),
    "minimum": ("be at least {}", ""),
    "multipleOf": ("be a multiple of {}", ""),
    "pattern": ("match the pattern {}", ""),
}
REFUSED = {
    "request": ("readOnly", "is read-only and must not be sent"),
    "response": ("writeOnly", "is write-only and must not be shown"),
}
OTHER_RULES = {"not": "not have a form that is ruled out", "uniqueItems": "not repeat an item"}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a sentence is about: a parameter or a member. `shown` is for people, `name` for programs."""

    location: str
    name: str
    shown: str

    @property
    def secret(self) -> bool:
        return any(is_secret(self.location, token) for token in self.name.split("/"))


def subject(location: str, path: Path) -> Subject:
    """Parameters are judged together, as one object of objects: their path starts with where they stand."""
    if location == "parameters":
        where, name, *deeper = (*map(str, path), "")
        suffix = "".join(f"[{token}]" for token in deeper if token)
        kind = "header" if where == "header" else f"{where} parameter"
        return Subject(where, name, f"{kind} {name}{suffix}")
    if location == "headers":
        name = str(path[0]) if path else ""
        return Subject("response", name, f"response header {name}")
    pointer = join(path)
    return Subject(location, pointer, f"{location} member {_shortened(pointer)}" if pointer else f"the {location}")


def is_secret(location: str, name: str) -> bool:
    plain = name.lower().replace("_", "").replace("-", "")
    return plain in SECRET_NAMES or (location != "response" and plain in SECRET_IN_REQUESTS)


def explain(
    errors: Iterable[ValidationError], schema: Mapping[str, Any], location: str, mode: str = "response"
) -> list[Violation]:
    """`schema` is what the errors came from; `location` is parameters, body, response or headers."""
    explainer = _Explainer(schema, location, mode)
    violations = (violation for error in errors for violation in explainer.explain(error))
    return limited(violations, "request" if location == "parameters" else location)


def limited(violations: Iterable[Violation], location: str) -> list[Violation]:
    """At most MOST_VIOLATIONS, and a word about the others."""
    listed = list(islice(violations, MOST_VIOLATIONS + 1))
    if len(listed) > MOST_VIOLATIONS:
        message = f"the {location} has more faults than the {MOST_VIOLATIONS} that are listed"
        listed[MOST_VIOLATIONS:] = [Violation(location, "", "more", message)]
    return listed


def got(value: object, about: Subject) -> object:
    """What came, fit to be shown: short, and without secrets. Numbers, booleans and null stay as they are."""
    if about.secret:
        return HIDDEN
    if isinstance(value, (dict, list)):
        return _shortened(orjson.dumps(_without_secrets(value, about.location), default=str).decode(errors="replace"))
    if isinstance(value, str):
        return HIDDEN if _begins_like_a_secret(value) else _shortened(value)
    return value


def shown(value: object, about: Subject) -> str:
    """What came, as a sentence shows it: text in quotes, everything else as JSON."""
    came = got(value, about)
    return str(came) if came == HIDDEN or isinstance(value, (dict, list)) else literal(came)


def literal(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def _begins_like_a_secret(value: str) -> bool:
    return value[: len("bearer ")].lower().startswith(SECRET_BEGINNINGS)


def _without_secrets(value: Any, location: str) -> Any:
    """Of a long list or object as many members as could be shown."""
    if isinstance(value, dict):
        return {
            name: HIDDEN if is_secret(location, str(name)) else _without_secrets(member, location)
            for name, member in islice(value.items(), LONGEST_SHOWN)
        }
    if isinstance(value, list):
        return [_without_secrets(item, location) for item in islice(value, LONGEST_SHOWN)]
    return HIDDEN if isinstance(value, str) and _begins_like_a_secret(value) else value


def _listed(options: Iterable[object]) -> str:
    names = [option or '""' if isinstance(option, str) else literal(option) for option in options]
    return ", ".join(names[:MOST_LISTED]) + (" …" if len(names) > MOST_LISTED else "")


class _Explainer:
    def __init__(self, schema: Mapping[str, Any], location: str, mode: str) -> None:
        self.schema = schema
        self.location = location
        self.mode = mode

    def explain(self, error: ValidationError) -> list[Violation]:
        about = subject(self.location, error.instance_path)
        match error.kind:
            case Kind.OneOfNotValid(context=context) | Kind.AnyOf(context=context):
                return self._explain_branches(error, context)
            case Kind.AdditionalProperties(unexpected=names) | Kind.UnevaluatedProperties(unexpected=names):
                return [self._unknown(error, name) for name in names[: MOST_VIOLATIONS + 1]]
            case Kind.Required(property=name):
                return [self._missing(error.instance_path, name)]
            case Kind.PropertyNames(error=inner):
                return self.explain(inner)
            case Kind.FalseSchema():
                rule, why = REFUSED[self.mode]
                return [Violation(about.location, about.name, rule, f"{about.shown} {why}")]
        demand, expected = _demand(error.kind)
        return [self._broken(error, about, error.kind.name, demand, expected)]

    def _broken(self, error: ValidationError, about: Subject, rule: str, demand: str, expected: object) -> Violation:
        message = f"{about.shown} must {demand}, got {shown(error.instance, about)}"
        return Violation(about.location, about.name, rule, message, expected, got(error.instance, about))

    def _missing(self, path: Path, name: str, expected: object = None) -> Violation:
        about = subject(self.location, [*path, name])
        return Violation(about.location, about.name, "required", f"{about.shown} is required", expected)

    def _unknown(self, error: ValidationError, name: str) -> Violation:
        about = subject(self.location, [*error.instance_path, name[:LONGEST_SHOWN]])
        known = list(self._schema_of(error).get("properties", ()))
        message = f"{about.shown} is unknown. {did_you_mean(name[:LONGEST_SHOWN], known)}".rstrip()
        return Violation(about.location, about.name, "unknown", message, expected=sorted(known) or None)

    def _schema_of(self, error: ValidationError) -> Mapping[str, Any]:
        """The schema object whose keyword was broken."""
        schema: Any = self.schema
        for token in error.schema_path[:-1]:
            schema = schema[token]
        return schema if isinstance(schema, dict) else {}

    # --- oneOf and anyOf: find the branch that was meant, and say what is wrong with that one ----------------------

    def _explain_branches(self, error: ValidationError, context: Branches) -> list[Violation]:
        schema, value = self._schema_of(error), error.instance
        if isinstance(value, dict):
            if "discriminator" in schema:
                return self._explain_discriminated(error, value, schema["discriminator"], context)
            wrappers = self._wrappers(schema.get(error.kind.name, ()))
            if wrappers:
                return self._explain_wrapped(error, value, wrappers, context)
        depth = len(error.instance_path)
        fitting = [branch for branch in context if not _is_of_another_kind(branch, depth)]
        if len(fitting) == 1:
            return self._explain_all(fitting[0])
        about = subject(self.location, error.instance_path)
        if not fitting:
            return self._explain_doors(error, about, context)
        nearest = min(fitting, key=len)
        reason = self._explain_all(nearest)[0].message if nearest else ""
        violation = self._broken(error, about, error.kind.name, f"have one of {len(context)} forms", len(context))
        message = f"{violation.message}; nearest: {reason}" if reason else violation.message
        return [Violation(about.location, about.name, violation.rule, message, violation.expected, violation.got)]

    def _explain_all(self, errors: Iterable[ValidationError]) -> list[Violation]:
        return [violation for error in islice(errors, MOST_VIOLATIONS + 1) for violation in self.explain(error)]

    def _explain_discriminated(
        self,
        error: ValidationError,
        value: dict[str, Any],
        discriminator: Mapping[str, Any],
        context: Branches,
    ) -> list[Violation]:
        name, branches = discriminator["propertyName"], discriminator["mapping"]
        if name not in value:
            return [self._missing(error.instance_path, name, sorted(branches))]
        chosen = value[name]
        if isinstance(chosen, str) and chosen in branches and context[branches[chosen]]:
            return self._explain_all(context[branches[chosen]])
        about = subject(self.location, [*error.instance_path, name])
        message = f"{about.shown} must be one of {_listed(branches)}, got {shown(chosen, about)}"
        return [Violation(about.location, about.name, "enum", message, sorted(branches), got(chosen, about))]

    def _wrappers(self, branches: Sequence[Any]) -> list[str]:
        """The key of each branch, where each is an object around exactly one required key of its own."""
        keys = []
        for branch in branches:
            schema = self._deref(branch)
            required = schema.get("required", ())
            if len(required) != 1 or schema.get("additionalProperties") is not False:
                return []
            keys.append(required[0])
        return keys if len(set(keys)) == len(keys) else []

    def _deref(self, schema: Any) -> Mapping[str, Any]:
        while isinstance(schema, dict) and "$ref" in schema:
            schema = self.schema["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        return schema if isinstance(schema, dict) else {}

    def _explain_wrapped(
        self, error: ValidationError, value: dict[str, Any], keys: list[str], context: Branches
    ) -> list[Violation]:
        present = [index for index, key in enumerate(keys) if key in value]
        if len(present) == 1 and context[present[0]]:
            return self._explain_all(context[present[0]])
        about = subject(self.location, error.instance_path)
        came = _shortened(_listed(value)) or "none"
        message = f"{about.shown} must have exactly one of the members {_listed(keys)}, got {came}"
        return [Violation(about.location, about.name, "oneOf", message, keys, came)]

    def _explain_doors(self, error: ValidationError, about: Subject, context: Branches) -> list[Violation]:
        """No branch let the value in: by its type, or by a member that would say which branch it is."""
        doors = [next(inner for inner in branch if _is_door(inner, len(error.instance_path))) for branch in context]
        types = dict.fromkeys(name for door in doors if isinstance(door.kind, Kind.Type) for name in door.kind.types)
        choices = [door for door in doors if isinstance(door.kind, Kind.Enum)]
        if not choices or len({tuple(door.instance_path) for door in choices}) > 1:
            demand = f"be {' or '.join(TYPES[name] for name in types)}" if types else "have one of several forms"
            return [self._broken(error, about, "type" if types else error.kind.name, demand, list(types) or None)]
        options = [option for door in choices for option in _options(door.kind)]
        about = subject(self.location, choices[0].instance_path)
        return [self._broken(choices[0], about, "enum", f"be one of {_listed(options)}", options)]


def _is_of_another_kind(branch: Sequence[ValidationError], depth: int) -> bool:
    """Whether a branch was refused at its door: it wants another type, or a certain value here or below."""
    return any(_is_door(error, depth) for error in branch)


def _is_door(error: ValidationError, depth: int) -> bool:
    deeper = len(error.instance_path) - depth
    if isinstance(error.kind, Kind.Type):
        return deeper == 0
    return isinstance(error.kind, Kind.Enum) and len(error.kind.options) == 1 and deeper <= 1


def _options(kind: ValidationErrorKind) -> Sequence[object]:
    return kind.options if isinstance(kind, Kind.Enum) else ()


def _demand(kind: ValidationErrorKind) -> tuple[str, object]:
    """What the keyword asks for, to follow "must", and the bare value that it asks for."""
    match kind:
        case Kind.Type(types=types):
            return "be " + " or ".join(TYPES[name] for name in types), types[0] if len(types) == 1 else types
        case Kind.Format(format=name):
            return f"be {FORMATS.get(name, f'of the format {name}')}", name
        case Kind.Enum(options=options):
            return f"be one of {_listed(options)}" if len(options) > 1 else f"be {_listed(options)}", options
        case Kind.OneOfMultipleValid():
            return "have exactly one of several forms, not more", None
    if kind.name in BOUNDS:
        sentence, noun = BOUNDS[kind.name]
        noun = f" {noun}" if noun and kind.value == 1 else f" {noun}s" if noun else ""
        return sentence.format(f"{kind.value}{noun}"), kind.value
    return OTHER_RULES.get(kind.name, f"keep to its schema's {kind.name}"), None
