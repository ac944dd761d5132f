"""What a client finds out by itself about a bank's authorization server, and that it is true."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url
from authlib.oidc.discovery import OpenIDProviderMetadata

from tests.conftest import World
from tests.oauth.browser import Browser
from tests.oauth.conftest import BANKS, application, register
from tests.oauth.keys import AppKey
from tests.oauth.test_id_tokens import OPENID

OIDC = {
    "userinfo_endpoint", "subject_types_supported", "id_token_signing_alg_values_supported",
    "claim_types_supported", "claims_supported", "claims_parameter_supported",
}  # fmt: skip


def metadata(world: World, bank: str) -> dict[str, Any]:
    answer = requests.get(f"{world.server.url}/{bank}/.well-known/oauth-authorization-server", timeout=30)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.parametrize("bank", BANKS)
def test_authlib_finds_it_where_rfc_8414_puts_it_and_good(world: World, bank: str) -> None:
    issuer = f"{world.server.url}/{bank}"
    found = requests.get(get_well_known_url(issuer, external=True), timeout=30).json()
    assert found == metadata(world, bank)
    AuthorizationServerMetadata(found).validate()
    assert AuthorizationServerMetadata(found)["issuer"] == issuer


@pytest.mark.parametrize("bank", OPENID)
def test_authlib_finds_it_good_by_openid_connect(world: World, bank: str) -> None:
    issuer = f"{world.server.url}/{bank}"
    found = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=30).json()
    assert found == metadata(world, bank)
    OpenIDProviderMetadata(found).validate()
    assert set(found) >= OIDC


@pytest.mark.parametrize("bank", BANKS)
def test_every_endpoint_follows_the_name_by_which_the_bank_was_called(world: World, bank: str) -> None:
    """`{slug}.localhost` is an issuer of its own, without the prefix."""
    port = world.server.url.rsplit(":", 1)[1]
    headers = {"Host": f"{bank}.localhost:{port}"}
    for place in ("oauth-authorization-server", "openid-configuration"):
        told = requests.get(f"{world.server.url}/.well-known/{place}", headers=headers, timeout=30).json()
        issuer = f"http://{bank}.localhost:{port}"
        assert told["issuer"] == issuer
        assert all(url.startswith(f"{issuer}/") for name, url in told.items() if name.endswith(("_endpoint", "_uri")))


@pytest.mark.parametrize("bank", sorted({*BANKS} - {*OPENID}))
def test_a_bank_without_openid_tells_nothing_of_it(world: World, bank: str) -> None:
    assert OIDC & set(metadata(world, bank)) == set()


@pytest.mark.parametrize("bank", BANKS)
def test_every_endpoint_that_is_told_answers_and_every_other_is_not_told(world: World, bank: str) -> None:
    app = application(world, bank, register(world, bank))
    told = metadata(world, bank)
    operations = world.server.app.services.documents[bank].operations.values()
    paths = {operation.path: operation.oauth_endpoint for operation in operations if operation.oauth_endpoint}
    endpoints = {name: url for name, url in told.items() if name.endswith("_endpoint") or name == "jwks_uri"}
    assert {paths[url.removeprefix(app.base)] for url in endpoints.values()} >= {"authorize", "token", "revoke", "jwks"}
    of_kind = {
        "introspect": "introspection_endpoint",
        "par": "pushed_authorization_request_endpoint",
        "register": "registration_endpoint",
        "userinfo": "userinfo_endpoint",
    }
    for kind in set(paths.values()) & set(of_kind):
        assert of_kind[kind] in told
    for name, url in endpoints.items():
        assert requests.request("GET" if "jwks" in name else "POST", url, timeout=30).status_code != 404


@pytest.mark.parametrize("bank", BANKS)
def test_what_is_said_of_grants_and_scopes_is_so(world: World, bank: str) -> None:
    app = application(world, bank, register(world, bank))
    told = metadata(world, bank)
    refused = app.post(app.bank.oauth.token_path, {"grant_type": "password"}).json()
    assert refused["error"] == "unsupported_grant_type"
    assert "password" not in told["grant_types_supported"]
    assert set(told["scopes_supported"]) == set(app.bank.oauth.scopes)
    assert ("client_credentials" in told["grant_types_supported"]) == bool(app.bank.oauth.client_token_path)


@pytest.mark.parametrize("bank", BANKS)
def test_a_request_object_is_taken_and_a_foreign_request_uri_is_not(world: World, bank: str) -> None:
    told = metadata(world, bank)
    assert (told["request_parameter_supported"], told["request_uri_parameter_supported"]) == (True, False)
    key = AppKey.make("ES256")
    assert key.alg in told["request_object_signing_alg_values_supported"]
    app = application(world, bank, register(world, bank, jwks=key.jwks))
    asked = {name: values[0] for name, values in parse_qs(urlsplit(app.start()).query).items()}
    signed = key.sign({**asked, "iss": app.client_id, "aud": told["issuer"]})
    answer = Browser().open(f"{told['authorization_endpoint']}?client_id={app.client_id}&request={signed}")
    assert app.exchange(answer.consent("omar").answer["code"]).status_code == 200
    refused = Browser().open(app.start(request_uri="https://client.example/request.jwt")).answer
    assert refused["error"] == "request_uri_not_supported"


@pytest.mark.parametrize("bank", BANKS)
def test_each_way_to_prove_oneself_can_be_registered(world: World, bank: str) -> None:
    keys = {"jwks": AppKey.make().jwks}
    for method in metadata(world, bank)["token_endpoint_auth_methods_supported"]:
        more: dict[str, Any] = {"private_key_jwt": keys, "self_signed_tls_client_auth": keys}.get(method, {})
        if method == "tls_client_auth":
            more = {"tls_client_auth_subject_dn": "CN=app"}
        assert register(world, bank, token_endpoint_auth_method=method, **more)["client_id"]
