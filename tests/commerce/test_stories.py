"""What a person lives through, from the swipe to the end, as an application sees it."""

import re
from typing import Any

import pytest

from tests.commerce.words import BASE, does, each, read, refused, told
from tests.conftest import Access, World
from tests.oauth.browser import Browser
from tests.oauth.conftest import App, application, register

BANKS = ("chase", "citi", "usbank", "wellsfargo")
every_bank = pytest.mark.parametrize("bank", BANKS)


@every_bank
def test_an_order_comes_in_three_parcels_each_charged_as_it_leaves(world: World, bank: str) -> None:
    access = world.access(bank, "priya")
    order = next(one for one in each(access, "/purchases", merchant="willowcart") if len(one["shipments"]) > 1)
    assert order["status"] in ("partially_shipped", "shipped")
    assert 1 < len(order["transaction_ids"]) <= 3
    sent = {line["line_id"] for parcel in order["shipments"] for line in parcel["items"]}
    assert sent <= {line["line_id"] for line in order["line_items"]}
    for transaction_id in order["transaction_ids"]:
        [found] = read(access, "/purchases", transaction_id=transaction_id)["purchases"]
        assert found["purchase_id"] == order["purchase_id"]

    world.advance("P14D")
    arrived = world.access(bank, "priya")
    order = read(arrived, f"/purchases/{order['purchase_id']}")
    assert order["status"] == "delivered"
    assert {parcel["status"] for parcel in order["shipments"]} == {"delivered"}
    for parcel in order["shipments"]:
        points = read(arrived, f"/shipments/{parcel['shipment_id']}")["checkpoints"]
        assert points[0]["status"] == "label_created"
        assert points[-1]["status"] == "delivered"
        assert [point["at"] for point in points] == sorted(point["at"] for point in points)


@every_bank
def test_headphones_go_back_and_a_part_of_the_money_returns(world: World, bank: str) -> None:
    access = world.access(bank, "priya")
    [order] = list(each(access, "/purchases", merchant="silverlark-audio", min_amount="249", max_amount="249"))
    assert order["status"] == "refunded"
    assert order["totals"]["total"] == {"amount": "249.00", "currency": "USD"}
    [refund] = order["refunds"]
    assert refund["amount"] == {"amount": "149.00", "currency": "USD"}
    assert refund["status"] == "posted"
    [found] = read(access, "/purchases", transaction_id=refund["transaction_id"])["purchases"]
    assert found == order


@every_bank
def test_an_offer_is_taken_up_redeemed_and_credited(world: World, bank: str) -> None:
    access = world.access(bank, "priya", marketing=True)
    offer = next(one for one in each(access, "/offers") if one["merchant"]["merchant_id"] == "willowcart")
    assert offer["activation"]["state"] == "available"
    active = does(access, f"/offers/{offer['offer_id']}/activate", channel="chat")["activation"]
    assert (active["state"], active["channel"]) == ("activated", "chat")
    assert does(access, f"/offers/{offer['offer_id']}/activate")["activation"] == active

    buy(world, bank, "priya", merchant="willowcart", amount="64.90")
    used = read(access, f"/offers/{offer['offer_id']}")
    [redemption] = used["redemptions"]
    assert redemption["status"] == "pending"
    assert redemption["reward_amount"] == {"amount": "5.00", "currency": "USD"}
    assert read(access, f"/purchases/{redemption['purchase_id']}")["merchant"]["merchant_id"] == "willowcart"

    world.advance("P14D")
    later = world.access(bank, "priya", marketing=True)
    credited = read(later, f"/offers/{offer['offer_id']}")["redemptions"][0]
    assert credited["status"] == "posted"
    other = next(one for one in each(later, "/offers") if one["activation"]["state"] == "available")
    assert does(later, f"/offers/{other['offer_id']}/decline")["activation"]["state"] == "declined"
    refused(later.request("POST", f"{BASE}/offers/{other['offer_id']}/activate"), "OfferEnded")


@every_bank
def test_a_dispute_is_opened_followed_and_decided(world: World, bank: str) -> None:
    access = world.access(bank, "maya")
    purchase = next(
        one for one in each(access, "/purchases", status="captured,delivered") if len(one["transaction_ids"]) == 1
    )
    wish = {"transaction_id": purchase["transaction_ids"][0], "reason": "not_received", "explanation": "It never came."}
    answer = access.request("POST", f"{BASE}/disputes", json=wish)
    opened = told(answer, 201)
    assert (opened["status"], opened["transaction_id"]) == ("opened", wish["transaction_id"])
    assert answer.headers["Location"].endswith(f"/disputes/{opened['dispute_id']}")
    refused(access.request("POST", f"{BASE}/disputes", json=wish), "DisputeNotPossible")
    world.advance("P100D")
    later = world.access(bank, "maya")
    decided = read(later, f"/disputes/{opened['dispute_id']}")
    assert decided["status"] in ("won", "lost")
    assert decided["steps"][0]["status"] == "opened"
    refused(later.request("POST", f"{BASE}/disputes/{opened['dispute_id']}/withdraw"), "DisputeEnded")


@every_bank
def test_a_dispute_is_withdrawn(world: World, bank: str) -> None:
    access = world.access(bank, "maya")
    purchase = next(
        one for one in each(access, "/purchases", status="captured,delivered") if len(one["transaction_ids"]) == 1
    )
    opened = does(access, "/disputes", 201, transaction_id=purchase["transaction_ids"][0], reason="fraud")
    assert does(access, f"/disputes/{opened['dispute_id']}/withdraw")["status"] == "withdrawn"
    [listed] = read(access, "/disputes", status="withdrawn")["disputes"]
    assert listed["dispute_id"] == opened["dispute_id"]


@every_bank
def test_disputes_that_were_there_before_the_world_go_on_in_it(world: World, bank: str) -> None:
    access = world.access(bank, "henry")
    disputes = read(access, "/disputes")["disputes"]
    assert sorted(one["status"] for one in disputes) == ["lost", "provisional_credit", "won", "won", "won", "won"]
    lost, waiting = (next(one for one in disputes if one["status"] == how) for how in ("lost", "provisional_credit"))
    assert [step["status"] for step in lost["steps"]] == ["opened", "provisional_credit", "lost"]
    for step in lost["steps"][1:]:
        assert step["transaction_id"]
    refused(
        access.request(
            "POST", BASE + "/disputes", json={"transaction_id": waiting["transaction_id"], "reason": "fraud"}
        ),
        "DisputeNotPossible",
    )
    world.advance("P10D")
    assert read(world.access(bank, "henry"), f"/disputes/{waiting['dispute_id']}")["status"] == "won"


@every_bank
def test_a_dispute_of_the_seeds_is_withdrawn_like_any_other(world: World, bank: str) -> None:
    access = world.access(bank, "henry")
    [waiting] = read(access, "/disputes", status="provisional_credit")["disputes"]
    ended = does(access, f"/disputes/{waiting['dispute_id']}/withdraw")
    assert [step["status"] for step in ended["steps"]] == ["opened", "provisional_credit", "withdrawn"]
    again = read(access, f"/disputes/{waiting['dispute_id']}")["steps"]
    assert [step["status"] for step in again] == [step["status"] for step in ended["steps"]]
    assert again[-1]["transaction_id"] != again[1]["transaction_id"], "the credit is given back by a row of its own"
    assert len(read(access, "/disputes")["disputes"]) == 6


@every_bank
def test_a_card_is_frozen_in_a_breath_and_unfrozen_by_a_fresh_sign_in(world: World, bank: str) -> None:
    app = application(world, bank, register(world, bank))
    access = signed_in(app, "maya")
    card = read(access, "/cards")["cards"][0]
    world.advance("PT6M")
    frozen = does(access, f"/cards/{card['card_id']}/freeze", reason="I cannot find it.")
    assert frozen["status"] == "frozen"
    assert frozen["changes"][-1]["by"] == "DATA_RECIPIENT"
    answer = access.request("POST", f"{BASE}/cards/{card['card_id']}/unfreeze")
    refused(answer, "StepUpRequired")
    assert answer.status_code == 401
    challenge = dict(re.findall(r'(\w+)="([^"]*)"', answer.headers["WWW-Authenticate"]))
    assert challenge["error"] == "insufficient_user_authentication"

    again = signed_in(app, "maya", acr_values=challenge["acr_values"], max_age=challenge["max_age"])
    assert does(again, f"/cards/{card['card_id']}/unfreeze")["status"] == "active"
    lost = does(again, f"/cards/{card['card_id']}/report-lost", reason="Left on the train.")
    assert [change["status"] for change in lost["changes"]] == ["frozen", "active", "lost"]
    refused(again.request("POST", f"{BASE}/cards/{card['card_id']}/freeze"), "CardEnded")


def test_one_factor_is_too_few_where_two_are_asked_for(world: World) -> None:
    app = application(world, "citi", register(world, "citi"))
    browser = Browser().open(app.start(acr_values="urn:sandbank:acr:two-factors"))
    sent_back = browser.send(username="maya+trusted", password="sandbank").answer
    assert sent_back["error"] == "unmet_authentication_requirements"
    access = signed_in(app, "maya+trusted")
    card = read(access, "/cards")["cards"][0]["card_id"]
    why = refused(access.request("POST", f"{BASE}/cards/{card}/unfreeze"), "StepUpRequired")
    assert "one factor" in why["detail"]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"acr_values": "urn:elsewhere:gold"}, "unmet_authentication_requirements"),
        ({"max_age": "soon"}, "invalid_request"),
    ],
)
def test_a_sign_in_that_cannot_be_had_is_refused(world: World, asked: dict[str, str], error: str) -> None:
    app = application(world, "usbank", register(world, "usbank"))
    assert Browser().open(app.start(**asked)).answer["error"] == error


def test_an_invoice_is_paid_by_itself_on_its_day(world: World) -> None:
    access = world.access("chase", "priya")
    due = read(access, "/invoices", status="scheduled,open", due_from="2026-06-15", due_to="2026-07-10")["invoices"]
    bill = next(one for one in due if one["autopay"].get("on"))
    assert bill["amount_due"] == bill["total"]
    world.advance("P40D")
    paid = read(world.access("chase", "priya"), f"/invoices/{bill['invoice_id']}")
    assert paid["status"] == "paid"
    assert paid["amount_paid"] == bill["total"]
    assert paid["payments"][-1]["transaction_id"]


def signed_in(app: App, customer: str, **asked: str) -> Access:
    """Through the bank's pages to a token."""
    name, _, factor = customer.partition("+")
    wish: dict[str, Any] = {"url": app.start(**asked), "customer": customer}
    answer = app.world.control("POST", "/authorize", json=wish)
    code = told(answer)["redirect"].partition("code=")[2].partition("&")[0]
    tokens = told(app.exchange(code))
    assert name
    assert factor is not None
    return Access(app.base, "", tokens["access_token"])


def buy(world: World, bank: str, customer: str, **wish: Any) -> dict[str, Any]:
    """A purchase by control, with the first card of the customer's at the bank."""
    accounts = world.control("GET", f"/customers/{customer}/accounts", params={"bank": bank}).json()["accounts"]
    account = next(one for one in accounts if one["kind"] == "CREDIT_CARD")["account_id"]
    return told(world.control("POST", f"/accounts/{account}/purchases", json=wish), 201)
