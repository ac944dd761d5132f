"""Invoices: what a biller asks for, as the instants of its life. Amounts are minor units of `currency`, positive."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sandbox.ledger.purchases import TaxLine

DUE_SOON = timedelta(days=3)


class InvoiceStatus(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    SCHEDULED = "scheduled"
    """Open, and a payment is set for it."""
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    OVERDUE = "overdue"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    description: str
    amount: int


@dataclass(frozen=True, slots=True)
class InvoicePayment:
    """A try to pay. One that fails never counts; it is returned at `failed_at`."""

    sequence: int
    """Its entry on the account."""
    at: datetime
    amount: int
    failed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    invoice_id: str
    account_id: str
    """From which it is paid."""
    number: str
    biller: str
    merchant: str
    """Slug in the catalogue; empty for a biller that is in none."""
    currency: str
    issued_at: datetime
    due_at: datetime
    """The end of the day on which it is due, in the account's zone."""
    due_on: date
    total: int
    lines: tuple[InvoiceLine, ...] = ()
    tax_lines: tuple[TaxLine, ...] = ()
    payments: tuple[InvoicePayment, ...] = ()
    """In order of time, those to come included."""
    autopay: bool = False
    recurrence: str = ""
    """monthly, quarterly, yearly; empty for one that comes once."""
    pay_url: str = ""
    previous_total: int | None = None
    """What it was the last time, where the price has just risen."""


def paid_at(invoice: Invoice, at: datetime) -> int:
    """How much of it is paid at an instant."""
    return sum(
        payment.amount
        for payment in invoice.payments
        if payment.at <= at and (payment.failed_at is None or payment.failed_at > at)
    )


def status_at(invoice: Invoice, at: datetime) -> InvoiceStatus | None:
    """None before it is issued."""
    if at < invoice.issued_at:
        return None
    paid = paid_at(invoice, at)
    if paid >= invoice.total:
        return InvoiceStatus.PAID
    if at >= invoice.due_at:
        return InvoiceStatus.OVERDUE
    if paid:
        return InvoiceStatus.PARTIALLY_PAID
    ahead = any(payment.at > at for payment in invoice.payments)
    return InvoiceStatus.SCHEDULED if invoice.autopay and ahead else InvoiceStatus.OPEN
