"""Days as ordinals (`date.toordinal`), months, and the days on which banks in the United States settle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

MONDAY, WEDNESDAY, THURSDAY = 0, 2, 3
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def weekday(day: int) -> int:
    """0 is Monday."""
    return (day + 6) % 7


def nth_weekday(year: int, month: int, which: int, nth: int) -> int:
    """The nth Monday (…) of a month; -1 is the last."""
    if nth > 0:
        first = date(year, month, 1).toordinal()
        return first + (which - weekday(first)) % 7 + 7 * (nth - 1)
    last = Month.of(year, month).last
    return last - (weekday(last) - which) % 7


@cache
def holidays(year: int) -> frozenset[int]:
    """The Federal Reserve's: a holiday on a Sunday is kept on Monday, one on a Saturday is not kept at all."""
    fixed = [(1, 1), (7, 4), (11, 11), (12, 25)] + ([(6, 19)] if year >= 2021 else [])
    kept = set()
    for month, day_of_month in fixed:
        day = date(year, month, day_of_month).toordinal()
        kept.add(day + 1 if weekday(day) == 6 else day)
    kept |= {
        nth_weekday(year, 1, MONDAY, 3),
        nth_weekday(year, 2, MONDAY, 3),
        nth_weekday(year, 5, MONDAY, -1),
        nth_weekday(year, 9, MONDAY, 1),
        nth_weekday(year, 10, MONDAY, 2),
        nth_weekday(year, 11, THURSDAY, 4),
    }
    return frozenset(kept)


@cache
def is_business_day(day: int) -> bool:
    return weekday(day) < 5 and day not in holidays(date.fromordinal(day).year)


@cache
def on_or_after(day: int) -> int:
    return day if is_business_day(day) else on_or_after(day + 1)


@cache
def on_or_before(day: int) -> int:
    return day if is_business_day(day) else on_or_before(day - 1)


@cache
def business_days_after(day: int, count: int) -> int:
    """The `count`-th business day after `day`, which counts as the next business day where it is none itself."""
    day = on_or_after(day)
    for _ in range(count):
        day = on_or_after(day + 1)
    return day


def business_day_before(day: int) -> int:
    return on_or_before(day - 1)


@dataclass(frozen=True)
class Month:
    """`index` counts months since year 0, so that the next one is index + 1."""

    index: int

    @classmethod
    @cache
    def at(cls, index: int) -> "Month":
        return cls(index)

    @classmethod
    def of(cls, year: int, month: int) -> "Month":
        return cls.at(year * 12 + month - 1)

    @classmethod
    def containing(cls, day: int) -> "Month":
        when = date.fromordinal(day)
        return cls.of(when.year, when.month)

    @property
    def year(self) -> int:
        return self.index // 12

    @property
    def month(self) -> int:
        return self.index % 12 + 1

    @cached_property
    def key(self) -> str:
        """2026-11, the name of a month in the paths of draws."""
        return f"{self.year:04}-{self.month:02}"

    @cached_property
    def first(self) -> int:
        return date(self.year, self.month, 1).toordinal()

    @cached_property
    def last(self) -> int:
        return self.following.first - 1

    @property
    def following(self) -> "Month":
        return Month.at(self.index + 1)

    @property
    def days(self) -> range:
        return range(self.first, self.last + 1)

    def day(self, of_month: int) -> int:
        """The day of that number, or the last one where the month is shorter."""
        return min(self.first + of_month - 1, self.last)

    def __contains__(self, day: int) -> bool:
        return self.first <= day <= self.last


def shift_months(when: date, months: int) -> date:
    """The same day of another month, or its last day where it is shorter."""
    return date.fromordinal(Month.at(when.year * 12 + when.month - 1 + months).day(when.day))


@dataclass(frozen=True, slots=True)
class Schedule:
    """On which days something recurs: weekly (`weekday`, every `weeks`), or on `days` (31 means the last of any
    month) of some `months`, of all where none are given."""

    weekday: int | None = None
    weeks: int = 1
    days: Sequence[int] = (1,)
    months: Sequence[int] = ()

    @property
    def recurrence(self) -> str:
        if self.weekday is not None:
            return "weekly" if self.weeks == 1 else ""
        times = len(self.days) * (len(self.months) or 12)
        return {12: "monthly", 4: "quarterly", 1: "yearly"}.get(times, "")

    def dates(self, month: Month, phase: int = 0) -> list[int]:
        """Days of the month, before any shift for weekends. `phase` tells people with the same fortnight apart."""
        if self.weekday is not None:
            start = month.first + (self.weekday - weekday(month.first)) % 7
            return [day for day in range(start, month.last + 1, 7) if (day // 7 + phase) % self.weeks == 0]
        if self.months and month.month not in self.months:
            return []
        return sorted({month.day(number) for number in self.days})


MONTHLY = Schedule()
EVERY_OTHER_FRIDAY = Schedule(weekday=4, weeks=2)
