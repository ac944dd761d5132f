"""Receipts: the same numbers as JSON, HTML and PDF; links that run out."""

from typing import Any

import pytest
import requests

from tests.commerce.words import BASE, each, read, refused, told
from tests.conftest import Access, World


@pytest.fixture
def access(world: World) -> Access:
    return world.access("wellsfargo", "priya")


@pytest.fixture
def receipt(access: Access) -> dict[str, Any]:
    purchase = next(one for one in each(access, "/purchases") if one.get("receipt") and len(one["line_items"]) > 1)
    return read(access, f"/receipts/{purchase['receipt']['receipt_id']}")


def test_a_receipt_is_what_was_bought(access: Access, receipt: dict[str, Any]) -> None:
    purchase = read(access, f"/purchases/{receipt['purchase_id']}")
    assert receipt["line_items"] == purchase["line_items"]
    assert receipt["totals"] == purchase["totals"]
    assert purchase["card"]["last4"] in receipt["payment_method"]


@pytest.mark.parametrize(("accept", "begins"), [("text/html", b"<!doctype html>"), ("application/pdf", b"%PDF-")])
def test_a_receipt_comes_in_the_form_that_is_asked_for(
    access: Access, receipt: dict[str, Any], accept: str, begins: bytes
) -> None:
    answer = access.get(f"{BASE}/receipts/{receipt['receipt_id']}", headers={"Accept": accept})
    assert answer.headers["Content-Type"].startswith(accept)
    assert answer.content.lstrip().startswith(begins)
    assert "no-store" in answer.headers["Cache-Control"]
    again = access.get(f"{BASE}/receipts/{receipt['receipt_id']}", headers={"Accept": accept})
    assert again.content == answer.content


def test_the_page_shows_each_item_and_the_total(access: Access, receipt: dict[str, Any]) -> None:
    page = access.get(f"{BASE}/receipts/{receipt['receipt_id']}", headers={"Accept": "text/html"}).text
    for line in receipt["line_items"]:
        assert line["title"].split("'")[0] in page
    assert receipt["totals"]["total"]["amount"] in page
    assert "<script" not in page


def test_a_form_that_there_is_not_is_refused(access: Access, receipt: dict[str, Any]) -> None:
    answer = access.get(f"{BASE}/receipts/{receipt['receipt_id']}", headers={"Accept": "image/png"})
    refused(answer, "NotAcceptable")


def test_a_link_opens_the_receipt_without_a_token_and_is_recorded(
    world: World, access: Access, receipt: dict[str, Any]
) -> None:
    page = requests.get(receipt["url"], headers={"Accept": "text/html,*/*;q=0.8"}, timeout=30)
    assert page.headers["Content-Type"].startswith("text/html")
    assert requests.get(receipt["url"], params={"format": "pdf"}, timeout=30).content.startswith(b"%PDF-")
    shown = told(requests.get(receipt["url"], headers={"Accept": "application/json"}, timeout=30))
    assert shown["receipt_id"] == receipt["receipt_id"]
    assert shown["url_expires_at"] == receipt["url_expires_at"]
    accesses = world.control("GET", f"/consents/{access.consent_id}/accesses").json()["accesses"]
    assert [one["operation"] for one in accesses[:3]] == ["openReceipt"] * 3


def test_a_link_runs_out(world: World, receipt: dict[str, Any]) -> None:
    world.advance("PT14M59S")
    assert requests.get(receipt["url"], timeout=30).status_code == 200
    world.advance("PT1S")
    assert "ran out" in refused(requests.get(receipt["url"], timeout=30), "ReceiptNotFound")["detail"]


def test_a_link_dies_with_the_consent(world: World, access: Access, receipt: dict[str, Any]) -> None:
    world.control("POST", f"/consents/{access.consent_id}/revoke")
    assert "ended" in refused(requests.get(receipt["url"], timeout=30), "ReceiptNotFound")["detail"]


@pytest.mark.parametrize("change", ["another receipt", "a longer life", "another seal", "no seal", "nothing"])
def test_a_link_that_was_changed_opens_nothing(receipt: dict[str, Any], change: str) -> None:
    base, _, ticket = receipt["url"].rpartition("/")
    consent, name, ends, seal = ticket.split(".")
    changed = {
        "another receipt": f"{consent}.rcp_000000000000.{ends}.{seal}",
        "a longer life": f"{consent}.{name}.{int(ends) + 60_000}.{seal}",
        "another seal": f"{consent}.{name}.{ends}.{seal[::-1]}",
        "no seal": f"{consent}.{name}.{ends}",
        "nothing": "x",
    }
    refused(requests.get(f"{base}/{changed[change]}", timeout=30), "ReceiptNotFound")
