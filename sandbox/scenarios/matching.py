"""Whether what is there is as expected: a form of it with some members, and the nearest thing where nothing is.

A mapping asks for its members and lets others be; a list asks for one item for each of its own; null asks that a member
is missing or null; "*" that it is there; "< 100.00", ">= 3" compare numbers, money included; "~word" looks for a word
in a text; everything else has to be equal.
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

COMPARED = re.compile(r"(<=|>=|<|>)\s*(-?[0-9]+(?:\.[0-9]+)?)")
COMPARE: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def difference(wanted: Any, found: Any, place: str = "") -> str:
    """The first one in words; empty where there is none."""
    if isinstance(wanted, Mapping):
        if not isinstance(found, Mapping):
            return f"{place or 'it'} is {found!r}"
        told = (difference(inner, found.get(key), f"{place}.{key}".lstrip(".")) for key, inner in wanted.items())
        return next(filter(None, told), "")
    if isinstance(wanted, list | tuple):
        items = found if isinstance(found, list) else []
        missing = [one for one in wanted if all(difference(one, item) for item in items)]
        return f"{place} has no {missing[0]!r} but {found!r}" if missing else ""
    if _fits(wanted, found):
        return ""
    return f"{place or 'it'} is {found!r}, not {wanted!r}"


def nearest(wanted: Any, items: Iterable[Any]) -> str:
    """How the item differs that has most of the members wanted; empty where there are no items."""
    if not isinstance(wanted, Mapping):
        return next((difference(wanted, item) for item in items), "")
    best: list[str] | None = None
    for item in items:
        told = [difference(inner, _member(item, key), key) for key, inner in wanted.items()]
        found = [one for one in told if one]
        best = found if best is None or len(found) < len(best) else best
    return "; ".join(best or ())


def _member(item: Any, key: str) -> Any:
    return item.get(key) if isinstance(item, Mapping) else None


def _fits(wanted: Any, found: Any) -> bool:
    if wanted == "*":
        return found is not None
    if not isinstance(wanted, str):
        return bool(wanted == found) and isinstance(wanted, bool) == isinstance(found, bool)
    if compared := COMPARED.fullmatch(wanted):
        number = _number(found)
        return number is not None and COMPARE[compared[1]](number, Decimal(compared[2]))
    if wanted.startswith("~"):
        return isinstance(found, str) and wanted[1:].lower() in found.lower()
    return bool(wanted == found)


def _number(value: Any) -> Decimal | None:
    """Of a number, decimal text, or money."""
    if isinstance(value, Mapping):
        value = value.get("amount")
    try:
        return Decimal(str(value)) if not isinstance(value, bool) else None
    except InvalidOperation:
        return None
