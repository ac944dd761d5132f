"""Clients that prove themselves by a key of their own (RFC 7523, OIDC Core 9), at every endpoint where they must."""

import json
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT

from tests.conftest import World
from tests.oauth.browser import Browser
from tests.oauth.conftest import BANKS, CALLBACK, App, application, register
from tests.oauth.keys import ASSERTION_TYPE, AppKey, now, signed_with_a_secret

EC = AppKey.make("ES256")


def keyed(world: World, bank: str, key: AppKey = EC, **more: Any) -> App:
    client = register(world, bank, token_endpoint_auth_method="private_key_jwt", jwks=key.jwks, **more)
    assert "client_secret" not in client
    return application(world, bank, client)


def refresh_token(app: App) -> str:
    """One that exists, so that only the client is in question."""
    given = app.world.consent(app.bank.slug, client_id=app.client_id)
    return str(given["refresh_token"])


def asked(app: App, form: dict[str, str]) -> requests.Response:
    """A refresh, in which the form proves the client."""
    path = app.bank.oauth.refresh_path or app.bank.oauth.token_path
    sent = {"grant_type": "refresh_token", "refresh_token": "unknown", **form}
    return requests.post(app.base + path, data=sent, timeout=30)


def proven(answer: requests.Response) -> bool:
    """The made-up refresh token, or that there is no proof of possession, is refused only once it is known who asks."""
    assert answer.status_code in (400, 401), answer.text
    return answer.json()["error"] in ("invalid_grant", "invalid_dpop_proof")


def why(app: App, answer: requests.Response) -> str:
    story = requests.get(f"{app.world.server.url}/_sandbox/why/{answer.headers['Sandbank-Trace']}", timeout=30).json()
    return str(story["detail"])


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize("bank", BANKS)
@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"])
def test_a_genuine_client_gets_tokens_with_its_key(world: World, bank: str, alg: str) -> None:
    key = AppKey.make(alg)
    app = keyed(world, bank, key)
    code = Browser().open(app.start()).consent("omar").answer["code"]
    session = OAuth2Session(app.client_id, key.key, redirect_uri=CALLBACK, token_endpoint_auth_method="private_key_jwt")
    token_endpoint = app.metadata["token_endpoint"]
    session.register_client_auth_method(PrivateKeyJWT(token_endpoint, alg=alg, headers={"kid": key.key.kid}))
    token = session.fetch_token(token_endpoint, code=code, code_verifier=app.verifier, state=None)
    assert app.read(token["access_token"]).status_code == 200


def test_the_form_need_not_name_the_client(world: World) -> None:
    app = keyed(world, "usbank")
    assert proven(asked(app, EC.proof(app.client_id, app.base)))


@pytest.mark.parametrize(
    "endpoint", ["token_path", "pushed_authorization_path", "introspection_path", "revocation_path"]
)
def test_it_works_wherever_a_client_has_to_prove_itself(world: World, endpoint: str) -> None:
    app = keyed(world, "wellsfargo")
    url = app.base + getattr(app.bank.oauth, endpoint)
    form = {"token": "unknown", "grant_type": "refresh_token", "refresh_token": "unknown"}
    good = requests.post(url, data={**form, **EC.proof(app.client_id, app.base)}, timeout=30)
    bad = requests.post(url, data={**form, **AppKey.make().proof(app.client_id, app.base)}, timeout=30)
    assert (good.status_code != 401, bad.status_code, bad.json()["error"]) == (True, 401, "invalid_client")


@pytest.mark.parametrize("profile", ["easy", "strict"])
def test_the_bank_is_called_by_its_issuer_or_by_an_endpoint(world: World, profile: str) -> None:
    app = keyed(world, "wellsfargo", profile=profile)
    for audience in (app.base, app.metadata["token_endpoint"], app.metadata["pushed_authorization_request_endpoint"]):
        assert proven(asked(app, EC.proof(app.client_id, audience)))
        assert proven(asked(app, EC.proof(app.client_id, "", aud=[audience, "https://elsewhere.example"])))


NOW = now()


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"aud": "https://elsewhere.example"}, "`aud` was 'https://elsewhere.example', expected"),
        ({"aud": None}, "`aud` was None"),
        ({"aud": []}, "`aud` was []"),
        ({"iss": "somebody"}, "`iss` was 'somebody', expected the client_id"),
        ({"sub": "somebody"}, "`sub` was 'somebody', expected the client_id"),
        ({"exp": NOW - 73}, "`exp` passed"),
        ({"exp": NOW + 3600 * 24 * 365}, "and at most 3600 s are taken"),
        ({"exp": None}, "`exp` is missing"),
        ({"exp": "tomorrow"}, "`exp` has to be a number"),
        ({"exp": float("nan")}, "`exp` has to be a number"),
        ({"exp": float("inf")}, "`exp` has to be a number"),
        ({"exp": True}, "`exp` has to be a number"),
        ({"iat": NOW + 7200, "exp": NOW + 3000}, "`iat` lies"),
        ({"nbf": NOW + 7200, "exp": NOW + 3000}, "the client's clock is ahead"),
        ({"jti": None}, "`jti` is missing"),
    ],
)
def test_case_42_an_assertion_that_is_not_right_proves_nobody(
    world: World, changes: dict[str, Any], cause: str
) -> None:
    app = keyed(world, "chase")
    form = {"client_id": app.client_id, **EC.proof(app.client_id, app.base, **changes)}
    answer = asked(app, form)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.json()["error_description"] == "the client is unknown or did not prove itself"
    assert cause in why(app, answer)


def test_clocks_may_be_a_little_apart(world: World) -> None:
    app = keyed(world, "chase")
    assert proven(asked(app, EC.proof(app.client_id, app.base, iat=now() + 10, nbf=now() + 10)))


def test_case_42_an_assertion_is_good_once(world: World) -> None:
    app = keyed(world, "citi")
    form = EC.proof(app.client_id, app.base)
    assert proven(asked(app, form))
    again = asked(app, form)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    assert "used before" in why(app, again)


def test_case_42_of_twenty_parallel_uses_of_one_assertion_one_wins(world: World) -> None:
    app = keyed(world, "usbank")
    form = EC.proof(app.client_id, app.base)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: asked(app, form), range(20)))
    assert sorted(map(proven, answers)) == [False] * 19 + [True]


def test_case_42_alg_none_and_shared_secrets_are_no_signature(world: World) -> None:
    app = keyed(world, "wellsfargo")
    claims = {"iss": app.client_id, "sub": app.client_id, "aud": app.base, "exp": now() + 60, "jti": "1"}
    parts = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "none"}, claims)]
    unsigned = b".".join([*parts, b""]).decode()
    by_secret = signed_with_a_secret(json.dumps(EC.jwks), claims)
    for assertion, cause in (
        (unsigned, "'none'"),
        (by_secret, "client_secret_jwt is not offered"),
        ("x", "signed JWT"),
    ):
        answer = asked(
            app, {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion, "client_id": app.client_id}
        )
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        assert cause in why(app, answer)


def test_case_42_another_key_is_named_with_those_that_are_registered(world: World) -> None:
    app, stranger = keyed(world, "wellsfargo"), AppKey.make()
    unknown = asked(app, stranger.proof(app.client_id, app.base))
    assert f"signed by the key '{stranger.key.kid}'; the client's keys are {EC.key.kid}" in why(app, unknown)
    assertion = stranger.sign({"sub": app.client_id}, kid=EC.key.kid)
    pretended = asked(app, {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion})
    assert "no key of the client has made the signature" in why(app, pretended)


def test_case_42_a_key_in_the_header_is_not_believed(world: World) -> None:
    app, stranger = keyed(world, "wellsfargo"), AppKey.make()
    claims = {"iss": app.client_id, "sub": app.client_id, "aud": app.base, "exp": now() + 60, "jti": "1"}
    assertion = stranger.sign(claims, kid=None, jwk=stranger.key.as_dict(private=False))
    assert not proven(asked(app, {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}))


@pytest.mark.parametrize("bank", BANKS)
def test_case_42_fapi2_takes_the_issuer_alone_as_audience(world: World, bank: str) -> None:
    app = keyed(world, bank, profile="fapi2")
    assert proven(asked(app, EC.proof(app.client_id, app.base)))
    refused = [app.base + path for path in app.bank.oauth.back_channel] + [[app.base], [app.base, "https://x.example"]]
    for audience in refused:
        answer = asked(app, EC.proof(app.client_id, "", aud=audience))
        assert answer.json()["error"] == "invalid_client"
        assert f"expected {app.base}" in why(app, answer)
    assert not proven(asked(app, EC.proof(app.client_id, app.base, exp=now() + 3000)))


@pytest.mark.parametrize("bank", BANKS)
def test_case_41_one_way_at_a_time_and_the_registered_one(world: World, bank: str) -> None:
    by_key, by_secret = keyed(world, bank), application(world, bank, register(world, bank))
    proof, name = EC.proof(by_key.client_id, by_key.base), {"client_id": by_secret.client_id}
    path = by_key.bank.oauth.refresh_path or by_key.bank.oauth.token_path
    both = requests.post(
        by_key.base + path, data={**proof, "grant_type": "refresh_token"}, auth=(by_key.client_id, "x"), timeout=30
    )
    assert (both.status_code, both.json()["error"]) == (400, "invalid_request")
    assert (
        asked(by_secret, {**name, **EC.proof(by_secret.client_id, by_secret.base)}).json()["error"] == "invalid_client"
    )
    assert asked(by_key, {"client_id": by_key.client_id, "client_secret": "guess"}).json()["error"] == "invalid_client"
    assert asked(by_key, {"client_id": by_key.client_id}).json()["error"] == "invalid_client"
    in_query = requests.post(
        f"{by_secret.base}{path}?client_id={by_secret.client_id}&client_secret={by_secret.client_secret}",
        data={"grant_type": "refresh_token", "refresh_token": "unknown"},
        timeout=30,
    )
    assert (in_query.status_code, in_query.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("bank", BANKS)
def test_case_41_a_public_client_has_no_secret_to_show(world: World, bank: str) -> None:
    app = application(world, bank, register(world, bank, public=True))
    assert proven(asked(app, {"client_id": app.client_id}))
    answer = asked(app, {"client_id": app.client_id, "client_secret": "made up"})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_registered_method_is_the_only_one(world: World) -> None:
    client = register(world, "usbank", token_endpoint_auth_method="client_secret_post")
    app = application(world, "usbank", client)
    assert app.refresh("unknown").json()["error"] == "invalid_client"
    assert proven(asked(app, {"client_id": app.client_id, "client_secret": app.client_secret}))


def test_only_clients_that_registered_for_it_get_tokens_of_their_own(world: World) -> None:
    def own(**more: Any) -> requests.Response:
        app = application(world, "citi", register(world, "citi", **more))
        auth = (app.client_id, app.client_secret) if app.client_secret else None
        form = {"grant_type": "client_credentials"} | ({} if auth else {"client_id": app.client_id})
        return requests.post(app.base + app.bank.oauth.client_token_path, data=form, auth=auth, timeout=30)

    assert own().json()["scope"] == "/api"
    assert own(public=True).json()["error"] == "unauthorized_client"
    assert own(grant_types=["authorization_code"]).json()["error"] == "unauthorized_client"
    assert own(scope="customers_profiles").json()["error"] == "invalid_scope"


def test_a_client_without_the_code_flow_cannot_begin_one(world: World) -> None:
    app = application(world, "citi", register(world, "citi", grant_types=["client_credentials"]))
    assert Browser().open(app.start()).answer["error"] == "unauthorized_client"


@pytest.mark.parametrize("bank", BANKS)
def test_a_client_that_did_not_register_for_refreshing_gets_no_refresh_token(world: World, bank: str) -> None:
    app = application(world, bank, register(world, bank, grant_types=["authorization_code"]))
    answer = app.exchange(app.code())
    assert answer.status_code == 200, answer.text
    assert "refresh_token" not in answer.json()
    assert app.refresh(refresh_token(app)).json()["error"] == "unauthorized_client"


def test_a_scope_beyond_the_registered_one_is_refused(world: World) -> None:
    app = application(world, "usbank", register(world, "usbank", scope="accounts transactions"))
    assert Browser().open(app.start(scope="accounts identity")).answer["error"] == "invalid_scope"
    assert app.exchange(app.code()).json()["scope"] == "accounts transactions"
