"""Invoices: list by status and due day, one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sandbox.commerce import finding, pages, wire
from sandbox.dialect.call import Call, Reply
from sandbox.dialect.shapes import Json
from sandbox.kernel.clock import iso
from sandbox.kernel.errors import InvalidDateRange, InvoiceNotFound
from sandbox.ledger.consents import history_start
from sandbox.ledger.feed import Window
from sandbox.ledger.invoices import Invoice, InvoicePayment, InvoiceStatus, paid_at, status_at
from sandbox.worlds.accounts import AccountView


@dataclass(frozen=True, slots=True)
class Billed:
    view: AccountView
    invoice: Invoice


def list_invoices(call: Call) -> Reply:
    before, keep = pages.last(call), _keep(call)
    span = pages.until(call.in_sight(Window()), before)
    return Reply(
        pages.page(
            call,
            "invoices",
            [_kept(view, call.commerce.invoices(view, span), keep) for view in finding.views(call)],
            before=before,
            instant=lambda one: one.invoice.issued_at,
            name=lambda one: one.invoice.invoice_id,
            shown=lambda one: invoice(call, one.view, one.invoice),
        )
    )


def get_invoice(call: Call) -> Reply:
    asked = call.path["invoice_id"]
    view, found = finding.among(call, InvoiceNotFound, lambda one: call.commerce.invoice(one, asked), asked)
    if found.issued_at < history_start(call.consent):
        raise InvoiceNotFound(f"{asked!r} is older than the consent looks back", asked=asked)
    return Reply(invoice(call, view, found))


def _kept(view: AccountView, found: Iterator[Invoice], keep: Callable[[Billed], bool]) -> Iterator[Billed]:
    return (one for one in (Billed(view, value) for value in found) if keep(one))


def _keep(call: Call) -> Callable[[Billed], bool]:
    """Raises InvalidDateRange."""
    statuses = call.query.get("status")
    first, last = _day(call, "due_from", date.min), _day(call, "due_to", date.max)
    if first > last:
        raise InvalidDateRange(f"due_from {first} is later than due_to {last}", parameter="due_from")

    def keep(one: Billed) -> bool:
        fits = statuses is None or _status(one.view, one.invoice).value in statuses
        return fits and first <= one.invoice.due_on <= last

    return keep


def _day(call: Call, name: str, otherwise: date) -> date:
    text = call.query.get(name)
    return otherwise if text is None else date.fromisoformat(text)


def _status(view: AccountView, value: Invoice) -> InvoiceStatus:
    status = status_at(value, view.now)
    assert status is not None, "an invoice that is listed was issued"
    return status


# --- On the wire ----------------------------------------------------------------------------------------------------


def invoice(call: Call, view: AccountView, value: Invoice) -> Json:
    currency, paid = value.currency, paid_at(value, view.now)
    merchant = call.commerce.merchants().get(value.merchant)
    return wire.known(
        {
            "invoice_id": value.invoice_id,
            "account_id": wire.account_ref(call, view),
            "number": value.number,
            "biller": value.biller,
            "merchant": wire.merchant(call.base_url, merchant) if merchant is not None else None,
            "issued_on": value.issued_at.astimezone(ZoneInfo(view.account.time_zone)).date().isoformat(),
            "due_on": value.due_on.isoformat(),
            "status": _status(view, value).value,
            "total": wire.money(value.total, currency),
            "amount_due": wire.money(max(value.total - paid, 0), currency),
            "amount_paid": wire.money(paid, currency),
            "line_items": [
                {"description": line.description, "amount": wire.money(line.amount, currency)} for line in value.lines
            ],
            "tax_lines": wire.tax_lines(value.tax_lines, currency),
            "payments": [_payment(call, view, one, currency) for one in value.payments if one.at <= view.now],
            "pay_url": value.pay_url,
            "autopay": _autopay(call, view, value),
            "recurrence": value.recurrence,
            "previous_total": None if value.previous_total is None else wire.money(value.previous_total, currency),
        }
    )


def _payment(call: Call, view: AccountView, value: InvoicePayment, currency: str) -> Json:
    failed = value.failed_at is not None and value.failed_at <= view.now
    return wire.known(
        {
            "transaction_id": wire.first(wire.transaction_ids(call, view, [value.sequence])),
            "at": iso(value.at),
            "amount": wire.money(value.amount, currency),
            "status": "failed" if failed else "made",
        }
    )


def _autopay(call: Call, view: AccountView, value: Invoice) -> Json:
    if not value.autopay:
        return {"enabled": False}
    ahead = next((one.at for one in value.payments if one.at > view.now), None)
    told = {"enabled": True, "account_id": wire.account_ref(call, view)}
    if ahead is None or paid_at(value, view.now) >= value.total:
        return told
    return {**told, "on": ahead.astimezone(ZoneInfo(view.account.time_zone)).date().isoformat()}
