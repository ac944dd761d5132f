"""Local time, and when banks settle."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.seeding import calendar
from sandbox.seeding.clearing import BANKS, BATCH, clearing
from sandbox.seeding.zones import HOUR, to_datetime, to_seconds, zone

ZONES = ("America/New_York", "America/Los_Angeles", "America/Phoenix", "Europe/London", "Asia/Tokyo", "UTC")
days = st.dates(date(2019, 1, 1), date(2032, 12, 31)).map(date.toordinal)
instants = st.datetimes(datetime(2019, 1, 2), datetime(2032, 12, 30)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


@given(st.sampled_from(ZONES), days, st.integers(3 * HOUR, 24 * HOUR - 1))
def test_local_times_are_right_from_three_in_the_morning_on(name: str, day: int, second: int) -> None:
    local = to_datetime(zone(name).at(day, second)).astimezone(ZoneInfo(name))
    assert local.date().toordinal() == day
    assert local.hour * HOUR + local.minute * 60 + local.second == second


@given(st.sampled_from(ZONES), instants)
def test_an_instant_has_one_local_day(name: str, instant: datetime) -> None:
    second = to_seconds(instant)
    day = zone(name).day(second)
    shift = abs(instant.astimezone(ZoneInfo(name)).date().toordinal() - day)
    assert shift == 0 or zone(name).midnight(day + 1) - second <= HOUR or second - zone(name).midnight(day) <= HOUR


def test_seconds_are_rounded_up_so_that_before_means_before() -> None:
    assert to_seconds(datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC)) == 5
    assert to_seconds(datetime(1970, 1, 1, 0, 0, 5, 1, tzinfo=UTC)) == 6


@given(st.sampled_from(sorted(BANKS)), instants, st.integers(0, 3), st.integers(0, BATCH))
def test_cards_settle_in_the_small_hours_of_business_days(bank: str, instant: datetime, count: int, place: int) -> None:
    where = clearing(bank)
    local = to_datetime(where.settled(to_seconds(instant), count, place)).astimezone(ZoneInfo(where.zone.name))
    assert calendar.is_business_day(local.date().toordinal())
    assert 3 <= local.hour < 5


@pytest.mark.parametrize("bank", sorted(BANKS))
def test_what_comes_after_the_cut_off_counts_for_the_next_business_day(bank: str) -> None:
    where = clearing(bank)
    friday = date(2026, 11, 20).toordinal()
    before, after = (where.zone.at(friday, where.habits.cut_off + step) for step in (-1, 0))
    assert where.zone.day(where.settled(before, 1, 0)) == friday + 3
    assert where.zone.day(where.settled(after, 1, 0)) == friday + 4


@pytest.mark.parametrize("bank", [*sorted(BANKS), "a-bank-that-nobody-listed"])
def test_routing_numbers_look_right_and_belong_to_nobody(bank: str) -> None:
    routing = clearing(bank).routing
    assert len(routing) == 9
    assert routing.startswith("99")
    assert sum(int(digit) * weight for digit, weight in zip(routing, (3, 7, 1) * 3, strict=True)) % 10 == 0


@pytest.mark.parametrize(("bank", "lengths"), [("chase", {9, 10, 11, 12}), ("wellsfargo", {10}), ("usbank", {12})])
def test_account_numbers_have_the_banks_length(bank: str, lengths: set[int]) -> None:
    numbers = [clearing(bank).account_number(1, "x", index) for index in range(200)]
    assert {len(number) for number in numbers} == lengths
    assert len(set(numbers)) == 200


def test_a_statement_is_cut_at_the_midnight_that_ends_its_day() -> None:
    cut = to_datetime(clearing("wellsfargo").cut(date(2026, 7, 14).toordinal()))
    assert cut.astimezone(ZoneInfo("America/Los_Angeles")) == datetime(
        2026, 7, 15, tzinfo=ZoneInfo("America/Los_Angeles")
    )
    assert cut - timedelta(hours=7) == datetime(2026, 7, 15, tzinfo=UTC)
