"""U.S. Bank's operations. Each takes a call that its document has already been held against, and returns a reply."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from sandbox.banks.usbank import errors, render
from sandbox.banks.usbank.merchant_codes import CODES
from sandbox.dialect import fdx, windows
from sandbox.dialect.bank import Handler
from sandbox.dialect.call import Call, Reply, covered
from sandbox.dialect.shapes import Json
from sandbox.kernel.errors import NoData, TransactionNotFound
from sandbox.ledger.accounts import AccountKind
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consents import history_start
from sandbox.ledger.entries import Entry, EntryKind
from sandbox.ledger.feed import FeedRow, Window
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.statements import statements

HISTORY = timedelta(days=731)
"""24 months; a window that begins earlier is refused."""
MOST = 1000
LATEST_POSTING = timedelta(days=45)
"""No row of the seeds posts later than this after its authorisation, by which windows are meant here."""


def search_for_accounts(call: Call) -> Reply:
    shared = [render.account_short(view) for view in call.accounts().values()]
    if not shared:
        raise NoData("no account is shared", parameter="accounts", asked=render.customer_id(call.consent.customer_id))
    return Reply({"accounts": shared})


def get_account(call: Call) -> Reply:
    view = fdx.not_locked(_account(call))
    holdings = Cluster.INVESTMENTS in call.consent.clusters
    return Reply(render.account_detail(view, call.consent.customer_id, holdings=holdings))


def get_account_cards(call: Call) -> Reply:
    """An account without cards answers HTTP 200 with an error in the body: the bank's own quirk."""
    view, people = fdx.not_locked(_account(call)), call.people()
    cards = [render.card(view, card, people[card.holder_id]) for card in render.plastic(view)]
    return Reply({"cards": cards} if cards else errors.nothing_in("cards", call.path["accountID"]))


def get_account_contact(call: Call) -> Reply:
    return Reply(render.contact(fdx.not_closed(_account(call)), call.people()))


def get_account_payment_networks(call: Call) -> Reply:
    networks = render.payment_networks(fdx.payable_by_number(_account(call)), call.consent.consent_id)
    return Reply({"page": {"totalElements": len(networks)}, "paymentNetworks": networks})


def search_for_account_statements(call: Call) -> Reply:
    view = fdx.not_locked(_account(call))
    found = [statement for statement in statements(view) if statement.end > history_start(call.consent)]
    if not found:
        raise NoData("no statement of the account is in sight", parameter="statements", asked=call.path["accountID"])
    return Reply({"statements": [render.statement(view, value, call.world.now) for value in found]})


def get_account_statement(call: Call) -> Reply:
    view = fdx.not_locked(_account(call))
    statement = fdx.readable_statement(call, view, call.path["statementID"])
    name = f'attachment; filename="statement-{statement.date}.pdf"'
    return replace(fdx.as_document(call, view, statement), headers={"Content-Disposition": name})


def get_customer_info(call: Call) -> Reply:
    return Reply(render.customer(call.customer()))


def search_for_account_transactions(call: Call) -> Reply:
    """The newest thousand rows of one view. With none the answer is HTTP 200 with an error beside an empty list."""
    account = fdx.not_locked(_account(call))
    _covers_investments(call, account)
    view, window = VIEWS[call.query["view"]], _window(call)
    found = (row for row in _in_window(account, window) if view.shows(row.entry))
    rows = list(islice(found, MOST))
    if not rows:
        return Reply(errors.nothing_in("transactions", call.path["accountID"]))
    left_out = _count(account, window) - MOST if view.shows is _every and len(rows) == MOST else sum(1 for _ in found)
    headers = {"Sandbank-Truncated": str(left_out)} if left_out else {}
    if view.item is None:
        return Reply({}, headers=headers, member="transactions", rows=account.render(rows))
    whole = render.transactions(account.account, rows)
    items = [view.item(item, row.entry) for item, row in zip(whole, rows, strict=True)]
    return Reply({"transactions": items}, headers=headers)


def get_transaction(call: Call) -> Reply:
    """The id alone leads to the account: its first digits say whose row it is."""
    asked = call.path["transactionID"]
    for view in call.accounts().values():
        sequence = render.sequence_of(view.account, asked)
        row = view.entry(sequence) if sequence is not None else None
        if row is not None and row.entry.authorised_at >= history_start(call.consent):
            _covers_investments(call, fdx.not_locked(view))
            return Reply({"transaction": render.transactions(view.account, [row])[0]})
    raise TransactionNotFound("no transaction of that id is in a shared account and in sight", asked=asked)


def get_merchant_code(call: Call) -> Reply:
    asked = call.path["mcc"]
    code = next((code for code in CODES if code["mcc"] == asked), None)
    if code is None:
        raise errors.UnknownCode("the bank's table does not hold that code", parameter="mcc", asked=asked)
    return Reply({"code": code})


def search_merchant_codes(call: Call) -> Reply:
    asked = call.query["desc"]
    found = [code for code in CODES if asked.lower() in str(code["combined_description"]).lower()]
    if not found:
        raise errors.UnknownCode("no description in the bank's table holds that", parameter="description", asked=asked)
    return Reply({"codes": found})


# --- Pieces ------------------------------------------------------------------------------------------------------


def _account(call: Call) -> AccountView:
    return call.account(call.path["accountID"])


def _covers_investments(call: Call, view: AccountView) -> None:
    if view.account.kind is AccountKind.BROKERAGE:
        covered(call.consent, [Cluster.INVESTMENTS])


def _window(call: Call) -> Window:
    asked = windows.both_or_neither(
        call.query.get("start"),
        call.query.get("end"),
        names=("start", "end"),
        now=call.world.now,
        zone=call.bank.time_zone,
        default_days=None,
        oldest=HISTORY,
    )
    return call.in_sight(asked)


def _in_window(view: AccountView, window: Window) -> Iterator[FeedRow]:
    """Rows by the day of their authorisation, which is what the bank compares; newest first."""
    start, end = window.start, window.end
    for row in view.scan(Window(start, _posted_by(view, end))):
        at = row.entry.authorised_at
        if (start is None or at >= start) and (end is None or at < end):
            yield row


def _count(view: AccountView, window: Window) -> int:
    """How many rows those are, without reading them all: what posted in the window, less what is at its edges."""
    start, end = window.start, window.end
    late = Window(end, _posted_by(view, end))
    early = Window(start, _posted_by(view, start))
    after = sum(row.entry.authorised_at >= end for row in view.scan(late)) if end else 0
    before = sum(row.entry.authorised_at < start for row in view.scan(early)) if start else 0
    return view.page(Window(start, late.end), 1).total - after - before


def _posted_by(view: AccountView, instant: datetime | None) -> datetime | None:
    """When everything that was authorised before an instant has posted; None: who knows."""
    seeded = instant is not None and instant <= view.now and view.overlay.empty
    return instant + LATEST_POSTING if instant and seeded else None


@dataclass(frozen=True, slots=True)
class _View:
    """Which rows a view shows, and how it cuts them from the whole; None: not at all."""

    shows: Callable[[Entry], bool]
    item: Callable[[Json, Entry], Json] | None = None


def _every(entry: Entry) -> bool:
    return True


def _is_payment(entry: Entry) -> bool:
    return render.TRANSACTION_TYPES[entry.kind] == "PAYMENT"


def _is_purchase(entry: Entry) -> bool:
    return entry.kind is EntryKind.PURCHASE


def _has_memo(entry: Entry) -> bool:
    return bool(entry.memo)


VIEWS: Mapping[str, _View] = {
    "FULL": _View(_every),
    "SHORT": _View(_every, render.short),
    "PMT": _View(_is_payment),
    "PUR": _View(_is_purchase, render.purchase),
    "MEMO": _View(_has_memo, render.memo),
}

HANDLERS: Mapping[str, Handler] = {
    "searchForAccounts": search_for_accounts,
    "getAccount": get_account,
    "getAccountCards": get_account_cards,
    "getAccountContact": get_account_contact,
    "getAccountPaymentNetworks": get_account_payment_networks,
    "searchForAccountStatements": search_for_account_statements,
    "getAccountStatement": get_account_statement,
    "getCustomerInfo": get_customer_info,
    "searchForAccountTransactions": search_for_account_transactions,
    "getTransaction": get_transaction,
    "getMerchantCode": get_merchant_code,
    "searchMerchantCodes": search_merchant_codes,
}
