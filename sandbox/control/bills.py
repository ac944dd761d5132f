"""Bills put on an account: the rows that pay them, and so the invoices behind them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.control import find, show
from sandbox.control.accounts import minor
from sandbox.control.moments import moment
from sandbox.control.operation import Operation, created, world_of, wrong
from sandbox.control.purchases import length
from sandbox.control.services import Services
from sandbox.control.transactions import must_render, row_of
from sandbox.dialect.call import Call, Reply
from sandbox.ledger.entries import Entry, OrderPart, status_at
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.names import Names

SAID = ("merchant", "counterparty", "description", "category", "memo")
RETURNED_AFTER = "P1D"
"""How long a bank takes to return a payment that it cannot make."""


def add_bill(services: Services, call: Call) -> Reply:
    wish, world, account_id = call.body, world_of(services, call), call.path["accountId"]
    view = find.account(services, world, account_id)
    with services.worlds.together(world, account_id):
        tries = _tries(services, view, wish)
        must_render(view, tries)
        recurrence = wish.get("recurrence", "monthly")
        first_try = replace(tries[0], order=OrderPart(recurrence=recurrence))
        [first] = services.worlds.add_entries(world, account_id, [first_try])
        further = [replace(row, order=OrderPart(first=first.sequence, recurrence=recurrence)) for row in tries[1:]]
        others = services.worlds.add_entries(world, account_id, further) if further else []
    rows = [show.transaction(view.account, row, status_at(row, view.now)) for row in (first, *others)]
    body = {
        "account_id": account_id,
        "invoice_id": Names(account_id).name("inv", first.sequence),
        "transactions": rows,
    }
    return created(body, f"/accounts/{account_id}/transactions/{first.sequence}")


def _tries(services: Services, view: AccountView, wish: Mapping[str, Any]) -> list[Entry]:
    """One payment; or one that fails, and the next."""
    if not {"merchant", "counterparty"} & wish.keys():
        raise wrong("/counterparty", "merchant or counterparty is required: somebody has to be paid", rule="required")
    amount = minor(wish["amount"], view.account.currency, "/amount")
    pays_at = moment(wish.get("pays_at", "+10d"), view.now, "pays_at")
    asked = {name: wish[name] for name in SAID if name in wish} | {"kind": "BILL_PAYMENT", "amount_minor": -amount}
    if "merchant" not in wish:
        asked.setdefault("description", wish["counterparty"].upper())
    catalogue = services.seeds.catalogue
    if "retried_after" not in wish:
        return [row_of(view, catalogue, {**asked, "authorised_at": pays_at.isoformat()})]
    returned = pays_at + length(RETURNED_AFTER, "/pays_at")
    again = pays_at + length(wish["retried_after"], "/retried_after")
    if again <= returned:
        raise wrong("/retried_after", "a payment is returned after a day, and can be tried again later", rule="minimum")
    return [
        row_of(view, catalogue, {**asked, "authorised_at": pays_at.isoformat(), "dropped_at": returned.isoformat()}),
        row_of(view, catalogue, {**asked, "authorised_at": again.isoformat()}),
    ]


OPERATIONS: Mapping[str, Operation] = {"addBill": add_bill}
