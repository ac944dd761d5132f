"""What is true of every persona at every bank, whatever its story."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.kernel.errors import PersonaNotFound
from sandbox.ledger.accounts import CREDIT_LINES, LOANS
from sandbox.ledger.entries import Channel, Entry, EntryKind
from sandbox.ledger.timelines import AccountTimeline, Timeline
from sandbox.resources import seed_data_dir
from sandbox.seeding import calendar
from sandbox.seeding.merchants import Catalogue
from sandbox.seeding.personas import Persona
from sandbox.seeding.timeline import generate, horizon
from tests.seeding.stage import ANCHOR, BANKS, SEED, Play, balances, local, moment, pending

SLUGS = sorted(path.stem for path in (seed_data_dir() / "personas").glob("*.yaml"))
QUICK = [slug for slug in SLUGS if slug != "viktor"]
LIVING = [slug for slug in QUICK if slug not in ("chloe", "sofia")]
MAY_OVERDRAW = {"leroy"}
anchors = st.dates(date(2024, 1, 1), date(2030, 12, 31))
relaxed = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def everything(play: Play, personas: dict[str, Persona], slug: str) -> list[Timeline]:
    """At all banks; viktor, who is long, at one."""
    banks = BANKS[:1] if slug == "viktor" else BANKS
    return [play(slug, bank) for bank in banks if personas[slug].plays_at(bank)]


def lines(play: Play, personas: dict[str, Persona], slug: str) -> list[AccountTimeline]:
    return [line for timeline in everything(play, personas, slug) for line in timeline.accounts]


@pytest.mark.parametrize("slug", SLUGS)
def test_rows_are_numbered_in_the_order_of_their_authorisation(
    play: Play, personas: dict[str, Persona], slug: str
) -> None:
    for line in lines(play, personas, slug):
        assert [row.sequence for row in line.entries] == list(range(len(line.entries)))
        authorised = [row.authorised_at for row in line.entries]
        assert authorised == sorted(authorised)
        assert not authorised or line.account.history_start <= authorised[0]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_row_has_an_amount_and_an_end(play: Play, personas: dict[str, Persona], slug: str) -> None:
    for line in lines(play, personas, slug):
        for row in line.entries:
            assert isinstance(row.amount, int)
            assert row.amount != 0
            assert row.hold != 0
            assert row.hold is None or (row.hold < 0) == (row.amount < 0)
            assert (row.posted_at is None) != (row.dropped_at is None)
            assert row.authorised_at <= row.ends_at
            assert row.ends_at - row.authorised_at < timedelta(days=25)


@pytest.mark.parametrize("slug", SLUGS)
def test_rows_refer_to_earlier_rows(play: Play, personas: dict[str, Persona], slug: str) -> None:
    for line in lines(play, personas, slug):
        for row in line.entries:
            if row.related is not None:
                assert 0 <= row.related < row.sequence
            if row.kind is EntryKind.REFUND and row.related is not None:
                bought = line.entries[row.related]
                assert 0 < row.amount <= -bought.amount
                assert row.merchant == bought.merchant


def rests_on_holidays(row: Entry) -> bool:
    return row.channel in (Channel.ACH, Channel.CHECK, Channel.CARD_PRESENT, Channel.ONLINE)


@pytest.mark.parametrize("slug", SLUGS)
def test_batches_run_in_the_small_hours_of_business_days(play: Play, personas: dict[str, Persona], slug: str) -> None:
    for line in lines(play, personas, slug):
        for row in line.entries:
            if row.posted_at is not None and row.posted_at != row.authorised_at and rests_on_holidays(row):
                at = local(line.account, row.posted_at)
                assert calendar.is_business_day(at.date().toordinal()), row
                assert 3 <= at.hour < 5


@pytest.mark.parametrize("slug", SLUGS)
def test_balances_can_be_believed(play: Play, personas: dict[str, Persona], slug: str) -> None:
    """Nobody is below zero or above a limit who is not meant to be; loans only shrink from one payment to the next."""
    for line in lines(play, personas, slug):
        account = line.account
        lowest = min((amount for _, amount in balances(line)), default=account.opening_balance)
        highest = max((amount for _, amount in balances(line)), default=account.opening_balance)
        if account.kind in LOANS:
            assert account.opening_balance < 0
            assert highest <= 0
        elif account.kind in CREDIT_LINES:
            assert lowest >= -account.terms.credit_limit - (100_00 if slug in MAY_OVERDRAW else 0)
            assert highest <= 1_500_00
        elif slug in MAY_OVERDRAW:
            assert lowest >= -account.terms.overdraft_limit - 200_00
        else:
            assert lowest >= 0, f"{slug} {account.product} at {account.bank}"


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_real_is_in_the_seeds(play: Play, personas: dict[str, Persona], slug: str) -> None:
    for timeline in everything(play, personas, slug):
        for customer in timeline.customers:
            assert re.fullmatch(r"[2-9]\d\d55501\d\d", customer.phone)
            assert re.fullmatch(r"\S+@example\.(com|org|net)", customer.email)
        for line in timeline.accounts:
            assert re.fullmatch(r"99\d{7}", line.account.routing)
            assert re.fullmatch(r"\d{9,12}", line.account.number)
            assert all(re.fullmatch(r"\d{4}", card.last4) for card in line.account.cards)
            assert not any(re.search(r"\d{13}", row.description + row.memo) for row in line.entries)


@pytest.mark.parametrize("slug", SLUGS)
def test_cards_are_used_while_they_live(play: Play, personas: dict[str, Persona], slug: str) -> None:
    for line in lines(play, personas, slug):
        plastic = {card.last4: card for card in line.account.cards}
        for row in line.entries:
            if row.card_last4 and row.kind is EntryKind.PURCHASE:
                card = plastic[row.card_last4]
                assert card.issued_at <= row.authorised_at
                assert card.replaced_at is None or row.authorised_at < card.replaced_at


def test_ids_are_those_of_person_and_bank(play: Play) -> None:
    chase, citi = play("maya", "chase"), play("maya", "citi")
    assert chase.customers == citi.customers
    ids = [line.account.account_id for timeline in (chase, citi) for line in timeline.accounts]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"acc_[a-z2-7]{16}", account_id) for account_id in ids)
    other = play("maya", "chase", seed=SEED + 1)
    assert other.customers[0].customer_id != chase.customers[0].customer_id


def canonical(row: Entry) -> tuple[object, ...]:
    return row.authorised_at, row.amount, row.hold, row.merchant, row.kind, row.counterparty, row.foreign


@pytest.mark.parametrize("slug", ["maya", "tomas"])
def test_the_same_story_is_told_at_every_bank(play: Play, slug: str) -> None:
    """Purchases are the same; a bank's calendar only decides when they post."""
    told = []
    for bank in BANKS:
        entries = [row for line in play(slug, bank).accounts for row in line.entries]
        told.append(sorted(map(canonical, (row for row in entries if row.kind is EntryKind.PURCHASE)), key=repr))
    assert told[0] == told[1] == told[2] == told[3]


def test_a_persona_with_banks_of_its_own_is_played_there_only(
    personas: dict[str, Persona], catalogue: Catalogue
) -> None:
    home = replace(personas["omar"], accounts=personas["omar"].accounts[:1], rhythms=(), one_offs=())
    with pytest.raises(PersonaNotFound, match="no accounts at citi"):
        generate(home, "citi", seed=1, anchor=ANCHOR, until=horizon(ANCHOR), merchants=catalogue)


# --- Causality and determinism ------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", QUICK)
def test_a_later_horizon_gives_the_same_rows_and_more(play: Play, perform: Play, slug: str) -> None:
    far = play(slug)
    for days in (-200, -31, 0, 1, 9, 64, 250):
        end = moment(ANCHOR + timedelta(days=days), hours=days % 24)
        near = perform(slug, until=end)
        for short, long in zip(near.accounts, far.accounts, strict=True):
            assert short.account == long.account
            assert list(short.entries) == [row for row in long.entries if row.authorised_at < end]


@relaxed
@given(
    slug=st.sampled_from(["maya", "omar", "tomas", "leroy", "grace", "lena"]),
    anchor=anchors,
    seed=st.integers(0, 2**32),
    near=st.integers(-700 * 24, 390 * 24),
    more=st.integers(1, 90 * 24),
)
def test_rows_before_an_instant_never_depend_on_the_horizon(
    perform: Play, *, slug: str, anchor: date, seed: int, near: int, more: int
) -> None:
    ends = moment(anchor, near), moment(anchor, near + more)
    short, long = (perform(slug, anchor=anchor, seed=seed, until=end) for end in ends)
    for before, after in zip(short.accounts, long.accounts, strict=True):
        assert list(before.entries) == list(after.entries)[: len(before.entries)]
        assert all(ends[0] <= row.authorised_at < ends[1] for row in after.entries[len(before.entries) :])


def test_the_same_arguments_give_the_same_timeline(perform: Play) -> None:
    assert perform("maya", "citi", seed=3) == perform("maya", "citi", seed=3)


def test_a_seed_tells_another_story(play: Play) -> None:
    first, second = play("maya", seed=1).accounts[2].entries, play("maya", seed=2).accounts[2].entries
    amounts = [{(row.authorised_at, row.amount) for row in entries} for entries in (first, second)]
    assert len(amounts[0] & amounts[1]) < len(amounts[0]) / 10


def test_purchases_stay_where_they_are_when_the_anchor_moves(play: Play) -> None:
    """A world that is made tomorrow remembers the same past: choices belong to the calendar, not to the anchor."""
    today, tomorrow = play("maya"), play("maya", anchor=ANCHOR + timedelta(days=1))
    since, end = moment(ANCHOR, -24 * 300), moment(ANCHOR, -24 * 30)
    seen = [
        {canonical(row) for row in timeline.accounts[2].entries if row.merchant and since <= row.authorised_at < end}
        for timeline in (today, tomorrow)
    ]
    assert len(seen[0] & seen[1]) > 0.97 * len(seen[0])


# --- Freshness ----------------------------------------------------------------------------------------------------


@settings(relaxed, max_examples=60)
@given(slug=st.sampled_from(LIVING), bank=st.sampled_from(BANKS), anchor=anchors)
def test_a_living_persona_is_alive_at_any_anchor(perform: Play, slug: str, bank: str, anchor: date) -> None:
    """Something is pending in every hour of the anchor's day, and something happened yesterday and today."""
    timeline = perform(slug, bank, anchor=anchor, until=moment(anchor, 48))
    for hour in range(0, 24, 3):
        assert any(pending(line, moment(anchor, hour)) for line in timeline.accounts), f"at {hour}:00Z"
    authorised = {row.authorised_at.date() for line in timeline.accounts for row in line.entries}
    assert {anchor - timedelta(days=1), anchor} <= authorised


@pytest.mark.parametrize("slug", LIVING)
def test_a_life_goes_on_in_every_month(play: Play, slug: str) -> None:
    """No deserts: whoever shops at all does so in every month between the start and the horizon."""
    timeline = play(slug)
    start = max(line.account.history_start for line in timeline.accounts)
    months = {(row.authorised_at.year, row.authorised_at.month) for line in timeline.accounts for row in line.entries}
    first, last = start.year * 12 + start.month, timeline.until.year * 12 + timeline.until.month - 2
    assert {(index // 12, index % 12 + 1) for index in range(first, last + 1)} <= months
