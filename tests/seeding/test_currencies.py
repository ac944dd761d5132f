"""Foreign money."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.kernel.money import exponent
from sandbox.seeding.currencies import LEVELS, abroad, notes_abroad, rate_on

days = st.dates(date(2019, 1, 1), date(2032, 12, 31)).map(date.toordinal)


@given(st.sampled_from(sorted(LEVELS)), days)
def test_rates_drift_around_their_level(currency: str, day: int) -> None:
    rate = rate_on(currency, day)
    assert Decimal("0.9") < rate / Decimal(LEVELS[currency]) < Decimal("1.1")
    assert abs(rate - rate_on(currency, day + 1)) < rate * Decimal("0.03")
    assert len(rate.as_tuple().digits) == 5


@given(st.integers(50, 500_000), st.sampled_from(sorted(LEVELS)), days, st.sampled_from([(), (0, 50), (99,)]))
def test_a_price_abroad_comes_to_its_dollars_exactly(
    cents: int, currency: str, day: int, endings: tuple[int, ...]
) -> None:
    amount, foreign = abroad(cents, currency, day, endings)
    assert foreign.amount > 0
    assert amount == max(1, round(Decimal(foreign.amount).scaleb(2 - exponent(currency)) * Decimal(foreign.rate)))


@pytest.mark.parametrize(
    ("currency", "unit"), [("EUR", 10_00), ("GBP", 10_00), ("MXN", 100_00), ("JPY", 1000), ("CAD", 10_00)]
)
def test_machines_abroad_give_notes(currency: str, unit: int) -> None:
    for cents in (60_00, 100_00, 160_00):
        amount, foreign = notes_abroad(cents, currency, ANY_DAY)
        assert foreign.amount % unit == 0
        assert amount == pytest.approx(cents, rel=0.1)


ANY_DAY = date(2026, 11, 23).toordinal()
