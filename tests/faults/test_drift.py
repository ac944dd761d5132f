"""Answers that are other than usual: drift, and surprises that the document allows."""

from datetime import date
from typing import Any

import pytest
import requests

from sandbox.faults.kinds import EVERY, KINDS, LEGAL
from sandbox.kernel.errors import Violation
from tests.conftest import World
from tests.control.words import told
from tests.faults.words import ACCOUNTS, BANKS

bank_by_bank = pytest.mark.parametrize("bank", BANKS)
PAGING = tuple(bank for bank in BANKS if bank != "usbank")


class Feed:
    """Some weeks of an account's rows, a few on each page."""

    def __init__(self, world: World, bank: str, kind: str = "CHECKING", first: date = date(2026, 1, 20)) -> None:
        self.walk = world.server.app.services.banks[bank].walk
        self.access = world.access(bank)
        shared = {one["account_id"]: one["id"] for one in world.consent(bank)["accounts"]}
        accounts = told(world.control("GET", "/customers/maya/accounts", params={"bank": bank}))["accounts"]
        self.path = self.walk.path.format(next(shared[one["account_id"]] for one in accounts if one["kind"] == kind))
        self.asking = self.walk.asking(first, date(2026, 6, 15), 5)

    def page(self, *levers: str, **cursor: Any) -> requests.Response:
        headers = {"Prefer": ", ".join(levers)} if levers else {}
        answer = self.access.get(self.path, params={**self.asking, **cursor}, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer


def violations(world: World, bank: str, path: str, answer: requests.Response) -> list[Violation]:
    """How an answer breaks the bank's document."""
    operation, _ = world.server.app.services.documents[bank].match("GET", path)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return operation.check_response(answer.status_code, "application/json", headers, answer.json())


@bank_by_bank
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_legal_keeps_to_the_document_and_what_is_not_breaks_it(world: World, bank: str, kind: str) -> None:
    feed = Feed(world, bank)
    usual, answer = feed.page(), feed.page(f"fault={kind}")
    if "Preference-Applied" not in answer.headers:
        assert answer.text == usual.text
        assert kind in SPARED[bank]
        return
    assert kind not in SPARED[bank]
    assert answer.headers["Preference-Applied"] == f"fault={kind}"
    assert answer.text != usual.text
    if KINDS[kind].judged:
        assert (not violations(world, bank, feed.path, answer)) is (kind in LEGAL)


SPARED = {
    "chase": (),
    "citi": ("longest-text", "local-time"),
    "usbank": ("missing-optional",),
    "wellsfargo": ("longest-text",),
}
"""What has no place in a bank's feed: texts without a bound, instants, or nothing that is optional."""


@pytest.mark.parametrize("bank", PAGING)
def test_an_empty_page_leads_on_to_every_row(world: World, bank: str) -> None:
    feed = Feed(world, bank, "CREDIT_CARD", date(2026, 5, 1))
    usual = feed.walk.rows(feed.page().json())
    first = feed.page("fault=surprise:empty-page")
    assert first.headers["Preference-Applied"] == "fault=surprise:empty-page"
    assert feed.walk.rows(first.json()) == []
    assert violations(world, bank, feed.path, first) == []
    assert feed.walk.rows(feed.page(**feed.walk.following(first.json())).json()) == usual


@pytest.mark.parametrize("bank", PAGING)
def test_a_row_may_come_again_on_the_next_page(world: World, bank: str) -> None:
    feed = Feed(world, bank)
    first = feed.page("fault=repeated-row").json()
    second = feed.page(**feed.walk.following(first)).json()
    assert feed.walk.rows(second)[0] == feed.walk.rows(first)[-1]


def test_the_seed_chooses_the_place(world: World) -> None:
    feed = Feed(world, "chase")
    texts = {feed.page("fault=null-member", f"seed={seed}").text for seed in range(6)}
    assert len(texts) > 2
    assert feed.page("fault=null-member", "seed=3").text == feed.page("fault=null-member", "seed=3").text


def test_errors_and_other_worlds_are_left_alone(world: World) -> None:
    told(world.control("POST", "/faults", json={"fault": "drift"}), 201)
    answer = world.access("chase").get(ACCOUNTS["chase"] + "/nobodys")
    assert (answer.status_code, answer.json()["code"]) == (404, 701)


def test_surprises_of_a_world_are_legal_and_can_be_had_again(world: World) -> None:
    feed = Feed(world, "wellsfargo")
    usual = feed.page().text

    def run() -> list[str]:
        told(world.control("PUT", "/faults", json={"profile": "surprising", "seed": 4}))
        return [feed.page().text for _ in range(12)]

    first = run()
    assert 2 < sum(text != usual for text in first) < 12
    assert run() == first


def test_every_kind_is_told_with_its_advice(world: World) -> None:
    kinds = requests.get(f"{world.server.url}/_sandbox/faults/kinds", timeout=30).json()["kinds"]
    assert [one["kind"] for one in kinds] == list(EVERY)
    assert {one["kind"] for one in kinds if one["legal"]} == set(LEGAL)
    assert all(one["copies"].endswith(".") and one["advice"].endswith(".") for one in kinds)


def test_an_unknown_kind_is_refused_with_the_nearest(world: World) -> None:
    refused = world.control("POST", "/faults", json={"fault": "drift", "kinds": ["new-enums"]})
    assert refused.status_code == 400
    assert "Did you mean new-enum" in refused.text
