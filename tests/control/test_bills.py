"""Bills put on an account: what asks for money, and the rows that pay it."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.ledger.feed import Window
from sandbox.ledger.invoices import Invoice, InvoiceStatus, status_at
from sandbox.worlds.market import Market
from tests.conftest import World
from tests.control.words import account_of, refused, told


@pytest.fixture
def checking(world: World) -> str:
    account_id: str = account_of(world)["account_id"]
    return account_id


def billed(world: World, account_id: str, **wish: Any) -> Invoice:
    """The whole life of its invoice."""
    body = {"counterparty": "Alder Dental", "amount": "120.00", "pays_at": "+5d", **wish}
    made = told(world.control("POST", f"/accounts/{account_id}/bills", json=body), 201)
    worlds = world.server.app.services.worlds
    view = worlds.find_account(worlds.world(world.world_id), account_id)
    return Market(worlds).invoice(view, made["invoice_id"])


def test_a_bill_is_an_invoice_that_is_paid(world: World, checking: str) -> None:
    invoice = billed(world, checking)
    assert (invoice.biller, invoice.total) == ("Alder Dental", 12000)
    [payment] = invoice.payments
    assert status_at(invoice, payment.at - timedelta(hours=1)) in (InvoiceStatus.OPEN, InvoiceStatus.SCHEDULED)
    assert status_at(invoice, payment.at) is InvoiceStatus.PAID


def test_a_payment_may_fail_and_be_tried_again(world: World, checking: str) -> None:
    invoice = billed(world, checking, retried_after="P9D")
    failed, made = invoice.payments
    assert failed.failed_at == failed.at + timedelta(days=1)
    assert status_at(invoice, made.at - timedelta(hours=1)) is InvoiceStatus.OVERDUE
    assert status_at(invoice, made.at) is InvoiceStatus.PAID
    now = invoice.issued_at
    assert now < failed.at


def test_it_shows_among_the_others(world: World, checking: str) -> None:
    invoice = billed(world, checking, pays_at="+2d")
    worlds = world.server.app.services.worlds
    view = worlds.find_account(worlds.world(world.world_id), checking)
    assert invoice.invoice_id in [one.invoice_id for one in Market(worlds).invoices(view, Window())]


def test_somebody_has_to_be_paid_and_not_too_soon_again(world: World, checking: str) -> None:
    path = f"/accounts/{checking}/bills"
    refused(world.control("POST", path, json={"amount": "1.00"}), 400, "InvalidInput")
    early = {"amount": "1.00", "counterparty": "Alder Dental", "retried_after": "PT3H"}
    refused(world.control("POST", path, json=early), 400, "InvalidInput")
