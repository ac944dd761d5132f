"""The list of purchases: filters, pages, money, what lies ahead."""

from decimal import Decimal

import pytest

from tests.commerce.words import BASE, each, read, refused
from tests.conftest import World


def test_pages_give_every_purchase_once_newest_first(world: World) -> None:
    access = world.access("chase", "priya")
    window = {"from": "2026-05-01", "to": "2026-06-10"}
    whole = list(each(access, "/purchases", limit=100, **window))
    walked = list(each(access, "/purchases", limit=7, **window))
    assert walked == whole
    placed = [one["placed_at"] for one in whole]
    assert placed == sorted(placed, reverse=True)
    assert len({one["purchase_id"] for one in whole}) == len(whole) > 30


def test_a_cursor_goes_on_where_it_stood_although_time_went_on(world: World) -> None:
    access = world.access("chase", "priya")
    page = read(access, "/purchases", limit=5)
    rest = read(access, "/purchases", limit=5, cursor=page["next_cursor"])["purchases"]
    world.advance("PT10M")
    again = read(access, "/purchases", limit=5, cursor=page["next_cursor"])["purchases"]
    assert [one["purchase_id"] for one in again] == [one["purchase_id"] for one in rest]


def test_a_cursor_belongs_to_its_filters_and_its_consent(world: World) -> None:
    access = world.access("chase", "priya")
    cursor = read(access, "/purchases", limit=5)["next_cursor"]
    refused(access.get(f"{BASE}/purchases", params={"cursor": cursor, "channel": "online"}), "InvalidCursor")
    refused(access.get(f"{BASE}/purchases", params={"cursor": "Z" + cursor[1:]}), "InvalidCursor")
    refused(world.access("chase", "priya").get(f"{BASE}/purchases", params={"cursor": cursor}), "InvalidCursor")


def test_filters_keep_what_fits(world: World) -> None:
    access = world.access("chase", "priya")
    some = {"from": "2026-04-01", "limit": 100}
    for query, fits in (
        ({"status": "delivered,refunded"}, lambda one: one["status"] in ("delivered", "refunded")),
        ({"merchant": "willowcart"}, lambda one: "willowcart" in one["merchant"]["name"].lower()),
        ({"category": "groceries"}, lambda one: one["merchant"]["category"] == "Groceries"),
        ({"min_amount": "50", "max_amount": "99.99"}, lambda one: 50 <= Decimal(total(one)) <= Decimal("99.99")),
        ({"channel": "recurring"}, lambda one: one["channel"] == "recurring"),
        ({"from": "2026-05-01", "to": "2026-05-03"}, lambda one: "2026-05-01" <= one["placed_at"][:10] <= "2026-05-04"),
    ):
        kept = list(each(access, "/purchases", **{**some, **query}))
        assert kept, query
        assert all(fits(one) for one in kept), query
    every = list(each(access, "/purchases", **some))
    assert len(every) > len(list(each(access, "/purchases", **some, status="delivered")))


def total(purchase: dict[str, dict[str, dict[str, str]]]) -> str:
    return purchase["totals"]["total"]["amount"]


def test_one_account_can_be_asked_for(world: World) -> None:
    access = world.access("chase", "priya")
    accounts = {one["account_id"] for one in read(access, "/purchases", limit=100)["purchases"]}
    assert len(accounts) > 1
    for account in accounts:
        found = read(access, "/purchases", account_id=account)["purchases"]
        assert {one["account_id"] for one in found} == {account}


def test_text_looks_into_items_only_where_receipts_are_granted(world: World) -> None:
    whole = world.access("chase", "priya")
    titled = next(one for one in each(whole, "/purchases") if one.get("line_items"))
    title = titled["line_items"][0]["title"]
    found = [one["purchase_id"] for one in each(whole, "/purchases", q=title, limit=100)]
    assert titled["purchase_id"] in found
    narrow = world.access("chase", "priya", scope="purchases:read")
    assert list(each(narrow, "/purchases", q=title, limit=100)) == []


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"from": "2026-06-10", "to": "2026-06-01"}, "InvalidDateRange"),
        ({"from": "2026-02-31"}, "InvalidDateRange"),
        ({"from": "yesterday"}, "InvalidInput"),
        ({"status": "bought"}, "InvalidInput"),
        ({"min_amount": "-5"}, "InvalidInput"),
        ({"limit": "0"}, "InvalidInput"),
        ({"colour": "red"}, "InvalidInput"),
    ],
)
def test_what_cannot_be_asked_is_refused(world: World, query: dict[str, str], error: str) -> None:
    refused(world.access("usbank").get(f"{BASE}/purchases", params=query), error)


def test_nothing_is_told_from_before_the_look_back(world: World) -> None:
    access = world.access("chase", lookback_days=30)
    placed = [one["placed_at"] for one in each(access, "/purchases", limit=100)]
    assert min(placed) >= "2026-05-16"
    long_ago = world.access("chase")
    old = next(one for one in each(long_ago, "/purchases", to="2026-04-01"))
    refused(access.get(f"{BASE}/purchases/{old['purchase_id']}"), "PurchaseNotFound")


def test_money_has_as_many_places_as_its_currency(world: World) -> None:
    access = world.access("chase", "ines")
    foreign = [one for one in each(access, "/purchases", limit=100) if total_currency(one) == "JPY"]
    for one in foreign:
        assert "." not in total(one)
    for one in read(access, "/purchases", limit=50)["purchases"]:
        if total_currency(one) == "USD":
            assert total(one)[-3] == "."


def total_currency(purchase: dict[str, dict[str, dict[str, str]]]) -> str:
    return purchase["totals"]["total"]["currency"]


def test_a_locked_account_shows_nothing(world: World) -> None:
    access = world.access("chase", "priya")
    account = read(access, "/purchases", limit=1)["purchases"][0]["account_id"]
    bank, worlds = world.server.app.services.banks["chase"], world.server.app.services.worlds
    client_id, here = world.clients["chase"]["client_id"], worlds.world(world.world_id)
    views = worlds.accounts(here, worlds.customer(here, "priya"), "chase")
    [own] = [view.account.account_id for view in views if bank.account_ref(view.account, client_id) == account]
    changed = world.control("PATCH", f"/accounts/{own}", json={"status": "LOCKED"})
    assert changed.status_code == 200, changed.text
    refused(access.get(f"{BASE}/purchases", params={"account_id": account}), "AccountLocked")
    assert account not in {one["account_id"] for one in read(access, "/purchases", limit=100)["purchases"]}
