"""Wells Fargo's operations. Each takes a call that its document has already been held against, and returns a reply."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar
from urllib.parse import parse_qsl, quote, urlencode

from sandbox.banks.wellsfargo import accounts, consents, names, render, rewards
from sandbox.banks.wellsfargo.errors import FACES
from sandbox.banks.wellsfargo.oauth import SCOPES
from sandbox.dialect import cheque, fdx, paging, windows
from sandbox.dialect.bank import Handler
from sandbox.dialect.call import Call, Reply, covered
from sandbox.dialect.shapes import Json
from sandbox.kernel.clock import from_millis
from sandbox.kernel.errors import (
    AccountLocked,
    AccountTypeNotSupported,
    ConsentNotFound,
    CustomerNotFound,
    ImageNotFound,
    InvalidDateRange,
    NoData,
    NotModelled,
    RewardCategoriesNotFound,
    ScopeInsufficient,
    StatementsNotFound,
    SubsystemUnavailable,
)
from sandbox.ledger.accounts import AccountKind, AccountStatus
from sandbox.ledger.clients import Client
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consents import Consent, history_start
from sandbox.ledger.customers import Customer
from sandbox.ledger.feed import Position, Window
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.statements import statements

T = TypeVar("T")

BASE = "/fdx/v6"
VERSION = "6.4"
HISTORY_MONTHS = 24
HISTORY = timedelta(days=731)
"""A window that begins earlier is refused."""
LIMIT = 500

WITHHELD = {
    AccountStatus.LOCKED: (FACES[AccountLocked].code, FACES[AccountLocked].message),
    AccountStatus.DORMANT: (
        FACES[SubsystemUnavailable].code,
        "The archive that keeps the balances of dormant accounts is not answering",
    ),
}
"""Accounts of which only the description can be had: the code and the message inside the account."""


# --- Accounts -----------------------------------------------------------------------------------------------------


def search_for_accounts(call: Call) -> Reply:
    _window(call)
    wanted, detailed = call.query.get("accountIds"), call.query["resultType"] == "details"
    if detailed:
        _needs(call, Cluster.BALANCES)
    views = [view for ref, view in call.accounts().items() if wanted is None or ref in wanted]
    shown, following = _part(call, views, "accounts", wanted, detailed)
    if not detailed:
        return _page(call, "accounts", [accounts.descriptor(view) for view in shown], len(views), following)
    whole = 206 if any(view.status in WITHHELD for view in shown) else 200
    return _page(call, "accounts", [_account_of(call, view) for view in shown], len(views), following, status=whole)


def get_account(call: Call) -> Reply:
    view = fdx.not_locked(_account(call))
    return Reply(_account_of(call, view), 206 if view.status in WITHHELD else 200)


def get_account_contact(call: Call) -> Reply:
    return Reply(render.contact(fdx.not_closed(_account(call)), call.people()))


def get_account_payment_networks(call: Call) -> Reply:
    return _listed(call, "paymentNetworks", render.payment_networks(fdx.payable_by_number(_account(call))))


def get_account_asset_transfer_networks(call: Call) -> Reply:
    view = fdx.not_closed(_account(call))
    if view.account.kind is not AccountKind.BROKERAGE:
        raise AccountTypeNotSupported("only a brokerage account holds securities that could move")
    return _listed(call, "assetTransferNetworks", [render.asset_transfer_network(view)])


def get_terms_and_conditions(call: Call) -> Reply:
    return Reply(render.terms_and_conditions(fdx.not_closed(_account(call)), _granted(call)))


# --- What happened on an account ----------------------------------------------------------------------------------


def search_for_account_transactions(call: Call) -> Reply:
    view = fdx.not_locked(_account(call))
    if view.account.kind is AccountKind.BROKERAGE:
        _needs(call, Cluster.INVESTMENTS)
    window, context = call.in_sight(_window(call)), _range_context(call, "transactions")
    page = view.wire_page(window, call.query["limit"], _position(call, context))
    following = paging.to_letters(page.next, *context) if page.next else None
    return Reply(_envelope(call, page.total, following), member="transactions", rows=page.rows)


def get_account_transaction_images(call: Call) -> Reply:
    view, image_id = fdx.not_locked(_account(call)), call.path["imageId"]
    sequence = names.pictured(view.account, image_id)
    row = view.entry(sequence) if sequence is not None else None
    if row is None or row.entry.check_number is None or names.image_id(view.account, row.entry) != image_id:
        raise ImageNotFound(f"no cheque of the account has the image {image_id!r}")
    if row.entry.authorised_at < history_start(call.consent):
        raise ImageNotFound("the cheque is older than the consent looks back")
    people = call.people()
    holders = tuple(people[holder] for holder in view.account.holder_ids() if holder in people)
    return Reply(cheque.front(call.bank.name, view.account, holders, row.entry), media_type="image/png")


def search_for_account_statements(call: Call) -> Reply:
    view = fdx.not_locked(_account(call))
    window = call.in_sight(_window(call, default_days=None))
    if not statements(view, most=1):
        raise StatementsNotFound("no statement of the account has been cut yet")
    found = fdx.statements_within(view, window)
    shown, following = _part(call, found, *_range_context(call, "statements"))
    items = [render.statement(view, value, f"{_here(call)}/{value.statement_id}") for value in shown]
    return _page(call, "statements", items, len(found), following)


def get_account_statement(call: Call) -> Reply:
    return fdx.statement_document(call, fdx.not_locked(_account(call)), call.path["statementId"])


# --- Rewards ------------------------------------------------------------------------------------------------------


def search_for_account_reward_transactions(call: Call) -> Reply:
    view = fdx.not_locked(_account(call))
    if not view.account.terms.reward_program:
        raise AccountTypeNotSupported("the account takes part in no reward program")
    context = _range_context(call, "reward-transactions")
    position = _position(call, context)
    window = _until(call.in_sight(_window(call)), position.as_of if position else call.world.now_millis)
    rows, end = paging.matching(view, window, rewards.earns(view.account), call.query["limit"], position)
    total = rewards.of(view).count(window)
    items = [rewards.reward_transaction(view.account, row.entry) for row in rows]
    return _page(call, "rewardTransactions", items, total, paging.to_letters(end, *context) if end else None)


def search_reward_programs(call: Call) -> Reply:
    return _listed(call, "rewardPrograms", [_program(call, views) for views in fdx.reward_programs(call).values()])


def get_reward_program(call: Call) -> Reply:
    return Reply(_program(call, _program_views(call)))


def get_reward_program_categories(call: Call) -> Reply:
    categories = rewards.reward_categories(_program_views(call))
    if not categories:
        raise RewardCategoriesNotFound(f"nothing earns rewards in {call.path['rewardProgramId']!r}")
    return _listed(call, "rewardCategories", categories)


# --- Customers ----------------------------------------------------------------------------------------------------


def get_customers(call: Call) -> Reply:
    return _listed(call, "customers", [_customer(call, person) for person in _people_in_reach(call).values()])


def get_customer_info(call: Call) -> Reply:
    return Reply(_customer(call, call.customer()))


def get_customer(call: Call) -> Reply:
    person = _people_in_reach(call).get(call.path["customerId"])
    if person is None:
        raise CustomerNotFound(f"the consent reaches no customer {call.path['customerId']!r}")
    return Reply(_customer(call, person))


# --- Consents -----------------------------------------------------------------------------------------------------


def get_consent_grant(call: Call) -> Reply:
    consent = _own_consent(call)
    client, shared = call.consents.client(consent.bank, consent.client_id), call.worlds.shared(call.world, consent)
    url = f"{call.base_url}{BASE}/consents/{consent.consent_id}"
    return Reply(consents.consent(consent, shared, client, call.world.now, url))


def revoke_consent_grant(call: Call) -> Reply:
    consent = _own_consent(call)
    call.consents.revoke(consent.consent_id, reason=call.body["reason"], initiator=call.body["initiator"])
    return Reply(None, 204)


def get_consent_revocation(call: Call) -> Reply:
    return Reply(consents.revocations(_own_consent(call)))


# --- The registry -------------------------------------------------------------------------------------------------


def get_recipients(call: Call) -> Reply:
    return _registered(call, "recipients", [consents.recipient(client) for client in _recipients(call)])


def get_recipient(call: Call) -> Reply:
    wanted = call.path["recipientId"]
    for client in _recipients(call):
        if client.client_id == wanted:
            return Reply(consents.recipient(client))
    raise NoData(f"no recipient {wanted!r} is registered")


def get_data_providers(call: Call) -> Reply:
    return _registered(call, "dataProviders", [consents.data_provider(VERSION)])


def get_data_provider(call: Call) -> Reply:
    provider, wanted = consents.data_provider(VERSION), call.path["providerId"]
    if provider["providerId"] != wanted:
        raise NoData(f"there is no data provider {wanted!r}")
    return Reply(provider)


# --- The interface itself -----------------------------------------------------------------------------------------


def get_availability(call: Call) -> Reply:
    return Reply({"availability": [render.availability(name, VERSION) for name in _operations(call)]})


def get_capability(call: Call) -> Reply:
    return Reply({"fdxVersions": [VERSION], "capabilities": [_capability(name) for name in _operations(call)]})


def get_certification_metrics(call: Call) -> Reply:
    """Of the three months that have ended, the latest first."""
    asked, seed = _operations(call), call.world.stored.seed
    month = windows.local_day(call.world.now, call.bank.time_zone).replace(day=1)
    metrics = []
    for _ in range(3):
        before = (month - timedelta(days=1)).replace(day=1)
        start, end = (windows.midnight_of(day, call.bank.time_zone) for day in (before, month))
        metrics.append(render.metric(start, end, asked, seed, call.query.get("operationId", "")))
        month = before
    return Reply({"metrics": metrics})


# --- Pieces -------------------------------------------------------------------------------------------------------


def _account(call: Call) -> AccountView:
    return call.account(call.path["accountId"])


def _account_of(call: Call, view: AccountView) -> Json:
    if view.status in WITHHELD:
        return accounts.partial(view, *WITHHELD[view.status])
    return accounts.account(view, _granted(call))


def _granted(call: Call) -> list[Cluster]:
    """What the consent grants and the token carries the scope for: a client may ask for a weaker token."""
    carried = call.grant.scope.split()
    return [cluster for cluster in call.consent.clusters if SCOPES.get(cluster) in carried]


def _needs(call: Call, cluster: Cluster) -> None:
    """Raises ClusterNotGranted or ScopeInsufficient."""
    covered(call.consent, [cluster])
    if cluster not in _granted(call):
        raise ScopeInsufficient(
            f"the token does not carry the scope {SCOPES[cluster]}", needed=[SCOPES[cluster]], carried=call.grant.scope
        )


def _window(call: Call, default_days: int | None = 7) -> Window:
    """By startDate and endDate, or by their older spelling."""
    dates, times = ("startDate", "endDate"), ("startTime", "endTime")
    spelt = [pair for pair in (dates, times) if any(name in call.query for name in pair)]
    if len(spelt) > 1:
        raise InvalidDateRange("the range is given in two spellings", hint="Give startDate and endDate alone.")
    pair = spelt[0] if spelt else dates
    return windows.both_or_neither(
        call.query.get(pair[0]),
        call.query.get(pair[1]),
        names=pair,
        now=call.world.now,
        zone=call.bank.time_zone,
        default_days=default_days,
        oldest=HISTORY,
    )


def _until(window: Window, as_of: int) -> Window:
    """The window, ending with the instant as of which a walk began."""
    after = from_millis(as_of + 1)
    return Window(window.start, after if window.end is None else min(window.end, after))


def _range_context(call: Call, kind: str) -> tuple[object, ...]:
    """What a list of one account in a range depends on."""
    ends = (call.query.get(name) for name in ("startDate", "endDate", "startTime", "endTime"))
    return call.consent.consent_id, kind, call.path["accountId"], *ends


def _position(call: Call, context: tuple[object, ...]) -> Position | None:
    key = call.query.get("pageKey")
    return paging.from_letters(key, *context) if key else None


def _part(call: Call, items: Sequence[T], *context: object) -> tuple[Sequence[T], str | None]:
    return paging.part(items, call.query["limit"], call.query.get("pageKey"), call.consent.consent_id, *context)


def _listed(call: Call, member: str, items: list[Json]) -> Reply:
    """A page of a short list."""
    shown, following = _part(call, items, call.operation_id, *call.path.values())
    return _page(call, member, list(shown), len(items), following)


def _registered(call: Call, member: str, items: list[Json]) -> Reply:
    """A page of what is open to every client, whether it comes with a customer's token or in its own name."""
    context = (call.client_id, call.operation_id)
    shown, following = paging.part(items, call.query["limit"], call.query.get("pageKey"), *context)
    return _page(call, member, list(shown), len(items), following)


def _recipients(call: Call) -> list[Client]:
    return call.consents.recipients(call.bank.slug, call.world.world_id)


def _page(call: Call, member: str, items: list[Json], total: int, following: str | None, *, status: int = 200) -> Reply:
    return Reply({**_envelope(call, total, following), member: items}, status)


def _envelope(call: Call, total: int, following: str | None) -> Json:
    """`page`, and `links` where another page follows."""
    if following is None:
        return {"page": {"totalElements": total}}
    asked = [(name, value) for name, value in parse_qsl(call.query_string) if name != "pageKey"]
    href = f"{_here(call)}?{urlencode([*asked, ('pageKey', following)])}"
    return {"page": {"nextPageKey": following, "totalElements": total}, "links": {"next": {"href": href}}}


def _here(call: Call) -> str:
    """The URL that was called, without its query."""
    parts = {name: quote(value, safe="") for name, value in call.path.items()}
    return call.base_url + LISTS[call.operation_id].format(**parts)


def _program(call: Call, views: Sequence[AccountView]) -> Json:
    return rewards.reward_program(views, call.customer(), [_earned(view) for view in views])


def _program_views(call: Call) -> list[AccountView]:
    return fdx.reward_program(call, call.path["rewardProgramId"], rewards.program_id)


def _earned(view: AccountView) -> tuple[int, int]:
    """(ever, this year): the sum of what each row earned, so that it agrees with the reward transactions."""
    today = windows.local_day(view.now, view.account.time_zone)
    year = windows.midnight_of(date(today.year, 1, 1), view.account.time_zone)
    earned = rewards.of(view)
    return earned.sum(Window()), earned.sum(Window(year))


def _people_in_reach(call: Call) -> dict[str, Customer]:
    """The customer who consented, first; and whoever holds a business account that is shared."""
    people, own = call.people(), call.customer()
    business = [view.account for view in call.accounts().values() if view.account.business]
    others = [holder for account in business for holder in account.holder_ids() if holder in people]
    return {own.customer_id: own, **{holder: people[holder] for holder in others}}


def _customer(call: Call, person: Customer) -> Json:
    personal = Cluster.CUSTOMER_PERSONAL in _granted(call)
    return render.customer(person, list(call.accounts().values()), personal=personal)


def _own_consent(call: Call) -> Consent:
    """A consent of the client that calls; with a customer's token, the one behind it. Raises ConsentNotFound."""
    consent = call.consents.find(call.path["consentId"])
    own = (consent.bank, consent.client_id) == (call.bank.slug, call.client_id)
    if not own or (call.maybe_grant is not None and call.consent.consent_id != consent.consent_id):
        raise ConsentNotFound(f"there is no consent {call.path['consentId']!r}")
    return consent


def _operations(call: Call) -> list[str]:
    """The operations asked about. Raises NotModelled for another version, NoData for an unknown operation."""
    version, asked = call.query.get("fdxVersion", VERSION), call.query.get("operationId")
    if version.removeprefix("V").split(".")[:2] != VERSION.split("."):
        raise NotModelled(f"FDX {version} is not offered", hint=f"Ask for {VERSION}.")
    if asked is None:
        return list(HANDLERS)
    if asked not in HANDLERS:
        raise NoData(f"there is no operation {asked!r}", operations=list(HANDLERS))
    return [asked]


def _capability(operation_id: str) -> Json:
    capability: Json = {
        "operationId": operation_id,
        "fdxVersion": VERSION,
        "mediaTypes": [MEDIA_TYPES.get(operation_id, "application/json")],
    }
    if operation_id in LISTS:
        capability["maxLimit"] = LIMIT
    if operation_id in DATED:
        capability["historyMonths"] = HISTORY_MONTHS
    return capability


LISTS = {
    "searchForAccounts": f"{BASE}/accounts",
    "getAccountPaymentNetworks": f"{BASE}/accounts/{{accountId}}/payment-networks",
    "getAccountAssetTransferNetworks": f"{BASE}/accounts/{{accountId}}/asset-transfer-networks",
    "searchForAccountTransactions": f"{BASE}/accounts/{{accountId}}/transactions",
    "searchForAccountStatements": f"{BASE}/accounts/{{accountId}}/statements",
    "searchForAccountRewardTransactions": f"{BASE}/accounts/{{accountId}}/reward-transactions",
    "searchRewardPrograms": f"{BASE}/reward-programs",
    "getRewardProgramCategories": f"{BASE}/reward-programs/{{rewardProgramId}}/categories",
    "getCustomers": f"{BASE}/customers",
    "getRecipients": f"{BASE}/recipients",
    "getDataProviders": f"{BASE}/data-providers",
}
"""Where each list is, for the link to its next page."""

DATED = ("searchForAccountTransactions", "searchForAccountStatements", "searchForAccountRewardTransactions")
MEDIA_TYPES = {"getAccountStatement": "application/pdf", "getAccountTransactionImages": "image/png"}

HANDLERS: Mapping[str, Handler] = {
    "searchForAccounts": search_for_accounts,
    "getAccount": get_account,
    "getAccountContact": get_account_contact,
    "getAccountPaymentNetworks": get_account_payment_networks,
    "searchForAccountTransactions": search_for_account_transactions,
    "searchForAccountStatements": search_for_account_statements,
    "getAccountStatement": get_account_statement,
    "getAccountTransactionImages": get_account_transaction_images,
    "getAccountAssetTransferNetworks": get_account_asset_transfer_networks,
    "searchForAccountRewardTransactions": search_for_account_reward_transactions,
    "getTermsAndConditions": get_terms_and_conditions,
    "searchRewardPrograms": search_reward_programs,
    "getRewardProgram": get_reward_program,
    "getRewardProgramCategories": get_reward_program_categories,
    "getCustomers": get_customers,
    "getCustomerInfo": get_customer_info,
    "getCustomer": get_customer,
    "getConsentGrant": get_consent_grant,
    "revokeConsentGrant": revoke_consent_grant,
    "getConsentRevocation": get_consent_revocation,
    "getRecipients": get_recipients,
    "getRecipient": get_recipient,
    "getDataProviders": get_data_providers,
    "getDataProvider": get_data_provider,
    "getAvailability": get_availability,
    "getCapability": get_capability,
    "getCertificationMetrics": get_certification_metrics,
}
