"""A consent that the bank holds back for a while: nothing is read, nothing told, and then it goes on, at every bank."""

from typing import Any

import pytest
import requests

from tests.conftest import USUAL_HEADERS, World
from tests.control.words import account_of, refused, told
from tests.events.receiver import receiving
from tests.events.test_fetching import everything, kinds, lasting
from tests.events.webhooks import Hooks, until
from tests.oauth.conftest import App, explained
from tests.oauth.grants import consent_of, granted, only_consent
from tests.oauth.test_dashboard import dashboard, introspected


def suspend(world: World, consent_id: str, reason: str = "SUSPECTED_FRAUD") -> dict[str, Any]:
    return told(world.control("POST", f"/consents/{consent_id}/suspend", json={"reason": reason}))


def resume(world: World, consent_id: str) -> dict[str, Any]:
    return told(world.control("POST", f"/consents/{consent_id}/resume"))


def has_lunch(world: World, bank: str, amount: str) -> None:
    account = account_of(world, bank=bank)["account_id"]
    row = {"amount": f"-{amount}", "description": "LUNCH COUNTER"}
    told(world.control("POST", f"/accounts/{account}/transactions", json=row), 201)


def lunches(events: list[dict[str, Any]]) -> list[str]:
    created = [event["data"] for event in events if event["type"] == "sandbox.transaction.created"]
    return [data["amount"]["amount"] for data in created if data["amount"]["amount"] in ("11.00", "12.00", "13.00")]


def synced(app: App, token: str, cursor: str | None = None) -> dict[str, Any]:
    """The whole walk, as one page: what was added, and where it goes on."""
    added, more = list[dict[str, Any]](), True
    while more:
        page = told(
            requests.get(
                f"{app.base}/events/v1/transactions/sync",
                params={"count": "500", **({"cursor": cursor} if cursor else {})},
                headers={"Authorization": f"Bearer {token}", **USUAL_HEADERS.get(app.bank.slug, {})},
                timeout=30,
            )
        )
        added, cursor, more = added + page["added"], page["next_cursor"], page["has_more"]
    return {"added": added, "cursor": cursor}


def test_it_sleeps_and_wakes_with_its_tokens_at_every_bank(app: App) -> None:
    tokens, world = granted(app, "maya"), app.world
    consent_id = only_consent(app, "maya")["consent_id"]
    assert app.read(tokens["access_token"]).status_code == 200
    before = synced(app, tokens["access_token"])
    assert suspend(world, consent_id)["status"] == "SUSPENDED"

    answer = app.read(tokens["access_token"])
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    why = explained(answer)
    assert why["error"] == "ConsentSuspended"
    assert "nothing has to be done but wait" in why["rule"]
    assert why["facts"]["reason"] == "SUSPECTED_FRAUD"
    assert not introspected(app, tokens["access_token"])
    assert not introspected(app, tokens["refresh_token"])
    for _ in range(2):
        refreshed = app.refresh(tokens["refresh_token"])
        assert (refreshed.status_code, refreshed.json()["error"]) == (400, "invalid_grant")
        assert "suspended" in explained(refreshed)["detail"]
    has_lunch(world, app.bank.slug, "11.00")

    assert resume(world, consent_id)["status"] == "ACTIVE"
    assert app.read(tokens["access_token"]).status_code == 200
    assert introspected(app, tokens["access_token"])
    assert len(synced(app, tokens["access_token"], before["cursor"])["added"]) == 1
    again = told(app.refresh(tokens["refresh_token"]))
    assert app.read(again["access_token"]).status_code == 200

    consent = consent_of(app, consent_id)
    assert [(one["act"], one["by"], one.get("detail")) for one in consent["history"][1:]] == [
        ("SUSPENDED", "DATA_PROVIDER", "SUSPECTED_FRAUD"),
        ("RESUMED", "DATA_PROVIDER", "resumed"),
    ]
    accesses = told(world.control("GET", f"/consents/{consent_id}/accesses"))["accesses"]
    assert [one["error"] for one in accesses if one["status"] == 401] == ["ConsentSuspended"]


@pytest.mark.parametrize("bank", ["chase", "citi", "usbank", "wellsfargo"])
def test_what_happens_meanwhile_is_never_told(world: World, bank: str) -> None:
    client = lasting(world, bank)
    has_lunch(world, bank, "11.00")
    suspend(world, client.consent_id, "CUSTOMER_REVIEW")
    has_lunch(world, bank, "12.00")
    world.advance("P3D")
    asleep = everything(client)
    assert lunches(asleep) == []
    assert all(kind.startswith("consent.") for kind in kinds(asleep))
    data = asleep[-1]["data"]
    assert kinds(asleep)[-1] == "consent.suspended"
    assert (data["actor"], data["reason"]) == ("bank", "CUSTOMER_REVIEW")

    resume(world, client.consent_id)
    has_lunch(world, bank, "13.00")
    awake = everything(client)
    assert lunches(awake) == ["11.00", "13.00"]
    told_of = kinds(awake)
    assert set(told_of[told_of.index("consent.suspended") + 1 : told_of.index("consent.updated")]) == set()
    data = awake[told_of.index("consent.updated")]["data"]
    assert (data["actor"], data["reason"]) == ("bank", "resumed")


def test_nothing_that_was_queued_leaves_meanwhile(world: World) -> None:
    hooks = Hooks(world, "chase")
    with receiving(lambda _post: 503) as receiver:
        subscription = hooks.subscribe(receiver.url)
        consent = world.consent("chase")
        world.advance("P2D")
        until(
            lambda: hooks.deliveries(subscription, limit=200),
            lambda listed: len(listed) > 5 and all(one["attempts"] == 1 for one in listed),
        )
        receiver.answers = lambda _post: 204
        before = len(receiver.posts)
        suspend(world, consent["consent_id"])
        receiver.wait(lambda posts: posts[-1].message["type"] == "sandbox.consent.suspended")
        world.advance("P2D")
        hooks.settled(subscription, hooks.ping(subscription), "delivered")
        until(lambda: hooks.deliveries(subscription, state="queued"), lambda listed: not listed)
        assert {post.message["type"].split(".")[1] for post in receiver.posts[before:]} == {"consent", "webhook"}
        assert hooks.deliveries(subscription, state="purged")

        resume(world, consent["consent_id"])
        has_lunch(world, "chase", "13.00")
        posts = receiver.wait(lambda posts: lunches([post.message for post in posts]) == ["13.00"])
        assert "sandbox.consent.updated" in [post.message["type"] for post in posts]


def test_it_can_still_be_narrowed_and_withdrawn(world: World) -> None:
    given = world.consent("citi")
    suspend(world, given["consent_id"])
    path = f"/consents/{given['consent_id']}"
    kept = given["accounts"][0]["account_id"]
    narrowed = told(world.control("PATCH", path, json={"accounts": [kept]}))
    assert (narrowed["status"], narrowed["accounts"]) == ("SUSPENDED", [kept])
    assert told(world.control("POST", f"{path}/revoke"))["status"] == "REVOKED"
    refused(world.control("POST", f"{path}/resume"), 409, "ConsentAlreadyEnded")


def test_it_is_held_back_once_and_let_go_once(world: World) -> None:
    path = f"/consents/{world.consent('usbank')['consent_id']}"
    refused(world.control("POST", f"{path}/resume"), 409, "ConsentNotSuspended")
    told(world.control("POST", f"{path}/suspend", json={"reason": "BUSINESS_RULE"}))
    refused(world.control("POST", f"{path}/suspend", json={"reason": "BUSINESS_RULE"}), 409, "ConsentHeldBack")
    refused(world.control("POST", f"{path}/suspend", json={}), 400, "InvalidInput")
    assert [one["status"] for one in listed(world, "SUSPENDED")] == ["SUSPENDED"]
    told(world.control("POST", f"{path}/resume"))
    assert listed(world, "SUSPENDED") == []


def listed(world: World, status: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(world.control("GET", "/consents", params={"status": status}))["consents"]
    return found


def test_it_ends_while_it_sleeps(world: World) -> None:
    given = world.consent("wellsfargo", lifetime_days=1)
    suspend(world, given["consent_id"])
    world.advance("P2D")
    assert told(world.control("GET", f"/consents/{given['consent_id']}"))["status"] == "EXPIRED"


def test_wells_fargo_says_so_of_the_consent_itself(world: World) -> None:
    given, client = world.consent("wellsfargo"), world.clients["wellsfargo"]
    suspend(world, given["consent_id"])
    path = f"{world.server.url}/wellsfargo/fdx/v6/consents/{given['consent_id']}"
    basic = (client["client_id"], client["client_secret"])
    shown = told(requests.get(path, auth=basic, headers=USUAL_HEADERS["wellsfargo"], timeout=30))
    assert shown["status"] == "SUSPENDED"
    assert shown["links"][0]["rel"] == "revoke"


def test_the_customer_sees_it_and_may_still_stop_it(app: App) -> None:
    granted(app, "maya")
    suspend(app.world, only_consent(app, "maya")["consent_id"])
    home = dashboard(app)
    assert f"On hold: {app.bank.name} lets it read nothing for a while" in home.text
    page = home.follow("/stop").send("stop")
    assert "Sharing has stopped" in page.text
    assert only_consent(app, "maya")["status"] == "REVOKED"
