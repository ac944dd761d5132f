"""The stories that the first personas tell, as their purpose lines promise them."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from sandbox.dialect.bank import Bank, discover
from sandbox.kernel.money import exponent
from sandbox.ledger.accounts import AccountKind, AccountStatus
from sandbox.ledger.accounts import status_at as status_of
from sandbox.ledger.entries import Channel, Entry, EntryKind, EntryStatus, status_at
from sandbox.ledger.timelines import AccountTimeline
from sandbox.seeding.calendar import is_business_day, shift_months
from sandbox.seeding.clearing import clearing
from sandbox.seeding.personas import Persona, by_login
from sandbox.seeding.zones import to_datetime
from tests.seeding.stage import ANCHOR, BANKS, Play, account, balance, local, moment, posted, rows

EVERYBODY = {
    "amina", "jon", "chloe", "diego", "grace", "henry", "ines", "lena", "leroy", "marcus", "maya", "nina", "omar",
    "priya", "sofia", "teo", "tomas", "viktor", "walt",
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
    gaps = {(later - earlier).days for earlier, later in pairwise(paid)}
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
    """What was owed at the cut, less what came back since; so no interest is ever charged."""
    card = account(play("maya", bank), "CREDIT_CARD")
    payments = rows(card, EntryKind.PAYMENT)
    assert len(payments) >= 34
    assert not rows(card, EntryKind.INTEREST)
    for payment in payments[1:]:
        cut = last_cut(card, payment)
        returned = [row.amount for row in card.entries if cut <= row.authorised_at < payment.authorised_at]
        assert payment.amount == -balance(card, cut) - sum(amount for amount in returned if amount > 0)


def last_cut(card: AccountTimeline, payment: Entry) -> datetime:
    day, cut_day = local(card.account, payment.authorised_at).date(), card.account.terms.statement_day
    month = day if day.day > cut_day else shift_months(day.replace(day=1), -1)
    return to_datetime(clearing(card.account.bank).cut(date(month.year, month.month, cut_day).toordinal()))


# --- tomas --------------------------------------------------------------------------------------------------------


def test_tomas_pays_abroad_in_the_money_of_the_country(play: Play) -> None:
    timeline = play("tomas")
    foreign = [row for line in timeline.accounts for row in line.entries if row.foreign]
    assert {row.foreign.currency for row in foreign if row.foreign} == {"EUR", "GBP", "JPY", "MXN"}
    for row in foreign:
        assert row.foreign is not None
        dollars = row.foreign.amount * float(row.foreign.rate) / 10 ** exponent(row.foreign.currency)
        assert abs(row.amount) / 100 == pytest.approx(dollars, abs=0.006)


def test_a_hotel_holds_more_than_it_charges_tomas(play: Play) -> None:
    travel = account(play("tomas"), "CREDIT_CARD")
    now = moment(ANCHOR, 12)
    (stay,) = [row for row in rows(travel, text="HOTEL AZULEJO") if status_at(row, now) is EntryStatus.PENDING]
    assert stay.held == -1240_00
    assert -1095_00 < stay.amount < -1075_00
    assert stay.posted_at is not None
    assert stay.posted_at < moment(ANCHOR, 24 * 7)


def test_tomas_does_not_shop_at_home_while_he_is_away(play: Play) -> None:
    home = account(play("tomas"), "CREDIT_CARD", 1)
    away = [row for row in home.entries if moment(ANCHOR, -24 * 3) < row.authorised_at < moment(ANCHOR, 24)]
    assert not [row for row in away if "DENVER" in row.description]


def test_one_of_his_cards_charges_for_foreign_money(play: Play) -> None:
    travel, home = (account(play("tomas"), "CREDIT_CARD", nth) for nth in (0, 1))
    assert not rows(travel, EntryKind.FEE)
    for fee in rows(home, EntryKind.FEE, "FOREIGN"):
        assert fee.related is not None
        assert fee.amount == pytest.approx(home.entries[fee.related].amount * 0.03, abs=1)


# --- omar ---------------------------------------------------------------------------------------------------------


def test_omar_has_different_accounts_at_all_four_banks(play: Play) -> None:
    timelines = [play("omar", bank) for bank in BANKS]
    assert all(len(timeline.accounts) >= 1 for timeline in timelines)
    assert {line.account.bank for timeline in timelines for line in timeline.accounts} == set(BANKS)
    assert len({timeline.customers for timeline in timelines}) == 1


def test_what_leaves_one_of_his_banks_arrives_at_another(play: Play) -> None:
    sent = rows(account(play("omar", "chase"), "CHECKING"), EntryKind.TRANSFER, "ACH TRANSFER TO")
    received = [
        row
        for bank, kind in (("wellsfargo", "CHECKING"), ("citi", "SAVINGS"))
        for row in rows(account(play("omar", bank), kind), EntryKind.TRANSFER, "ACH TRANSFER FROM")
    ]
    horizon = play("omar", "chase").until - timedelta(days=10)
    gone = sorted(-row.amount for row in sent if row.authorised_at < horizon)
    come = sorted(row.amount for row in received if row.authorised_at < horizon + timedelta(days=5))
    assert len(gone) > 60
    assert [amount for amount in gone if amount not in come] == []
    assert min(row.authorised_at for row in received) >= min(row.authorised_at for row in sent)


def test_omars_cards_are_paid_from_another_bank(play: Play) -> None:
    out = rows(account(play("omar", "chase"), "CHECKING"), EntryKind.BILL_PAYMENT, "CITI CREDIT CARD PAYMENT")
    paid = rows(account(play("omar", "citi"), "CREDIT_CARD"), EntryKind.PAYMENT)
    assert [-row.amount for row in out] == [row.amount for row in paid]


@pytest.mark.parametrize("bank", discover().values(), ids=lambda bank: bank.slug)
def test_a_bank_is_called_what_it_calls_itself(play: Play, bank: Bank) -> None:
    fees = rows(account(play("leroy", bank.slug), "CHECKING"), EntryKind.FEE, "OVERDRAFT FEE")
    assert {fee.counterparty for fee in fees} == {bank.name}


def test_only_descriptors_leave_the_points_out(play: Play) -> None:
    [payment, *_] = rows(account(play("omar", "chase"), "CHECKING"), EntryKind.BILL_PAYMENT, "LOAN PAYMENT")
    assert payment.description == "US BANK LOAN PAYMENT"


def test_a_mortgage_is_repaid_to_the_cent(play: Play) -> None:
    loan = account(play("omar", "wellsfargo"), "MORTGAGE")
    terms = loan.account.terms
    owed = -loan.account.opening_balance
    payments = rows(loan, EntryKind.PAYMENT)
    for payment in payments:
        interest, escrow = (row for row in loan.entries if row.related == payment.sequence)
        assert payment.amount == terms.monthly_payment + terms.escrow_payment
        assert interest.amount == -round(owed * float(terms.apr or 0) / 1200)
        assert escrow.amount == -terms.escrow_payment
        owed -= payment.amount + interest.amount + escrow.amount
    assert balance(loan, loan.entries[-1].ends_at + timedelta(seconds=1)) == -owed
    assert len(payments) == 38


# --- the others ---------------------------------------------------------------------------------------------------


def test_leroy_overdraws_and_bounces(play: Play) -> None:
    checking = account(play("leroy"), "CHECKING")
    fees = rows(checking, EntryKind.FEE)
    assert {"OVERDRAFT FEE", "RETURNED ITEM FEE"} <= {row.description for row in fees}
    assert rows(checking, EntryKind.ADJUSTMENT, "OVERDRAFT FEE REVERSAL")
    for fee in fees:
        if fee.description == "RETURNED ITEM FEE":
            assert fee.related is not None
            assert checking.entries[fee.related].dropped_at is not None


def test_henrys_card_was_replaced_and_the_old_rows_stay(play: Play) -> None:
    cards = {line.account.account_id: line for line in play("henry").accounts if len(line.account.cards) > 1}
    (line,) = cards.values()
    old, new = line.account.cards[:2]
    assert old.replaced_at is not None
    assert old.last4 != new.last4
    used = {row.card_last4 for row in line.entries if row.card_last4}
    assert {old.last4, new.last4} <= used


def test_sofia_has_accounts_in_every_state(play: Play) -> None:
    states = {status_of(line.account, moment(ANCHOR, 12)) for line in play("sofia").accounts}
    assert states == set(AccountStatus)
    (closed,) = (line for line in play("sofia").accounts if line.account.closed_at)
    assert balance(closed, play("sofia").until) == 0


def test_chloe_is_new_and_has_nothing(play: Play) -> None:
    timeline = play("chloe")
    assert timeline.customers
    assert not any(line.entries for line in timeline.accounts)


def test_viktor_is_long(play: Play) -> None:
    timeline = play("viktor")
    assert sum(len(posted(line, moment(ANCHOR))) for line in timeline.accounts) >= 40_000
    assert sum(len(line.entries) for line in timeline.accounts) >= 50_000
    assert min(line.account.history_start for line in timeline.accounts) < moment(shift_months(ANCHOR, -59))


def test_diego_has_many_payers(play: Play) -> None:
    paid = {
        row.counterparty
        for line in play("diego").accounts
        for row in line.entries
        if row.kind in (EntryKind.DIRECT_DEPOSIT, EntryKind.DEPOSIT)
    }
    assert len(paid) >= 6


def test_grace_gets_her_pension_on_its_wednesday_or_before_a_holiday(play: Play) -> None:
    checking = account(play("grace"), "CHECKING")
    pensions = [row for row in rows(checking, EntryKind.DIRECT_DEPOSIT) if row.category == "Income"]
    days = [local(checking.account, row.ends_at).date() for row in pensions]
    assert days
    assert all(is_business_day(day.toordinal()) for day in days)


def test_ines_is_written_in_many_letters(play: Play) -> None:
    text = "".join(
        [customer.full_name for customer in play("ines").customers]
        + [row.memo + row.counterparty for line in play("ines").accounts for row in line.entries]
    )
    assert any("\u0590" <= letter <= "\u06ff" for letter in text), "right to left"
    assert any(ord(letter) > 0x1F000 for letter in text), "emoji"
    assert any("\u00c0" <= letter <= "\u017f" for letter in text), "accents"


def test_marcus_has_consents_that_end(personas: dict[str, Persona]) -> None:
    consents = personas["marcus"].consents
    assert any(consent.expires_in_days is not None and 0 < consent.expires_in_days < 10 for consent in consents)
    assert any(consent.revoked_days_ago is not None and consent.revoked_days_ago < 1 for consent in consents)


def test_walts_cash_and_units_fit_his_trades(play: Play) -> None:
    brokerage = account(play("walt"), "BROKERAGE")
    trades = [row for row in brokerage.entries if row.trade]
    assert {row.kind for row in trades} == {EntryKind.BUY, EntryKind.SELL}
    units = {holding.symbol: holding.units for holding in brokerage.account.holdings}
    for row in trades:
        assert row.trade is not None
        sign = 1 if row.kind is EntryKind.BUY else -1
        assert row.amount == -sign * round(row.trade.units * row.trade.price / 1000)
        units[row.trade.symbol] += sign * row.trade.units
        assert units[row.trade.symbol] >= 0
    assert any(row.kind is EntryKind.DIVIDEND for row in brokerage.entries)


def test_teo_spends_on_a_parents_card(play: Play) -> None:
    line = next(
        line for line in play("teo").accounts if any(h.relationship == "AUTHORIZED_USER" for h in line.account.holders)
    )
    assert len({card.holder_id for card in line.account.cards}) == 2
    assert {card.last4 for card in line.account.cards} == {row.card_last4 for row in line.entries if row.card_last4}


def test_cheques_are_numbered_one_after_the_other(play: Play) -> None:
    checking = account(play("maya"), "CHECKING")
    numbers = [row.check_number for row in rows(checking, EntryKind.CHECK) if row.channel is Channel.CHECK]
    assert numbers == list(range(1187, 1187 + len(numbers)))
