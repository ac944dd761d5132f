"""Rows of the feed in Citi's shapes: what posted, what is pending on a card, what a brokerage account ordered."""

from collections.abc import Sequence
from datetime import datetime

from sandbox.banks.citi.names import authorization_code, day, masked, order_id, reference_id
from sandbox.dialect.shapes import Json, present
from sandbox.kernel.money import major
from sandbox.ledger.accounts import CREDIT_LINES, DEPOSITS, Account, AccountKind, Relationship
from sandbox.ledger.entries import Channel, Entry, EntryKind, EntryStatus
from sandbox.ledger.feed import FeedRow

MARKET = "XTST"
"""An invented market, on which every security of the seeds is traded."""

TRANSACTION_TYPES = {
    EntryKind.PURCHASE: "PURCHASE",
    EntryKind.REFUND: "REFUND",
    EntryKind.DIRECT_DEPOSIT: "DIRECT_DEPOSIT",
    EntryKind.DEPOSIT: "DEPOSIT",
    EntryKind.CHECK_DEPOSIT: "DEPOSIT",
    EntryKind.ATM_DEPOSIT: "ATM_DEPOSIT",
    EntryKind.ATM_WITHDRAWAL: "ATM_WITHDRAWAL",
    EntryKind.CHECK: "CHECK",
    EntryKind.BILL_PAYMENT: "BILL_PAYMENT",
    EntryKind.TRANSFER: "TRANSFER",
    EntryKind.PAYMENT: "PAYMENT",
    EntryKind.FEE: "FEE",
    EntryKind.INTEREST: "INTEREST",
    EntryKind.ADJUSTMENT: "ADJUSTMENT",
    EntryKind.DIVIDEND: "DIVIDEND",
    EntryKind.BUY: "WITHDRAWAL",
    EntryKind.SELL: "DEPOSIT",
}

ORDER_TYPES = {
    EntryKind.BUY: "BUY",
    EntryKind.SELL: "SELL",
    EntryKind.DIVIDEND: "DIVIDEND",
    EntryKind.INTEREST: "INTEREST",
    EntryKind.FEE: "FEE",
}

PAYMENT_TYPES = {
    Channel.CARD_PRESENT: "CARD",
    Channel.ONLINE: "CARD",
    Channel.ACH: "ACH",
    Channel.CHECK: "CHECK",
    Channel.ATM: "CASH",
    Channel.BRANCH: "CASH",
    Channel.INTERNAL: "INTERNAL",
    Channel.INSTANT: "INSTANT",
    Channel.WIRE: "WIRE",
}

INSTALMENTS_FROM = 10_000
"""A purchase of a hundred dollars or more may be paid in instalments (reconstructed)."""


def rows(account: Account, feed: Sequence[FeedRow]) -> list[Json]:
    """The default shape of the feed. A posted row of a card lacks `transactionStatus` here, since that changes when the
    next statement is cut and the row does not: see `card_rows`."""
    if account.kind is AccountKind.BROKERAGE:
        return [_order(account, row) for row in feed]
    return [_row(account, row) for row in feed]


def card_rows(account: Account, feed: Sequence[FeedRow], cut: datetime) -> list[Json]:
    """The rows of a card, with their billing status. `cut` is the end of the latest statement."""
    shaped = rows(account, feed)
    for row, members in zip(feed, shaped, strict=True):
        if row.status is EntryStatus.POSTED:
            members["transactionStatus"] = billing_status(row.entry, cut)
    return shaped


def billing_status(entry: Entry, cut: datetime) -> str:
    return "BILLED" if entry.ends_at < cut else "UNBILLED"


def _row(account: Account, row: FeedRow) -> Json:
    return _pending(account, row.entry) if row.status is EntryStatus.PENDING else _posted(account, row)


def _posted(account: Account, row: FeedRow) -> Json:
    entry, currency = row.entry, account.currency
    members: Json = {
        "displayAccountNumber": masked(account),
        "transactionDate": day(account, entry.authorised_at),
        "transactionPostingDate": day(account, entry.ends_at),
        "transactionDescription": entry.description,
        "transactionReferenceId": reference_id(account, entry),
        "transactionAmount": major(entry.amount, currency),
        "currencyCode": currency,
        "transactionType": transaction_type(account, entry),
        **_foreign(entry),
        **_merchant(entry),
    }
    if entry.check_number is not None and account.kind is AccountKind.CHECKING:
        members["checkSerialNumber"] = str(entry.check_number)
    if row.balance is not None and account.kind in DEPOSITS:
        members["runningBalance"] = major(row.balance, currency)
    if account.kind is AccountKind.CREDIT_CARD and entry.kind is EntryKind.PURCHASE:
        members["eligibleForEqualPaymentPlan"] = _instalments(entry)
    return members


def _pending(account: Account, entry: Entry) -> Json:
    """The foreign amount is the purchase's own; it is left out where something else is held meanwhile."""
    members: Json = {
        "displayAccountNumber": masked(account),
        "transactionDate": day(account, entry.authorised_at),
        "transactionDescription": entry.description,
        "transactionAuthorizationCode": authorization_code(account, entry),
        "transactionAmount": major(entry.held, account.currency),
        "currencyCode": account.currency,
        "transactionStatus": "PENDING",
    }
    if entry.hold is None:
        members |= _foreign(entry)
    return members | present({"merchantName": merchant_name(entry)})


def _order(account: Account, row: FeedRow) -> Json:
    entry, trade = row.entry, row.entry.trade
    filled = row.status is EntryStatus.POSTED
    members: Json = {
        "orderDate": day(account, entry.authorised_at),
        "orderReferenceId": order_id(account, entry),
        "orderType": ORDER_TYPES.get(entry.kind, "DEPOSIT" if entry.is_credit else "WITHDRAWAL"),
        "name": entry.description,
        "currencyCode": account.currency,
        "transactionAmount": major(entry.amount if filled else entry.held, account.currency),
        "orderStatus": "FILLED" if filled else "OPEN",
    }
    if trade is not None:
        units = trade.units / 1000
        named = {holding.symbol: holding.name for holding in account.holdings}
        members |= {
            "code": trade.symbol,
            "name": named.get(trade.symbol, entry.description),
            "price": major(trade.price, account.currency),
            "orderQuantity": units,
            "filledQuantity": units if filled else 0,
            "balanceQuantity": 0 if filled else units,
            "stockMarketCode": MARKET,
        }
    return members


def transaction_type(account: Account, entry: Entry) -> str:
    if account.kind in CREDIT_LINES and entry.kind is EntryKind.ATM_WITHDRAWAL:
        return "CASH_ADVANCE"
    return TRANSACTION_TYPES[entry.kind]


def _instalments(entry: Entry) -> str:
    return "ELIGIBLE" if -entry.amount >= INSTALMENTS_FROM else "NOT_ELIGIBLE"


def _foreign(entry: Entry) -> Json:
    if entry.foreign is None:
        return {}
    sign = 1 if entry.is_credit else -1
    return {
        "foreignTransactionAmount": major(sign * entry.foreign.amount, entry.foreign.currency),
        "foreignCurrencyCode": entry.foreign.currency,
        "foreignExchangeRate": float(entry.foreign.rate),
    }


def merchant_name(entry: Entry) -> str:
    """Who sold something; empty where the other side is no merchant."""
    return entry.counterparty if entry.merchant or entry.mcc else ""


def _merchant(entry: Entry) -> Json:
    return present({"transactionCode": entry.mcc, "merchantName": merchant_name(entry)})


def statement_row(account: Account, row: FeedRow) -> Json:
    """A row as a card's statement prints it: under the card that was used, with neither status nor rate."""
    holder = card_holder(account, row.entry)
    members = {name: value for name, value in _posted(account, row).items() if name not in NOT_ON_STATEMENTS}
    return {
        "displayCardNumber": masked(account, row.entry.card_last4),
        "cardHolderType": card_holder_type(account, holder),
        **members,
    }


NOT_ON_STATEMENTS = frozenset({"displayAccountNumber", "foreignExchangeRate"})


def card_holder_type(account: Account, customer_id: str) -> str:
    held = {holder.customer_id: holder.relationship for holder in account.holders}
    return "SUPPLEMENTARY" if held.get(customer_id) is Relationship.AUTHORIZED_USER else "PRIMARY"


def card_holder(account: Account, entry: Entry) -> str:
    """Whose card made a row, by customer_id; empty where no card did."""
    return next((card.holder_id for card in account.cards if card.last4 == entry.card_last4), "")


def transaction_details(
    account: Account, entry: Entry, *, status: str | None, person: str, original: Entry | None
) -> Json:
    """`person` is whoever the row is named for, or empty; `original` what a refund pays back, where it is in sight."""
    return present(
        {
            "displaySourceAccountNumber": masked(account, entry.card_last4 if account.kind in CREDIT_LINES else ""),
            "paymentType": PAYMENT_TYPES[entry.channel],
            "transactionDescription": entry.description,
            "transactionAmount": major(entry.amount, account.currency),
            "transactionCurrencyCode": account.currency,
            "transactionDate": day(account, entry.authorised_at),
            "transactionPostingDate": day(account, entry.ends_at),
            **_foreign(entry),
            "transactionStatus": status,
            "customerName": {"fullName": person} if person else None,
            "remarks": entry.memo,
            "merchantCode": entry.mcc,
            "merchantName": merchant_name(entry),
            "transactionReversalDescription": "Refund of an earlier purchase" if original else None,
            "originalTransactionDetails": _original(account, original) if original else None,
        }
    )


def _original(account: Account, entry: Entry) -> Json:
    return {
        "transactionDate": day(account, entry.authorised_at),
        "transactionAmount": major(entry.amount, account.currency),
        "transactionCurrencyCode": account.currency,
        "transactionReferenceNumber": reference_id(account, entry),
    }
