"""Grants that are merged and replaced (Grant Management for OAuth 2.0), at every bank."""

import pytest

from tests.conftest import World
from tests.oauth.conftest import App, application, register
from tests.oauth.grants import consent_of, granted, refused_at_the_door

NARROW = {"wellsfargo": "openid fdx:accountbasic:read offline_access", "usbank": "accounts", "citi": "pay_with_points"}


def narrow(app: App) -> str:
    """A scope of the bank's that covers little."""
    return NARROW.get(app.bank.slug, app.bank.oauth.default_scope)


def test_a_client_that_creates_a_grant_is_told_its_id(app: App) -> None:
    tokens = granted(app, grant_management_action="create")
    assert consent_of(app, tokens["grant_id"])["status"] == "ACTIVE"


def test_merging_keeps_the_id_and_adds_to_what_was_granted(app: App) -> None:
    first = granted(app, scope=narrow(app), grant_management_action="create")
    before = consent_of(app, first["grant_id"])
    second = granted(app, grant_management_action="merge", grant_id=first["grant_id"])
    after = consent_of(app, first["grant_id"])
    assert second["grant_id"] == first["grant_id"]
    assert set(before["clusters"]) <= set(after["clusters"]) == {one.value for one in app.bank.clusters}
    assert [event["act"] for event in after["history"]] == ["GRANTED", "REAUTHORIZED"]
    assert after["authorized_at"] == "2026-06-15T15:00:00Z"
    assert app.read(second["access_token"]).status_code == 200
    assert app.refresh(first["refresh_token"]).status_code == 200


def test_a_merged_grant_lasts_from_its_latest_authorization(app: App) -> None:
    first = granted(app, grant_management_action="create")
    app.world.advance("P200D")
    granted(app, grant_management_action="merge", grant_id=first["grant_id"])
    expires_at = consent_of(app, first["grant_id"])["expires_at"]
    assert expires_at == (None if app.bank.oauth.consent_lifetime is None else "2028-01-01T15:00:00Z")


def test_replacing_keeps_the_id_swaps_what_was_granted_and_ends_the_old_tokens(app: App) -> None:
    first = granted(app, grant_management_action="create")
    second = granted(app, scope=narrow(app), grant_management_action="replace", grant_id=first["grant_id"])
    assert second["grant_id"] == first["grant_id"]
    assert app.read(first["access_token"]).status_code == 401
    assert app.refresh(first["refresh_token"]).json()["error"] == "invalid_grant"
    consent = consent_of(app, first["grant_id"])
    assert consent["scope"] == narrow(app)
    assert [event["act"] for event in consent["history"]] == ["GRANTED", "REAUTHORIZED"]


def test_a_grant_of_another_client_is_refused(app: App) -> None:
    theirs = application(app.world, app.bank.slug, register(app.world, app.bank.slug))
    grant_id = granted(theirs, grant_management_action="create")["grant_id"]
    answer = refused_at_the_door(app, grant_management_action="merge", grant_id=grant_id)
    assert (answer["error"], answer["state"]) == ("invalid_grant_id", "state-1")


def test_a_grant_of_another_customer_is_refused_once_it_is_known_who_asks(app: App) -> None:
    grant_id = granted(app, "omar", grant_management_action="create")["grant_id"]
    url = app.start(grant_management_action="replace", grant_id=grant_id)
    answer = app.world.control("POST", "/authorize", json={"url": url, "customer": "maya"}).json()
    assert answer["error"] == "invalid_grant_id"
    assert [event["act"] for event in consent_of(app, grant_id)["history"]] == ["GRANTED"]


def test_a_grant_that_has_ended_is_refused(app: App) -> None:
    grant_id = granted(app, grant_management_action="create")["grant_id"]
    app.world.control("POST", f"/consents/{grant_id}/revoke")
    answer = refused_at_the_door(app, grant_management_action="merge", grant_id=grant_id)
    assert answer["error"] == "invalid_grant_id"


@pytest.mark.parametrize(
    "asked",
    [
        {"grant_management_action": "merge"},
        {"grant_management_action": "create", "grant_id": "x"},
        {"grant_management_action": "shrink", "grant_id": "x"},
        {"grant_id": "x"},
    ],
)
def test_action_and_id_have_to_fit(chase_app: App, asked: dict[str, str]) -> None:
    assert refused_at_the_door(chase_app, **asked)["error"] == "invalid_request"


def test_a_plain_client_hears_of_a_grant_only_where_the_bank_tells_everybody(world: World) -> None:
    for bank, tells in (("chase", False), ("wellsfargo", True)):
        assert ("grant_id" in granted(application(world, bank, register(world, bank)))) is tells
