"""Patterns of exchanges: matchers for their members, and in what an exchange differs from a pattern."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.contract.pointers import split
from sandbox.proof.seen import Seen

Values = Sequence[Any]
"""What an exchange has of a member; nothing where it is absent."""


def same(wanted: Any, got: Any) -> bool:
    """Equal as JSON is: `true` is no number. What came as text fits a number that is written like it."""
    if isinstance(wanted, bool) or isinstance(got, bool):
        return wanted is got or (isinstance(got, str) and got == str(wanted).lower())
    if isinstance(wanted, list) and isinstance(got, list):
        return len(wanted) == len(got) and all(map(same, wanted, got))
    if isinstance(wanted, dict) and isinstance(got, dict):
        return wanted.keys() == got.keys() and all(same(wanted[name], got[name]) for name in wanted)
    return bool(wanted == got) or (isinstance(wanted, int | float) and got == str(wanted))


def contains(wanted: Any, got: Any) -> bool:
    """A part of a text, an item of an array, some members of an object."""
    if isinstance(got, str):
        return isinstance(wanted, str) and wanted in got
    if isinstance(got, list):
        return any(same(wanted, item) or (isinstance(wanted, dict) and contains(wanted, item)) for item in got)
    if isinstance(got, dict) and isinstance(wanted, dict):
        return all(name in got and (same(w, got[name]) or contains(w, got[name])) for name, w in wanted.items())
    return False


def _matches(wanted: str, got: Any) -> bool:
    return isinstance(got, str | int | float) and re.fullmatch(wanted, str(got)) is not None


TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda got: isinstance(got, str),
    "integer": lambda got: isinstance(got, int) and not isinstance(got, bool),
    "number": lambda got: isinstance(got, int | float) and not isinstance(got, bool),
    "boolean": lambda got: isinstance(got, bool),
    "null": lambda got: got is None,
    "array": lambda got: isinstance(got, list),
    "object": lambda got: isinstance(got, dict),
}
TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "equals": same,
    "matches": _matches,
    "contains": contains,
    "one_of": lambda wanted, got: any(same(one, got) for one in wanted),
    "type": lambda wanted, got: TYPES[wanted](got),
}
"""By the name of a matcher's member; beside them `absent`."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """Of what is there, one value has to pass every test; where it shall be absent, nothing may be there."""

    tests: Mapping[str, Any]

    @classmethod
    def of(cls, wish: Any) -> "Matcher":
        """An object with names of tests, or a value to be equal to. Raises ValueError."""
        if not (isinstance(wish, dict) and wish and wish.keys() <= {*TESTS, "absent"}):
            return cls({"equals": wish})
        if "matches" in wish:
            try:
                re.compile(wish["matches"])
            except re.error as error:
                raise ValueError(f"{wish['matches']!r} is no regular expression: {error}") from None
        return cls(wish)

    def fits(self, values: Values) -> bool:
        if self.tests.get("absent"):
            return not values
        tests = [(TESTS[name], wanted) for name, wanted in self.tests.items() if name != "absent"]
        return any(all(test(wanted, value) for test, wanted in tests) for value in values)


@dataclass(frozen=True, slots=True)
class Difference:
    member: str
    """`status`, `query.limit`, `headers.accept`, `body/amount`."""
    expected: Mapping[str, Any]
    got: Values

    @property
    def why(self) -> str:
        """In words."""
        wanted = " and ".join(
            "nothing at all" if name == "absent" else f"{WORDS[name]} {operand!r}"
            for name, operand in self.expected.items()
        )
        came = ", ".join(repr(value)[:200] for value in self.got) or "nothing"
        return f"{self.member}: wanted {wanted}, and {came} came"


WORDS = {
    "equals": "exactly",
    "matches": "what matches",
    "contains": "what contains",
    "one_of": "one of",
    "type": "a value of the type",
}


@dataclass(frozen=True, slots=True)
class Compared:
    differences: Sequence[Difference]
    unknown: Sequence[str] = ()
    """Members that cannot be judged: the journal does not have the body whole."""

    @property
    def fits(self) -> bool:
        return not self.differences and not self.unknown

    @property
    def distance(self) -> int:
        return sum(WEIGHTS.get(one.member, 1) for one in self.differences) + len(self.unknown)


WEIGHTS = {"channel": 4, "bank": 4, "operation": 3, "path": 3, "method": 2}
"""What makes a call another one weighs more than how it was made."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """`members` by the names of HEAD, `query.…` and `headers.…`; `bodies` by `body…` and `response_body…`, each of
    which is followed by a JSON pointer."""

    members: Mapping[str, Matcher]
    bodies: Mapping[str, Matcher]

    @classmethod
    def of(cls, wish: Mapping[str, Any]) -> "Pattern":
        """As the control API describes it. Raises ValueError."""
        members = {name: _head(name, wanted) for name, wanted in wish.items() if name in HEAD}
        for group, written in (("query", str), ("headers", str.lower)):
            members |= {f"{group}.{written(name)}": Matcher.of(one) for name, one in wish.get(group, {}).items()}
        bodies = {
            f"{side}{_pointer(pointer)}": Matcher.of(one)
            for side in SIDES
            for pointer, one in wish.get(side, {}).items()
        }
        return cls(members, bodies)

    def compare(self, seen: Seen) -> Compared:
        found = [
            Difference(name, matcher.tests, values)
            for name, matcher in self.members.items()
            if not matcher.fits(values := _values(name, seen))
        ]
        unknown = []
        for name, matcher in self.bodies.items():
            side, slash, pointer = name.partition("/")
            if SIDES[side] in seen.one.cut:
                unknown.append(name)
            elif not matcher.fits(values := _in_body(seen, side, slash + pointer)):
                found.append(Difference(name, matcher.tests, values))
        return Compared(found, unknown)


SIDES = {"body": "request", "response_body": "response"}
HEAD: Mapping[str, Callable[[Seen], Values]] = {
    "channel": lambda seen: [seen.one.channel],
    "bank": lambda seen: [seen.one.channel],
    "operation": lambda seen: _some(seen.one.operation),
    "method": lambda seen: [seen.one.method],
    "path": lambda seen: [seen.one.path, seen.one.path.removeprefix(f"/{seen.one.channel}")],
    "status": lambda seen: [seen.one.status],
    "client": lambda seen: _some(seen.one.client),
    "consent": lambda seen: _some(seen.one.consent),
    "persona": lambda seen: _some(seen.one.persona),
    "error": lambda seen: _some(seen.one.error),
    "fault": lambda seen: [name for fault in seen.one.faults for name in {fault, fault.partition(":")[0]}],
}


def _head(name: str, wish: Any) -> Matcher:
    """Some members have a short way to say what is often meant."""
    if name == "method" and isinstance(wish, str):
        return Matcher({"equals": wish.upper()})
    if name == "status" and isinstance(wish, str):
        return Matcher({"matches": wish.replace("x", r"\d")})
    if name == "path" and isinstance(wish, str) and ("{" in wish or "*" in wish):
        return Matcher({"matches": "".join(_segments(wish))})
    return Matcher.of({"one_of": wish} if isinstance(wish, list) else wish)


def _segments(template: str) -> Iterator[str]:
    """`{name}` and `*` stand for anything within a segment."""
    for part in re.split(r"(\{[^/{}]*\}|\*)", template):
        yield "[^/]+" if part[:1] in ("{", "*") and part else re.escape(part)


def _values(name: str, seen: Seen) -> Values:
    if name in HEAD:
        return HEAD[name](seen)
    group, _, key = name.partition(".")
    return seen.query.get(key, []) if group == "query" else _some(seen.one.request_headers.get(key, ""))


def _in_body(seen: Seen, side: str, pointer: str) -> Values:
    body = seen.asked if side == "body" else seen.answer
    return [] if body is None else list(_at(body, split(pointer)))


def _pointer(written: str) -> str:
    """Raises ValueError."""
    if written and not written.startswith("/"):
        raise ValueError(f"{written!r} is no JSON pointer: /amount is one, /items/*/id looks at every item")
    return written


def _at(value: Any, path: Sequence[str]) -> Iterator[Any]:
    """What stands at a path; `*` goes through all items and members."""
    if not path:
        yield value
        return
    step, rest = path[0], path[1:]
    if step == "*" and isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _at(each, rest)
    elif isinstance(value, dict) and step in value:
        yield from _at(value[step], rest)
    elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        yield from _at(value[int(step)], rest)


def _some(text: str) -> Values:
    return [text] if text else []
