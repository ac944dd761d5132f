"""Rules: faults on order for a world's calls."""

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.settings import Settings
from tests.conftest import NOW, World, new_world, serving
from tests.control.words import told
from tests.e2e.databases import ENGINES, new_database
from tests.faults.words import ACCOUNTS, BANKS

bank_by_bank = pytest.mark.parametrize("bank", BANKS)


def order(world: World, **fault: Any) -> dict[str, Any]:
    return told(world.control("POST", "/faults", json=fault), 201)


def statuses(world: World, bank: str, count: int) -> list[int]:
    access = world.access(bank)
    return [access.get(ACCOUNTS[bank]).status_code for _ in range(count)]


def endpoint(world: World, bank: str, name: str) -> str:
    banks = requests.get(f"{world.server.url}/_sandbox/banks", timeout=30).json()["banks"]
    return next(str(one[name]) for one in banks if one["slug"] == bank)


@bank_by_bank
def test_a_rule_befalls_the_calls_that_it_matches_and_counts_them(world: World, bank: str) -> None:
    fault = order(world, fault="status", status=429, retry_after=7, times=2, after=1, match={"bank": bank})
    assert statuses(world, bank, 5) == [200, 429, 429, 200, 200]
    shown = told(world.control("GET", f"/faults/{fault['id']}"))
    assert (shown["seen"], shown["acted_on"]) == (5, 2)


def test_a_rule_lets_others_pass(world: World) -> None:
    order(world, fault="status", status=503, match={"bank": "chase", "operation": "searchForAcc*", "persona": "maya"})
    assert statuses(world, "chase", 1) == [503]
    assert world.access("chase", "marcus").get(ACCOUNTS["chase"]).status_code == 200
    assert statuses(world, "citi", 1) == [200]
    with new_world(world.server) as other:
        assert statuses(other, "chase", 1) == [200]


def test_luck_follows_from_the_seed(world: World) -> None:
    def run(seed: int) -> list[int]:
        told(world.control("PUT", "/faults", json={"faults": [
            {"fault": "status", "status": 500, "probability": 0.5, "seed": seed}]}))  # fmt: skip
        return statuses(world, "usbank", 20)

    first = run(7)
    assert run(7) == first
    assert run(8) != first
    assert 3 < first.count(500) < 17


def test_a_maintenance_window_opens_and_closes_by_the_worlds_clock(world: World) -> None:
    order(world, fault="status", error="Maintenance", begins="+PT1H", ends="+PT3H", match={"bank": "wellsfargo"})
    seen = []
    for _ in range(4):
        answer = world.access("wellsfargo").get(ACCOUNTS["wellsfargo"])
        seen.append((answer.status_code, answer.headers.get("Retry-After")))
        world.advance("PT1H")
    assert seen == [(200, None), (503, "7200"), (503, "3600"), (200, None)]


def test_a_call_may_do_its_work_and_lose_its_answer(world: World) -> None:
    access, client = world.access("chase"), world.clients["chase"]
    order(world, fault="reset", match={"method": "POST"}, times=1)
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.post(
            endpoint(world, "chase", "revocation_endpoint"),
            data={"token": access.token},
            auth=(client["client_id"], client["client_secret"]),
            timeout=30,
        )
    assert access.get(ACCOUNTS["chase"]).status_code == 401


def test_a_call_may_never_arrive(world: World) -> None:
    access, client = world.access("chase"), world.clients["chase"]
    order(world, fault="reset", acted=False, match={"method": "POST"}, times=1)
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.post(
            endpoint(world, "chase", "revocation_endpoint"),
            data={"token": access.token},
            auth=(client["client_id"], client["client_secret"]),
            timeout=30,
        )
    assert access.get(ACCOUNTS["chase"]).status_code == 200


def test_a_fork_takes_the_rules_along_and_a_reset_forgets_them(world: World) -> None:
    order(world, fault="status", status=429, times=1)
    assert statuses(world, "citi", 2) == [429, 200]
    fork = told(world.control("POST", f"/worlds/{world.world_id}/fork", params={"world": None}), 201)
    copy = World(world.server, fork["id"], fork["clients"])
    assert statuses(copy, "citi", 2) == [429, 200]
    told(world.control("POST", f"/worlds/{fork['id']}/reset", params={"world": None}))
    assert told(copy.control("GET", "/faults")) == {"faults": []}


def test_a_token_endpoint_fails_for_the_clients_of_that_world_alone(world: World) -> None:
    told(world.control("PUT", "/faults", json={"profile": "sign-in-down", "match": {"bank": "citi"}}))
    url = endpoint(world, "citi", "token_endpoint")
    with new_world(world.server) as other:
        for one, status in ((world, 503), (other, 400)):
            client = one.clients["citi"]
            answer = requests.post(
                url,
                data={"grant_type": "authorization_code", "code": "x", "redirect_uri": "http://127.0.0.1/back"},
                auth=(client["client_id"], client["client_secret"]),
                timeout=30,
            )
            assert answer.status_code == status, answer.text
    assert statuses(world, "citi", 1) == [200]


def test_every_profile_can_be_put_and_taken_away(world: World) -> None:
    profiles = requests.get(f"{world.server.url}/_sandbox/faults/profiles", timeout=30).json()["profiles"]
    for profile in profiles:
        put = told(world.control("PUT", "/faults", json={"profile": profile["profile"], "match": {"bank": "citi"}}))
        assert len(put["faults"]) == len(profile["faults"])
        assert all(one["match"]["bank"] == "citi" and one["profile"] == profile["profile"] for one in put["faults"])
    for fault in put["faults"]:
        assert world.control("DELETE", f"/faults/{fault['id']}").status_code == 204
        assert world.control("GET", f"/faults/{fault['id']}").status_code == 404
    order(world, fault="empty")
    assert world.control("DELETE", "/faults").status_code == 204
    assert statuses(world, "citi", 1) == [200]


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"fault": "status", "status": 418}, "no such operation answers 418"),
        ({"fault": "status"}, "either a status or the name"),
        ({"fault": "status", "error": "Maintenence"}, "Did you mean Maintenance"),
        ({"fault": "latency"}, "needs milliseconds"),
        ({"fault": "latency", "distribution": "uniform", "low": 2, "high": 1}, "at least low"),
        ({"fault": "reset", "status": 500}, "reset has no status"),
        ({"fault": "gateway", "status": 500}, "502, 503, 504"),
        ({"fault": "reset", "match": {"operation": "getAcount"}}, "Did you mean getAccount"),
        ({"fault": "reset", "match": {"bank": "chasse"}}, "chase"),
        ({"fault": "empty", "begins": "+PT2H", "ends": "+PT1H"}, "after begins"),
    ],
)
def test_what_could_never_act_is_refused(world: World, wish: dict[str, Any], reason: str) -> None:
    answer = world.control("POST", "/faults", json=wish)
    assert answer.status_code in (400, 404)
    assert reason in answer.text


def test_the_messengers_calls_are_befallen_too(world: World) -> None:
    page = told(world.control("GET", "/messenger/pages/ready"))
    query = {"access_token": page["page_token"]}
    order(world, fault="status", error="PageRateLimited", match={"channel": "messenger"}, times=1)
    answers = [requests.get(f"{world.server.url}/messenger/me", params=query, timeout=30) for _ in range(2)]
    assert answers[0].json()["error"]["code"] == 32
    assert answers[1].status_code == 200


@bank_by_bank
def test_a_profile_at_the_sign_in_befalls_the_consent_that_is_given_there(world: World, bank: str) -> None:
    down, usual = world.access(bank, "maya+maintenance-window"), world.access(bank)
    assert down.get(ACCOUNTS[bank]).status_code == 503
    assert usual.get(ACCOUNTS[bank]).status_code == 200
    [fault] = told(world.control("GET", "/faults"))["faults"]
    assert (fault["profile"], fault["match"]) == ("maintenance-window", {"consent": down.consent_id})


def test_latencies_follow_their_distribution(world: World) -> None:
    order(world, fault="latency", distribution="uniform", low=5, high=25, match={"bank": "chase"})
    order(world, fault="latency", distribution="lognormal", milliseconds=10, sigma=0.8, match={"bank": "citi"})
    statuses(world, "chase", 12)
    statuses(world, "citi", 12)
    delays: dict[str, list[int]] = {"chase": [], "citi": []}
    for one in told(world.control("GET", "/requests", params={"limit": 100}))["requests"]:
        if one["channel"] in delays:
            delays[one["channel"]].append(one["delay_ms"])
    assert len(set(delays["chase"])) > 5
    assert 5 <= min(delays["chase"]) < max(delays["chase"]) <= 25
    assert sum(delay < 10 for delay in delays["citi"]) in range(2, 11)


@pytest.mark.parametrize("engine", ENGINES)
def test_processes_count_together(engine: str, tmp_path: Path) -> None:
    shared = new_database() if engine == "postgresql" else nullcontext(str(tmp_path / "shared.db"))
    with shared as data:
        settings = Settings(data=data, now=NOW, freeze=True)
        with serving(settings) as one, serving(settings) as another, new_world(one) as world:
            order(world, fault="status", status=429, times=3, match={"bank": "chase"})
            access = world.access("chase")
            there = replace(access, base=f"{another.url}/chase")
            answers = [each.get(ACCOUNTS["chase"]).status_code for _ in range(3) for each in (access, there)]
            assert sorted(answers) == [200] * 3 + [429] * 3
            assert world.control("DELETE", "/faults").status_code == 204
            order(world, fault="status", status=503)
            assert there.get(ACCOUNTS["chase"]).status_code == 503
