"""Invoices, and the tries to pay them."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.events.lives.telling import Span, amount, of_account
from sandbox.ledger.accounts import Account
from sandbox.ledger.happenings import Happening
from sandbox.ledger.invoices import DUE_SOON, Invoice, InvoiceStatus, paid_at, status_at


def of_invoice(account: Account, invoice: Invoice, span: Span) -> Iterator[Happening]:
    told = [*_of_bill(account, invoice, span), *_of_payments(account, invoice, span)]
    yield from sorted(told, key=lambda one: one.at)


def _of_bill(account: Account, invoice: Invoice, span: Span) -> Iterator[Happening]:
    if invoice.issued_at in span:
        yield _told(account, invoice, "created", invoice.issued_at)
    soon = invoice.due_at - DUE_SOON
    unpaid = status_at(invoice, soon) is not InvoiceStatus.PAID
    if invoice.issued_at < soon and unpaid and soon in span:
        yield _told(account, invoice, "due_soon", soon)
    late = (invoice.due_at, *(one.failed_at for one in invoice.payments if one.failed_at is not None))
    overdue = next((at for at in late if status_at(invoice, at) is InvoiceStatus.OVERDUE), None)
    if overdue is not None and overdue in span:
        yield _told(account, invoice, "overdue", overdue)
    lasting = (one.at for one in invoice.payments if one.failed_at is None)
    paid = next((at for at in lasting if status_at(invoice, at) is InvoiceStatus.PAID), None)
    if paid is not None and paid in span:
        yield _told(account, invoice, "paid", paid)


def _told(account: Account, invoice: Invoice, what: str, at: datetime) -> Happening:
    status = status_at(invoice, at)
    assert status is not None
    today = at.astimezone(ZoneInfo(account.time_zone)).date()
    data = {
        "invoice_id": invoice.invoice_id,
        "biller": invoice.biller,
        "amount_due": amount(max(invoice.total - paid_at(invoice, at), 0), invoice.currency),
        "due_on": invoice.due_on.isoformat(),
        "status": status.value,
        "days_left": (invoice.due_on - today).days,
    }
    return of_account(account, f"invoice.{what}", invoice.invoice_id, at, data)


def _of_payments(account: Account, invoice: Invoice, span: Span) -> Iterator[Happening]:
    for payment in invoice.payments:
        steps = [
            (payment.at, "scheduled" if invoice.autopay else "", "completed", "autopay" if invoice.autopay else "")
        ]
        if payment.failed_at is not None:
            steps.append((payment.failed_at, "completed", "failed", "returned"))
        for at, old, new, reason in steps:
            if at in span:
                data = {"invoice_id": invoice.invoice_id, "old": old or None, "new": new, "reason": reason or None}
                subject = f"{invoice.invoice_id}#{payment.sequence}#{new}"
                yield of_account(account, "payment.status_changed", subject, at, data, sequences=(payment.sequence,))
