"""Instants as callers write them: ISO 8601, or relative to the world's now."""

from datetime import UTC, date, datetime, timedelta

from sandbox.kernel.clock import midnight, parse_instant
from sandbox.kernel.durations import parse_duration
from sandbox.kernel.errors import InvalidDate, InvalidDateRange, Violation

REACH = timedelta(days=3653)
"""How far a world's clock may run from its anchor: ten years. Rows are made up to it, so there must be an end."""
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


def instant(text: str, name: str, location: str = "body") -> datetime:
    """Raises InvalidDate."""
    try:
        found = parse_instant(text)
    except (ValueError, OverflowError):
        raise refused(name, f"{name} must be an ISO 8601 date or date-time, got {text!r}", text, location) from None
    return in_the_century(found, name, text, location)


def moment(text: str, now: datetime, name: str) -> datetime:
    """`now`, `-2d`, `+PT3H`, or an instant. Raises InvalidDate."""
    if text == "now":
        return now
    if text[:1] not in ("+", "-"):
        return instant(text, name)
    try:
        step = parse_duration(text[1:])
        found = now + step if text[0] == "+" else now - step
    except (ValueError, OverflowError):
        message = f"{name} must be an instant, `now`, or a duration from now such as -2d or +PT3H, got {text!r}"
        raise refused(name, message, text, "body") from None
    return in_the_century(found, name, text, "body")


def in_the_century(found: datetime, name: str, text: str, location: str) -> datetime:
    if not EARLIEST <= found.date() < LATEST:
        raise refused(name, f"{name} must lie between {EARLIEST} and {LATEST}, got {text!r}", text, location)
    # Storage counts milliseconds.
    return found.replace(microsecond=found.microsecond // 1000 * 1000).astimezone(UTC)


def refused(name: str, message: str, got: str, location: str) -> InvalidDate:
    pointer = f"/{name}" if location == "body" else name
    return InvalidDate([Violation(location, pointer, "date", message, "an instant", got)])


def within_reach(anchor: date, now: datetime) -> datetime:
    """Raises InvalidDateRange where a clock would leave the years for which a world can tell its stories."""
    last = midnight(anchor) + REACH
    if now > last:
        raise InvalidDateRange(
            f"the clock may run to {last.date()}, ten years after the world's anchor; {now.date()} is beyond",
            hint="Make a world with a later anchor.",
            anchor=anchor.isoformat(),
            latest=last.date().isoformat(),
        )
    return now
