"""What a merchant prints: receipts, order numbers, and when they come."""

from datetime import datetime, timedelta

from sandbox.kernel import ids
from sandbox.ledger.entries import Entry
from sandbox.ledger.merchants import Merchant
from sandbox.ledger.order_plans import OrderPlan
from sandbox.ledger.purchases import Charge, PurchaseChannel, Receipt
from sandbox.worlds.baskets import Dice
from sandbox.worlds.names import Names

LATE_SHARE = 0.05
TILL_CLERKS = ("Ana", "Bo", "Carmen", "Dmitri", "Esi", "Farid", "Greta", "Hugo", "Ivy", "Jamal", "Kwame", "Lupe")


def issued(
    names: Names,
    row: Entry,
    plan: OrderPlan,
    merchant: Merchant,
    channel: PurchaseChannel,
    *,
    alive: list[Charge],
    roll: Dice,
) -> Receipt | None:
    """The receipt of an order, if there is one; `alive` are the charges that post."""
    drawn, hours = roll(), roll()
    gives = merchant.receipts if plan.receipt is None else plan.receipt
    if not alive or not gives:
        return None
    settles = row.hold is not None and row.hold != row.amount and alive[0].posted_at is not None
    at = alive[0].posted_at if settles and alive[0].posted_at is not None else row.authorised_at
    if plan.receipt_after is not None:
        at = row.authorised_at + plan.receipt_after
    elif channel is PurchaseChannel.ONLINE:
        at += timedelta(hours=18 + 54 * hours) if drawn < LATE_SHARE else timedelta(seconds=20 + int(160 * hours))
    return paper(names, row, merchant, channel, at.replace(microsecond=0))


def paper(names: Names, row: Entry, merchant: Merchant, channel: PurchaseChannel, at: datetime) -> Receipt:
    """With the numbers that a shop prints."""
    sequence = row.sequence
    key = (names.account_id, sequence)
    receipt_id = names.name("rcp", sequence)
    if channel is not PurchaseChannel.IN_STORE:
        return Receipt(receipt_id, f"{_initials(merchant)}-{ids.digits(9, 'receipt', *key)}", at)
    store = ids.number("store", merchant.slug, merchant.city) % 900 + 100
    till = ids.number("till", *key) % 12 + 1
    clerk = TILL_CLERKS[ids.number("clerk", *key) % len(TILL_CLERKS)]
    return Receipt(
        receipt_id=receipt_id,
        receipt_number=f"{store}-{till:02}-{ids.digits(6, 'receipt', *key)}",
        issued_at=at,
        store_id=str(store),
        store_name=f"{merchant.name} {merchant.city}".strip(),
        till=f"{till:02}",
        cashier=clerk,
    )


def _initials(merchant: Merchant) -> str:
    return "".join(letter for letter in merchant.name.upper() if letter.isascii() and letter.isalpha())[:3] or "ORD"


def order_id(merchant: Merchant, channel: PurchaseChannel, sequence: int, account_id: str) -> str:
    """The merchant's own number; empty where it gives none."""
    if channel in (PurchaseChannel.IN_STORE, PurchaseChannel.RECURRING):
        return ""
    digits = ids.digits(10, "order", account_id, sequence)
    return f"{_initials(merchant)}-{digits[:3]}-{digits[3:]}"


def order_url(merchant: Merchant, purchase_id: str) -> str:
    return f"{merchant.url}/orders/{ids.short('order', purchase_id, length=12)}" if merchant.url else ""
