"""How a bank may serve a feed badly, when it is asked to: page by page, over HTTP."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest

from tests.conftest import Access, World
from tests.control.words import told


@dataclass(frozen=True)
class Walk:
    """How a bank's feed is walked."""

    path: str
    asking: dict[str, Any]
    member: str
    following: str
    """The parameter that leads on."""
    after: str
    """The member of `page` that is its value."""
    name: str
    """The member of a row that is its id."""
    pending: str


WALKS = {
    "chase": Walk("/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts/{}/transactions",
                  {"limit": 4, "startTime": "2026-05-20", "endTime": "2026-06-16"},
                  "transactions", "offset", "nextOffset", "transactionId", "PENDING"),
    "wellsfargo": Walk("/fdx/v6/accounts/{}/transactions",
                       {"limit": 4, "startTime": "2026-05-20", "endTime": "2026-06-16"},
                       "transactions", "pageKey", "nextPageKey", "transactionId", "PENDING"),
}  # fmt: skip
BANKS = pytest.mark.parametrize("bank", WALKS)


@dataclass(frozen=True)
class Feed:
    world: World
    access: Access
    account_id: str
    bank: str

    def change(self, **members: Any) -> dict[str, Any]:
        return told(self.world.control("PATCH", f"/accounts/{self.account_id}", json=members))

    @property
    def ref(self) -> str:
        shared = self.world.server.app.services
        world = shared.worlds.world(self.world.world_id)
        view = shared.worlds.find_account(world, self.account_id)
        return shared.banks[self.bank].account_ref(view.account, "")

    def pages(self) -> Iterator[list[dict[str, Any]]]:
        """Each page as its rows."""
        walk = WALKS[self.bank]
        asking = dict(walk.asking)
        for _ in range(40):
            body = told(self.access.get(walk.path.format(self.ref), params=asking))
            yield [next(iter(row.values())) if len(row) == 1 else row for row in body[walk.member]]
            following = body["page"].get(walk.after)
            if following is None:
                return
            asking[walk.following] = following
        raise AssertionError("the walk does not end")

    def ids(self) -> list[list[str]]:
        return [[row[WALKS[self.bank].name] for row in page] for page in self.pages()]


@pytest.fixture
def feed(world: World, bank: str) -> Feed:
    """Maya's checking account, with two rows pending."""
    accounts = told(world.control("GET", "/customers/maya/accounts", params={"bank": bank}))["accounts"]
    account_id = next(account["account_id"] for account in accounts if account["kind"] == "CHECKING")
    rows = [{"amount": f"-{n}.00", "description": f"LUNCH {n}", "status": "pending"} for n in (7, 8)]
    told(world.control("POST", f"/accounts/{account_id}/transactions", json=rows), 201)
    return Feed(world, world.access(bank), account_id, bank)


@BANKS
def test_a_feed_may_begin_with_an_empty_page(feed: Feed) -> None:
    usual = feed.ids()
    feed.change(quirks=["empty_first_page"])
    assert feed.ids() == [[], *usual]


@BANKS
def test_pending_and_posted_rows_may_come_on_different_pages(feed: Feed) -> None:
    usual = [one for page in feed.ids() for one in page]
    feed.change(quirks=["pending_apart"])
    walk, pages = WALKS[feed.bank], list(feed.pages())
    for page in pages:
        assert len({row["status"] for row in page}) == 1, page
    assert [row[walk.name] for page in pages for row in page] == usual
    assert {row["status"] for row in pages[0]} == {walk.pending}


@BANKS
def test_the_last_row_of_a_page_may_come_again_on_the_next(feed: Feed) -> None:
    usual = [one for page in feed.ids() for one in page]
    feed.change(quirks=["repeated_rows"])
    pages = feed.ids()
    assert len(pages) > 2
    assert all(after[0] == before[-1] for before, after in pairwise(pages))
    assert list(dict.fromkeys(one for page in pages for one in page)) == usual


@BANKS
def test_all_habits_at_once_still_show_every_row(feed: Feed) -> None:
    usual = [one for page in feed.ids() for one in page]
    feed.change(quirks=["empty_first_page", "pending_apart", "repeated_rows"])
    assert list(dict.fromkeys(one for page in feed.ids() for one in page)) == usual
    feed.change(quirks=[])
    assert [one for page in feed.ids() for one in page] == usual


@BANKS
def test_a_bank_may_number_an_account_and_its_rows_anew(feed: Feed) -> None:
    ref, before = feed.ref, [one for page in feed.ids() for one in page]
    assert feed.change(numbering=1)["numbering"] == 1
    after = [one for page in feed.ids() for one in page]
    assert feed.ref != ref
    assert len(after) == len(before)
    assert not set(after) & set(before)
    old = feed.access.get(WALKS[feed.bank].path.format(ref), params=WALKS[feed.bank].asking)
    assert old.status_code == 404
    feed.change(numbering=0)
    assert [one for page in feed.ids() for one in page] == before


def test_rows_of_a_world_with_nothing_over_it_are_numbered_anew_too(world: World) -> None:
    accounts = told(world.control("GET", "/customers/maya/accounts", params={"bank": "chase"}))["accounts"]
    feed = Feed(world, world.access("chase"), accounts[0]["account_id"], "chase")
    before = feed.ids()
    feed.change(numbering=3)
    after = feed.ids()
    assert [len(page) for page in after] == [len(page) for page in before]
    assert not {one for page in after for one in page} & {one for page in before for one in page}


RELINKED = pytest.mark.parametrize("bank", ["chase", "wellsfargo", "usbank", "citi"])


@RELINKED
def test_a_bank_may_number_an_account_anew_when_it_is_linked_again(world: World, bank: str) -> None:
    accounts = told(world.control("GET", "/customers/maya/accounts", params={"bank": bank}))["accounts"]
    odd, plain = (account["account_id"] for account in accounts[:2])
    told(world.control("PATCH", f"/accounts/{odd}", json={"quirks": ["renumbered_when_linked"]}))

    def linked() -> dict[str, str]:
        return {shared["account_id"]: shared["id"] for shared in world.consent(bank)["accounts"]}

    first, second, third = linked(), linked(), linked()
    assert len({first[odd], second[odd], third[odd]}) == 3
    assert first[plain] == second[plain] == third[plain]
    shown = told(world.control("GET", f"/accounts/{odd}"))
    assert (shown["numbering"], shown["quirks"]) == (2, ["renumbered_when_linked"])


def test_another_client_that_links_for_the_first_time_numbers_nothing_anew(world: World) -> None:
    accounts = told(world.control("GET", "/customers/maya/accounts", params={"bank": "chase"}))["accounts"]
    account_id = accounts[0]["account_id"]
    told(world.control("PATCH", f"/accounts/{account_id}", json={"quirks": ["renumbered_when_linked"]}))
    world.consent("chase")
    wish = {"bank": "chase", "name": "another", "redirect_uris": ["http://127.0.0.1/back"]}
    other = told(world.control("POST", "/clients", json=wish), 201)
    told(
        world.control("POST", "/consents", json={"bank": "chase", "customer": "maya", "client_id": other["client_id"]}),
        201,
    )
    assert told(world.control("GET", f"/accounts/{account_id}"))["numbering"] == 0


def test_citi_pages_by_the_habits_too(world: World) -> None:
    accounts = told(world.control("GET", "/customers/maya/accounts", params={"bank": "citi"}))["accounts"]
    account_id = next(account["account_id"] for account in accounts if account["kind"] == "CREDIT_CARD")
    given = world.consent("citi")
    ref = next(shared["id"] for shared in given["accounts"] if shared["account_id"] == account_id)
    access = world.access("citi")

    def pages() -> list[list[str]]:
        asking: dict[str, str] = {}
        found = []
        while True:
            body = told(access.get(f"/gcb/api/v1/accounts/{ref}/transactions", params=asking))
            text = str(body)
            found.append(re.findall(r"'transactionReferenceId': '(\d+)'", text))
            if "nextStartIndex" not in body:
                return found
            asking["nextStartIndex"] = body["nextStartIndex"]

    usual = pages()
    told(world.control("PATCH", f"/accounts/{account_id}", json={"quirks": ["empty_first_page"]}))
    assert pages() == [[], *usual]
