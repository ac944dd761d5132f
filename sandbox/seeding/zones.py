"""Local days and times as instants: whole seconds since the epoch, because arithmetic on integers is fast and exact."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

EPOCH_DAY = date(1970, 1, 1).toordinal()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = 3600
DAY = 86_400


def to_datetime(instant: int) -> datetime:
    return EPOCH + timedelta(0, instant)


def to_seconds(instant: datetime) -> int:
    """Rounded up to the whole second: a row is before `instant` exactly when its second is below this number."""
    return -((EPOCH - instant) // SECOND)


class Zone:
    """A time zone with one offset a day, that at noon: right from three in the morning on, also when clocks are
    changed."""

    __slots__ = ("_info", "_midnights", "_shifts", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self._info = ZoneInfo(name)
        self._midnights: dict[int, int] = {}
        self._shifts: dict[int, int] = {}

    def midnight(self, day: int) -> int:
        found = self._midnights.get(day)
        if found is None:
            noon = datetime.combine(date.fromordinal(day), time(12), self._info)
            offset = round((noon.utcoffset() or timedelta()).total_seconds())
            found = self._midnights[day] = (day - EPOCH_DAY) * DAY - offset
        return found

    def at(self, day: int, second: int) -> int:
        """The instant at `second` seconds after midnight of a local day."""
        return self.midnight(day) + second

    def day(self, instant: int) -> int:
        """The local day of an instant."""
        utc = instant // DAY
        shift = self._shifts.get(utc)
        if shift is None:
            shift = self._shifts[utc] = EPOCH_DAY * DAY + (utc * DAY - self.midnight(utc + EPOCH_DAY))
        return (instant + shift) // DAY


@cache
def zone(name: str) -> Zone:
    return Zone(name)
