"""openid-client at every bank: discovery, PKCE, codes, refresh, introspection and revocation as it checks them."""

from typing import Any

import pytest

from tests.conftest import USUAL_HEADERS, World
from tests.interop.conftest import Flow
from tests.oauth.conftest import BANKS, CALLBACK, App, application, register
from tests.oauth.keys import AppKey


def wish(app: App, **more: Any) -> dict[str, Any]:
    headers = {**USUAL_HEADERS.get(app.bank.slug, {}), "client_id": app.client_id}
    return {
        "issuer": app.base,
        "control": app.world.server.url,
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uri": CALLBACK,
        "scope": app.bank.oauth.default_scope,
        "customer": "maya",
        "accounts_url": app.base + app.bank.accounts_path,
        "headers": headers,
        **more,
    }


def lived(told: dict[str, Any]) -> None:
    """A whole life went as it should: read, refreshed, read again, revoked, and dead."""
    assert told["replay"]["error"] == "invalid_grant"
    assert (told["read"], told["read_again"]) == (200, 200)
    assert told["refreshed"]["access_token"] != told["tokens"]["access_token"]
    assert told["read_revoked"]["status"] == 401
    assert told["refresh_revoked"]["error"] == "invalid_grant"
    if "introspected" in told:
        assert told["introspected"]["active"] is True
        assert told["introspected_revoked"] == {"active": False}


@pytest.mark.parametrize("bank", BANKS)
def test_a_plain_client_lives_at_every_bank(flow: Flow, world: World, bank: str) -> None:
    lived(flow(**wish(application(world, bank, register(world, bank)))))


@pytest.mark.parametrize("bank", BANKS)
def test_a_customer_who_does_not_want_to_is_understood(flow: Flow, world: World, bank: str) -> None:
    told = flow(**wish(application(world, bank, register(world, bank)), decision="deny"))
    assert told["denied"]["error"] == "access_denied"


def test_a_secret_in_the_form_is_understood(flow: Flow, world: World) -> None:
    lived(flow(**wish(application(world, "usbank", register(world, "usbank")), form=True)))


def test_a_public_client_lives(flow: Flow, world: World) -> None:
    lived(flow(**wish(application(world, "chase", register(world, "chase", public=True)))))


def test_a_strict_client_pushes_its_request(flow: Flow, world: World) -> None:
    lived(flow(**wish(application(world, "wellsfargo", register(world, "wellsfargo", profile="strict")), par=True)))


@pytest.mark.parametrize(
    ("bank", "profile"),
    # A strict client refreshes at a path of its own at Citi, which openid-client does not know.
    [(bank, profile) for bank in BANKS for profile in ("easy", "strict") if (bank, profile) != ("citi", "strict")],
)
def test_a_client_that_proves_its_key_by_dpop_lives(flow: Flow, world: World, bank: str, profile: str) -> None:
    """With nonces, which the strict profile demands; the pushed request is proven as well, and binds the code."""
    app = application(world, bank, register(world, bank, profile=profile, dpop_bound_access_tokens=True))
    told = flow(**wish(app, dpop=True, par=True))
    lived(told)
    assert told["tokens"]["token_type"] == "dpop"
    assert told["introspected"]["cnf"]["jkt"]


@pytest.mark.parametrize("alg", ["ES256", "PS256"])
@pytest.mark.parametrize("bank", BANKS)
def test_a_client_lives_by_fapi_2_at_every_bank(flow: Flow, world: World, bank: str, alg: str) -> None:
    key = AppKey.make(alg)
    app = application(
        world,
        bank,
        register(world, bank, profile="fapi2", token_endpoint_auth_method="private_key_jwt", jwks=key.jwks),
    )
    jwk = {**key.key.as_dict(private=True), "kid": key.key.kid, "alg": alg}
    told = flow(**wish(app, jwk=jwk, par=True, dpop=True))
    lived(told)
    assert told["tokens"]["token_type"].lower() == "dpop"
