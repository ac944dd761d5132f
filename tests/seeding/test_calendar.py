"""Days on which banks settle, and days on which habits recur."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.seeding import calendar
from sandbox.seeding.calendar import Month, Schedule, shift_months

days = st.dates(date(2015, 1, 1), date(2040, 12, 31)).map(date.toordinal)


def ordinal(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    "holiday",
    [
        "2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-09-07", "2026-10-12", "2026-11-11",
        "2026-11-26", "2026-12-25", "2023-01-02", "2027-07-05", "2025-11-27",
    ],
)  # fmt: skip
def test_banks_rest_on_federal_holidays(holiday: str) -> None:
    assert not calendar.is_business_day(ordinal(holiday))


@pytest.mark.parametrize("worked", ["2026-07-03", "2027-12-24", "2020-06-19", "2026-11-27", "2024-11-29"])
def test_a_holiday_on_a_saturday_is_not_kept(worked: str) -> None:
    assert calendar.is_business_day(ordinal(worked))


@given(days)
def test_shifts_go_to_the_nearest_business_day_in_their_direction(day: int) -> None:
    later, earlier = calendar.on_or_after(day), calendar.on_or_before(day)
    assert calendar.is_business_day(later)
    assert calendar.is_business_day(earlier)
    assert earlier <= day <= later <= earlier + 5
    assert not any(calendar.is_business_day(between) for between in range(earlier + 1, later))


@given(days, st.integers(0, 15))
def test_business_days_are_counted_one_by_one(day: int, count: int) -> None:
    found = calendar.business_days_after(day, count)
    assert sum(map(calendar.is_business_day, range(day, found + 1))) == count + 1


@given(days)
def test_a_month_holds_its_days(day: int) -> None:
    month = Month.containing(day)
    assert day in month
    assert month.following.first == month.last + 1
    assert month.key == date.fromordinal(day).strftime("%Y-%m")


def test_the_31st_is_the_last_day_of_short_months() -> None:
    february = Month.of(2026, 2)
    assert Schedule(days=(15, 31)).dates(february) == [ordinal("2026-02-15"), ordinal("2026-02-28")]
    assert shift_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert shift_months(date(2028, 2, 29), -12) == date(2027, 2, 28)


@given(st.integers(2018 * 12, 2035 * 12), st.integers(0, 6), st.integers(0, 1))
def test_every_other_week_is_a_fortnight_apart_across_months(index: int, weekday: int, phase: int) -> None:
    schedule = Schedule(weekday=weekday, weeks=2)
    found = [day for month in range(index, index + 4) for day in schedule.dates(Month.at(month), phase)]
    assert {later - earlier for earlier, later in pairwise(found)} == {14}
    assert {calendar.weekday(day) for day in found} == {weekday}


def test_a_schedule_may_name_its_months() -> None:
    assert Schedule(days=(9,), months=(3, 6)).dates(Month.of(2026, 4)) == []
    assert Schedule(days=(9,), months=(3, 6)).dates(Month.of(2026, 6)) == [ordinal("2026-06-09")]
