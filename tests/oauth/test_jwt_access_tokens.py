"""Wells Fargo's access tokens are JWTs (RFC 9068): what they say, and every way in which somebody could forge one."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from sandbox.kernel.clock import parse_instant
from tests.conftest import NOW, World
from tests.oauth.conftest import App, application, explained, register


@pytest.fixture
def wells(world: World) -> App:
    return application(world, "wellsfargo", register(world, "wellsfargo"))


def published(app: App) -> Any:
    return requests.get(app.metadata["jwks_uri"], timeout=30).json()


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    header, payload, signature = token.split(".")
    first, second = (json.loads(urlsafe_b64decode(part + "==")) for part in (header, payload))
    return first, second, signature


def packed(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_token_says_what_rfc_9068_wants_on_the_worlds_clock(wells: App) -> None:
    told = wells.exchange(wells.code()).json()
    token = jwt.decode(told["access_token"], KeySet.import_key_set(published(wells)), ["ES256"])
    assert (token.header["typ"], token.header["alg"]) == ("at+jwt", "ES256")
    claims = token.claims
    issued = int(parse_instant(NOW).timestamp())
    assert claims["iss"] == claims["aud"] == wells.metadata["issuer"]
    assert (claims["client_id"], claims["fdxConsentId"], claims["scope"]) == (
        wells.client_id,
        told["grant_id"],
        told["scope"],
    )
    assert (claims["iat"], claims["exp"], claims["auth_time"]) == (issued, issued + 900, issued)
    assert len(claims["jti"]) >= 43
    assert wells.read(told["access_token"]).status_code == 200


def test_no_two_tokens_are_alike(wells: App) -> None:
    pair = wells.exchange(wells.code()).json()
    first, second = pair["access_token"], wells.refresh(pair["refresh_token"]).json()["access_token"]
    assert parts(first)[1]["jti"] != parts(second)[1]["jti"]


def test_introspection_and_token_tell_the_same(wells: App) -> None:
    token = wells.exchange(wells.code()).json()["access_token"]
    claims = parts(token)[1]
    for hint in ("access_token", "refresh_token", "nonsense", None):
        told = wells.post(wells.bank.oauth.introspection_path, {"token": token, "token_type_hint": hint}).json()
        same = ("iss", "aud", "sub", "client_id", "jti", "iat", "exp", "scope", "fdxConsentId")
        assert told["active"] is True
        assert [told[name] for name in same] == [claims[name] for name in same]


def test_a_revoked_token_is_dead_however_good_its_signature(wells: App) -> None:
    token = wells.exchange(wells.code()).json()["access_token"]
    wells.revoke(token)
    jwt.decode(token, KeySet.import_key_set(published(wells)), ["ES256"])
    refused = wells.read(token)
    assert refused.status_code == 401
    assert explained(refused)["detail"] == "the access token was revoked"


def test_the_control_api_gives_the_same_kind(world: World) -> None:
    given = world.consent("wellsfargo")
    header, claims, _ = parts(given["access_token"])
    assert (header["typ"], claims["fdxConsentId"]) == ("at+jwt", given["consent_id"])
    assert claims["iss"] == f"{world.server.url}/wellsfargo"


def unsigned(app: App, token: str) -> str:
    return f"{packed({'alg': 'none', 'typ': 'at+jwt'})}.{token.split('.')[1]}."


def with_the_public_key_as_a_secret(app: App, token: str) -> str:
    """By hand: joserfc will not sign with a public key."""
    header, claims, _ = parts(token)
    public = next(key for key in published(app)["keys"] if key["kid"] == header["kid"])
    head = f"{packed({**header, 'alg': 'HS256'})}.{packed(claims)}"
    signature = hmac.digest(ECKey.import_key(public).as_pem(private=False), head.encode(), "sha256")
    return f"{head}.{urlsafe_b64encode(signature).decode().rstrip('=')}"


def of_another_key(app: App, token: str, **header: Any) -> str:
    said, claims, _ = parts(token)
    return jwt.encode({**said, **header}, claims, ECKey.generate_key("P-256"), ["ES256"])


def of_an_unknown_kid(app: App, token: str) -> str:
    return of_another_key(app, token, kid="nobody")


def with_a_wider_scope(app: App, token: str) -> str:
    header, _, signature = token.split(".")
    claims = parts(token)[1]
    return f"{header}.{packed({**claims, 'scope': claims['scope'] + ' admin'})}.{signature}"


def with_another_signature(app: App, token: str) -> str:
    head, _, signature = token.rpartition(".")
    return f"{head}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


def bringing(name: str, value: object) -> Any:
    """The header member is written by hand: joserfc would refuse it."""

    def forge(app: App, token: str) -> str:
        _, payload, signature = token.split(".")
        return f"{packed({**parts(token)[0], name: value})}.{payload}.{signature}"

    return forge


JWK = ECKey.generate_key("P-256").as_dict(private=False)
FORGERIES: dict[str, tuple[Any, str]] = {
    "alg none": (unsigned, "alg is none, not ES256: it is not signed"),
    "alg HS256 by the public key": (with_the_public_key_as_a_secret, "a shared secret signs it"),
    "another key under our kid": (of_another_key, "signature is not by the key it names"),
    "unknown kid": (of_an_unknown_kid, "kid is none of the bank's keys"),
    "altered claims": (with_a_wider_scope, "signature is not by the key it names"),
    "altered signature": (with_another_signature, "signature is not by the key it names"),
    "jku": (bringing("jku", "http://127.0.0.1:1/keys"), "brings a key of its own (jku)"),
    "x5u": (bringing("x5u", "http://127.0.0.1:1/chain"), "brings a key of its own (x5u)"),
    "embedded jwk": (bringing("jwk", JWK), "brings a key of its own (jwk)"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_case_36_a_token_that_nobody_issued_is_refused_and_its_cause_is_told(wells: App, forgery: str) -> None:
    forge, cause = FORGERIES[forgery]
    token = forge(wells, wells.exchange(wells.code()).json()["access_token"])
    refused = wells.read(token)
    assert (refused.status_code, refused.json()["code"]) == (401, "603")
    assert refused.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert cause in explained(refused)["detail"]
    assert token not in json.dumps(explained(refused))
    assert wells.post(wells.bank.oauth.introspection_path, {"token": token}).json() == {"active": False}


def test_case_36_a_good_signature_on_something_else_is_not_a_token(wells: App) -> None:
    """Only what was issued counts: our own key has signed this, for a world that has been reset."""
    token = wells.exchange(wells.code()).json()["access_token"]
    reset = f"{wells.world.server.url}/_sandbox/worlds/{wells.world.world_id}/reset"
    assert requests.post(reset, timeout=30).status_code == 200
    refused = wells.read(token)
    assert refused.status_code == 401
    assert "its world was reset or deleted" in explained(refused)["detail"]


@pytest.mark.parametrize("text", ["a.b.c", "...", "e30.e30.e30", "x" * 3000, "eyJhbGciOjF9..", "W10.W10.W10"])
def test_text_that_only_looks_like_a_jwt_is_refused(wells: App, text: str) -> None:
    assert wells.read(text).status_code == 401


def test_a_jwt_is_nothing_to_a_bank_of_opaque_tokens(world: World, wells: App) -> None:
    chase = application(world, "chase", register(world, "chase"))
    refused = chase.read(wells.exchange(wells.code()).json()["access_token"])
    assert refused.status_code == 401
