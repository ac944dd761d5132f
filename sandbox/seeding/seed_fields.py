"""The words of which seed files are made: money, moments, times of day, weekdays, and names of other things in them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache, cached_property
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema
from marshmallow.fields import Field

from sandbox.kernel import money
from sandbox.kernel.names import FEW, did_you_mean, nearest
from sandbox.seeding.calendar import WEEKDAYS
from sandbox.seeding.personas import Moment
from sandbox.seeding.zones import HOUR


@dataclass(frozen=True, slots=True)
class Names:
    """What may be referred to while a file is read."""

    accounts: frozenset[str] = frozenset()
    logins: frozenset[str] = frozenset()
    merchants: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()


NAMES: ContextVar[Names] = ContextVar("names")


@contextmanager
def knowing(names: Names) -> Iterator[None]:
    token = NAMES.set(names)
    try:
        yield
    finally:
        NAMES.reset(token)


def unknown(what: str, name: object, known: Iterable[str]) -> ValidationError:
    names = sorted(known)
    hint = did_you_mean(str(name), names) or (f"Known: {', '.join(names)}." if 0 < len(names) <= 20 else "")
    return ValidationError(f"no {what} named {name!r}. {hint}".rstrip())


class Node(Schema):
    """A mapping in a seed file that becomes `builds`. Unknown fields are refused with the nearest known ones."""

    builds: Any = dict

    class Meta:
        unknown = "exclude"

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _refuse_unknown(self, _data: object, original: object, **_: object) -> None:
        if not isinstance(original, Mapping):
            return
        known = self._known
        problems = {
            str(key): [
                f"unknown field. {did_you_mean(str(key), known) or 'Allowed: ' + ', '.join(sorted(known)) + '.'}"
            ]
            for key in original
            if key not in known
        }
        if problems:
            raise ValidationError(problems)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(field.data_key or name for name, field in self.fields.items())

    @post_load
    def _build(self, data: dict[str, Any], **_: object) -> Any:
        return self.make(data)

    def make(self, data: dict[str, Any]) -> Any:
        made = self.builds(**data)
        low, high = getattr(made, "low", 0), getattr(made, "high", 0)
        if 0 < high < low:  # 0 is no bound
            raise ValidationError({"low": [f"must not be above high, which is {money.text(high)}"]})
        return made


@cache
def one(node: type[Node]) -> Node:
    """The one instance of a node; reading leaves nothing behind in it."""
    return node()


class Text(fields.String):
    """Non-empty text. A number written without quotes is taken as it is printed."""

    default_error_messages = {"empty": "must not be empty"}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        text = super()._deserialize(value, attr, data, **kwargs)
        if not text.strip():
            raise self.make_error("empty")
        return text


MOST_CENTS = 10**15
"""Sums of amounts have to fit into a column of a database, and into the numbers of JSON."""


class Money(Field[int]):
    """Dollars with at most two decimals, as cents. Positive unless `zero` or `negative` is allowed."""

    def __init__(self, *, zero: bool = False, negative: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zero, self.negative = zero or negative, negative

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        try:
            if isinstance(value, bool):
                raise InvalidOperation
            cents = Decimal(str(value)).scaleb(2)
            whole = int(cents)
        except (InvalidOperation, ValueError, OverflowError):
            raise ValidationError(f"{value!r} is not an amount of dollars such as 12.50") from None
        if abs(whole) > MOST_CENTS:
            raise ValidationError(f"{value} is more than all the money that there is")
        if cents != whole:
            raise ValidationError(f"{value} has a fraction of a cent")
        if whole < 0 and not self.negative:
            raise ValidationError(
                f"{value} is negative; amounts are written positive, the direction comes from the row"
            )
        if whole == 0 and not self.zero:
            raise ValidationError("must not be zero")
        return whole


class Number(Field[float]):
    """A number within bounds, times `scale` (percent to shares: 0.01)."""

    def __init__(
        self, *, low: float = 0, high: float = 1e9, scale: float = 1, whole: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.low, self.high, self.scale, self.whole = low, high, scale, whole

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int if self.whole else int | float):
            raise ValidationError(f"{value!r} is not a {'whole ' if self.whole else ''}number")
        if not self.low <= value <= self.high:
            raise ValidationError(f"{value} is not between {self.low:g} and {self.high:g}")
        return value if self.scale == 1 else value * self.scale


class Points(Number):
    """A percentage as basis points, whole ones."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        return round(super()._deserialize(value, attr, data, **kwargs) * 100)


class Choice(Field[Any]):
    """One of some words, as the member of an enumeration where one is given."""

    def __init__(self, words: Mapping[str, Any] | type[StrEnum] | Iterable[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(words, type):
            words = {word.value: word for word in words}
        self.words = words if isinstance(words, Mapping) else {word: word for word in words}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or value not in self.words:
            small = {word.lower(): word for word in self.words}
            close = [small[word] for word in nearest(str(value), small)] if len(small) > FEW else []
            hint = f" Did you mean {' or '.join(close)}?" if close else ""
            raise ValidationError(f"{value!r} is not allowed.{hint} (allowed: {', '.join(self.words)})")
        return self.words[value]


class Reference(Field[str]):
    """The name of an account, login, merchant or category that exists."""

    def __init__(self, what: str, known: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.what, self.known = what, known

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        names: frozenset[str] = getattr(NAMES.get(), self.known)
        if not isinstance(value, str) or value not in names:
            raise unknown(self.what, value, names)
        return value


def account_name(**kwargs: Any) -> Reference:
    return Reference("account", "accounts", **kwargs)


def login_name(**kwargs: Any) -> Reference:
    return Reference("person", "logins", **kwargs)


def merchant_name(**kwargs: Any) -> Reference:
    return Reference("merchant", "merchants", **kwargs)


def category_name(**kwargs: Any) -> Reference:
    return Reference("category of merchants", "categories", **kwargs)


class Many(fields.List[Any]):
    """A list that is not empty, as a tuple."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if value == []:
            raise ValidationError("must not be empty")
        return tuple(super()._deserialize(value, attr, data, **kwargs))


class Pairs(Field[tuple[tuple[str, Any], ...]]):
    """A mapping as a tuple of pairs, each value read by a field and each key too."""

    def __init__(self, values: Field[Any], keys: Field[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.keys, self.values = keys or Text(), values

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[tuple[str, Any], ...]:
        if not isinstance(value, Mapping):
            raise ValidationError("must be a mapping such as {name: value}")
        pairs, problems = [], {}
        for key, item in value.items():
            try:
                pairs.append((str(self.keys.deserialize(key)), self.values.deserialize(item)))
            except ValidationError as error:
                problems[str(key)] = error.messages
        if problems:
            raise ValidationError(problems)
        return tuple(pairs)


def time_of_day(value: object) -> int:
    """ "19:42" or "19:42:30" as seconds after midnight."""
    parts = str(value).split(":")
    if isinstance(value, str) and len(parts) in (2, 3) and all(re.fullmatch("[0-9]{2}", part) for part in parts):
        hours, minutes, seconds = [*map(int, parts), 0][:3]
        if hours < 24 and minutes < 60 and seconds < 60:
            return hours * HOUR + minutes * 60 + seconds
    raise ValidationError(f'{value!r} is not a time of day in quotes such as "19:42"')


UNITS = {"days": 1, "weeks": 7, "months": 31, "years": 366}
FARTHEST = 40_000
"""Days. What is told lies within a century of its anchor."""
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)


def moment(value: object) -> Moment:
    """A date, or {days|weeks|months|years: n, at: "19:42"}, or {date: …, at: …}."""
    if isinstance(value, date | str):
        return Moment(on=_date(value))
    if not isinstance(value, Mapping):
        raise ValidationError(
            'must be a date such as 2017-03-14, or a moment such as {days: -3} or {months: -14, at: "19:42"}'
        )
    units = [unit for unit in UNITS if unit in value]
    if problems := {
        str(key): [f"unknown field. Allowed: {', '.join(UNITS)}, date, at."]
        for key in value
        if key not in UNITS and key not in ("at", "date")
    }:
        raise ValidationError(problems)
    second = time_of_day(value["at"]) if "at" in value else None
    if "date" in value and not units:
        return Moment(on=_date(value["date"]), second=second)
    if len(units) != 1 or "date" in value:
        raise ValidationError(f"needs exactly one of {', '.join(UNITS)}, date")
    count = value[units[0]]
    if isinstance(count, bool) or not isinstance(count, int):
        raise ValidationError({units[0]: [f"{count!r} is not a whole number"]})
    if abs(count) * UNITS[units[0]] > FARTHEST:
        raise ValidationError({units[0]: [f"{count} is more than a hundred years away"]})
    days = {"days": count, "weeks": 7 * count}.get(units[0], 0)
    months = {"months": count, "years": 12 * count}.get(units[0], 0)
    return Moment(days=days, months=months, second=second)


def _date(value: object) -> date:
    try:
        found = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise ValidationError(f"{value!r} is not a date such as 2017-03-14") from None
    if not EARLIEST <= found <= LATEST:
        raise ValidationError(f"{found} does not lie between {EARLIEST} and {LATEST}")
    return found


class Timed(Node):
    """A mapping that says when, among other things."""

    days = fields.Raw()
    weeks = fields.Raw()
    months = fields.Raw()
    years = fields.Raw()
    date = fields.Raw()

    @staticmethod
    def take_moment(data: dict[str, Any]) -> Moment:
        """Takes the words of a moment out of `data`."""
        return moment({name: data.pop(name) for name in (*UNITS, "date", "at") if name in data})


class When(Field[Moment]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Moment:
        return moment(value)


class Zone(Field[str]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            ZoneInfo(value)
        except (OSError, ValueError, TypeError, KeyError):
            raise ValidationError(f"{value!r} is not a time zone such as America/Chicago") from None
        return str(value)


class Weekday(Choice):
    """mon … sun as 0 … 6."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__({word: index for index, word in enumerate(WEEKDAYS)}, **kwargs)


class MonthDay(Field[int]):
    """1 to 31, or the word last."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if value == "last":
            return 31
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 31:
            raise ValidationError(f"{value!r} is not a day of the month (1 to 31, or last)")
        return value


class Ending(Field[int]):
    """The cents that prices end in, such as ".99"."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        text = str(value)
        if not re.fullmatch(r"\.[0-9]{2}", text):
            raise ValidationError(f'{value!r} is not an ending in quotes such as ".99"')
        return int(text[1:])


class Season(Field[dict[int, float]]):
    """{month: factor}, or one of some words for a year that everybody knows."""

    def __init__(self, words: Mapping[str, dict[int, float]] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = words or {}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[int, float]:
        if isinstance(value, str) and value in self.words:
            return self.words[value]
        if not isinstance(value, Mapping):
            words = f", or {' or '.join(self.words)}" if self.words else ""
            raise ValidationError(f"must be a mapping of months to factors such as {{12: 1.8}}{words}")
        problems = {
            str(key): ["must be a month (1 to 12) with a factor from 0 to 20"]
            for key, factor in value.items()
            if key not in range(1, 13)
            or isinstance(factor, bool)
            or not isinstance(factor, int | float)
            or not 0 <= factor <= 20
        }
        if problems:
            raise ValidationError(problems)
        return dict(value)


class Range(Field[tuple[float, float]]):
    """[low, high]."""

    def __init__(self, *, high: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.high = high

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[float, float]:
        numbers = isinstance(value, list) and len(value) == 2 and all(isinstance(item, int | float) for item in value)
        if not numbers or not 0 <= value[0] <= value[1] <= self.high:
            raise ValidationError(f"must be two numbers, [low, high], between 0 and {self.high:g}")
        return float(value[0]), float(value[1])
