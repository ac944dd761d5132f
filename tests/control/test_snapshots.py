"""Worlds as they stood: saved, put back, compared, copied, and carried in files."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
import requests

from sandbox.settings import Settings
from sandbox.testing import Consent, MessengerInbox, Refused, WebhookInbox, World
from sandbox.testing import Server as Client
from tests.conftest import NOW, Server, serving
from tests.events.receiver import receiving

CHASE = "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts/{}/transactions"
COFFEE = {"amount": "-18.40", "description": "BLUE FINCH COFFEE"}
ORDER = {"items": [{"title": "Desk lamp", "unit_price": "59.00"}], "shipments": [{"fault": "late"}]}


@pytest.fixture
def client(server: Server) -> Client:
    return Client(server.url)


@pytest.fixture
def world(client: Client) -> Iterator[World]:
    with client.world(now=NOW, frozen=True) as made:
        yield made


def feed(consent: Consent) -> str:
    answer = consent.get(CHASE.format(consent.accounts[0]["id"]))
    assert answer.status_code == 200, answer.text
    return answer.text


def fingerprint(world: World) -> str:
    told: str = world.control("GET", "/fingerprint")["fingerprint"]
    return told


def test_a_world_is_put_back_exactly(world: World) -> None:
    consent = world.consent("chase", "chloe")
    world.add_transactions(consent.accounts[0]["account_id"], [COFFEE])
    world.control("POST", "/faults", {"fault": "status", "status": 429, "match": {"bank": "citi"}})
    saved, before, was = world.save("before"), feed(consent), fingerprint(world)
    assert saved["contents"]["transactions"] == saved["contents"]["consents"] == saved["contents"]["faults"] == 1
    assert "clients" not in saved["contents"]

    world.clock.advance("P1D")
    consent.revoke()
    world.add_transactions(consent.accounts[0]["account_id"], [{"amount": "-99.00", "description": "FRAUD"}])
    assert consent.get().status_code == 401
    assert not world.diff("before")["same"]

    world.restore("before")
    assert world.clock.now.isoformat() == "2026-06-15T15:00:00+00:00"
    assert consent.state()["status"] == "ACTIVE"
    assert feed(consent) == before
    assert fingerprint(world) == was
    assert world.diff("before")["same"]


def test_a_snapshot_outlasts_a_reset_and_goes_with_its_world(client: Client, world: World) -> None:
    consent = world.consent("usbank")
    world.save("linked")
    world.reset()
    assert consent.get().status_code == 401
    world.restore("linked")
    assert consent.get().status_code == 200

    other = client.world(id=f"{world.id}-b")
    other.save("empty")
    other.delete()
    other = client.world(id=other.id)
    assert client.control("GET", f"/worlds/{other.id}/snapshots") == {"snapshots": []}
    other.delete()


def test_what_was_called_stays_on_record(world: World) -> None:
    consent = world.consent("chase")
    world.save("before")
    assert consent.get().status_code == 200
    world.restore("before")
    assert world.control("GET", f"/consents/{consent.id}/accesses")["summary"]["reads"] == 1
    assert consent.get().status_code == 200
    verdict = world.control("GET", "/audit/verify")
    assert (verdict["intact"], verdict["records"]) == (True, 2), verdict


def test_the_difference_names_what_changed_and_no_secret(world: World) -> None:
    kept = world.consent("chase", "chloe")
    account = kept.accounts[0]["account_id"]
    [row] = world.add_transactions(account, [COFFEE])
    world.save("before")
    world.control("PATCH", f"/accounts/{account}/transactions/{row['sequence']}", {"description": "BLUE FINCH TEA"})
    kept.revoke()
    world.consent("citi", "omar")
    world.clock.advance(timedelta(hours=1))
    told = world.diff("before")
    assert (told["from"]["now"], told["to"]["now"]) == ("2026-06-15T15:00:00Z", "2026-06-15T16:00:00Z")
    found = {(one["kind"], one["change"]): one for one in told["differences"]}
    tea = found["transactions", "changed"]
    assert tea["members"] == ["description"]
    assert (tea["before"]["detail"]["description"], tea["after"]["detail"]["description"]) == (
        "BLUE FINCH COFFEE", "BLUE FINCH TEA",
    )  # fmt: skip
    assert "ended_at" in found["tokens", "changed"]["members"]
    assert ("consents", "changed") in found
    assert ("consents", "added") in found
    assert "secret" not in str(told)
    assert kept.access_token not in str(told)


def test_two_snapshots_are_compared_with_each_other(world: World) -> None:
    world.save("one")
    world.save("two")
    assert world.diff("one", "two")["same"]
    world.clock.advance("PT1S")
    world.save("two", replace=True)
    told = world.diff("one", "two")
    assert (told["same"], told["differences"]) == (False, [])


def test_a_fork_begins_where_the_snapshot_was_taken_with_a_client_of_its_own(client: Client, world: World) -> None:
    consent = world.consent("chase", "chloe")
    world.add_transactions(consent.accounts[0]["account_id"], [COFFEE])
    world.save("before")
    was = fingerprint(world)
    world.clock.advance("P9D")
    world.add_transactions(consent.accounts[0]["account_id"], [COFFEE])
    told = client.control("POST", f"/worlds/{world.id}/snapshots/before/fork", {"name": "another end"})
    with World(client, told["id"], told["clients"]) as fork:
        assert fingerprint(fork) == was
        assert told["left_out"]["consents"] == 1
        assert feed(fork.consent("chase", "chloe")).count("BLUE FINCH COFFEE") == 1


def test_a_file_holds_no_secret_and_gives_a_working_world_on_another_server(world: World) -> None:
    consent = world.consent("chase", "chloe")
    account = consent.accounts[0]["account_id"]
    world.add_transactions(account, [COFFEE, {"amount": "-30.00", "description": "SHOES", "status": "pending"}])
    world.control("POST", "/customers", {"username": "rosa", "first_name": "Rosa", "last_name": "Quintero"})
    wish = {"bank": "chase", "customer": "rosa", "kind": "SAVINGS", "opening_balance": "250.00"}
    world.control("POST", "/accounts", wish)
    world.control(
        "POST", f"/accounts/{account}/purchases", {"merchant": "willowcart", "amount": "64.90", "order": ORDER}
    )
    world.clock.advance("PT1H")
    with receiving() as receiver:
        world.control("POST", "/webhooks", {"bank": "chase", "url": receiver.url})
        world.save("before", "Rosa has come")
    file = world.export("before")
    assert file == world.export("before")
    assert {kind: len(file[kind]) for kind in ("customers", "faults")} == {"customers": 1, "faults": 0}
    assert {"consents", "tokens", "webhooks"} <= file["left_out"].keys()
    for secret in (consent.id, world.bank("chase").client_secret, world.id, "secret", "hash", "whsec"):
        assert secret not in str(file)

    with serving(Settings(now="2026-01-01T00:00:00Z", freeze=True)) as elsewhere:
        there = Client(elsewhere.url)
        made = there.control("POST", "/snapshots", {"snapshot": file})
        assert (made["left_out"], made["notes"]) == (file["left_out"], [])
        other = World(there, made["id"], made["clients"])
        assert fingerprint(other) == fingerprint(world)
        assert other.accounts("rosa") == world.accounts("rosa")
        given = other.consent("chase", "chloe")
        shown, own = feed(given), feed(world.consent("chase", "chloe"))
        assert "BLUE FINCH COFFEE" in shown
        assert shown == own
        saved = other.save("before", "Rosa has come")
        assert saved["contents"]["transactions"] == len(file["transactions"])
        again = other.export("before")
        assert {**again, "left_out": {}} == {**file, "left_out": {}}


def broken(file: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Files that are refused, by what is said of them."""
    row = file["transactions"][0]
    other = {**row, "detail": {**row["detail"], "sequence": row["sequence"] + 1}}
    naive = {**row, "detail": {**row["detail"], "authorised_at": "2026-06-15T15:00:00"}}
    return {
        "sequence has to be what it is beside": {**file, "transactions": [other]},
        "every instant has to say its offset": {**file, "transactions": [naive]},
        "this server has no bank 'atlantis'": {
            **file,
            "accounts": [{"account_id": "a", "bank": "atlantis", "document": {}}],
        },
        "/snapshot/transactions/0/detail": {**file, "transactions": [{**row, "detail": {"sequence": 1}}]},
        "two of the transactions have the same key": {**file, "transactions": [row, row]},
        "/snapshot/customers/0/document": {**file, "customers": [{"username": "rosa", "document": {"x": 1}}]},
        "sandbank_snapshot": {**file, "sandbank_snapshot": 2},
        "anchor": {**file, "now": "2099-01-01T00:00:00Z"},
    }


def test_a_broken_file_is_refused_with_the_place(client: Client, world: World) -> None:
    [account, *_] = world.accounts("chloe", "chase")
    world.add_transactions(account["account_id"], [COFFEE])
    world.save("before")
    before = len(client.control("GET", "/worlds")["worlds"])
    for what, file in broken(world.export("before")).items():
        with pytest.raises(Refused) as refused:
            client.load(file)
        assert what in str(refused.value.body), refused.value.body
        assert refused.value.status in (400, 409, 422)
    assert len(client.control("GET", "/worlds")["worlds"]) == before


def test_a_file_of_other_people_is_taken_with_a_note(client: Client, world: World) -> None:
    world.save("before")
    told = client.control(
        "POST", "/snapshots", {"snapshot": {**world.export("before"), "seed_data": "of another time"}}
    )
    client.control("DELETE", f"/worlds/{told['id']}")
    [note] = told["notes"]
    assert "other personas" in note


def test_names_are_taken_once_and_misspelt_ones_hinted_at(client: Client, world: World) -> None:
    world.save("before", "first")
    with pytest.raises(Refused, match="has a snapshot 'before' already") as taken:
        world.save("before")
    assert taken.value.status == 409
    assert world.save("before", "second", replace=True)["note"] == "second"
    with pytest.raises(Refused, match=r"no snapshot 'befor'.*before") as missing:
        world.restore("befor")
    assert missing.value.status == 404
    address = f"{client.url}/_sandbox/worlds/{world.id}/snapshots"
    assert requests.post(address, json={"name": "now"}, timeout=30).status_code == 400
    assert requests.delete(f"{address}/before", timeout=30).status_code == 204
    assert requests.get(f"{address}/before", timeout=30).status_code == 404


def test_a_client_that_another_world_has_taken_is_not_taken_back(client: Client, world: World) -> None:
    wish = {
        "bank": "chase",
        "client_id": f"mine-{world.id}",
        "name": "Mine",
        "redirect_uris": ["http://127.0.0.1:9/back"],
    }
    world.control("POST", "/clients", wish)
    world.save("before")
    world.reset()
    with client.world() as other:
        other.control("POST", "/clients", wish)
        with pytest.raises(Refused, match="clients of the snapshot belong to another world") as refused:
            world.restore("before")
        assert refused.value.status == 409
        assert world.consent("chase").get().status_code == 200


def test_what_was_said_and_told_is_put_back_and_goes_on_from_there(world: World) -> None:
    with closing(WebhookInbox(world)) as inbox, closing(MessengerInbox(world, "maya")) as phone:
        one = inbox.subscribe("chase")
        first = world.consent("chase")
        phone.listen()
        phone.say("Hello")
        [granted] = inbox.wait("consent.granted")
        phone.wait_for_webhook("message")
        for channel, subscription in (("chase", one["subscription_id"]), ("messenger", None)):
            wish = {"delivery": {"channel": channel, **({"id": subscription} if subscription else {})}}
            assert world.control("POST", "/wait-for", wish)["met"]
        world.save("before")
        thread = world.control("GET", f"/messenger/users/{phone.psid}/thread")
        events = world.control("GET", "/events")["events"]

        phone.say("and good-bye")
        first.revoke()
        inbox.wait("consent.revoked")
        world.restore("before")
        assert world.control("GET", f"/messenger/users/{phone.psid}/thread") == thread
        assert world.control("GET", "/events")["events"] == events

        second = world.consent("chase", "omar")
        [again, another] = inbox.wait("consent.granted", count=2)
        assert (again.id, another.data["consent_id"]) == (granted.id, second.id)
        phone.say("Hello again")
        assert phone.wait_for_webhook("message", skip=2)["message"]["text"] == "Hello again"
