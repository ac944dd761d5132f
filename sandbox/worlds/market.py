"""`Commerce` as it is: every value follows from an account's rows, the seeds and what was done in the world."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sandbox.kernel.errors import PurchaseNotFound, ReceiptNotFound, ShipmentNotFound
from sandbox.ledger.feed import Window
from sandbox.ledger.merchants import Merchant
from sandbox.ledger.order_plans import OrderPlan
from sandbox.ledger.purchases import Purchase
from sandbox.ledger.shipments import Shipment
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.purchases import PARCELS, Names, Purchases
from sandbox.worlds.worlds import World, Worlds

LONGEST = timedelta(days=120)
"""After this nothing more happens to a purchase."""
ENDLESS = timedelta(days=4000)


class Market:
    """The implementation of `Commerce`."""

    def __init__(self, worlds: Worlds) -> None:
        self.worlds = worlds
        self._purchases = Purchases(worlds)

    def merchants(self) -> Mapping[str, Merchant]:
        return self.worlds.stories.merchants()

    # --- Purchases -------------------------------------------------------------------------------------------------

    def purchases(self, view: AccountView, window: Window) -> Iterator[Purchase]:
        """Placed inside the window, newest first; lazily, so that a page costs what it shows."""
        after_now = view.now + timedelta(milliseconds=1)
        end = min(window.end, after_now) if window.end is not None else after_now
        return self._placed(view, window.start or view.account.history_start - ENDLESS, end)

    def _placed(self, view: AccountView, start: datetime, end: datetime) -> Iterator[Purchase]:
        teller = self._purchases.teller(view)
        # An errand follows its withdrawal.
        for row in view.rows(start - timedelta(hours=1), end):
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

    def recently(self, view: AccountView, since: datetime) -> Iterator[Purchase]:
        """Every purchase of which anything may happen at `since` or later (placed up to 120 days before), those that
        the clock has yet to reach included up to the horizon, oldest first; for the agenda."""
        teller = self._purchases.teller(view)
        rows = list(view.rows(since - LONGEST, view.now + ENDLESS))
        return (purchase for row in reversed(rows) if (purchase := teller.of(row)) is not None)

    def plan_order(self, world: World, account_id: str, sequence: int, plan: OrderPlan) -> None:
        """Tell what was bought with the row that begins an order, in this world alone."""
        self.worlds.change_commerce(
            world, account_id, lambda facts: replace(facts, plans={**facts.plans, sequence: plan})
        )
