"""Which operation a method and a path mean.

A path without templates is one look-up in a dict. All templates with the same number of segments are one
regular expression, the more concrete ones first, so that a static segment wins over a templated one.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

from sandbox.contract.pointers import BrokenAt, join
from sandbox.contract.urlencoded import legible
from sandbox.kernel.errors import MethodNotAllowed, UnknownPath
from sandbox.kernel.names import nearest

TEMPLATE = re.compile(r"\{([^{}/]+)\}")
LONGEST_COMPARED = 200
MATCHES_KEPT = 4096
LONGEST_KEPT = 300

T = TypeVar("T")


def parameter_names(path: str) -> list[str]:
    """The names in a path's braces: "/accounts/{accountId}" -> ["accountId"]."""
    return TEMPLATE.findall(path)


class _Place(Generic[T]):
    """One path of the document: its targets by method, and where its parameters stand in the match."""

    __slots__ = ("first_group", "methods", "names", "path")

    def __init__(self, path: str, methods: Mapping[str, T]) -> None:
        self.path = path
        self.names = parameter_names(path)
        self.methods = dict(methods)
        self.first_group = 0
        if "GET" in self.methods:
            self.methods.setdefault("HEAD", self.methods["GET"])


class Routes(Generic[T]):
    def __init__(self, prefix: str, paths: Mapping[str, Mapping[str, T]]) -> None:
        """`paths` are the document's, each with its targets by method. `prefix` is for messages only."""
        self._prefix = prefix
        self._matched: dict[tuple[str, str], tuple[T, Mapping[str, str]]] = {}
        places = [_Place(path, methods) for path, methods in paths.items()]
        self._places = places
        self._static = {place.path: place for place in places if not place.names}
        self._templated: dict[int, tuple[re.Pattern[str], dict[int, _Place[T]]]] = {}
        for length in {place.path.count("/") for place in places if place.names}:
            rivals = [place for place in places if place.names and place.path.count("/") == length]
            self._templated[length] = _alternation(sorted(rivals, key=_generality))

    def match(self, method: str, path: str) -> tuple[T, Mapping[str, str]]:
        """The target and the path's parameters. Raises UnknownPath or MethodNotAllowed."""
        matched = self._matched.get((method, path))
        if matched is None:
            matched = self._match(method, path)
            if len(self._matched) >= MATCHES_KEPT:
                self._matched.clear()
            if len(path) <= LONGEST_KEPT:
                self._matched[method, path] = matched
        return matched

    def _match(self, method: str, path: str) -> tuple[T, Mapping[str, str]]:
        place, parameters = self._static.get(path), dict[str, str]()
        if place is None:
            pattern, chosen = self._templated.get(path.count("/"), (None, None))
            found = pattern.fullmatch(path) if pattern else None
            if found is None or chosen is None:
                raise self._unknown_path(path)
            place = chosen[found.lastindex or 0]
            start = place.first_group
            parameters = dict(zip(place.names, found.groups()[start : start + len(place.names)], strict=True))
        target = place.methods.get(method)
        if target is None:
            raise self._method_not_allowed(method, place)
        return target, parameters

    def _unknown_path(self, path: str) -> UnknownPath:
        path = legible(path[:LONGEST_COMPARED])
        detail = f"{self._prefix}{path} is none of this API's paths"
        return UnknownPath(detail, path=path, nearest=lambda: self._nearest(path))

    def _nearest(self, path: str) -> list[str]:
        """The paths that look like it; a template with the caller's own segments where its parameters stand."""
        looks = {_filled(place.path, path): self._prefix + place.path for place in self._places}
        return [looks[name] for name in nearest(path, looks)]

    def _method_not_allowed(self, method: str, place: _Place[T]) -> MethodNotAllowed:
        allowed = sorted(place.methods)
        return MethodNotAllowed(
            f"{self._prefix}{place.path} answers {', '.join(allowed)}, not {legible(method[:20])}",
            allowed=allowed,
        )


def _generality(place: _Place[Any]) -> list[bool]:
    return [TEMPLATE.search(segment) is not None for segment in place.path.split("/")]


def _alternation(places: Iterable[_Place[T]]) -> tuple[re.Pattern[str], dict[int, _Place[T]]]:
    """One pattern for all. Each ends in an empty group, whose number (`lastindex`) says which one matched."""
    patterns, chosen, groups, seen = [], {}, 0, dict[str, str]()
    for place in places:
        pattern = "".join(
            "([^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(TEMPLATE.split(place.path))
        )
        if pattern in seen:
            raise BrokenAt(join(["paths", place.path]), f"this is the same path as {seen[pattern]}")
        seen[pattern] = place.path
        patterns.append(f"{pattern}()")
        place.first_group = groups
        groups += len(place.names) + 1
        chosen[groups] = place
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)), chosen


def _filled(template: str, path: str) -> str:
    given = path.split("/")
    return "/".join(
        given[index] if TEMPLATE.search(segment) and index < len(given) else segment
        for index, segment in enumerate(template.split("/"))
    )
