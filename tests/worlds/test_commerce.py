"""What people bought, in the worlds of the real seeds: whole lives that hold together, and what people do to them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.kernel.clock import to_millis
from sandbox.kernel.errors import (
    CardEnded,
    CardNotFound,
    DisputeEnded,
    DisputeNotPossible,
    InvoiceNotFound,
    OfferEnded,
    OfferNotFound,
    PurchaseNotFound,
    ReceiptNotFound,
    ShipmentNotFound,
    TransactionNotFound,
)
from sandbox.ledger import cards, disputes, invoices, offers
from sandbox.ledger.accounts import AccountKind
from sandbox.ledger.cards import CardStatus
from sandbox.ledger.disputes import DisputeReason, DisputeStatus
from sandbox.ledger.entries import Channel, Entry, EntryKind
from sandbox.ledger.feed import Window
from sandbox.ledger.invoices import InvoiceStatus
from sandbox.ledger.offers import OfferState, RedemptionStatus
from sandbox.ledger.order_plans import ItemPlan, OrderPlan, ParcelPlan
from sandbox.ledger.purchases import Match, Purchase, PurchaseStatus, status_at, totals_at
from sandbox.ledger.shipments import ShipmentStatus, tracking
from sandbox.seeding.stories import SeedStories
from sandbox.store.database import Database
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.market import Market
from sandbox.worlds.worlds import World, Worlds

from .conftest import render

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
STORIES = SeedStories()
SHOPPERS = ("priya", "maya", "walt", "henry", "tomas", "leroy")


class Town:
    """A world of the real seeds at one bank, with what is asked of it."""

    def __init__(self, now: datetime = NOW, seed: int = 1, database: Database | None = None) -> None:
        self.worlds = Worlds(database or Database.open(None), STORIES, render)
        self.market = Market(self.worlds)
        self.world_id = self.worlds.create(now=now, speed=0, seed=seed, anchor=NOW.date()).world_id

    @property
    def world(self) -> World:
        return self.worlds.world(self.world_id)

    def accounts(self, who: str) -> list[AccountView]:
        return self.worlds.accounts(self.world, self.worlds.customer(self.world, who), "chase")

    def account(self, who: str, nickname: str) -> AccountView:
        return next(view for view in self.accounts(who) if view.account.product == nickname)

    def advance(self, **by: float) -> None:
        self.worlds.advance(self.world_id, timedelta(**by))

    def lives(self, view: AccountView) -> list[Purchase]:
        """All that is bought on an account up to 300 days from now, oldest first."""
        return list(self.market.purchases(self.later(view), Window()))[::-1]

    def later(self, view: AccountView) -> AccountView:
        then = replace(self.world, now_millis=to_millis(NOW + timedelta(days=300)))
        return self.worlds.account(then, view.persona, "chase", view.account.account_id)

    def close(self) -> None:
        self.worlds.database.close()


@pytest.fixture(scope="module")
def still() -> Iterator[Town]:
    """A town that nobody changes."""
    town = Town()
    yield town
    town.close()


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town()
    yield town
    town.close()


# --- Whole lives --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", SHOPPERS)
def test_every_purchase_adds_up_and_its_instants_are_in_order(still: Town, who: str) -> None:
    for view in still.accounts(who):
        lives = still.lives(view)
        assert [life.placed_at for life in lives] == sorted(life.placed_at for life in lives)
        assert len({life.purchase_id for life in lives}) == len(lives)
        for life in lives:
            whole(life, view)


def whole(life: Purchase, view: AccountView) -> None:
    totals = life.totals
    assert totals.subtotal - totals.discount + totals.shipping + totals.tax + totals.tip == totals.total > 0
    if life.line_items:
        assert sum(line.total for line in life.line_items) == totals.subtotal
        assert sum(line.tax_amount for line in life.line_items) == totals.tax
        assert life.receipt is not None
    if life.currency == view.account.currency and life.charges:
        posted = [charge.amount for charge in life.charges if charge.posted_at is not None]
        assert sum(posted or [charge.amount for charge in life.charges]) == totals.total
        assert sum(refund.amount for refund in life.refunds) <= totals.total
    for charge in life.charges:
        assert life.placed_at <= charge.at <= (charge.posted_at or charge.dropped_at or charge.at)
        entry = view.row(charge.sequence)
        assert entry is not None
        assert entry.amount == -charge.amount
    known = {line.line_id for line in life.line_items}
    for sent in life.shipments:
        times = [point.at for point in sent.checkpoints]
        assert life.placed_at <= times[0]
        assert all(earlier < later for earlier, later in pairwise(times))
        assert sent.checkpoints[0].status is ShipmentStatus.LABEL_CREATED
        assert sent.checkpoints[0].eta is not None
        assert {line for line, _ in sent.items} <= known
        for eta in (point.eta for point in sent.checkpoints if point.eta is not None):
            assert eta.window_start < eta.window_end
    for refund in life.refunds:
        assert life.placed_at < refund.at <= refund.posted_at
        assert set(refund.line_ids) <= known or life.lite
    if life.returned_at is not None:
        arrived = [point.at for sent in life.shipments for point in sent.checkpoints]
        assert all(at <= life.returned_at for at in arrived)
        assert all(life.returned_at <= refund.at for refund in life.refunds)
    if life.receipt is not None:
        assert life.receipt.issued_at >= life.placed_at.replace(microsecond=0)


@pytest.mark.parametrize("who", SHOPPERS)
def test_every_name_leads_back_to_what_it_names(still: Town, who: str) -> None:
    market = still.market
    for view in still.accounts(who):
        for life in islice(market.purchases(view, Window()), 60):
            assert market.purchase(view, life.purchase_id) == life
            for charge in life.charges:
                assert market.purchase_of(view, charge.sequence) == life
            for refund in life.refunds:
                assert market.purchase_of(view, refund.sequence) == life
            if life.receipt is not None and life.receipt.issued_at <= view.now:
                assert market.receipt(view, life.receipt.receipt_id) == life
            for sent in life.shipments:
                if sent.created_at <= view.now:
                    assert market.shipment(view, sent.shipment_id) == (life, sent)
        for invoice in islice(market.invoices(view, Window()), 20):
            assert market.invoice(view, invoice.invoice_id) == invoice


def test_what_is_not_there_or_not_yet_is_not_found(still: Town) -> None:
    view, market = still.account("priya", "Online Shopper Card"), still.market
    coming = next(life for life in still.lives(view) if life.placed_at > view.now)
    for strange in ("pur_000000000001", "pur_1", "", "inv_000000000001", "pur_" + "\u0660" * 12, coming.purchase_id):
        with pytest.raises(PurchaseNotFound):
            market.purchase(view, strange)
    with pytest.raises(ReceiptNotFound):
        market.receipt(view, "rcp_123456789012")
    with pytest.raises(ShipmentNotFound):
        market.shipment(view, "shp_123456789012")
    with pytest.raises(InvoiceNotFound):
        market.invoice(view, "inv_123456789012")
    with pytest.raises(CardNotFound):
        market.set_card(still.world, view, "crd_none", CardStatus.FROZEN, reason="", by="INDIVIDUAL")


def test_the_same_seed_tells_the_same_lives_and_time_changes_none_of_them(still: Town) -> None:
    other = Town(now=NOW + timedelta(days=40))
    try:
        for view, again in zip(still.accounts("priya"), other.accounts("priya"), strict=True):
            assert still.lives(view) == other.lives(again)
            later = {life.purchase_id: life for life in other.market.purchases(again, Window())}
            for life in still.market.purchases(view, Window()):
                assert later[life.purchase_id] == life
    finally:
        other.close()


def test_every_engine_tells_the_same_lives_and_keeps_what_is_done(still: Town, database: Database) -> None:
    town = Town(database=database)
    for view, again in zip(still.accounts("maya"), town.accounts("maya"), strict=True):
        assert still.lives(view) == town.lives(again)
        assert list(still.market.invoices(view, Window())) == list(town.market.invoices(again, Window()))
    view = next(view for view in town.accounts("maya") if view.account.kind is AccountKind.CREDIT_CARD)
    (card, *_) = town.market.cards(view)
    town.market.set_card(town.world, view, card.card_id, CardStatus.FROZEN, reason="", by="INDIVIDUAL")
    row, reason = latest_charge(view), DisputeReason.DUPLICATE
    dispute = town.market.open_dispute(town.world, view, row.sequence, reason=reason, explanation="Twice.")
    town.advance(days=50)
    (view,) = [one for one in town.accounts("maya") if one.account.account_id == view.account.account_id]
    assert disputes.status_at(town.market.dispute(view, dispute.dispute_id), view.now) is DisputeStatus.WON
    assert not [life for life in town.market.purchases(view, Window(NOW)) if life.card_last4 == card.card.last4]
    assert view.balances().current == adds_up(view)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60 * 24 * 60))
def test_a_status_is_only_ever_what_has_happened(minutes: int) -> None:
    at = NOW - timedelta(days=30) + timedelta(minutes=minutes)
    for life in LIVES:
        status = status_at(life, at)
        assert (status is None) == (at < life.placed_at)
        if status is PurchaseStatus.DELIVERED:
            assert all(
                (stage := tracking(sent, at)) and stage.status is ShipmentStatus.DELIVERED for sent in life.shipments
            )
        if status is PurchaseStatus.REFUNDED:
            assert any(refund.posted_at <= at for refund in life.refunds)


def _lives() -> list[Purchase]:
    town = Town()
    try:
        return [
            life
            for view in town.accounts("priya")
            for life in town.lives(view)
            if abs(life.placed_at - NOW) < timedelta(days=30)
        ]
    finally:
        town.close()


LIVES = _lives()


def test_all_that_is_bought_where_receipts_are_given_has_one(still: Town) -> None:
    merchants = STORIES.merchants()
    for view in still.accounts("maya"):
        for row in view.rows(view.account.history_start, NOW):
            if row.kind is EntryKind.PURCHASE and row.posted_at is not None and merchants[row.merchant].receipts:
                life = still.market.purchase_of(view, row.sequence)
                assert life is not None
                assert life.receipt is not None


def test_a_page_of_fifty_costs_what_it_shows(still: Town) -> None:
    view = still.accounts("priya")[2]
    dated = [life.placed_at for life in islice(still.market.purchases(view, Window()), 50)]
    assert len(dated) == 50
    assert dated == sorted(dated, reverse=True)
    assert max(dated) <= view.now
    start, end = NOW - timedelta(days=20), NOW - timedelta(days=10)
    span = [life.placed_at for life in still.market.purchases(view, Window(start, end))]
    assert span
    assert all(start <= at < end for at in span)
    ahead = still.market.purchases(view, Window(NOW - timedelta(days=1), NOW + timedelta(days=30)))
    assert all(life.placed_at <= NOW for life in ahead)


# --- The seeds keep what they promise -----------------------------------------------------------------------------


def bought(town: Town, cents: int) -> Purchase:
    """What Priya's file has her buy, by the sum of its first charge."""
    return next(
        life
        for view in town.accounts("priya")
        for life in town.market.purchases(view, Window(NOW - timedelta(days=30)))
        if life.charges and life.charges[0].amount == cents
    )


def test_priya_has_one_order_late_one_split_and_one_sent_back(still: Town) -> None:
    late = bought(still, 12840)
    stages = [point.status for point in late.shipments[0].checkpoints]
    assert ShipmentStatus.DELAYED in stages
    delayed = next(point.at for point in late.shipments[0].checkpoints if point.status is ShipmentStatus.DELAYED)
    told = tracking(late.shipments[0], delayed)
    assert told is not None
    assert told.eta is not None
    assert told.previous_eta is not None
    assert told.eta.window_start > told.previous_eta.window_start

    split = bought(still, 6418)
    assert [charge.amount for charge in split.charges] == [6418, 4195, 1749]
    assert split.line_items[0].title == "Under-desk keyboard tray"
    assert [sent.items for sent in split.shipments] == [((line.line_id, line.quantity),) for line in split.line_items]
    assert status_at(split, NOW) is PurchaseStatus.SHIPPED

    returned = bought(still, 24900)
    assert returned.returned_at is not None
    assert [(refund.amount, refund.line_ids) for refund in returned.refunds] == [(14900, ())]
    assert status_at(returned, returned.returned_at) is PurchaseStatus.RETURNED
    assert status_at(returned, NOW) is PurchaseStatus.REFUNDED


def test_the_seeds_have_every_ugly_case(still: Town) -> None:
    lives = [life for who in ("priya", "tomas", "maya") for view in still.accounts(who) for life in still.lives(view)]
    text = " ".join(line.title for life in lives for line in life.line_items)
    assert any(10 < len(life.line_items) <= 100 for life in lives)
    assert any(len(life.line_items) > 100 for life in lives)
    assert any(life.lite and life.receipt for life in lives)
    assert any(life.totals.tip and life.held_total for life in lives)
    assert any(len(life.tax_lines) > 2 for life in lives)
    assert {"USD", "GBP", "JPY"} <= {life.currency for life in lives}
    assert any(life.currency == "JPY" and life.line_items for life in lives)
    assert "🔥" in text
    assert "Żółte" in text
    assert {life.match for life in lives} == set(Match)
    assert all(life.candidates for life in lives if life.match is Match.AMBIGUOUS)
    assert all(not life.charges for life in lives if life.match is Match.UNMATCHED)
    assert any(life.receipt and life.receipt.issued_at - life.placed_at > timedelta(hours=30) for life in lives)
    assert any(life.adjustments for life in lives)
    stages = {point.status for life in lives for sent in life.shipments for point in sent.checkpoints}
    assert {ShipmentStatus.DELAYED, ShipmentStatus.DELIVERY_ATTEMPTED, ShipmentStatus.EXCEPTION} <= stages


def test_a_tip_is_not_known_before_it_settles(still: Town) -> None:
    life = next(life for life in LIVES if life.totals.tip and life.held_total)
    before = totals_at(life, life.placed_at)
    assert (before.total, before.tip) == (life.held_total, 0)
    assert life.charges[0].posted_at is not None
    assert totals_at(life, life.charges[0].posted_at) == life.totals
    assert before.total + life.totals.tip == life.totals.total


def test_invoices_sum_rise_and_fail_and_are_paid(still: Town) -> None:
    found = [
        invoice
        for who in ("priya", "leroy", "maya")
        for view in still.accounts(who)
        for invoice in still.market.invoices(still.later(view), Window())
    ]
    for invoice in found:
        assert sum(line.amount for line in invoice.lines) == invoice.total
        assert invoice.issued_at < invoice.due_at
        assert invoices.status_at(invoice, invoice.issued_at - timedelta(seconds=1)) is None
        assert [paid.at for paid in invoice.payments] == sorted(paid.at for paid in invoice.payments)
    risen = next(invoice for invoice in found if invoice.biller == "Willowcart Circle" and invoice.previous_total)
    assert (risen.previous_total, risen.total) == (1499, 1699)
    bounced = next(invoice for invoice in found if any(paid.failed_at for paid in invoice.payments))
    failed = bounced.payments[0].failed_at
    assert failed is not None
    assert invoices.status_at(bounced, max(failed, bounced.due_at)) is InvoiceStatus.OVERDUE
    assert invoices.status_at(bounced, bounced.payments[-1].at) is InvoiceStatus.PAID
    states = {invoices.status_at(invoice, NOW) for invoice in found}
    assert {InvoiceStatus.PAID, InvoiceStatus.SCHEDULED} <= states


def test_an_offer_taken_up_before_any_world_is_credited_by_the_seeds(still: Town) -> None:
    customer = still.worlds.customer(still.world, "priya")
    offer = next(offer for offer in still.market.offers(still.world, customer, "chase") if offer.redemptions)
    (redemption,) = offer.redemptions
    view = next(view for view in still.accounts("priya") if view.account.account_id == redemption.account_id)
    assert redemption.credit_sequence is not None
    credit = view.row(redemption.credit_sequence)
    assert credit is not None
    assert credit.amount == redemption.reward == 1284
    assert credit.posted_at == redemption.posts_at


# --- What people do -----------------------------------------------------------------------------------------------


def test_nothing_is_charged_to_a_frozen_card_and_life_goes_on_once_it_is_thawed(town: Town) -> None:
    view = town.account("priya", "Premier Rewards Card")
    (card,) = town.market.cards(view)
    unfrozen = {row.sequence for row in view.rows(NOW, NOW + timedelta(days=30))}
    owed = view.balances()
    frozen = CardStatus.FROZEN
    held, changed = town.market.set_card(town.world, view, card.card_id, frozen, reason="Lost?", by="INDIVIDUAL")
    assert changed
    assert cards.status_at(held, NOW) is CardStatus.FROZEN
    view = town.account("priya", "Premier Rewards Card")
    assert view.balances() == owed, "what was authorised before stands"
    assert not town.market.set_card(town.world, view, card.card_id, CardStatus.FROZEN, reason="", by="INDIVIDUAL")[1]
    town.advance(days=10)
    view = town.account("priya", "Premier Rewards Card")
    assert list(town.market.purchases(view, Window(NOW + timedelta(seconds=1)))) == []
    assert view.balances().current == adds_up(view)
    town.market.set_card(town.world, view, card.card_id, CardStatus.ACTIVE, reason="Found", by="INDIVIDUAL")
    town.advance(days=10)
    view = town.account("priya", "Premier Rewards Card")
    thawed = NOW + timedelta(days=10)
    charged = [row for row in view.rows(NOW, view.now) if row.kind is EntryKind.PURCHASE]
    assert charged
    assert all(row.authorised_at >= thawed and row.sequence in unfrozen for row in charged)
    assert view.balances().current == adds_up(view)


def adds_up(view: AccountView) -> int:
    """The balance as the feed has it."""
    posted = (row.entry for row in view.scan(Window()) if row.balance is not None)
    return view.account.opening_balance + sum(row.amount for row in posted)


def test_a_subscription_that_a_frozen_card_declines_is_owed(town: Town) -> None:
    view = town.account("priya", "Premier Rewards Card")
    (card,) = town.market.cards(view)
    town.advance(days=10)
    view = town.account("priya", "Premier Rewards Card")
    town.market.set_card(town.world, view, card.card_id, CardStatus.FROZEN, reason="", by="INDIVIDUAL")
    town.advance(days=5)
    view = town.account("priya", "Premier Rewards Card")
    owed = [
        invoice
        for invoice in town.market.invoices(view, Window(NOW + timedelta(days=8)))
        if invoices.status_at(invoice, view.now) is InvoiceStatus.OVERDUE
    ]
    assert owed
    for invoice in owed:
        assert invoice.payments == ()
        assert town.market.invoice(view, invoice.invoice_id) == invoice


def test_a_lost_card_stays_lost(town: Town) -> None:
    view = town.account("priya", "Online Shopper Card")
    (card,) = town.market.cards(view)
    town.market.set_card(town.world, view, card.card_id, CardStatus.LOST, reason="Left in a cab", by="INDIVIDUAL")
    town.advance(days=3)
    view = town.account("priya", "Online Shopper Card")
    with pytest.raises(CardEnded):
        town.market.set_card(town.world, view, card.card_id, CardStatus.ACTIVE, reason="", by="INDIVIDUAL")
    assert cards.status_at(town.market.cards(view)[0], view.now) is CardStatus.LOST


def latest_charge(view: AccountView, nth: int = 0) -> Entry:
    charges = (row.entry for row in view.scan(Window()) if row.entry.amount < 0 and row.balance is not None)
    return next(islice((row for row in charges if row.kind is EntryKind.PURCHASE), nth, None))


@pytest.mark.parametrize("reason", DisputeReason)
def test_a_dispute_runs_its_course_with_its_rows(town: Town, reason: DisputeReason) -> None:
    view = town.account("priya", "Premier Rewards Card")
    row = latest_charge(view)
    dispute = town.market.open_dispute(town.world, view, row.sequence, reason=reason, explanation="It never came.")
    assert disputes.status_at(dispute, NOW) is DisputeStatus.OPENED
    assert town.market.disputes(town.account("priya", "Premier Rewards Card")) == [dispute]
    with pytest.raises(DisputeNotPossible):
        town.market.open_dispute(town.world, view, row.sequence, reason=reason, explanation="Again.")
    town.advance(days=60)
    view = town.account("priya", "Premier Rewards Card")
    ended = disputes.status_at(town.market.dispute(view, dispute.dispute_id), view.now)
    assert ended in (DisputeStatus.WON, DisputeStatus.LOST)
    rows = [view.entry(step.sequence) for step in dispute.steps if step.sequence is not None]
    amounts = [found.entry.amount for found in rows if found is not None]
    assert amounts == ([-row.amount] if ended is DisputeStatus.WON else [-row.amount, row.amount])
    assert view.balances().current == adds_up(view)
    with pytest.raises(DisputeEnded):
        town.market.withdraw_dispute(town.world, view, dispute.dispute_id)


@pytest.mark.parametrize("days", [1, 10])
def test_a_dispute_that_is_withdrawn_leaves_nothing_behind(town: Town, days: int) -> None:
    view = town.account("priya", "Premier Rewards Card")
    row = latest_charge(view)
    fraud = DisputeReason.FRAUD
    dispute = town.market.open_dispute(town.world, view, row.sequence, reason=fraud, explanation="Not me.")
    town.advance(days=days)
    view = town.account("priya", "Premier Rewards Card")
    ended = town.market.withdraw_dispute(town.world, view, dispute.dispute_id)
    assert disputes.status_at(ended, view.now) is DisputeStatus.WITHDRAWN
    town.advance(days=60)
    view = town.account("priya", "Premier Rewards Card")
    assert town.market.dispute(view, dispute.dispute_id) == ended
    left = [entry for entry in view.overlay.added if entry.related == row.sequence]
    assert sum(entry.amount for entry in left) == 0


def test_what_cannot_be_disputed(town: Town) -> None:
    view = town.account("priya", "Premier Rewards Card")
    rows = {
        "pending": next(row.entry for row in view.scan(Window()) if row.balance is None and row.entry.amount < 0),
        "credit": next(row.entry for row in view.scan(Window()) if row.balance is not None and row.entry.amount > 0),
        "old": next(row for row in view.rows(NOW - timedelta(days=300), NOW - timedelta(days=200)) if row.amount < 0),
    }
    for row in rows.values():
        with pytest.raises(DisputeNotPossible):
            town.market.open_dispute(town.world, view, row.sequence, reason=DisputeReason.FRAUD, explanation="")
    for strange in (10**7, next(view.rows(NOW, NOW + timedelta(days=9))).sequence):
        with pytest.raises(TransactionNotFound):
            town.market.open_dispute(town.world, view, strange, reason=DisputeReason.FRAUD, explanation="")


def open_offer(town: Town, merchant: str) -> offers.Offer:
    customer = town.worlds.customer(town.world, "priya")
    return next(
        offer
        for offer in town.market.offers(town.world, customer, "chase")
        if offer.merchant.slug == merchant and offers.state_at(offer, town.world.now) is OfferState.AVAILABLE
    )


def test_an_activated_offer_is_redeemed_and_credited_days_later(town: Town) -> None:
    customer = town.worlds.customer(town.world, "priya")
    offer = open_offer(town, "willowcart")
    assert offer.redemptions == ()
    taken = town.market.activate(town.world, customer, offer, channel="messenger")
    assert offers.state_at(taken, NOW) is OfferState.ACTIVATED
    assert town.market.activate(town.world, customer, offer, channel="app") == taken
    first = taken.redemptions[0]
    assert first.at > NOW
    assert first.posts_at is not None
    assert first.posts_at - first.at > timedelta(days=3)
    assert first.reward == 500
    town.worlds.set_clock(town.world_id, first.at)
    seen = town.market.offer(town.world, customer, "chase", offer.offer_id)
    assert offers.redemption_status_at(seen.redemptions[0], first.at) is RedemptionStatus.PENDING
    town.worlds.set_clock(town.world_id, first.posts_at)
    view = next(view for view in town.accounts("priya") if view.account.account_id == first.account_id)
    assert first.credit_sequence is not None
    credit = view.entry(first.credit_sequence)
    assert credit is not None
    assert (credit.entry.amount, credit.entry.related) == (500, first.sequence)
    assert view.balances().current == adds_up(view)


def test_what_is_bought_by_control_redeems_and_what_is_declined_does_not(town: Town) -> None:
    customer = town.worlds.customer(town.world, "priya")
    offer = town.market.activate(town.world, customer, open_offer(town, "stitchpoint"), channel="app")
    view = town.account("priya", "Premier Rewards Card")
    row = Entry(
        0, EntryKind.PURCHASE, -9000, NOW, NOW + timedelta(days=1), "STITCHPOINT", channel=Channel.ONLINE,
        merchant="stitchpoint", counterparty="Stitchpoint", mcc="5691", category="Clothing",
    )  # fmt: skip
    (added,) = town.worlds.add_entries(town.world, view.account.account_id, [row])
    town.market.rows_changed(town.world, view, [added])
    seen = town.market.offer(town.world, customer, "chase", offer.offer_id)
    assert (seen.redemptions[0].sequence, seen.redemptions[0].reward) == (added.sequence, 1080)
    assert seen.redemptions[0].credit_sequence is not None
    assert offers.state_at(seen, NOW) is OfferState.REDEEMED
    with pytest.raises(OfferEnded):
        town.market.decline(town.world, customer, seen)

    (card,) = town.market.cards(view)
    willow = town.market.activate(town.world, customer, open_offer(town, "willowcart"), channel="app")
    assert willow.redemptions
    town.market.set_card(town.world, view, card.card_id, CardStatus.FROZEN, reason="", by="INDIVIDUAL")
    frozen = town.market.offer(town.world, customer, "chase", willow.offer_id)
    assert all(redemption.account_id != view.account.account_id for redemption in frozen.redemptions)
    credited = town.account("priya", "Premier Rewards Card").overlay.added
    assert [entry.related for entry in credited if entry.description.startswith("STATEMENT CREDIT")] == [added.sequence]


def test_an_offer_is_declined_or_withdrawn(town: Town) -> None:
    customer = town.worlds.customer(town.world, "priya")
    offer = town.market.activate(town.world, customer, open_offer(town, "willowcart"), channel="app")
    declined = town.market.decline(town.world, customer, offer)
    assert offers.state_at(declined, NOW) is OfferState.DECLINED
    assert town.market.decline(town.world, customer, offer) == declined
    with pytest.raises(OfferEnded):
        town.market.activate(town.world, customer, declined, channel="app")
    assert not [row for view in town.accounts("priya") for row in view.overlay.added]
    other = open_offer(town, "stitchpoint")
    town.market.withdraw_offer(town.world, customer, other)
    with pytest.raises(OfferNotFound):
        town.market.offer(town.world, customer, "chase", other.offer_id)


def test_an_order_is_told_by_its_plan(town: Town) -> None:
    view = town.account("priya", "Premier Rewards Card")
    row = Entry(
        0, EntryKind.PURCHASE, -4321, NOW, NOW + timedelta(days=1), "WILLOWCART", channel=Channel.ONLINE,
        merchant="willowcart", counterparty="Willowcart", mcc="5399", category="Shopping",
    )  # fmt: skip
    (added,) = town.worlds.add_entries(town.world, view.account.account_id, [row])
    plan = OrderPlan(
        items=(ItemPlan("Crème brûlée torch 🔥", unit_price=2000), ItemPlan("Sugar", quantity=2500)),
        tip=100,
        shipments=(ParcelPlan(fault="lost"),),
        receipt_after=timedelta(hours=5),
    )
    town.market.plan_order(town.world, view.account.account_id, added.sequence, plan)
    view = town.account("priya", "Premier Rewards Card")
    life = town.market.purchase_of(view, added.sequence)
    assert life is not None
    whole(life, view)
    assert [line.title for line in life.line_items] == ["Crème brûlée torch 🔥", "Sugar"]
    assert life.totals.tip == 100
    assert life.shipments[0].checkpoints[-1].status is ShipmentStatus.EXCEPTION
    with pytest.raises(ReceiptNotFound):
        town.market.receipt(view, life.receipt.receipt_id if life.receipt else "")
    town.advance(hours=6)
    view = town.account("priya", "Premier Rewards Card")
    assert town.market.receipt(view, life.receipt.receipt_id if life.receipt else "") == life
