"""How each bank settles: its time zone, its cut-off, its nightly batch, its account numbers.

The facts are invented but typical; a bank that is not listed settles as DEFAULT does.
"""

from dataclasses import dataclass
from functools import cache

from sandbox.kernel import ids
from sandbox.seeding.calendar import business_day_before, business_days_after
from sandbox.seeding.zones import HOUR, Zone, zone


@dataclass(frozen=True, slots=True)
class Habits:
    name: str
    """As it writes it itself."""
    zone: str
    cut_off: int
    """Seconds after local midnight; what is authorised later counts for the next business day."""
    batch: int
    """When the nightly batch starts, in seconds after local midnight; it takes less than two hours."""
    digits: tuple[int, int] = (10, 10)
    """Shortest and longest account number."""

    @property
    def descriptor(self) -> str:
        """The name as electronic payments carry it: capitals, without points."""
        return self.name.replace(".", "").upper()


BANKS = {
    "chase": Habits("Chase", "America/New_York", 20 * HOUR, 3 * HOUR + 240, (9, 12)),
    "wellsfargo": Habits("Wells Fargo", "America/Los_Angeles", 18 * HOUR, 3 * HOUR + 660),
    "usbank": Habits("U.S. Bank", "America/Chicago", 19 * HOUR, 3 * HOUR + 480, (12, 12)),
    "citi": Habits("Citi", "America/New_York", 21 * HOUR, 3 * HOUR + 120),
}
DEFAULT = Habits("External Bank", "America/New_York", 20 * HOUR, 3 * HOUR)
BATCH = 6_000
"""How long a nightly batch runs, in seconds: all of it lies between 03:00 and 05:00."""


class Clearing:
    """One bank's settlement. Instants are seconds since the epoch, days are ordinals in the bank's zone."""

    __slots__ = ("_batches", "bank", "habits", "zone")

    def __init__(self, bank: str) -> None:
        self.bank = bank
        self.habits = BANKS.get(bank, DEFAULT)
        self.zone: Zone = zone(self.habits.zone)
        self._batches: dict[tuple[int, int], int] = {}

    @property
    def routing(self) -> str:
        """Nine digits with a right check digit, from the range 99xxxxxxx, which is assigned to nobody."""
        head = "99" + ids.digits(6, "routing", self.bank)
        weighted = sum(int(digit) * weight for digit, weight in zip(head, (3, 7, 1) * 3, strict=False))
        return head + str(-weighted % 10)

    def account_number(self, *entity: object) -> str:
        short, long = self.habits.digits
        return ids.digits(short + ids.number("length", *entity) % (long - short + 1), "number", self.bank, *entity)

    def settled(self, authorised: int, business_days: int, place: int) -> int:
        """When a card row authorised at an instant posts: in the batch of so many business days later, `place`
        seconds into it."""
        day = self.zone.day(authorised)
        if authorised - self.zone.midnight(day) >= self.habits.cut_off:
            day += 1
        key = (day, business_days)
        start = self._batches.get(key)
        if start is None:
            start = self._batches[key] = self.batch(business_days_after(day, business_days))
        return start + place

    def batch(self, day: int) -> int:
        """When the batch of a business day starts."""
        return self.zone.midnight(day) + self.habits.batch

    def cut(self, day: int) -> int:
        """A statement that closes on `day` counts the rows posted before this: the local midnight that ends the day."""
        return self.zone.midnight(day + 1)


def ach_notice(home: Zone, day: int, second: int) -> int:
    """When an electronic payment that posts on a business day becomes visible: in the afternoon of the one before."""
    return home.at(business_day_before(day), 15 * HOUR + second)


@cache
def clearing(bank: str) -> Clearing:
    return Clearing(bank)
