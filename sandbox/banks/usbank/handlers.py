"""U.S. Bank's operations. Each takes a call that its document has already been held against, and returns a reply."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from sandbox.banks.usbank import errors, render
from sandbox.banks.usbank.errors import UnknownCode
from sandbox.banks.usbank.merchant_codes import CODES
from sandbox.dialect import fdx, pdf, windows
from sandbox.dialect.bank import Handler
from sandbox.dialect.call import Call, Reply, covered
from sandbox.kernel.errors import (
    AccountTypeNotSupported,
    NoData,
    StatementNotFound,
    StatementProcessing,
    TransactionNotFound,
)
from sandbox.ledger.accounts import AccountKind
from sandbox.ledger.consents import Cluster, history_start
from sandbox.ledger.entries import Entry, EntryKind
from sandbox.ledger.feed import FeedRow, Window
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.statements import rows_of, statement_named, statements

HISTORY = timedelta(days=731)
MOST = 1000
LATEST_POSTING = timedelta(days=45)
"""No row posts later than this after its authorisation; by which windows are meant here."""


def search_for_accounts(call: Call) -> Reply:
    return Reply({"accounts": [render.account_short(view) for view in call.accounts().values()]})


def get_account(call: Call) -> Reply:
    view = fdx.not_locked(_account(call))
    holdings = Cluster.INVESTMENTS in call.consent.clusters
    return Reply(render.account_detail(view, call.consent.customer_id, holdings=holdings))


def get_account_cards(call: Call) -> Reply:
    """An account without cards answers HTTP 200 with an error in the body: the bank's own quirk."""
    view = fdx.not_locked(_account(call))
    people = call.people()
    cards = [render.card(view, card, people[card.holder_id]) for card in render.plastic(view) if card.holder_id in people]
    if not cards:
        reason = f"Value of '{call.path['accountID']}'"
        return Reply({**errors.error_body(errors.NO_RECORDS, [("cards", reason)]), "cards": []})
    return Reply({"cards": cards})


def get_account_contact(call: Call) -> Reply:
    return Reply(render.contact(fdx.not_closed(_account(call)), call.people()))


def get_account_payment_networks(call: Call) -> Reply:
    view = fdx.not_closed(_account(call))
    if view.account.kind not in (AccountKind.CHECKING, AccountKind.SAVINGS):
        raise AccountTypeNotSupported(f"Invalid Account Type: not available for {call.path['accountID']}")
    networks = [render.payment_network(view, call.consent.consent_id)]
    return Reply({"page": {"totalElements": len(networks)}, "paymentNetworks": networks})


def search_for_account_statements(call: Call) -> Reply:
    view = fdx.not_locked(_account(call))
    found = [statement for statement in statements(view) if statement.end > history_start(call.consent)]
    if not found:
        raise NoData(f"Value of '{call.path['accountID']}'")
    return Reply({"statements": [render.statement(view, value, call.world.now) for value in found]})


def get_account_statement(call: Call) -> Reply:
    view = fdx.not_locked(_account(call))
    statement = statement_named(view, call.path["statementID"])
    if statement is None or statement.end <= history_start(call.consent):
        raise StatementNotFound(f"Value of '{call.path['statementID']}'")
    if statement.processing(call.world.now):
        raise StatementProcessing(f"Statement '{statement.statement_id}' has status of PROCESSING")
    people = list(call.people().values())
    document = pdf.statement(call.bank.name, view.account, people, statement, rows_of(view, statement))
    return Reply(document, media_type="application/pdf")


def get_customer_info(call: Call) -> Reply:
    return Reply(render.customer(call.customer()))


def search_for_account_transactions(call: Call) -> Reply:
    """Up to a thousand rows of one view; with none the answer is HTTP 200 with an error beside an empty list."""
    view = fdx.not_locked(_account(call))
    _covers_investments(call, view)
    chosen, shape = VIEWS[call.query["view"]]
    rows = [row for row in _in_window(call, view) if chosen(row.entry)]
    if not rows:
        reason = f"Value of '{call.path['accountID']}'"
        return Reply({**errors.error_body(errors.NO_RECORDS, [("transactions", reason)]), "transactions": []})
    left_out = max(len(rows) - MOST, 0)
    headers = {"Sandbank-Truncated": str(left_out)} if left_out else {}
    rows = rows[:MOST]
    if call.query["view"] == "FULL":
        return Reply({}, headers=headers, member="transactions", rows=view.render(rows))
    full = render.transactions(view.account, rows)
    return Reply({"transactions": [shape(item, row.entry) for item, row in zip(full, rows, strict=True)]}, headers=headers)


def get_transaction(call: Call) -> Reply:
    wanted = call.path["transactionID"]
    for view in call.accounts().values():
        sequence = render.sequence_of(view.account, wanted)
        row = view.entry(sequence) if sequence is not None else None
        if row is not None and row.entry.authorised_at >= history_start(call.consent):
            _covers_investments(call, fdx.not_locked(view))
            return Reply({"transaction": render.transactions(view.account, [row])[0]})
    raise TransactionNotFound(f"Value of '{wanted}'")


def get_merchant_code(call: Call) -> Reply:
    code = next((code for code in CODES if code["mcc"] == call.path["mcc"]), None)
    if code is None:
        raise UnknownCode(f"Value of '{call.path['mcc']}'")
    return Reply({"code": code})


def search_merchant_codes(call: Call) -> Reply:
    part = call.query["desc"].lower()
    found = [code for code in CODES if part in str(code["combined_description"]).lower()]
    if not found:
        raise UnknownCode(f"Value of '{call.query['desc']}'")
    return Reply({"codes": found})


# --- Pieces ------------------------------------------------------------------------------------------------------


def _account(call: Call) -> AccountView:
    return call.account(call.path["accountID"])


def _covers_investments(call: Call, view: AccountView) -> None:
    if view.account.kind is AccountKind.BROKERAGE:
        covered(call.consent, [Cluster.INVESTMENTS])


def _in_window(call: Call, view: AccountView) -> Iterator[FeedRow]:
    """Rows by the day of their authorisation, which is what the bank compares; newest first."""
    asked = windows.both_or_neither(
        call.query.get("start"),
        call.query.get("end"),
        names=("start", "end"),
        now=call.world.now,
        zone=call.bank.time_zone,
        default_days=None,
        oldest=HISTORY,
    )
    window = call.in_sight(asked)
    start, end = window.start, window.end
    for row in view.scan(Window(start, end + LATEST_POSTING if end else None)):
        at = row.entry.authorised_at
        if (start is None or at >= start) and (end is None or at < end):
            yield row


def _unchanged(full: render.Json, entry: Entry) -> render.Json:
    return full


VIEWS: Mapping[str, tuple[Callable[[Entry], bool], Callable[[render.Json, Entry], render.Json]]] = {
    "FULL": (lambda entry: True, _unchanged),
    "SHORT": (lambda entry: True, render.short),
    "PMT": (lambda entry: render.TRANSACTION_TYPES[entry.kind] == "PAYMENT", _unchanged),
    "PUR": (lambda entry: entry.kind is EntryKind.PURCHASE, render.purchase),
    "MEMO": (lambda entry: bool(entry.memo), render.memo),
}
"""Which rows a view shows, and how."""

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
