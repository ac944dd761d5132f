"""Rows of the feed in Wells Fargo's shapes."""

from collections.abc import Callable, Mapping, Sequence

from sandbox.banks.wellsfargo.names import CATEGORIES, SLUG, account_uuid, image_id, number_of, transaction_id
from sandbox.banks.wellsfargo.rewards import points, reward_category_id, reward_of
from sandbox.dialect import fdx
from sandbox.dialect.shapes import Json, present
from sandbox.kernel import ids
from sandbox.kernel.clock import iso
from sandbox.kernel.money import major
from sandbox.ledger.accounts import Account
from sandbox.ledger.entries import Channel, Entry, EntryKind, EntryStatus
from sandbox.ledger.feed import FeedRow


def transactions(account: Account, feed: Sequence[FeedRow]) -> list[Json]:
    """Rows of an account. An id is the day of the authorisation and twelve digits: the same while pending and once
    posted."""
    family = fdx.family(account.kind)
    common = {"accountCategory": CATEGORIES[family], "accountId": account_uuid(account.known_as)}
    return [_transaction(common, family, account, row) for row in feed]


def _transaction(common: Json, family: str, account: Account, row: FeedRow) -> Json:
    entry = row.entry
    pending = row.status is EntryStatus.PENDING
    members: Json = {
        **common,
        "transactionId": transaction_id(account, entry),
        "transactionTimestamp": iso(entry.authorised_at),
        "description": entry.description,
        "debitCreditMemo": fdx.direction(entry),
        "transactionType": _TYPES[family](entry),
        "status": "PENDING" if pending else "POSTED",
        "amount": major(abs(entry.held if pending else entry.amount), account.currency),
    }
    if not pending:
        members["postedTimestamp"] = iso(entry.ends_at)
    if entry.mcc:
        members["category"] = entry.mcc
    if entry.category:
        members["subCategory"] = entry.category
    if entry.memo:
        members["memo"] = entry.memo
    if entry.related is not None:
        members["reference"] = number_of(account, entry.related)
    if entry.foreign is not None:
        members["foreignAmount"] = major(entry.foreign.amount, entry.foreign.currency)
        members["foreignCurrency"] = entry.foreign.currency
    if entry.card_last4:
        members["cardNumberDisplay"] = entry.card_last4
    if entry.counterparty and entry.trade is None:
        members["transactionPayee"] = _payee(entry)
    if entry.check_number is not None and family in ("deposit", "loc"):
        members["checkNumber"] = entry.check_number
        members["imageIds"] = [image_id(account, entry)]
    if entry.trade is not None and family == "investment":
        members |= _trade(account, entry)
    reward = 0 if pending else reward_of(account, entry)
    if reward:
        told = {"accrued": points(account, reward)} if reward > 0 else {"adjusted": points(account, reward)}
        members["reward"] = {"categoryId": reward_category_id(account), **told}
    return members


def _line_type(entry: Entry) -> str:
    """A refund is an ADJUSTMENT: PURCHASE is for what was bought."""
    return fdx.line_type(entry) or ("ADJUSTMENT" if entry.is_credit else "PURCHASE")


def _investment_type(entry: Entry) -> str:
    kind = fdx.investment_type(entry)
    if kind == "OTHER":
        return "DEPOSIT" if entry.is_credit else "WITHDRAWAL"
    return kind


_TYPES: Mapping[str, Callable[[Entry], str]] = {
    "deposit": fdx.deposit_type,
    "loc": _line_type,
    "loan": fdx.loan_type,
    "investment": _investment_type,
}


def _payee(entry: Entry) -> Json:
    """The other side: a merchant, or a person where the money went at once from one to another."""
    if entry.merchant:
        number = ids.digits(8, SLUG, "merchant", entry.merchant)
        return {"merchantName": entry.counterparty, "merchantId": f"M-{number}"}
    if entry.kind is EntryKind.TRANSFER and entry.channel is Channel.INSTANT:
        first, _, last = entry.counterparty.rpartition(" ")
        return {"individualName": present({"first": first or last, "last": last if first else ""})}
    return {"merchantName": entry.counterparty}


def _trade(account: Account, entry: Entry) -> Json:
    assert entry.trade is not None
    trade = entry.trade
    securities = [
        {"id": holding.cusip_like, "idType": "CUSIP"} for holding in account.holdings if holding.symbol == trade.symbol
    ]
    members: Json = {
        "symbol": trade.symbol,
        "units": trade.units / 1000,
        "unitPrice": major(trade.price),
        "commission": 0,
    }
    return {**members, "securityIds": securities} if securities else members
