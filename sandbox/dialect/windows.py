"""Date windows as banks take them: both ends or neither, by whole days in the bank's zone."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sandbox.kernel.errors import InvalidDateRange
from sandbox.ledger.feed import Window


def day_of(text: str) -> date:
    """The date part of a date or date-time: that is all that FDX compares. RFC 3339 has a year 0, which Python's
    calendar has not: it is as early as can be."""
    return date.min if text.startswith("0000") else date.fromisoformat(text[:10])


@lru_cache(maxsize=4096)
def local_day(instant: datetime, zone: str) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=4096)
def midnight_of(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def days(first: date, last: date, zone: str) -> Window:
    """Both days included. After the calendar's last day there is no midnight: a window that ends with it is open."""
    end = midnight_of(last + timedelta(days=1), zone) if last < date.max else None
    return Window(midnight_of(first, zone), end)


def both_or_neither(
    start: str | None,
    end: str | None,
    *,
    names: tuple[str, str],
    now: datetime,
    zone: str,
    default_days: int | None,
    oldest: timedelta,
) -> Window:
    """FDX's rule: neither end means the last `default_days` days, today included (None: everything); one alone, the
    wrong order, or a start before the bank's history is refused. Raises InvalidDateRange."""
    today = local_day(now, zone)
    if start is None and end is None:
        return Window() if default_days is None else days(today - timedelta(days=default_days - 1), today, zone)
    if start is None or end is None:
        given, lacking = names if end is None else names[::-1]
        raise InvalidDateRange(f"{given} is given without {lacking}", hint="Give both, or neither.", parameter=lacking)
    first, last = day_of(start), day_of(end)
    if first > last:
        raise InvalidDateRange(
            f"{names[0]} {first} is later than {names[1]} {last}", parameter=names[0], start=str(first), end=str(last)
        )
    earliest = today - oldest
    if first < earliest:
        raise InvalidDateRange(
            f"{names[0]} {first} is older than the bank's history, which begins {earliest}",
            parameter=names[0],
            earliest=str(earliest),
        )
    return days(first, last, zone)
