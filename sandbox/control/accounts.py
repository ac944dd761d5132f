"""Accounts: looked at, added to a world, changed in it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sandbox.control import find, show
from sandbox.control.moments import moment
from sandbox.control.operation import Operation, bank_of, created, world_of, wrong
from sandbox.control.services import Services
from sandbox.dialect.bank import Bank
from sandbox.dialect.call import Call, Reply
from sandbox.kernel import ids, money
from sandbox.ledger.accounts import (
    CREDIT_LINES,
    DEPOSITS,
    LOANS,
    Account,
    AccountKind,
    AccountStatus,
    Card,
    Holder,
    Quirk,
    Relationship,
    Terms,
)
from sandbox.ledger.customers import Customer
from sandbox.seeding.clearing import clearing
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.worlds import World

DATES = ("originated", "matures")
RATES = ("apy", "apr", "cash_apr")


def get_account(services: Services, call: Call) -> Reply:
    world = world_of(services, call)
    return _shown(services, world, find.account(services, world, call.path["accountId"]))


def add_account(services: Services, call: Call) -> Reply:
    wish = call.body
    bank = bank_of(services, wish["bank"])
    names = [wish["customer"], *wish.get("joint_with", ())]
    with services.database.transaction():
        # Read inside, so that two calls at once, in whichever process, do not number their accounts alike.
        world = world_of(services, call)
        holders = [services.worlds.customer(world, username) for username in dict.fromkeys(names)]
        number = sum(len(services.worlds.accounts(world, holders[0], slug)) for slug in services.banks)
        account = _account(world, bank, holders, wish, number)
        services.worlds.put_account(world, account)
    world = services.worlds.world(world.world_id)
    view = find.account(services, world, account.account_id)
    names_by_id = find.usernames(services, world)
    return created(show.account(view, names_by_id), f"/accounts/{account.account_id}?world={world.world_id}")


def change_account(services: Services, call: Call) -> Reply:
    account_id = call.path["accountId"]
    world = world_of(services, call)
    # What happened before is told as the account was then.
    with services.worlds.together(world, account_id):
        world = world_of(services, call)
        account = find.account(services, world, account_id).account
        services.worlds.put_account(world, _changed(account, call.body, world.now))
    world = services.worlds.world(world.world_id)
    return _shown(services, world, find.account(services, world, account_id))


# --- Pieces --------------------------------------------------------------------------------------------------------


def _shown(services: Services, world: World, view: AccountView) -> Reply:
    return Reply(show.account(view, find.usernames(services, world)))


def _account(world: World, bank: Bank, holders: list[Customer], wish: Mapping[str, Any], number: int) -> Account:
    """`number` tells the holder's accounts apart."""
    kind, currency = AccountKind(wish["kind"]), wish.get("currency", "USD")
    first = holders[0]
    identity = ("own", bank.slug, first.username, number)
    opened = moment(wish["opened_at"], world.now, "opened_at") if "opened_at" in wish else world.now
    if opened > world.now:
        raise wrong("/opened_at", "opened_at must not lie in the future", got=wish["opened_at"])
    terms = _terms(wish.get("terms", {}), currency)
    opening = minor(wish["opening_balance"], currency, "/opening_balance") if "opening_balance" in wish else None
    if kind in LOANS and opening is None:
        opening = -terms.original_principal
    if kind in CREDIT_LINES | LOANS and (opening or 0) > 0:
        message = "opening_balance of a card or a loan is what is owed, as a negative amount"
        raise wrong("/opening_balance", message, got=wish["opening_balance"])
    where = clearing(bank.slug)
    card = Card(f"{ids.number('card', *identity) % 10_000:04}", "VISA", first.customer_id, opened)
    return Account(
        account_id="acc_" + ids.short(*identity),
        bank=bank.slug,
        kind=kind,
        product=wish.get("product", kind.replace("_", " ").title()),
        number=where.account_number(*identity),
        routing=where.routing,
        holders=_holders(holders),
        opened_at=opened,
        opening_balance=opening or 0,
        history_start=opened,
        nickname=wish.get("nickname", ""),
        currency=currency,
        terms=terms,
        cards=(card,) if kind in (AccountKind.CREDIT_CARD, AccountKind.CHECKING) else (),
        business=wish.get("business", False),
        time_zone=bank.time_zone,
        shareable=wish.get("shareable", True),
    )


def _holders(people: list[Customer]) -> tuple[Holder, ...]:
    if len(people) == 1:
        return (Holder(people[0].customer_id, Relationship.SOLE_OWNER),)
    first, *others = (person.customer_id for person in people)
    return (
        Holder(first, Relationship.PRIMARY_JOINT),
        *(Holder(other, Relationship.SECONDARY_JOINT) for other in others),
    )


def _changed(account: Account, wish: Mapping[str, Any], now: datetime) -> Account:
    changes: dict[str, Any] = {
        name: wish[name] for name in ("nickname", "product", "shareable", "numbering") if name in wish
    }
    if "low_balance" in wish:
        said = wish["low_balance"]
        if said is not None and account.kind not in DEPOSITS:
            raise wrong(
                "/low_balance", "only a deposit account is ever low", expected=sorted(DEPOSITS), got=account.kind
            )
        changes["low_balance"] = None if said is None else minor(said, account.currency, "/low_balance")
    if "quirks" in wish:
        changes["quirks"] = tuple(Quirk(name) for name in wish["quirks"])
    if "terms" in wish:
        changes["terms"] = replace(account.terms, **_term_members(wish["terms"], account.currency))
    if "status" in wish:
        changes |= {"closed_at": None, "locked_at": None, "dormant_at": None}
        status = AccountStatus(wish["status"])
        if status is not AccountStatus.OPEN:
            changes[f"{status.lower()}_at"] = now
    return replace(account, **changes)


def _terms(wish: Mapping[str, Any], currency: str) -> Terms:
    return Terms(**_term_members(wish, currency))


def _term_members(wish: Mapping[str, Any], currency: str) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in wish.items():
        if name in show.MONEY_TERMS:
            members[name] = minor(value, currency, f"/terms/{name}")
        elif name in RATES:
            members[name] = Decimal(value)
        else:
            members[name] = date.fromisoformat(value) if name in DATES else value
    return members


def minor(text: str, currency: str, pointer: str) -> int:
    """Decimal text as minor units. Raises InvalidInput for a fraction of the smallest unit."""
    try:
        return money.minor(text, currency)
    except ValueError as error:
        raise wrong(pointer, f"{pointer.rsplit('/', 1)[-1]}: {error}", rule="multipleOf", got=text) from None


OPERATIONS: Mapping[str, Operation] = {
    "getAccount": get_account,
    "addAccount": add_account,
    "changeAccount": change_account,
}
