"""The journal: what a client asked is there, whole, without its secrets, and no more of it than was allowed."""

import json
from typing import Any

import requests

from sandbox.settings import Settings
from tests.conftest import NOW, World, new_world, serving
from tests.control.words import told

ACCOUNTS = {
    "chase": "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts",
    "wellsfargo": "/fdx/v6/accounts",
    "usbank": "/accounts/v1/accounts",
    "citi": "/gcb/api/v1/accounts",
}


def journal(world: World, **query: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(world.control("GET", "/requests", params=query))["requests"]
    return found


def test_a_read_is_kept_with_whose_it_was(world: World) -> None:
    access = world.access("chase")
    answer = access.get(ACCOUNTS["chase"])
    assert answer.status_code == 200

    [one] = journal(world)
    assert (one["operation"], one["status"], one["channel"], one["persona"]) == (
        "searchForAccounts",
        200,
        "chase",
        "maya",
    )
    assert one["consent_id"] == access.consent_id
    assert one["client_id"] == world.clients["chase"]["client_id"]
    assert one["document"].startswith("chase ")

    whole = told(world.control("GET", f"/requests/{one['id']}"))
    assert whole["response"]["body"] == answer.json()
    assert whole["response"]["bytes"] == len(answer.content)
    assert whole["response"]["cut"] is False


def test_what_the_document_refuses_is_kept_with_every_violation(world: World) -> None:
    answer = world.access("wellsfargo").get(ACCOUNTS["wellsfargo"], params={"limit": "many"})
    assert answer.status_code == 400

    [one] = journal(world, status="4xx")
    assert one["error"] == "InvalidInput"
    assert [violation["name"] for violation in one["violations"]] == ["limit"]
    assert one["trace"] == answer.headers["Sandbank-Trace"]


def test_no_secret_is_kept_and_the_same_one_is_told_by_its_fingerprint(world: World) -> None:
    client = world.clients["chase"]
    given = world.consent("chase")
    base = f"{world.server.url}/chase"
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    basic = (client["client_id"], client["client_secret"])
    configuration = requests.get(f"{base}/.well-known/openid-configuration", timeout=30).json()
    refreshed = requests.post(configuration["token_endpoint"], data=form, auth=basic, timeout=30)
    assert refreshed.status_code == 200
    token = refreshed.json()["access_token"]
    requests.get(base + ACCOUNTS["chase"], headers={"Authorization": f"Bearer {token}"}, timeout=30)

    exported = world.control("GET", "/requests/export", params={"format": "ndjson"})
    for secret in (token, given["refresh_token"], client["client_secret"]):
        assert secret not in exported.text
    at_token, read = (json.loads(line) for line in exported.text.splitlines())
    assert at_token["client_id"] == client["client_id"]
    assert at_token["request"]["headers"]["authorization"].startswith("Basic …")
    mark = at_token["response"]["body"]["access_token"]
    assert read["request"]["headers"]["authorization"] == f"Bearer {mark}"


def test_a_call_that_nobody_offers_is_told_with_what_is_near(world: World) -> None:
    token = world.consent("citi")["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    requests.get(f"{world.server.url}/citi{ACCOUNTS['citi']}s", headers=headers, timeout=30)
    requests.delete(f"{world.server.url}/citi{ACCOUNTS['citi']}", headers=headers, timeout=30)

    removed, misspelt = told(world.control("GET", "/requests/unmatched"))["requests"]
    assert removed["request"]["error"] == "MethodNotAllowed"
    assert {near["method"] for near in removed["near_misses"]} == {"GET"}
    assert misspelt["request"]["error"] == "UnknownPath"
    assert misspelt["near_misses"][0]["path"] == f"/citi{ACCOUNTS['citi']}"


def test_worlds_do_not_see_each_others_exchanges(world: World) -> None:
    with new_world(world.server) as other:
        other.access("chase").get(ACCOUNTS["chase"])
        assert len(journal(other)) == 1
        assert journal(world) == []


def test_a_wrong_secret_is_kept_in_the_world_of_the_client(world: World) -> None:
    client = world.clients["usbank"]["client_id"]
    configuration = f"{world.server.url}/usbank/.well-known/openid-configuration"
    endpoint = requests.get(configuration, timeout=30).json()["token_endpoint"]
    refused = requests.post(
        endpoint, data={"grant_type": "refresh_token", "refresh_token": "x"}, auth=(client, "no"), timeout=30
    )
    assert refused.status_code == 401

    [one] = journal(world)
    assert (one["client_id"], one["status"]) == (client, 401)


def test_messages_to_people_are_exchanges_too(world: World) -> None:
    page = told(world.control("GET", "/messenger/pages/ready"))
    sent = {"recipient": {"id": "1"}, "message": {"text": "Hi"}, "access_token": page["page_token"]}
    requests.post(f"{world.server.url}/messenger/v19.0/me/messages", json=sent, timeout=30)

    [one] = journal(world, channel="messenger")
    assert one["path"] == "/messenger/v19.0/me/messages"
    assert one["error"]
    kept = world.control("GET", f"/requests/{one['id']}").text
    assert page["page_token"] not in kept
    assert '"text":"Hi"' in kept


def test_walks_go_on_from_an_exchange_in_both_directions(world: World) -> None:
    access = world.access("chase")
    for _ in range(5):
        access.get(ACCOUNTS["chase"])
    newest = [one["id"] for one in journal(world)]
    assert journal(world, before=newest[1], limit=2) == journal(world)[2:4]
    assert [one["id"] for one in journal(world, after=newest[-1])] == newest[-2::-1]


def test_the_journal_can_be_begun_anew(world: World) -> None:
    access = world.access("chase")
    access.get(ACCOUNTS["chase"])
    assert world.control("DELETE", "/requests").status_code == 204
    assert journal(world) == []
    access.get(ACCOUNTS["chase"])
    assert len(journal(world)) == 1


def test_an_archive_opens_as_one(world: World) -> None:
    world.access("chase").get(ACCOUNTS["chase"])
    log = told(world.control("GET", "/requests/export"))["log"]
    [entry] = log["entries"]
    assert log["version"] == "1.2"
    assert entry["request"]["url"] == f"{world.server.url}/chase{ACCOUNTS['chase']}"
    assert json.loads(entry["response"]["content"]["text"])["accounts"]


def test_a_full_journal_loses_its_oldest_and_says_how_many() -> None:
    with serving(Settings(now=NOW, freeze=True, journal_bytes=40_000)) as server, new_world(server) as world:
        access = world.access("chase")
        for _ in range(60):
            access.get(ACCOUNTS["chase"])
        answer = told(world.control("GET", "/requests", params={"limit": 1000}))
        kept, lost = len(answer["requests"]), answer["cut"]["exchanges"]
        assert 0 < kept < 60
        assert kept + lost == 60
        gone = world.control("GET", f"/requests/{answer['cut']['upto']}")
        assert gone.status_code == 404
        assert "journal-bytes" in gone.json()["hint"]


def test_without_a_journal_nothing_is_kept() -> None:
    with serving(Settings(now=NOW, freeze=True, journal_bytes=0)) as server, new_world(server) as world:
        assert world.access("chase").get(ACCOUNTS["chase"]).status_code == 200
        assert journal(world) == []
