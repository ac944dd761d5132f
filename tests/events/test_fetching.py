"""Events fetched, acknowledged and streamed by clients without a public address."""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import requests

from tests.conftest import NOW, Access, Server, World

BANKS = ("chase", "citi", "usbank", "wellsfargo")


def fetched(access: Access, **query: Any) -> dict[str, Any]:
    answer = access.get("/events/v1/events", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def everything(access: Access, **query: Any) -> list[dict[str, Any]]:
    """All events from the last acknowledgement on, page by page."""
    page = fetched(access, **query)
    events: list[dict[str, Any]] = page["events"]
    while page["more"]:
        page = fetched(access, **{**query, "cursor": page["cursor"]})
        events += page["events"]
    return events


def kinds(events: list[dict[str, Any]]) -> list[str]:
    return [event["type"].removeprefix("sandbox.") for event in events]


def lasting(world: World, bank: str, customer: str = "maya", **more: Any) -> Access:
    """A consent, and calls of its client in its own name: those never grow old."""
    access, client = world.access(bank, customer, **more), world.clients[bank]
    basic = b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
    return replace(access, headers={**access.headers, "Authorization": f"Basic {basic}"})


def messages(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for line in lines:
        assert line != b": still here", "nothing came for a long while"
        if line.startswith(b"data: "):
            yield json.loads(line[6:])


@contextmanager
def stream(access: Access, **headers: str) -> Iterator[Iterator[dict[str, Any]]]:
    answer = access.get("/events/v1/events/stream", stream=True, headers={"Accept": "text/event-stream", **headers})
    assert answer.status_code == 200, answer.text
    with answer:
        yield messages(answer.iter_lines(chunk_size=1))


def own_account(world: World, bank: str, customer: str = "maya") -> str:
    accounts: list[dict[str, str]] = world.control("GET", f"/customers/{customer}/accounts").json()["accounts"]
    return next(one["account_id"] for one in accounts if one["bank"] == bank and one["kind"] == "CHECKING")


@pytest.mark.parametrize("bank", BANKS)
def test_a_month_passes_and_every_event_comes_once_and_in_order(world: World, bank: str) -> None:
    access = lasting(world, bank)
    assert kinds(fetched(access)["events"])[0] == "consent.granted"
    world.advance("P30D")
    events = everything(access, limit=50)
    assert len({event["id"] for event in events}) == len(events) > 50
    of_account = {event["data"].get("account_id"): [] for event in events}  # type: dict[str, list[str]]
    for event in events:
        of_account[event["data"].get("account_id")].append(event["time"])
    assert all(times == sorted(times) for times in of_account.values())
    told = set(kinds(events))
    assert {"transaction.created", "transaction.posted", "balance.updated", "purchase.created"} <= told
    assert everything(access, limit=500) == events


def test_what_is_acknowledged_does_not_come_again(world: World) -> None:
    access = lasting(world, "chase")
    world.advance("P3D")
    first = fetched(access, limit=5)
    assert len(first["events"]) == 5
    for _ in range(2):
        done = access.request("POST", "/events/v1/events/acknowledgements", json={"cursor": first["cursor"]})
        assert done.status_code == 204
    rest = everything(access)
    assert not {event["id"] for event in first["events"]} & {event["id"] for event in rest}
    assert rest == everything(access, cursor=first["cursor"])


def test_only_the_types_that_one_asks_for_come(world: World) -> None:
    access = lasting(world, "chase")
    world.advance("P10D")
    assert set(kinds(everything(access, types="transaction.created"))) == {"transaction.created"}
    shipments = set(kinds(everything(access, types="sandbox.shipment.*")))
    assert shipments
    assert all(kind.startswith("shipment.") for kind in shipments)
    wrong = access.get("/events/v1/events", params={"types": "purchase.craeted"})
    assert wrong.status_code == 400


def test_a_cursor_of_somebody_else_is_refused(world: World) -> None:
    cursor = fetched(world.access("chase"))["cursor"]
    assert world.access("chase").get("/events/v1/events", params={"cursor": cursor}).status_code == 400


def test_a_row_put_in_is_told_at_once_whenever_it_is_dated(world: World) -> None:
    access, account = lasting(world, "chase"), own_account(world, "chase")
    rows = [
        {"amount": "-12.34", "description": "NOW"},
        {"amount": "-1.00", "description": "BEFORE", "posted_at": "2026-06-10T12:00:00Z"},
        {"amount": "-2.00", "description": "LATER", "authorised_at": "2026-06-16T12:00:00Z", "status": "pending"},
    ]
    assert world.control("POST", f"/accounts/{account}/transactions", json=rows).status_code == 201
    told = [event for event in everything(access) if event["type"] == "sandbox.transaction.created"]
    assert [event["data"]["amount"]["amount"] for event in told] == ["1.00", "12.34"]
    assert {event["time"] for event in told} == {"2026-06-15T15:00:00Z"}
    world.advance("P2D")
    later = [event["data"]["amount"]["amount"] for event in everything(access, types="transaction.created")]
    assert later.count("2.00") == 1


def test_a_row_that_is_changed_and_then_dropped_is_told_as_that(world: World) -> None:
    access, account = world.access("chase"), own_account(world, "chase")
    row = world.control(
        "POST", f"/accounts/{account}/transactions", json={"amount": "-5.00", "description": "A", "status": "pending"}
    ).json()["transactions"][0]
    path = f"/accounts/{account}/transactions/{row['sequence']}"
    assert world.control("PATCH", path, json={"amount": "-6.00"}).status_code == 200
    assert world.control("PATCH", path, json={"status": "posted"}).status_code == 200
    assert world.control("DELETE", path).status_code == 204
    told = [event for event in everything(access) if event["type"].startswith("sandbox.transaction.")]
    assert kinds(told) == ["transaction.created", "transaction.updated", "transaction.posted", "transaction.removed"]
    assert len({event["data"]["transaction_id"] for event in told}) == 1


def test_a_balance_that_falls_below_a_hundred_is_low_once(world: World) -> None:
    access, account = world.access("chase"), own_account(world, "chase")
    available = float(world.control("GET", f"/accounts/{account}").json()["balances"]["available"])
    for amount in (f"{-(available - 50):.2f}", "-10.00"):
        world.control("POST", f"/accounts/{account}/transactions", json={"amount": amount, "description": "SPENT"})
    (low,) = [event["data"] for event in everything(access, types="balance.low")]
    assert low["amount"] == {"amount": "50.00", "currency": "USD"}
    assert low["threshold"] == {"amount": "100.00", "currency": "USD"}


def test_a_client_in_its_own_name_hears_under_all_its_consents_and_of_the_end(world: World) -> None:
    given = world.consent("usbank")
    world.consent("usbank", "priya")
    access = lasting(world, "usbank", "diego")
    first = fetched(access)
    assert kinds(first["events"]).count("consent.granted") == 3
    assert world.control("POST", f"/consents/{given['consent_id']}/revoke", json={}).status_code == 200
    world.advance("P2D")
    after = everything(access, cursor=first["cursor"])
    ended = [event for event in after if event["data"]["consent_id"] == given["consent_id"]]
    assert kinds(ended) == ["consent.revoked"]
    assert any(event["data"]["consent_id"] != given["consent_id"] for event in after)


def test_a_consent_hears_of_nothing_that_it_does_not_cover(world: World) -> None:
    accounts = world.control("GET", "/customers/maya/accounts").json()["accounts"]
    one = next(a["account_id"] for a in accounts if a["bank"] == "chase" and a["kind"] == "CHECKING")
    access = lasting(world, "chase", accounts=[one])
    world.advance("P30D")
    events = everything(access)
    assert len({event["data"]["account_id"] for event in events if "account_id" in event["data"]}) == 1
    assert not [kind for kind in kinds(events) if kind.startswith("offer.")]  # no consent to marketing


def test_a_stream_tells_what_happens_and_goes_on_where_it_stopped(world: World) -> None:
    access, account = world.access("chase"), own_account(world, "chase")
    with stream(access) as events:
        assert next(events)["type"] == "sandbox.consent.granted"
        while (last := next(events))["type"] != "sandbox.account.linked" or not last:
            pass
        put = {"amount": "-3.50", "description": "COFFEE"}
        world.control("POST", f"/accounts/{account}/transactions", json=put)
        coffee = next(event for event in events if event["type"] == "sandbox.transaction.created")
        assert coffee["data"]["amount"]["amount"] == "3.50"
        following = next(events)
    with stream(access, **{"Last-Event-ID": coffee["id"]}) as events:
        assert next(events)["id"] == following["id"]
    strange = access.get("/events/v1/events/stream", headers={"Last-Event-ID": "evt_x", "Accept": "*/*"})
    assert strange.status_code == 404


def test_a_stream_ends_with_its_consent(world: World) -> None:
    access = world.access("chase")
    with stream(access) as events:
        next(events)
        world.control("POST", f"/consents/{access.consent_id}/revoke", json={})
        assert [event["type"] for event in events][-1] == "sandbox.consent.revoked"


def test_events_say_no_number_of_an_account_or_card(world: World) -> None:
    access = lasting(world, "chase")
    world.advance("P30D")
    text = json.dumps(everything(access))
    worlds = world.server.app.services.worlds
    now = worlds.world(world.world_id)
    numbers = [view.account.number for view in worlds.accounts(now, worlds.customer(now, "maya"), "chase")]
    assert numbers
    assert not [number for number in numbers if number in text]


def test_the_same_deeds_have_the_same_ids_in_every_world(world: World) -> None:
    told = []
    for _ in range(2):
        made = requests.post(
            f"{world.server.url}/_sandbox/worlds", json={"now": NOW, "frozen": True}, timeout=30
        ).json()
        twin = World(world.server, made["id"], made["clients"])
        access = lasting(twin, "chase")
        fetched(access)
        twin.advance("P5D")
        told.append([event["id"] for event in everything(access) if "account_id" in event["data"]][3:])
        requests.delete(f"{world.server.url}/_sandbox/worlds/{twin.world_id}", timeout=30)
    assert told[0] == told[1]
    assert told[0]


def test_a_reset_forgets_what_happened_and_a_fork_begins_anew(world: World) -> None:
    access = lasting(world, "chase")
    world.advance("P5D")
    assert len(everything(access)) > 10
    worlds = f"{world.server.url}/_sandbox/worlds"
    fork = requests.post(f"{worlds}/{world.world_id}/fork", json={}, timeout=30).json()
    services = world.server.app.services
    assert services.agenda.log.head(fork["id"]) == 0
    requests.delete(f"{worlds}/{fork['id']}", timeout=30)
    assert requests.post(f"{worlds}/{world.world_id}/reset", json={}, timeout=30).status_code == 200
    assert services.agenda.log.head(world.world_id) == 0
    assert services.agenda.log.listened(world.world_id) == []


def test_control_shows_the_log_of_a_world(world: World) -> None:
    access = lasting(world, "chase")
    assert world.control("GET", "/events").json()["events"][0]["type"] == "sandbox.consent.granted"
    fetched(access)
    world.advance("P2D")
    log = world.control("GET", "/events", params={"limit": 500}).json()
    assert [event["number"] for event in log["events"]] == list(range(1, log["last"] + 1))
    assert {event["id"] for event in everything(access)} <= {event["event_id"] for event in log["events"]}
    one = world.control("GET", "/events", params={"type": "transaction.created", "limit": 1}).json()
    assert [event["type"] for event in one["events"]] == ["sandbox.transaction.created"]
    behind = world.control("GET", "/events", params={"after": one["last"]}).json()["events"]
    assert behind[0]["number"] == one["last"] + 1


def test_with_a_clock_that_runs_events_keep_coming(server: Server) -> None:
    """An hour is a second: each comes when it is due, not at the next look."""
    wish = {"now": NOW, "speed": 3600}
    made = requests.post(f"{server.url}/_sandbox/worlds", json=wish, timeout=30).json()
    access = lasting(World(server, made["id"], made["clients"]), "chase")
    with stream(access) as events:
        came = [next(events) for _ in range(12)]
    requests.delete(f"{server.url}/_sandbox/worlds/{made['id']}", timeout=30)
    assert any(event["type"] == "sandbox.transaction.created" for event in came)
    assert [event["time"] for event in came] == sorted(event["time"] for event in came)
