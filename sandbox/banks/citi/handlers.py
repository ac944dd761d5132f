"""Citi's operations. Each takes a call that its document has already been held against, and returns a reply."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sandbox.banks.citi import errors, feed, names, oauth, reference, render, rows
from sandbox.contract import media
from sandbox.dialect import fdx
from sandbox.dialect.bank import Handler
from sandbox.dialect.call import Call, Reply, covered
from sandbox.dialect.faces import face_of
from sandbox.dialect.shapes import Json
from sandbox.dialect.windows import local_day
from sandbox.kernel.errors import (
    AccountLocked,
    AccountTypeNotSupported,
    ClientMismatch,
    InternalError,
    InvalidCursor,
    InvalidInput,
    NoData,
    NotAcceptable,
    NotModelled,
    RewardProgramNotFound,
    SandbankError,
    StatementNotFound,
    TransactionNotFound,
    Violation,
)
from sandbox.ledger.accounts import AccountKind, AccountStatus
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consents import history_start
from sandbox.ledger.entries import Entry, EntryKind, EntryStatus
from sandbox.ledger.feed import Window
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.statements import Statement, cut, last_cut, rows_of

T = TypeVar("T")

ACCOUNTS_ON_A_PAGE = 10
STATEMENTS_ON_A_PAGE = 20
STATEMENTS_IN_A_SEARCH = 3

MARKETING = "marketing_consent"
"""The kind under which a world keeps what is done to these consents, by account and type."""
AT_FIRST = {"MARKETING": False, "PARTNER_OFFERS": False, "EMAIL": True, "SMS": False, "PHONE": False}
"""What holds from the opening of an account until somebody says otherwise."""


# --- Accounts -----------------------------------------------------------------------------------------------------


def get_accounts(call: Call) -> Reply:
    shared = render.in_groups(list(call.accounts().values()))
    shown, following = part(shared, ACCOUNTS_ON_A_PAGE, call.query.get("nextStartIndex"))
    groups = render.account_groups(shown, shared, call.client_id, call.consent.customer_id)
    return Reply(with_next({"accountGroupSummary": groups}, following))


def get_account(call: Call) -> Reply:
    holdings, points = _has(call, Cluster.INVESTMENTS), _has(call, Cluster.REWARDS)
    return Reply(render.account(_account(call), holdings=holdings, points=points))


def get_accounts_details_v2(call: Call) -> Reply:
    """A locked account does not fail the call: it is left out, and that is said."""
    views = list(call.accounts().values())
    groups = render.detail_groups(
        [view for view in views if view.status is not AccountStatus.LOCKED],
        call.client_id,
        call.consent.customer_id,
        holdings=_has(call, Cluster.INVESTMENTS),
        points=_has(call, Cluster.REWARDS),
    )
    body: Json = {"accountGroupDetails": groups}
    locked = [view.account for view in views if view.status is AccountStatus.LOCKED]
    if locked:
        face = errors.FACES[AccountLocked]
        body["partialResponseInformation"] = [
            {
                "fieldName": "accountGroupDetails",
                "reasonCode": face.code,
                "additionalInformation": f"{face.message} ({names.masked(account)})",
            }
            for account in locked
        ]
    return Reply(body)


def get_encrypted_account_routing_number(call: Call) -> Reply:
    view = fdx.payable_by_number(call.account(call.path["accountId"]))
    return Reply(render.routing_number(view, call.client_id, call.consent.consent_id))


# --- Transactions -------------------------------------------------------------------------------------------------


def get_transactions(call: Call) -> Reply:
    view = _with_rows(call, call.path["accountId"])
    wanted = feed.reading(call, view, call.query)
    if wanted.keep is None and view.account.kind is not AccountKind.CREDIT_CARD:
        page = view.wire_page(wanted.window, feed.PAGE, wanted.position)
        return Reply(with_next({}, wanted.index_after(page.next)), member=_member(view), rows=page.rows)
    return Reply(_page(wanted))


def search_transactions(call: Call) -> Reply:
    """An account that fails carries its error; the others are answered."""
    return Reply({"transactionDetails": [_found(call, asked) for asked in call.body["transactionDetailsRequest"]]})


def _found(call: Call, asked: Mapping[str, Any]) -> Json:
    account_id = asked["accountId"]
    try:
        view = _with_rows(call, account_id)
        found = {"accountId": account_id, **_page(feed.reading(call, view, asked))}
    except InternalError:
        raise
    except SandbankError as error:
        return {"accountId": account_id, "transactionErrorDetails": spoken(error)}
    first_page = "nextStartIndex" not in asked
    if first_page and view.account.kind is AccountKind.CREDIT_CARD and _has(call, Cluster.STATEMENTS):
        found["statements"] = [render.statement(value) for value in _statements(call, view)[:STATEMENTS_IN_A_SEARCH]]
    return found


def _page(wanted: feed.Reading) -> Json:
    found, following = wanted.take()
    account = wanted.view.account
    is_card = account.kind is AccountKind.CREDIT_CARD
    shaped = rows.card_rows(account, found, wanted.cut) if is_card else rows.rows(account, found)
    return with_next({_member(wanted.view): shaped}, following)


def get_transaction_details(call: Call) -> Reply:
    view, reference = _with_rows(call, call.path["accountId"]), call.path["transactionReferenceId"]
    account = view.account
    if account.kind is AccountKind.BROKERAGE:
        raise AccountTypeNotSupported("an order of a brokerage account has no further details")
    sequence = names.sequence_of(account, reference)
    entry = _posted(call, view, sequence) if sequence is not None else None
    if entry is None or names.reference_id(account, entry) != reference:
        raise TransactionNotFound(f"the account has no posted row {reference!r} in sight")
    status = None
    if account.kind is AccountKind.CREDIT_CARD:
        status = rows.billing_status(entry, cut(account.time_zone, last_cut(account, view.now)))
    original = None
    if entry.kind is EntryKind.REFUND and entry.related is not None:
        original = _posted(call, view, entry.related)
    person = ""
    if _has(call, Cluster.CUSTOMER_CONTACT):
        people = call.people()
        holder = people.get(rows.card_holder(account, entry))
        person = (holder or people[call.consent.customer_id]).display_name
    return Reply(rows.transaction_details(account, entry, status=status, person=person, original=original))


def _posted(call: Call, view: AccountView, sequence: int) -> Entry | None:
    """A posted row inside the consent's look-back."""
    row = view.entry(sequence)
    if row is None or row.status is not EntryStatus.POSTED or row.entry.ends_at < history_start(call.consent):
        return None
    return row.entry


# --- Statements ---------------------------------------------------------------------------------------------------


def get_statements(call: Call) -> Reply:
    found = _statements(call, _account(call))
    shown, following = part(found, STATEMENTS_ON_A_PAGE, call.query.get("nextStartIndex"))
    return Reply(with_next({"statementList": [render.statement(value) for value in shown]}, following))


def get_statement(call: Call) -> Reply:
    """A card's statement can be had as data; any, as a document."""
    view, statement_id = _account(call), call.path["statementId"]
    media_type = call.media_type
    if view.account.kind is not AccountKind.CREDIT_CARD:
        media_type = media.choose(call.headers.get("accept"), ["application/pdf"]) or ""
        if not media_type:
            raise NotAcceptable("only a credit card's statement can be had as data", hint="Accept: application/pdf")
    if view.account.kind is AccountKind.BROKERAGE:
        covered(call.consent, [Cluster.INVESTMENTS])
    value = fdx.readable_statement(call, view, statement_id)
    asked_date = call.query.get("statementDate")
    if asked_date is not None and asked_date != value.date.isoformat():
        raise StatementNotFound(f"the statement {statement_id} is of {value.date}, not of {asked_date}")
    if media_type == "application/json":
        return Reply({"creditCardStatement": _card_statement(call, view, value)})
    if call.query.get("nextStartIndex", "1") != "1":
        raise InvalidCursor("a document comes whole: nothing begins at that index")
    document = fdx.as_document(call, view, value)
    name = f'attachment; filename="statement-{value.date}.pdf"'
    return Reply(document.body, media_type=document.media_type, headers={"Content-Disposition": name})


def _card_statement(call: Call, view: AccountView, value: Statement) -> Json:
    printed, index = rows_of(view, value), call.query.get("nextStartIndex")
    shown, following = part(printed, feed.PAGE, index)
    members: Json = {
        "displayAccountNumber": names.masked(view.account),
        "statementDate": value.date.isoformat(),
        "transactions": [rows.statement_row(view.account, row) for row in shown],
    }
    if index is None:
        members["statementSummary"] = render.statement_summary(view, value, printed)
    return with_next(members, following)


def _statements(call: Call, view: AccountView) -> list[Statement]:
    """What is ready and in sight, newest first."""
    found = fdx.statements_within(view, call.in_sight(Window()))
    return [value for value in found if not value.processing(call.world.now)]


# --- Marketing consents -------------------------------------------------------------------------------------------


def get_account_consents(call: Call) -> Reply:
    account = _account(call).account
    card_id = call.path["accountId"] if account.kind is AccountKind.CREDIT_CARD else None
    listed = []
    for kind, given in AT_FIRST.items():
        at_first: Json = {"given": given, "on": names.day(account, account.opened_at)}
        said = call.worlds.fact(call.world, MARKETING, f"{account.account_id}/{kind}") or at_first
        listed.append(render.permission(kind, said["given"], said["on"], card_id))
    return Reply({"accountConsentDetails": listed})


def update_account_consents(call: Call) -> Reply:
    """Each kind that is named is set on its own, on the bank's own date; of a kind named twice the last word holds."""
    view, account_id = fdx.not_closed(_account(call)), call.path["accountId"]
    details = call.body["accountConsentDetails"]
    named = {"/accountId": call.body["accountId"]}
    for place, item in enumerate(details):
        named[f"/accountConsentDetails/{place}/cardId"] = item.get("cardId", account_id)
    violations = [
        Violation("body", name, "const", "the account has to be the one in the path", account_id, given)
        for name, given in named.items()
        if given != account_id
    ]
    if violations:
        raise InvalidInput(violations)
    today = local_day(call.world.now, view.account.time_zone).isoformat()
    call.worlds.put_facts(
        call.world,
        MARKETING,
        {
            f"{view.account.account_id}/{item['consentType']}": {"given": item["consentGivenFlag"], "on": today}
            for item in details
        },
    )
    return Reply()


# --- Rewards, the customer, reference data ------------------------------------------------------------------------


def search_reward_point_balances(call: Call) -> Reply:
    shared = call.accounts()
    wanted = [account_id for account_id, view in shared.items() if view.account.kind is AccountKind.CREDIT_CARD]
    if "cardDetails" in call.body:
        wanted = [item["cardId"] for item in call.body["cardDetails"]]
    answers = [_rewards(call, card_id) for card_id in dict.fromkeys(wanted)]
    if not any("rewardAccountErrorDetails" not in answer for answer in answers):
        raise RewardProgramNotFound("none of these cards is shared and earns points", asked=wanted)
    return Reply({"rewardAccounts": answers})


def _rewards(call: Call, card_id: str) -> Json:
    try:
        return render.reward_account(_earning(call, card_id), card_id)
    except InternalError:
        raise
    except SandbankError as error:
        view = call.accounts().get(card_id)
        return render.failed_reward_account(card_id, view.account if view else None, spoken(error))


def _earning(call: Call, card_id: str) -> AccountView:
    """A card that earns points."""
    view = fdx.not_locked(call.account(card_id))
    if view.account.kind is not AccountKind.CREDIT_CARD:
        raise AccountTypeNotSupported(f"a {view.account.kind.lower()} account earns no points")
    if not view.account.terms.reward_program:
        raise RewardProgramNotFound("the card takes part in no reward programme")
    return view


def get_customer_profile(call: Call) -> Reply:
    return Reply(render.profile(call.customer()))


def get_reference_data(call: Call) -> Reply:
    code = call.path["code"]
    if code in reference.NOT_MODELLED:
        raise NotModelled(f"Sandbank has no table of {code}", parameter="code")
    values = reference.CODES.get(code)
    if values is None:
        raise NoData(f"there is no coded member {code!r}", parameter="code", known=list(reference.CODES))
    listed = [{"value": value, "description": words} for value, words in values.items()]
    return Reply({"referenceCode": code, "referenceData": listed})


# --- Pieces -------------------------------------------------------------------------------------------------------


def part(items: Sequence[T], limit: int, index: str | None) -> tuple[Sequence[T], str | None]:
    """A page of a list that is at hand whole, by the index of its first item, and the index of the next page's. Raises
    InvalidCursor."""
    first = int(index) if index is not None else 1
    if first < 1 or first > max(len(items), 1):
        raise InvalidCursor(f"the list has no item with the index {first}")
    end = first - 1 + limit
    return items[first - 1 : end], str(end + 1) if end < len(items) else None


def with_next(body: Json, following: str | None) -> Json:
    return body if following is None else {**body, "nextStartIndex": following}


def spoken(error: SandbankError) -> Json:
    """An error inside an answer that is good otherwise."""
    return errors.envelope(face_of(errors.FACES, error), error)


def _account(call: Call) -> AccountView:
    return fdx.not_locked(call.account(call.path["accountId"]))


def _with_rows(call: Call, account_id: str) -> AccountView:
    """An account whose rows may be shown."""
    view = fdx.not_locked(call.account(account_id))
    if view.account.kind is AccountKind.BROKERAGE:
        covered(call.consent, [Cluster.INVESTMENTS])
    return view


def _member(view: AccountView) -> str:
    return "investmentTransaction" if view.account.kind is AccountKind.BROKERAGE else "transactions"


def _has(call: Call, cluster: Cluster) -> bool:
    return cluster in call.consent.clusters


def for_its_client(handler: Handler) -> Handler:
    """The header `client_id` has to name the client that the token was issued to."""

    def handle(call: Call) -> Reply:
        named = call.header["client_id"]
        if named != call.client_id:
            raise ClientMismatch(f"the token was issued to another client than {named!r}", sent=named)
        return handler(call)

    return handle


DATA: Mapping[str, Handler] = {
    "getAccounts": get_accounts,
    "getAccount": get_account,
    "getAccountsDetailsV2": get_accounts_details_v2,
    "getEncryptedAccountRoutingNumber": get_encrypted_account_routing_number,
    "getTransactions": get_transactions,
    "getTransactionsV2": get_transactions,
    "getTransactionDetails": get_transaction_details,
    "searchTransactions": search_transactions,
    "getStatements": get_statements,
    "getStatement": get_statement,
    "getAccountConsents": get_account_consents,
    "updateAccountConsents": update_account_consents,
    "searchRewardPointBalances": search_reward_point_balances,
    "getCustomerProfile": get_customer_profile,
    "getReferenceData": get_reference_data,
}

HANDLERS: Mapping[str, Handler] = {
    **{name: for_its_client(handler) for name, handler in DATA.items()},
    "exchangeCodeElsewhere": oauth.exchange_elsewhere,
}
