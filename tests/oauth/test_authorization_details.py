"""What is asked for in detail (RFC 9396): FDX's consent request, at the bank that knows it."""

import json
from typing import Any

import pytest
import requests

from tests.conftest import World
from tests.control.words import told
from tests.oauth.conftest import BANKS, App, application, register
from tests.oauth.grants import consent_of, granted, refused_at_the_door

BASIC = {"resourceType": "ACCOUNT", "dataClusters": ["ACCOUNT_BASIC", "BALANCES"]}
CONTACT = {"resourceType": "CUSTOMER", "dataClusters": ["CUSTOMER_CONTACT"]}


def wish(**members: Any) -> str:
    """A consent request as JSON; None leaves a member out."""
    request = {
        "durationType": "TIME_BOUND",
        "durationPeriod": 90,
        "lookbackPeriod": 60,
        "resources": [BASIC],
        **members,
    }
    return details({"type": "fdx_v1.0", "consentRequest": {k: v for k, v in request.items() if v is not None}})


def details(*items: Any) -> str:
    return json.dumps(items)


@pytest.fixture
def app(world: World) -> App:
    return application(world, "wellsfargo", register(world, "wellsfargo"))


def test_it_narrows_clusters_scope_duration_and_lookback(app: App) -> None:
    tokens = granted(app, authorization_details=wish(resources=[BASIC, CONTACT]))
    consent = consent_of(app, tokens["grant_id"])
    assert consent["clusters"] == ["ACCOUNT_BASIC", "BALANCES", "CUSTOMER_CONTACT"]
    scope = "openid offline_access fdx:accountbasic:read fdx:balances:read fdx:customercontact:read"
    assert (consent["scope"], tokens["scope"]) == (scope, scope)
    assert (consent["duration"], consent["expires_at"]) == ("TIME_BOUND", "2026-09-13T15:00:00Z")
    assert consent["lookback_days"] == 60
    assert app.read(tokens["access_token"]).status_code == 200


def test_the_answer_tells_in_kind_what_was_granted(app: App) -> None:
    tokens = granted(app, authorization_details=wish())
    [detail] = tokens["authorization_details"]
    assert detail["type"] == "fdx_v1.0"
    assert detail["consentRequest"]["resources"] == [BASIC]
    grant = detail["consentGrant"]
    assert (grant["id"], grant["status"], grant["durationPeriod"]) == (tokens["grant_id"], "ACTIVE", 90)
    assert [one["dataClusters"] for one in grant["resources"]] == [BASIC["dataClusters"]] * len(grant["resources"])
    assert told(app.refresh(tokens["refresh_token"]))["authorization_details"] == [detail]


def test_introspection_tells_the_grant(app: App) -> None:
    tokens = granted(app, authorization_details=wish())
    told_of = told(app.post(app.bank.oauth.introspection_path, {"token": tokens["access_token"]}))
    assert told_of["authorization_details"] == tokens["authorization_details"]


def test_it_can_be_pushed(app: App) -> None:
    app.start()
    pushed = app.post(
        app.bank.oauth.pushed_authorization_path,
        {"response_type": "code", "redirect_uri": app.redirect_uri, "authorization_details": wish()},
    )
    request_uri = told(pushed, 201)["request_uri"]
    url = f"{app.metadata['authorization_endpoint']}?client_id={app.client_id}&request_uri={request_uri}"
    code = told(app.world.control("POST", "/authorize", json={"url": url, "customer": "omar"}))["code"]
    tokens = told(app.exchange(code, code_verifier=None))
    assert consent_of(app, tokens["grant_id"])["clusters"] == BASIC["dataClusters"]
    wrong = app.post(
        app.bank.oauth.pushed_authorization_path,
        {"response_type": "code", "redirect_uri": app.redirect_uri, "authorization_details": "[{}]"},
    )
    assert told(wrong, 400)["error"] == "invalid_authorization_details"


def test_a_scope_that_does_not_cover_it_is_refused(app: App) -> None:
    answer = refused_at_the_door(app, scope="openid fdx:accountbasic:read", authorization_details=wish())
    assert answer["error"] == "invalid_scope"


def test_once_means_a_day_one_token_and_no_refresh(app: App) -> None:
    tokens = granted(app, authorization_details=wish(durationType="ONE_TIME", durationPeriod=None))
    assert "refresh_token" not in tokens
    assert tokens["expires_in"] == 24 * 60 * 60
    app.world.advance("PT23H59M")
    assert app.read(tokens["access_token"]).status_code == 200
    app.world.advance("PT2M")
    assert app.read(tokens["access_token"]).status_code == 401
    assert consent_of(app, tokens["grant_id"])["status"] == "EXPIRED"


def test_persistent_still_ends_after_a_year(app: App) -> None:
    tokens = granted(app, authorization_details=wish(durationType="PERSISTENT", durationPeriod=None))
    assert consent_of(app, tokens["grant_id"])["expires_at"] == "2027-06-15T15:00:00Z"


def test_a_lookback_beyond_the_banks_is_cut_to_it(app: App) -> None:
    tokens = granted(app, authorization_details=wish(lookbackPeriod=9_000))
    assert consent_of(app, tokens["grant_id"])["lookback_days"] == app.bank.oauth.lookback.days


WRONG = {
    "no JSON": "{",
    "no array": '{"type": "fdx_v1.0"}',
    "nothing": "[]",
    "two": details(*json.loads(wish()), *json.loads(wish())),
    "unknown type": details({"type": "payment_initiation"}),
    "no type": details({"consentRequest": {}}),
    "unknown member": wish(purpose="any"),
    "longer than a year": wish(durationPeriod=366),
    "no duration": wish(durationPeriod=None),
    "a time longer than a day for once": wish(durationType="ONE_TIME", durationPeriod=2),
    "unknown duration": wish(durationType="FOREVER"),
    "negative": wish(lookbackPeriod=-1),
    "no resources": wish(resources=[]),
    "unknown cluster": wish(resources=[{"resourceType": "ACCOUNT", "dataClusters": ["SECRETS"]}]),
    "a cluster the bank does not share": wish(
        resources=[{"resourceType": "ACCOUNT", "dataClusters": ["NOTIFICATIONS"]}]
    ),
    "a customer's data in an account": wish(
        resources=[{"resourceType": "ACCOUNT", "dataClusters": ["CUSTOMER_CONTACT"]}]
    ),
    "no clusters": wish(resources=[{"resourceType": "ACCOUNT", "dataClusters": []}]),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_in_it_is_refused_and_named(app: App, kind: str) -> None:
    answer = refused_at_the_door(app, authorization_details=WRONG[kind])
    assert answer["error"] == "invalid_authorization_details"
    assert len(answer["error_description"]) > 10


@pytest.mark.parametrize("bank", [bank for bank in BANKS if bank != "wellsfargo"])
def test_banks_that_do_not_know_it_say_so(world: World, bank: str) -> None:
    app = application(world, bank, register(world, bank))
    answer = refused_at_the_door(app, authorization_details=wish())
    assert answer["error"] == "invalid_authorization_details"
    assert "takes no authorization_details" in answer["error_description"]


def test_the_banks_consent_operation_shows_the_same_grant(app: App) -> None:
    tokens = granted(app, authorization_details=wish())
    headers = {
        "Authorization": f"Bearer {tokens['access_token']}",
        "x-fapi-interaction-id": "3f0c9b7e-6a51-4f0e-9a0e-2f6f7f1c8d10",
    }
    url = f"{app.base}/fdx/v6/consents/{tokens['grant_id']}"
    shown = told(requests.get(url, headers=headers, timeout=30))
    assert tokens["authorization_details"][0]["consentGrant"].items() <= shown.items()
