"""The stories that the first personas tell, as their purpose lines promise them."""

from datetime import date, timedelta

import pytest

from sandbox.ledger.accounts import AccountKind
from sandbox.ledger.entries import Channel, Entry, EntryKind, EntryStatus, status_at
from sandbox.ledger.timelines import Timeline
from sandbox.seeding.calendar import is_business_day, shift_months
from sandbox.seeding.personas import Persona, by_login
from tests.seeding.stage import ANCHOR, BANKS, Play, account, balance, local, moment, posted, rows

EVERYBODY = {
    "amina", "jon", "chloe", "diego", "grace", "henry", "ines", "lena", "leroy", "marcus", "maya", "nina", "omar", "priya",
    "sofia", "teo", "tomas", "viktor", "walt",
}  # fmt: skip


def test_the_whole_cast_is_there(personas: dict[str, Persona]) -> None:
    assert set(by_login(personas.values())) >= EVERYBODY
    for persona in personas.values():
        assert persona.story
        assert persona.purpose
        assert persona.slug == persona.logins[0]


def test_every_kind_of_account_is_held_by_somebody(personas: dict[str, Persona]) -> None:
    held = {plan.kind for persona in personas.values() for plan in persona.accounts}
    assert held == set(AccountKind)


# --- maya ---------------------------------------------------------------------------------------------------------


def test_maya_is_paid_every_other_friday(play: Play) -> None:
    checking = account(play("maya"), "CHECKING")
    paid = [local(checking.account, row.ends_at).date() for row in rows(checking, EntryKind.DIRECT_DEPOSIT)]
    gaps = {(later - earlier).days for earlier, later in zip(paid, paid[1:], strict=False)}
    assert gaps <= {13, 14, 15}
    assert sum(day.weekday() == 4 for day in paid) > 0.9 * len(paid)


def test_mayas_rent_leaves_on_the_first_or_the_next_business_day(play: Play) -> None:
    checking = account(play("maya"), "CHECKING")
    rents = [row for row in checking.entries if row.category == "Rent"]
    assert len(rents) >= 36
    for row in rents:
        day = local(checking.account, row.ends_at).date()
        assert not any(is_business_day(day.replace(day=before).toordinal()) for before in range(1, day.day))
    assert {row.amount for row in rents} == {-1895_00, -1950_00}


def test_a_subscription_of_mayas_became_dearer_at_a_known_month(play: Play) -> None:
    card = account(play("maya"), "CREDIT_CARD")
    rise = shift_months(ANCHOR, -4)
    for row in card.entries:
        if row.merchant == "reelwise" and row.kind is EntryKind.PURCHASE:
            assert row.amount == (-17_99 if local(card.account, row.authorised_at).date() >= rise else -15_49)


@pytest.mark.parametrize("bank", BANKS)
def test_maya_pays_what_each_statement_says(play: Play, bank: str) -> None:
    """The payment is what was owed at the cut, less what came back since; so no interest is ever charged."""
    timeline = play("maya", bank)
    card = account(timeline, "CREDIT_CARD")
    payments = rows(card, EntryKind.PAYMENT)
    assert len(payments) >= 34
    assert not rows(card, EntryKind.INTEREST)
    for payment in payments[2:]:
        cut = last_cut(timeline, payment)
        returned = sum(
            row.amount
            for row in card.entries
            if row.amount > 0 and cut <= row.authorised_at < payment.authorised_at and row.posted_at
        )
        owed = -balance(card, cut)
        early = sum(
            row.amount for row in card.entries if row.amount > 0 and row.authorised_at < cut <= row.ends_at
        )
        assert payment.amount in (owed - returned, owed - returned - early)


def last_cut(timeline: Timeline, payment: Entry) -> object:
    from sandbox.seeding.clearing import clearing
    from sandbox.seeding.zones import to_datetime

    card = account(timeline, "CREDIT_CARD").account
    day = local(card, payment.authorised_at).date()
    month = day if day.day > card.terms.statement_day else shift_months(day.replace(day=1), -1)
    cut = date(month.year, month.month, card.terms.statement_day)
    return to_datetime(clearing(card.bank).cut(cut.toordinal()))
