"""openid-client at the banks that have OpenID Connect: discovery, nonce, ID tokens and userinfo as it checks them."""

from typing import Any

import pytest

from tests.conftest import World
from tests.interop.conftest import Flow
from tests.interop.test_openid_client import lived, wish
from tests.oauth.conftest import application, register
from tests.oauth.keys import AppKey
from tests.oauth.test_id_tokens import OPENID
from tests.oauth.test_userinfo import IDENTITY


@pytest.mark.parametrize("bank", OPENID)
def test_it_finds_the_bank_checks_the_id_token_and_reads_userinfo(flow: Flow, world: World, bank: str) -> None:
    told = signed_in(flow, world, bank)
    lived(told)
    assert told["claims"]["iss"] == told["metadata"]["issuer"]
    assert told["userinfo"]["sub"] == told["claims"]["sub"]
    assert told["userinfo"]["given_name"] == "Maya"
    assert "id_token" in told["refreshed"]


@pytest.mark.parametrize("alg", ["PS256", "ES256"])
def test_it_insists_on_the_algorithm_that_was_registered(flow: Flow, world: World, alg: str) -> None:
    metadata = {"id_token_signed_response_alg": alg}
    told = signed_in(flow, world, "usbank", metadata)
    assert told["claims"]["nonce"]


@pytest.mark.parametrize("wanted", ["", "RS256", "ES256"])
def test_under_fapi_2_an_id_token_is_never_signed_by_rs256(flow: Flow, world: World, wanted: str) -> None:
    key = AppKey.make("ES256")
    client = register(
        world,
        "wellsfargo",
        profile="fapi2",
        token_endpoint_auth_method="private_key_jwt",
        jwks=key.jwks,
        **({"id_token_signed_response_alg": wanted} if wanted else {}),
    )
    alg = "ES256" if wanted == "ES256" else "PS256"
    told = flow(
        **wish(
            application(world, "wellsfargo", client),
            openid=True,
            algorithm="oidc",
            par=True,
            dpop=True,
            jwk={**key.key.as_dict(private=True), "kid": key.key.kid, "alg": "ES256"},
            metadata={"id_token_signed_response_alg": alg},
        )
    )
    lived(told)
    assert told["tokens"]["token_type"].lower() == "dpop"
    assert told["claims"]["iss"] == told["metadata"]["issuer"]


def signed_in(flow: Flow, world: World, bank: str, metadata: dict[str, str] | None = None) -> dict[str, Any]:
    app = application(world, bank, register(world, bank, **(metadata or {})))
    scope = f"{IDENTITY[bank]} {'accounts' if bank == 'usbank' else 'fdx:accountbasic:read'}"
    return flow(**wish(app, openid=True, algorithm="oidc", scope=scope, metadata=metadata or {}))
