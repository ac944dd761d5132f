"""What was bought, sent, billed and offered, in one world: derived from an account's rows, the seeds' catalogue and
what was done in the world. The port of all who show or tell it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from sandbox.ledger.cards import CardStatus, HeldCard
from sandbox.ledger.customers import Customer
from sandbox.ledger.disputes import Dispute, DisputeReason
from sandbox.ledger.entries import Entry
from sandbox.ledger.feed import Window
from sandbox.ledger.invoices import Invoice
from sandbox.ledger.merchants import Merchant
from sandbox.ledger.offers import Offer
from sandbox.ledger.order_plans import OrderPlan
from sandbox.ledger.purchases import Purchase
from sandbox.ledger.shipments import Shipment
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.worlds import World


class Commerce(Protocol):
    """Whole lives are returned, future included, of what exists at the world's now (a purchase that is placed, an
    invoice that is issued, an offer that is made): the readers of `status_at`, `totals_at` and `tracking` decide what
    shows."""

    def merchants(self) -> Mapping[str, Merchant]: ...

    # Of one account

    def purchases(self, view: AccountView, window: Window) -> Iterator[Purchase]:
        """Placed inside the window, newest first; lazily, so that a page costs what it shows."""

    def purchase(self, view: AccountView, purchase_id: str) -> Purchase:
        """Raises PurchaseNotFound."""

    def purchase_of(self, view: AccountView, sequence: int) -> Purchase | None:
        """The purchase that an entry charges or refunds."""

    def receipt(self, view: AccountView, receipt_id: str) -> Purchase:
        """The purchase to which a receipt belongs. Raises ReceiptNotFound, also before it is issued."""

    def shipment(self, view: AccountView, shipment_id: str) -> tuple[Purchase, Shipment]:
        """Raises ShipmentNotFound, also before its label is made."""

    def plan_order(self, world: World, account_id: str, sequence: int, plan: OrderPlan) -> None:
        """Tell what was bought with the row that begins an order, in this world alone."""

    def invoices(self, view: AccountView, window: Window) -> Iterator[Invoice]:
        """Issued inside the window, newest first."""

    def invoice(self, view: AccountView, invoice_id: str) -> Invoice:
        """Raises InvoiceNotFound."""

    def disputes(self, view: AccountView) -> list[Dispute]:
        """Newest first."""

    def dispute(self, view: AccountView, dispute_id: str) -> Dispute:
        """Raises DisputeNotFound."""

    def open_dispute(
        self, world: World, view: AccountView, sequence: int, *, reason: DisputeReason, explanation: str
    ) -> Dispute:
        """Its steps follow by themselves as the clock goes on, with their entries on the account. Raises
        TransactionNotFound, or DisputeNotPossible (a credit, a row that is pending or too old, one in dispute)."""

    def withdraw_dispute(self, world: World, view: AccountView, dispute_id: str) -> Dispute:
        """Raises DisputeNotFound, or DisputeEnded."""

    def cards(self, view: AccountView) -> list[HeldCard]:
        """Dead ones too."""

    def set_card(
        self, world: World, view: AccountView, card_id: str, status: CardStatus, *, reason: str, by: str
    ) -> tuple[HeldCard, bool]:
        """(the card, whether anything changed). While it is frozen or lost nothing is charged to it: rows that were to
        come are declined. Raises CardNotFound, or CardEnded for one that is lost or closed."""

    # Of one customer at one bank

    def offers(self, world: World, customer: Customer, bank: str) -> list[Offer]:
        """Newest first."""

    def offer(self, world: World, customer: Customer, bank: str, offer_id: str) -> Offer:
        """Raises OfferNotFound."""

    def activate(self, world: World, customer: Customer, offer: Offer, *, channel: str) -> Offer:
        """Purchases from now on redeem it; their credits follow days later as rows on the account. Raises OfferEnded
        where it is expired, withdrawn, declined or redeemed; harmless when it is active."""

    def decline(self, world: World, customer: Customer, offer: Offer) -> Offer:
        """Raises OfferEnded where it is redeemed or expired; harmless when it is declined."""

    def withdraw_offer(self, world: World, customer: Customer, offer: Offer) -> Offer:
        """The partner takes it back."""

    def rows_changed(self, world: World, view: AccountView, rows: Iterable[Entry]) -> None:
        """To be told when rows came to an account or left it: where they redeem an offer, its credit follows."""
