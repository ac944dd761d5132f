"""An account's rows: read, put, changed, dropped, in one world alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sandbox.control import find, show
from sandbox.control.accounts import minor
from sandbox.control.moments import instant, moment
from sandbox.control.operation import NOTHING, Operation, world_of, wrong
from sandbox.control.services import Services
from sandbox.dialect import paging
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.errors import (
    AccountTypeNotSupported,
    CardFrozen,
    ContractBroken,
    InvalidDateRange,
    InvalidInput,
    InvalidRequest,
    TransactionNotFound,
    Violation,
)
from sandbox.kernel.names import did_you_mean
from sandbox.ledger.accounts import Account
from sandbox.ledger.cards import CHARGES
from sandbox.ledger.commerce_facts import stopped
from sandbox.ledger.entries import Channel, Entry, EntryKind, EntryStatus, Foreign, status_at
from sandbox.ledger.feed import FeedRow, Window
from sandbox.seeding.merchants import Catalogue
from sandbox.seeding.story.faces import at_merchant
from sandbox.worlds.accounts import AccountView

PENDING_FOR = timedelta(days=2)
CARDS = frozenset({EntryKind.PURCHASE, EntryKind.REFUND})
CHANNELS = {
    EntryKind.CHECK: Channel.CHECK,
    EntryKind.CHECK_DEPOSIT: Channel.BRANCH,
    EntryKind.ATM_DEPOSIT: Channel.ATM,
    EntryKind.ATM_WITHDRAWAL: Channel.ATM,
    EntryKind.FEE: Channel.INTERNAL,
    EntryKind.INTEREST: Channel.INTERNAL,
    EntryKind.ADJUSTMENT: Channel.INTERNAL,
}
PLAIN = ("description", "counterparty", "mcc", "category", "card_last4", "check_number", "memo", "related")


def list_transactions(services: Services, call: Call) -> Reply:
    world = world_of(services, call)
    view = find.account(services, world, call.path["accountId"])
    start, end = (instant(call.query[name], name, "query") if name in call.query else None for name in ("from", "to"))
    if start is not None and end is not None and start > end:
        raise InvalidDateRange("from is later than to", start=call.query["from"], end=call.query["to"])
    context = ("control", world.world_id, view.account.account_id, call.query.get("from"), call.query.get("to"))
    cursor = call.query.get("cursor")
    page = view.page(Window(start, end), call.query["limit"], paging.from_letters(cursor, *context) if cursor else None)
    rows = [show.transaction(view.account, row.entry, row.status, row.balance) for row in page.rows]
    body: dict[str, Any] = {"transactions": rows, "total": page.total}
    if page.next is not None:
        body["next_cursor"] = paging.to_letters(page.next, *context)
    return Reply(body)


def get_transaction(services: Services, call: Call) -> Reply:
    return _shown(_view(services, call), call.path["sequence"])


def add_transactions(services: Services, call: Call) -> Reply:
    view, catalogue = _view(services, call), services.seeds.catalogue
    many = isinstance(call.body, list)
    wishes = call.body if many else [call.body]
    entries, faults = [], list[Violation]()
    for place, wish in enumerate(wishes):
        try:
            entries.append(row_of(view, catalogue, wish))
        except InvalidRequest as error:
            faults += [_placed(fault, f"/{place}" if many else "") for fault in error.violations]
    if faults:
        raise InvalidInput(faults)
    must_be_chargeable(view, entries)
    must_render(view, entries)
    world = world_of(services, call)
    numbered = services.worlds.add_entries(world, view.account.account_id, entries)
    call.commerce.rows_changed(world, view, numbered)
    rows = [show.transaction(view.account, entry, status_at(entry, view.now)) for entry in numbered]
    return Reply({"transactions": rows, "balances": _balances(services, call)}, 201)


def change_transaction(services: Services, call: Call) -> Reply:
    view, sequence = _view(services, call), call.path["sequence"]
    wish, catalogue = call.body, services.seeds.catalogue

    def change(entry: Entry) -> Entry:
        changed = _changed(view, catalogue, entry, wish)
        must_render(view, [changed])
        return changed

    world = world_of(services, call)
    before = services.worlds.change_entry(world, view, sequence, change)
    call.commerce.rows_changed(world, view, [before, change(before)])
    return _shown(_view(services, call), sequence)


def drop_transaction(services: Services, call: Call) -> Reply:
    world, view = world_of(services, call), _view(services, call)
    gone = services.worlds.hide_entry(world, view, call.path["sequence"])
    call.commerce.rows_changed(world, view, [gone])
    return NOTHING


# --- Pieces --------------------------------------------------------------------------------------------------------


def _view(services: Services, call: Call) -> AccountView:
    return find.account(services, world_of(services, call), call.path["accountId"])


def _shown(view: AccountView, sequence: int) -> Reply:
    row, own = view.entry(sequence), view.own(sequence)
    if row is not None:
        return Reply(show.transaction(view.account, row.entry, row.status, row.balance))
    if own is not None:
        return Reply(show.transaction(view.account, own, status_at(own, view.now)))
    raise TransactionNotFound(f"the account has no row {sequence} in sight")


def _balances(services: Services, call: Call) -> dict[str, Any]:
    view = _view(services, call)
    return show.balances(view.balances(), view.account.currency)


def _placed(fault: Violation, prefix: str) -> Violation:
    return replace(fault, name=prefix + fault.name)


def must_render(view: AccountView, entries: Sequence[Entry]) -> None:
    """Raises AccountTypeNotSupported for a row that the bank's dialect has no form for: it would break the feed."""
    forms = ((EntryStatus.PENDING, None), (EntryStatus.POSTED, 0))
    try:
        view.render([FeedRow(entry, status, balance, None) for entry in entries for status, balance in forms])
    except ContractBroken as broken:
        kinds = sorted({entry.kind.value for entry in entries})
        raise AccountTypeNotSupported(
            f"{view.account.bank} has no form for such a row on a {view.account.kind.lower()} account",
            hint="Choose another kind or channel, or leave them out.",
            kinds=kinds,
            problems=[violation.message for violation in broken.violations],
        ) from None


def must_be_chargeable(view: AccountView, entries: Sequence[Entry]) -> None:
    """Raises CardFrozen where a row would be charged to a card that is stopped at that moment."""
    spans = stopped(view.account, view.overlay.facts)
    for entry in entries:
        if entry.kind in CHARGES and any(
            start <= entry.authorised_at and (end is None or entry.authorised_at < end)
            for start, end in spans.get(entry.card_last4, ())
        ):
            raise CardFrozen(
                f"the card ending in {entry.card_last4} is stopped at {entry.authorised_at.isoformat()}",
                hint="Unfreeze it, or say another card_last4.",
            )


def row_of(view: AccountView, catalogue: Catalogue, wish: Mapping[str, Any]) -> Entry:
    """A row from the caller's words. Its sequence is given when it is stored."""
    amount = _amount(view.account, wish, "amount")
    if amount is None:
        raise wrong("/amount", "amount or amount_minor is required", rule="required")
    kind = EntryKind(wish.get("kind", "PURCHASE" if amount < 0 else "DEPOSIT"))
    card = view.account.cards[-1].last4 if kind in CARDS and view.account.cards else ""
    entry = Entry(
        sequence=0,
        kind=kind,
        amount=amount,
        authorised_at=view.now,
        posted_at=view.now,
        description="",
        channel=CHANNELS.get(kind, Channel.CARD_PRESENT if kind in CARDS else Channel.ACH),
        card_last4=card,
    )
    entry = _lived(entry, wish, view.now, wish.get("status", "posted"))
    entry = _told(view.account, catalogue, entry, wish)
    if not entry.description:
        raise wrong("/description", "description or merchant is required", rule="required")
    return entry


def _changed(view: AccountView, catalogue: Catalogue, entry: Entry, wish: Mapping[str, Any]) -> Entry:
    amount = _amount(view.account, wish, "amount")
    if amount is not None:
        entry = replace(entry, amount=amount)
    if "kind" in wish:
        entry = replace(entry, kind=EntryKind(wish["kind"]))
    return _told(view.account, catalogue, _lived(entry, wish, view.now, wish.get("status")), wish)


def _lived(entry: Entry, wish: Mapping[str, Any], now: datetime, status: str | None) -> Entry:
    """The row with the instants of its life. A `status` holds at the world's now."""
    said = {name: moment(wish[name], now, name) for name in _INSTANTS if name in wish}
    if "posted_at" in said and "dropped_at" in said:
        raise wrong("/dropped_at", "a row posts or drops, not both", rule="conflict")
    authorised = said.get("authorised_at", entry.authorised_at)
    posted, dropped = entry.posted_at, entry.dropped_at
    if "posted_at" in said:
        posted, dropped = said["posted_at"], None
        if "authorised_at" not in said and status != "pending":
            authorised = min(authorised, posted)
    elif "dropped_at" in said:
        posted, dropped = None, said["dropped_at"]
    elif status == "posted":
        if posted is None or "authorised_at" in said:
            posted = authorised
        elif posted > now >= authorised:
            posted = now
        dropped = None
    elif status == "pending":
        ends = posted or dropped
        if ends is None or ends <= max(now, authorised):
            posted, dropped = max(now, authorised) + PENDING_FOR, None
    moved = replace(entry, authorised_at=authorised, posted_at=posted, dropped_at=dropped)
    if moved.ends_at < moved.authorised_at:
        name = "posted_at" if posted is not None else "dropped_at"
        raise wrong(f"/{name}", f"{name} must not be earlier than authorised_at", rule="order", got=wish.get(name))
    if wish.get("status") == "pending" and moved.ends_at <= now:
        raise wrong("/status", "a pending row must end later than now", rule="conflict", got="pending")
    if wish.get("status") == "posted" and moved.ends_at > now >= moved.authorised_at:
        raise wrong("/status", "a posted row must have posted by now", rule="conflict", got="posted")
    return moved


_INSTANTS = ("authorised_at", "posted_at", "dropped_at")


def _told(account: Account, catalogue: Catalogue, entry: Entry, wish: Mapping[str, Any]) -> Entry:
    """The row with what is said of it: the merchant first, then what the caller says otherwise."""
    members: dict[str, Any] = {}
    if "merchant" in wish:
        members |= _merchant(catalogue, wish["merchant"], entry.kind, wish.get("channel"))
    members |= {name: wish[name] for name in PLAIN if name in wish}
    if "channel" in wish:
        members["channel"] = Channel(wish["channel"])
    if "foreign" in wish:
        foreign = wish["foreign"]
        asked = minor(foreign["amount"], foreign["currency"], "/foreign/amount")
        members["foreign"] = Foreign(asked, foreign["currency"], foreign["rate"])
    hold = _amount(account, wish, "hold")
    if hold is not None:
        if hold * entry.amount < 0:
            raise wrong("/hold", "hold must have the sign of the amount", got=wish.get("hold", wish.get("hold_minor")))
        members["hold"] = hold
    return replace(entry, **members)


def _merchant(catalogue: Catalogue, slug: str, kind: EntryKind, channel: str | None) -> dict[str, Any]:
    if slug not in catalogue:
        message = f"merchant must be one of the seed data's, got {slug!r}. {did_you_mean(slug, catalogue.by_slug)}"
        raise wrong("/merchant", message.rstrip(), rule="unknown", got=slug)
    merchant = catalogue[slug]
    online = Channel.CARD_PRESENT not in merchant.channels if channel is None else channel == "ONLINE"
    face = at_merchant(merchant, online=online, kind=kind)
    return {
        "merchant": slug,
        "description": face.description,
        "counterparty": face.counterparty,
        "category": face.category,
        "mcc": face.mcc,
        "channel": face.channel,
    }


def _amount(account: Account, wish: Mapping[str, Any], name: str) -> int | None:
    """In minor units, however it is said; None where it is not."""
    if name in wish and f"{name}_minor" in wish:
        raise wrong(f"/{name}_minor", f"{name} and {name}_minor say the same thing: give one of them", rule="conflict")
    if name in wish:
        return minor(wish[name], account.currency, f"/{name}")
    found: int | None = wish.get(f"{name}_minor")
    return found


OPERATIONS: Mapping[str, Operation] = {
    "listTransactions": list_transactions,
    "getTransaction": get_transaction,
    "addTransactions": add_transactions,
    "changeTransaction": change_transaction,
    "dropTransaction": drop_transaction,
}
