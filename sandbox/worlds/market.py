"""`Commerce` as it is: every value follows from an account's rows, the seeds and what was done in the world."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sandbox.kernel.errors import InvoiceNotFound, PurchaseNotFound, ReceiptNotFound, ShipmentNotFound
from sandbox.ledger.cards import CardStatus, HeldCard
from sandbox.ledger.customers import Customer
from sandbox.ledger.disputes import Dispute, DisputeReason
from sandbox.ledger.entries import Entry, EntryKind
from sandbox.ledger.feed import Window
from sandbox.ledger.invoices import Invoice
from sandbox.ledger.merchants import Merchant
from sandbox.ledger.offers import Offer
from sandbox.ledger.order_plans import OrderPlan
from sandbox.ledger.purchases import Purchase
from sandbox.ledger.shipments import Shipment
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.cards import Cards
from sandbox.worlds.disputes import Disputes
from sandbox.worlds.invoices import Bills
from sandbox.worlds.names import Names
from sandbox.worlds.offers import Offers
from sandbox.worlds.purchases import PARCELS, Purchases
from sandbox.worlds.worlds import World, Worlds

NOTICE = timedelta(days=60)
"""So long before the first row its bill may have been sent."""


class Market:
    """The implementation of `Commerce`."""

    def __init__(self, worlds: Worlds) -> None:
        self.worlds = worlds
        self._purchases = Purchases(worlds)
        self._offers = Offers(worlds, self._purchases)
        self._disputes = Disputes(worlds)
        self._cards = Cards(worlds)

    def merchants(self) -> Mapping[str, Merchant]:
        return self.worlds.stories.merchants()

    # --- Purchases -------------------------------------------------------------------------------------------------

    def purchases(self, view: AccountView, window: Window) -> Iterator[Purchase]:
        """Placed inside the window, newest first; lazily, so that a page costs what it shows."""
        return self._placed(view, *self._span(view, window))

    @staticmethod
    def _span(view: AccountView, window: Window) -> tuple[datetime, datetime]:
        """What of a window has been."""
        after_now = view.now + timedelta(milliseconds=1)
        end = min(window.end, after_now) if window.end is not None else after_now
        return window.start or view.account.history_start - NOTICE, end

    def _placed(self, view: AccountView, start: datetime, end: datetime) -> Iterator[Purchase]:
        teller = self._purchases.teller(view)
        # An errand follows its withdrawal.
        for row in view.rows(start - timedelta(hours=1), end, charges=True):
            purchase = teller.of(row)
            if purchase is not None and start <= purchase.placed_at < end:
                yield purchase

    def purchase(self, view: AccountView, purchase_id: str) -> Purchase:
        """Raises PurchaseNotFound."""
        sequence = Names(view.account.account_id).number("pur", purchase_id)
        row = view.row(sequence) if sequence is not None else None
        purchase = self._purchases.teller(view).of(row) if row is not None else None
        if purchase is None or purchase.placed_at > view.now:
            raise PurchaseNotFound(f"the account has no purchase {purchase_id!r}")
        return purchase

    def purchase_of(self, view: AccountView, sequence: int) -> Purchase | None:
        """The purchase that an entry charges or refunds."""
        row = view.row(sequence)
        if row is None:
            return None
        teller = self._purchases.teller(view)
        root = teller.root(row)
        purchase = teller.of(root) if root is not None else None
        if purchase is None or purchase.placed_at > view.now:
            return None
        return purchase

    def receipt(self, view: AccountView, receipt_id: str) -> Purchase:
        """The purchase to which a receipt belongs. Raises ReceiptNotFound, also before it is issued."""
        sequence = Names(view.account.account_id).number("rcp", receipt_id)
        row = view.row(sequence) if sequence is not None else None
        purchase = self._purchases.teller(view).of(row) if row is not None else None
        if purchase is None or purchase.receipt is None or purchase.receipt.issued_at > view.now:
            raise ReceiptNotFound(f"the account has no receipt {receipt_id!r}")
        return purchase

    def shipment(self, view: AccountView, shipment_id: str) -> tuple[Purchase, Shipment]:
        """Raises ShipmentNotFound, also before its label is made."""
        number = Names(view.account.account_id).number("shp", shipment_id)
        row = view.row(number // PARCELS) if number is not None else None
        purchase = self._purchases.teller(view).of(row) if row is not None else None
        for shipment in purchase.shipments if purchase is not None else ():
            if shipment.shipment_id == shipment_id and shipment.created_at <= view.now and purchase is not None:
                return purchase, shipment
        raise ShipmentNotFound(f"the account has no shipment {shipment_id!r}")

    # --- Invoices --------------------------------------------------------------------------------------------------

    def invoices(self, view: AccountView, window: Window) -> Iterator[Invoice]:
        """Issued inside the window, newest first."""
        start, end = self._span(view, window)
        return Bills(self._purchases.teller(view)).issued(start, end)

    def invoice(self, view: AccountView, invoice_id: str) -> Invoice:
        """Raises InvoiceNotFound."""
        sequence = Names(view.account.account_id).number("inv", invoice_id)
        teller = self._purchases.teller(view)
        row = view.row(sequence) or teller.declined(sequence) if sequence is not None else None
        if row is not None and row.order is not None and row.order.recurrence and row.order.first is None:
            invoice = Bills(teller).of(row)
            if invoice.issued_at <= view.now:
                return invoice
        raise InvoiceNotFound(f"the account has no invoice {invoice_id!r}")

    # --- Disputes and cards ----------------------------------------------------------------------------------------

    def disputes(self, view: AccountView) -> list[Dispute]:
        """Newest first."""
        return self._disputes.all(view)

    def dispute(self, view: AccountView, dispute_id: str) -> Dispute:
        """Raises DisputeNotFound."""
        return self._disputes.one(view, dispute_id)

    def open_dispute(
        self, world: World, view: AccountView, sequence: int, *, reason: DisputeReason, explanation: str
    ) -> Dispute:
        return self._disputes.open(world, view, sequence, reason=reason, explanation=explanation)

    def withdraw_dispute(self, world: World, view: AccountView, dispute_id: str) -> Dispute:
        return self._disputes.withdraw(world, view, dispute_id)

    def cards(self, view: AccountView) -> list[HeldCard]:
        return self._cards.all(view)

    def set_card(
        self, world: World, view: AccountView, card_id: str, status: CardStatus, *, reason: str, by: str
    ) -> tuple[HeldCard, bool]:
        held, changed = self._cards.set(world, view, card_id, status, reason=reason, by=by)
        if changed:
            self._settle(world, view)
        return held, changed

    # --- Offers ----------------------------------------------------------------------------------------------------

    def offers(self, world: World, customer: Customer, bank: str) -> list[Offer]:
        return self._offers.all(world, customer, bank)

    def offer(self, world: World, customer: Customer, bank: str, offer_id: str) -> Offer:
        return self._offers.one(world, customer, bank, offer_id)

    def activate(self, world: World, customer: Customer, offer: Offer, *, channel: str) -> Offer:
        return self._offers.activate(world, customer, offer, channel=channel)

    def decline(self, world: World, customer: Customer, offer: Offer) -> Offer:
        return self._offers.decline(world, customer, offer)

    def withdraw_offer(self, world: World, customer: Customer, offer: Offer) -> Offer:
        return self._offers.withdraw(world, customer, offer)

    def rows_changed(self, world: World, view: AccountView, rows: Iterable[Entry]) -> None:
        partners = {plan.merchant for plan in self.worlds.stories.offers()}
        if any(row.kind is EntryKind.PURCHASE and row.merchant in partners for row in rows):
            self._settle(world, view)

    def _settle(self, world: World, view: AccountView) -> None:
        now = self.worlds.world(world.world_id)
        people = self.worlds.people(now, view.persona, view.account.bank)
        for holder in (people[name] for name in view.account.holder_ids() if name in people):
            for other in self.worlds.accounts(now, holder, view.account.bank):
                self._purchases.links(other)  # found here, since nothing is kept inside of a transaction
        self._offers.settle(now, view.persona, view.account.bank, view.account.account_id)

    def plan_order(self, world: World, account_id: str, sequence: int, plan: OrderPlan) -> None:
        """Tell what was bought with the row that begins an order, in this world alone."""
        self.worlds.change_commerce(
            world, account_id, lambda facts: replace(facts, plans={**facts.plans, sequence: plan})
        )
