"""Chase's operations. Each takes a call that its document has already been held against, and returns a reply."""

from collections.abc import Mapping
from datetime import timedelta

from sandbox.banks.chase import render
from sandbox.dialect import fdx, paging, windows
from sandbox.dialect.bank import Handler
from sandbox.dialect.call import Call, Reply, covered
from sandbox.ledger.accounts import AccountKind, AccountStatus
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.feed import FeedRow, Window
from sandbox.worlds.accounts import AccountView

BASE = "/jpmc/servicing/inquiry-maintenance/fdx/v4"
HISTORY = timedelta(days=731)
"""About 24 months; a window that begins earlier is refused."""
MOST_EMBEDDED = 500


def alive(call: Call) -> Reply:
    return Reply({"status": "ok"})


def search_for_accounts(call: Call) -> Reply:
    wanted = call.query.get("accountIds")
    views = [call.account(ref) for ref in dict.fromkeys(wanted)] if wanted else list(call.accounts().values())
    detailed = call.query["resultType"] == "details"
    window = _window(call)
    context = (call.consent.consent_id, "accounts", wanted, call.query["resultType"])
    shown, following = paging.part(views, call.query["limit"], call.query.get("offset"), *context)
    if not detailed:
        return _page(call, "accounts", [render.descriptor(view) for view in shown], len(views), following)
    covered(call.consent, (Cluster.ACCOUNT_DETAILED, Cluster.BALANCES))
    holdings = Cluster.INVESTMENTS in call.consent.clusters
    accounts = [render.account(view, holdings=holdings, embedded=_embedded(call, view, window)) for view in shown]
    return _page(call, "accounts", accounts, len(views), following)


def get_account(call: Call) -> Reply:
    view = fdx.not_locked(_account(call))
    return Reply(render.account(view, holdings=Cluster.INVESTMENTS in call.consent.clusters))


def get_account_contact(call: Call) -> Reply:
    return Reply(render.contact(fdx.not_closed(_account(call)), call.people()))


def get_account_payment_networks(call: Call) -> Reply:
    view = fdx.payable_by_number(_account(call))
    networks = [render.payment_network(view, call.consent.consent_id)]
    context = (call.consent.consent_id, "payment-networks", call.path["accountId"])
    shown, following = paging.part(networks, call.query["limit"], call.query.get("offset"), *context)
    return _page(call, "paymentNetworks", list(shown), len(networks), following)


def search_for_account_transactions(call: Call) -> Reply:
    view = fdx.not_locked(_account(call))
    if view.account.kind is AccountKind.BROKERAGE:
        covered(call.consent, [Cluster.INVESTMENTS])
    window = call.in_sight(_window(call))
    context = (
        call.consent.consent_id,
        call.path["accountId"],
        call.query.get("startTime"),
        call.query.get("endTime"),
    )
    offset = call.query.get("offset")
    position = paging.from_letters(offset, *context) if offset else None
    page = view.wire_page(window, call.query["limit"], position)
    envelope: dict[str, object] = {"totalElements": page.total}
    if page.next is not None:
        envelope["nextOffset"] = paging.to_letters(page.next, *context)
    return Reply({"page": envelope}, member="transactions", rows=page.rows)


def search_for_account_statements(call: Call) -> Reply:
    view = fdx.not_locked(_account(call))
    found = fdx.statements_within(view, call.in_sight(_window(call, default_days=None)))
    context = (
        call.consent.consent_id,
        "statements",
        call.path["accountId"],
        call.query.get("startTime"),
        call.query.get("endTime"),
    )
    shown, following = paging.part(found, call.query["limit"], call.query.get("offset"), *context)
    base = f"{call.base_url}{BASE}/accounts/{call.path['accountId']}/statements"
    items = [render.statement(view, value, call.world.now, f"{base}/{value.statement_id}") for value in shown]
    return _page(call, "statements", items, len(found), following)


def get_account_statement(call: Call) -> Reply:
    return fdx.statement_document(call, fdx.not_locked(_account(call)), call.path["statementId"])


def get_customer_info(call: Call) -> Reply:
    personal = Cluster.CUSTOMER_PERSONAL in call.consent.clusters
    return Reply(render.customer(call.customer(), list(call.accounts().values()), personal=personal))


def search_reward_programs(call: Call) -> Reply:
    programs = fdx.reward_programs(call)
    items = [render.reward_program(program, views, call.customer()) for program, views in programs.items()]
    context = (call.consent.consent_id, "reward-programs")
    shown, following = paging.part(items, call.query["limit"], call.query.get("offset"), *context)
    return _page(call, "rewardPrograms", list(shown), len(items), following)


def get_reward_program(call: Call) -> Reply:
    program = call.path["rewardProgramId"]
    return Reply(render.reward_program(program, fdx.reward_program(call, program), call.customer()))


# --- Pieces -------------------------------------------------------------------------------------------------------


def _account(call: Call) -> AccountView:
    return call.account(call.path["accountId"])


def _window(call: Call, default_days: int | None = 7) -> Window:
    return windows.both_or_neither(
        call.query.get("startTime"),
        call.query.get("endTime"),
        names=("startTime", "endTime"),
        now=call.world.now,
        zone=call.bank.time_zone,
        default_days=default_days,
        oldest=HISTORY,
    )


def _embedded(call: Call, view: AccountView, window: Window) -> tuple[FeedRow, ...] | None:
    """The rows inside an account's details, newest first, at most as many as a page may have. A locked account shows
    none, as when it is asked for them."""
    needed = {Cluster.TRANSACTIONS} | ({Cluster.INVESTMENTS} if view.account.kind is AccountKind.BROKERAGE else set())
    if not needed <= set(call.consent.clusters) or view.status is AccountStatus.LOCKED:
        return None
    return view.page(call.in_sight(window), MOST_EMBEDDED).rows


def _page(call: Call, member: str, items: list[dict[str, object]], total: int, following: str | None) -> Reply:
    page: dict[str, object] = {"totalElements": total}
    if following is not None:
        page["nextOffset"] = following
    return Reply({"page": page, member: items})


HANDLERS: Mapping[str, Handler] = {
    "alive": alive,
    "searchForAccounts": search_for_accounts,
    "getAccount": get_account,
    "getAccountContact": get_account_contact,
    "getAccountPaymentNetworks": get_account_payment_networks,
    "searchForAccountTransactions": search_for_account_transactions,
    "searchForAccountStatements": search_for_account_statements,
    "getAccountStatement": get_account_statement,
    "getCustomerInfo": get_customer_info,
    "searchRewardPrograms": search_reward_programs,
    "getRewardProgram": get_reward_program,
}
