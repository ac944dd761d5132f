"""Purchases of an account: each row that begins an order, with all that belongs to it, and what only the merchant
knows. Nothing is stored: the same account, row and plan give the same purchase at any time and in any process."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cached_property

from sandbox.kernel import ids
from sandbox.ledger.accounts import Card
from sandbox.ledger.customers import Customer
from sandbox.ledger.entries import Channel, Entry, EntryKind
from sandbox.ledger.merchants import Merchant
from sandbox.ledger.order_plans import OrderPlan, ParcelPlan
from sandbox.ledger.products import Shelf
from sandbox.ledger.purchases import (
    Charge,
    LineItem,
    Match,
    Purchase,
    PurchaseChannel,
    Totals,
)
from sandbox.ledger.shipments import Shipment
from sandbox.worlds import receipts, returns
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.baskets import FEE, NO_PLAN, Basket, Counter, Dice, fill, told
from sandbox.worlds.links import Errand, Links
from sandbox.worlds.names import Names
from sandbox.worlds.parcels import Parcel, send
from sandbox.worlds.worlds import Worlds

TABLE_SERVICE = frozenset({"5812", "5813", "4121", "7230"})
"""Merchants where what is held is the bill, and what settles has the tip on top."""
PARCELS = 16
"""No order has as many."""
LITE_SHARE = 0.05
WALLET_SHARE = 0.3
WALLET = "Tapwise Wallet"


def dice(*name: object) -> Dice:
    return random.Random(ids.number(*name)).random


class Teller:
    """Tells the purchases of one account in one world."""

    def __init__(self, worlds: Worlds, view: AccountView, links: Links, own: Links | None) -> None:
        self.worlds = worlds
        self.view = view
        self.account = view.account
        self.names = Names(view.account.account_id)
        self._links = [links, *([own] if own is not None else [])]
        self._merchants: Mapping[str, Merchant] = worlds.stories.merchants()
        self._cards: dict[str, Card] = {card.last4: card for card in view.account.cards}

    @cached_property
    def people(self) -> dict[str, Customer]:
        return self.worlds.people(self.view.world, self.view.persona, self.account.bank)

    # --- Which rows ------------------------------------------------------------------------------------------------

    def of(self, row: Entry) -> Purchase | None:
        """The purchase that a row begins; None where it begins none."""
        if row.kind is EntryKind.ATM_WITHDRAWAL:
            errand = self._errand(row)
            return self._in_cash(row, errand) if errand is not None else None
        if row.kind is not EntryKind.PURCHASE or self._double(row.sequence) is not None:
            return None
        if row.order is not None and row.order.first is not None and self.view.row(row.order.first) is not None:
            return None
        return self._charged(row)

    def root(self, row: Entry) -> Entry | None:
        """The row that began the order which a row charges or refunds; None where it has to do with no order."""
        seen = 0
        while seen < 4:
            seen += 1
            before: int | None = None
            if row.kind is EntryKind.REFUND:
                before = row.related
                if before is None:
                    return None
            elif row.kind is not EntryKind.PURCHASE:
                return None
            else:
                double = self._double(row.sequence)
                before = double if double is not None else row.order.first if row.order is not None else None
            if before is None:
                return row
            earlier = self.view.row(before)
            if earlier is None:
                return row if row.kind is EntryKind.PURCHASE else None
            row = earlier
        return None

    def _errand(self, row: Entry) -> Errand | None:
        return next((links.errands[row.sequence] for links in self._links if row.sequence in links.errands), None)

    def _double(self, sequence: int) -> int | None:
        return next((links.doubles[sequence] for links in self._links if sequence in links.doubles), None)

    def rows(self, kind: str, sequence: int) -> list[Entry]:
        found = [number for links in self._links for number in getattr(links, kind).get(sequence, ())]
        if not found:
            return []
        rows = (self.view.row(number) for number in dict.fromkeys(found))
        return sorted((row for row in rows if row is not None), key=lambda row: (row.authorised_at, row.sequence))

    def recurring(self) -> Iterator[Entry]:
        """Rows that come again and again, the first try to pay each; those too that a stopped card declined."""
        gone = self.view.overlay.hidden_sequences - {row.sequence for row in self.view.overlay.declined}
        return (row for links in self._links for row in links.recurring if row.sequence not in gone)

    def declined(self, sequence: int) -> Entry | None:
        """A row that never came to be because its card was stopped."""
        return next((row for row in self.view.overlay.declined if row.sequence == sequence), None)

    def plan_of(self, row: Entry) -> OrderPlan:
        put = self.view.overlay.facts.plans.get(row.sequence)
        if put is not None:
            return put
        name = row.order.plan if row.order is not None else ""
        return (self.worlds.stories.order_plan(name) if name else None) or NO_PLAN

    def previous_total(self, sequence: int) -> int | None:
        return next((links.risen[sequence] for links in self._links if sequence in links.risen), None)

    # --- The purchase ----------------------------------------------------------------------------------------------

    def _charged(self, row: Entry) -> Purchase:
        plan, sequence = self.plan_of(row), row.sequence
        rows = [row, *self.rows("parts", sequence)]
        refunds = [refund for part in rows for refund in self.rows("refunds", part.sequence)]
        merchant = self._merchant(row)
        channel = plan.channel or _channel(row)
        roll = dice("purchase", self.account.account_id, sequence)
        card = self._cards.get(row.card_last4)
        holder = self.people.get(card.holder_id if card else self.account.holders[0].customer_id)
        shelf = self.worlds.stories.shelf(merchant)
        charges = tuple(
            Charge(part.sequence, -part.amount, part.authorised_at, part.posted_at, part.dropped_at) for part in rows
        )
        alive = [charge for charge in charges if charge.posted_at is not None]
        counted = alive or list(charges)
        currency, total = self.account.currency, sum(charge.amount for charge in counted)
        scale = 1.0
        if row.foreign is not None:
            currency, scale = row.foreign.currency, row.foreign.amount / max(-row.amount, 1)
            total = row.foreign.amount if len(rows) == 1 else round(total * scale)
        posted = channel is PurchaseChannel.ONLINE and shelf is not None and shelf.ships
        tip = plan.tip if plan.tip is not None else self._tip(row, merchant, scale)
        tip = min(tip, total - 1)
        home = holder.address if holder is not None else None
        abroad = merchant.country != "US"
        counter = Counter(
            merchant=merchant.slug or merchant.name,
            country=merchant.country,
            state=merchant.state if channel is PurchaseChannel.IN_STORE or home is None else home.state,
            currency=currency,
            scale=scale if abroad else 1.0,
            day=row.authorised_at.date(),
            posted=posted,
            category=merchant.category,
            url=merchant.url,
        )
        receipt = receipts.issued(self.names, row, plan, merchant, channel, alive=alive, roll=roll)
        basket: Basket | None = None
        if receipt is not None or plan.items:
            basket = self._basket(shelf, counter, total, roll, tip=tip, plan=plan, parcels=len(counted))
        purchase_id = self.names.name("pur", sequence)
        lines = basket.lines if basket else ()
        lite = plan.lite if plan.lite is not None else receipt is not None and (not lines or roll() < LITE_SHARE)
        shipments: tuple[Shipment, ...] = ()
        if alive and (posted if plan.shipments is None else plan.shipments):
            shipments = self._shipments(row, alive, lines, refunds, plan)
            if lite:
                shipments = tuple(replace(shipment, items=()) for shipment in shipments)
        back = tuple(
            returns.refunded(self.names, refund, plan, lines, total=total, scale=scale)
            for refund in refunds
            if refund.posted_at
        )
        candidates, match = self._match(row, plan)
        matched = match is not Match.UNMATCHED
        return Purchase(
            purchase_id=purchase_id,
            account_id=self.account.account_id,
            merchant=merchant,
            placed_at=row.authorised_at,
            channel=channel,
            currency=currency,
            totals=basket.totals if basket else Totals(total - tip, 0, 0, 0, tip, total),
            charges=charges if matched else (),
            match=match,
            candidates=candidates,
            merchant_order_id=plan.order_id or receipts.order_id(merchant, channel, sequence, self.account.account_id),
            order_url="" if channel is PurchaseChannel.IN_STORE else receipts.order_url(merchant, purchase_id),
            line_items=() if lite else lines,
            tax_lines=() if lite or basket is None else basket.tax_lines,
            adjustments=plan.adjustments,
            card_last4=row.card_last4,
            card_network=card.network if card else "",
            wallet=plan.wallet or (WALLET if channel is PurchaseChannel.IN_STORE and roll() < WALLET_SHARE else ""),
            ship_to=home if shipments else None,
            recipient=holder.full_name if shipments and holder is not None else "",
            shipments=shipments,
            receipt=receipt,
            refunds=back,
            returned_at=returns.returned_at(self.names, row, plan, back, shipments),
            invoice_id=self.names.name("inv", sequence) if channel is PurchaseChannel.RECURRING else "",
            lite=lite,
            previous_total=plan.previous_total or self.previous_total(sequence),
            held_total=self._held(row, scale),
        )

    @staticmethod
    def _basket(
        shelf: Shelf | None, counter: Counter, total: int, roll: Dice, *, tip: int, plan: OrderPlan, parcels: int
    ) -> Basket | None:
        if plan.items:
            return told(plan, counter, total, tip, shelf)
        if shelf is None or total <= tip:
            return None
        return fill(shelf, counter, total, roll, tip=tip, plan=plan, least=parcels)

    def merchant_of(self, row: Entry) -> Merchant | None:
        """As the catalogue has it."""
        return self._merchants.get(row.merchant)

    def _merchant(self, row: Entry) -> Merchant:
        """The catalogue's, as this row met it; one that no catalogue knows as the row tells of it."""
        known = self.merchant_of(row)
        if known is None:
            return Merchant(
                slug=row.merchant,
                name=row.counterparty or row.description,
                descriptor=row.description,
                mcc=row.mcc,
                category=row.category,
                channels=(row.channel,),
                low=0,
                typical=0,
                high=0,
                currency=row.foreign.currency if row.foreign else self.account.currency,
            )
        city, state = known.city, known.state
        if known.is_chain and row.channel is Channel.CARD_PRESENT:
            place = row.description[len(known.descriptor.replace("{store}", "0000")) + 1 :]
            city, state = place[:-3].title(), place[-2:]
        return replace(known, descriptor=row.description, city=city, state=state)

    @staticmethod
    def _tip(row: Entry, merchant: Merchant, scale: float) -> int:
        if row.hold is None or merchant.mcc not in TABLE_SERVICE or not row.amount < row.hold < 0:
            return 0
        return round((row.hold - row.amount) * scale)

    @staticmethod
    def _held(row: Entry, scale: float) -> int | None:
        if row.hold is None or row.hold == row.amount or row.posted_at is None:
            return None
        return max(1, round(-row.hold * scale))

    def _match(self, row: Entry, plan: OrderPlan) -> tuple[tuple[int, ...], Match]:
        alike = [other.sequence for other in self.rows("alike", row.sequence)]
        match = plan.match or (Match.AMBIGUOUS if alike else Match.MATCHED)
        return tuple(sorted({row.sequence, *alike})) if match is Match.AMBIGUOUS else (), match

    # --- Parcels and what comes back -------------------------------------------------------------------------------

    def _shipments(
        self, row: Entry, charges: list[Charge], lines: tuple[LineItem, ...], refunds: list[Entry], plan: OrderPlan
    ) -> tuple[Shipment, ...]:
        roll = dice("parcels", self.account.account_id, row.sequence)
        plans: list[ParcelPlan | None] = list(plan.shipments or ())
        count = len(plans) or max(len(charges), 2 if len(lines) > 2 and roll() < 0.15 else 1)
        packed_lines = sum(line.title != FEE.title for line in lines)
        count = min(count, max(packed_lines, len(plans), 1), PARCELS)
        holder = self.people.get(self._holder(row))
        before = None
        if refunds and not plan.returned_after:
            before = refunds[0].authorised_at - timedelta(hours=30)
        elif plan.returned_after is not None:
            before = row.authorised_at + plan.returned_after - timedelta(hours=2)
        shipments = []
        for place in range(count):
            told_plan = plans[place] if place < len(plans) else None
            packed = charges[place].at if place < len(charges) and len(charges) > 1 else row.authorised_at
            parcel = Parcel(
                shipment_id=self.names.name("shp", row.sequence * PARCELS + place),
                purchase_id=self.names.name("pur", row.sequence),
                placed_at=row.authorised_at,
                sent_from=packed + timedelta(hours=9 * place if len(charges) == 1 else 0),
                ship_to=holder.address if holder is not None else None,
                items=_packed(lines, place, count, told_plan),
                before=before,
            )
            sent = send(parcel, told_plan, roll)
            if sent is not None:
                shipments.append(sent)
        return tuple(shipments)

    def _holder(self, row: Entry) -> str:
        card = self._cards.get(row.card_last4)
        return card.holder_id if card else self.account.holders[0].customer_id

    # --- Paid in cash ----------------------------------------------------------------------------------------------

    def _in_cash(self, row: Entry, errand: Errand) -> Purchase | None:
        """A receipt for which there is no row: paid out of what was withdrawn."""
        merchant = self._merchants.get(errand.merchant)
        if merchant is None or row.posted_at is None:
            return None
        roll = dice("errand", self.account.account_id, row.sequence)
        total = max(1, int(-row.amount * (0.15 + 0.6 * roll())))
        shelf = self.worlds.stories.shelf(merchant)
        at = errand.at.replace(microsecond=0)
        basket = None
        if shelf is not None:
            counter = Counter(merchant.slug, merchant.country, merchant.state, "USD", 1.0, at.date(), posted=False)
            basket = fill(shelf, counter, total, roll)
        channel = PurchaseChannel.IN_STORE
        return Purchase(
            purchase_id=self.names.name("pur", row.sequence),
            account_id=self.account.account_id,
            merchant=merchant,
            placed_at=at,
            channel=channel,
            currency="USD",
            totals=basket.totals if basket else Totals(total, 0, 0, 0, 0, total),
            charges=(),
            match=Match.UNMATCHED,
            merchant_order_id=receipts.order_id(merchant, channel, row.sequence, self.account.account_id),
            line_items=basket.lines if basket else (),
            tax_lines=basket.tax_lines if basket else (),
            receipt=receipts.paper(self.names, row, merchant, channel, at),
            lite=basket is None,
        )


def _channel(row: Entry) -> PurchaseChannel:
    if row.order is not None and row.order.recurrence:
        return PurchaseChannel.RECURRING
    return PurchaseChannel.IN_STORE if row.channel is Channel.CARD_PRESENT else PurchaseChannel.ONLINE


def _packed(
    lines: tuple[LineItem, ...], place: int, count: int, plan: ParcelPlan | None
) -> tuple[tuple[str, int], ...]:
    """What is in a parcel: the told lines, or an even run of them."""
    if plan is not None and plan.lines:
        chosen = [lines[number] for number in plan.lines if number < len(lines)]
    else:
        goods = [line for line in lines if line.title != FEE.title]
        chosen = goods[len(goods) * place // count : len(goods) * (place + 1) // count]
    return tuple((line.line_id, line.quantity) for line in chosen)


class Purchases:
    """The purchases of every account; keeps what it found out about the rows of those that were lately read."""

    MOST = 256

    def __init__(self, worlds: Worlds) -> None:
        self.worlds = worlds
        self._links: dict[object, Links] = {}

    @cached_property
    def _receipts(self) -> frozenset[str]:
        return frozenset(slug for slug, merchant in self.worlds.stories.merchants().items() if merchant.receipts)

    def links(self, view: AccountView) -> tuple[Links, Links | None]:
        """(those of the template's rows, those of the world's own rows)."""
        key, rows = view.template_rows()
        links = self._links.get(key)
        account_id = view.account.account_id
        if links is None:
            links = Links.between(rows(), self._receipts, account_id)
            if key is not None and not self.worlds.database.in_transaction:
                if len(self._links) >= self.MOST:
                    self._links.clear()
                self._links[key] = links
        if not view.overlay.added:
            return links, None
        added = sorted(view.overlay.added, key=lambda row: (row.authorised_at, row.sequence))
        return links, Links.between(added, self._receipts, account_id)

    def teller(self, view: AccountView) -> Teller:
        return Teller(self.worlds, view, *self.links(view))
