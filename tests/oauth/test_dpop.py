"""Tokens that are given to a key, and proofs of it request by request (RFC 9449)."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
import requests
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from sandbox.app import Sandbank
from sandbox.kernel import ids
from sandbox.settings import Settings
from tests.conftest import World
from tests.oauth.browser import Browser
from tests.oauth.conftest import App, application, register
from tests.oauth.proofs import Holder, Key, ath, exchange, now, prove, read, token_request, tokens


def why(world: World, answer: requests.Response) -> dict[str, Any]:
    trace = answer.headers["Sandbank-Trace"]
    story: dict[str, Any] = requests.get(f"{world.server.url}/_sandbox/why/{trace}", timeout=30).json()
    return story


def strict(world: World, bank: str = "usbank", **more: Any) -> App:
    return application(world, bank, register(world, bank, profile="strict", **more))


# --- What works ------------------------------------------------------------------------------------------------------


def test_a_token_given_to_a_key_works_with_a_proof_at_every_bank(app: App) -> None:
    holder = Holder()
    given = tokens(app, holder)
    assert given["token_type"] == "DPoP"
    answer = prove(app, holder, given["access_token"])
    assert answer.status_code == 200, answer.text
    assert "Sandbank-Contract" not in answer.headers


def test_without_a_proof_nothing_changes(chase_app: App) -> None:
    given = tokens(chase_app, None)
    assert given["token_type"] == "bearer"
    answer = chase_app.read(given["access_token"])
    assert answer.status_code == 200
    assert "DPoP-Nonce" not in answer.headers


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize(
    ("alg", "key"),
    [
        ("ES256", ECKey.generate_key("P-256")),
        ("PS256", RSAKey.generate_key(2048)),
        ("RS256", RSAKey.generate_key(2048)),
        ("EdDSA", OKPKey.generate_key("Ed25519")),
        ("Ed25519", OKPKey.generate_key("Ed25519")),
    ],
)
def test_every_asymmetric_algorithm_will_do(chase_app: App, alg: str, key: Key) -> None:
    holder = Holder(key, alg)
    assert prove(chase_app, holder, tokens(chase_app, holder)["access_token"]).status_code == 200


def test_a_strict_client_is_asked_for_a_nonce_and_an_easy_one_is_offered_it(world: World, chase_app: App) -> None:
    easy, careful = Holder(), Holder()
    answer = exchange(chase_app, easy, chase_app.code())
    assert answer.status_code == 200
    assert answer.headers["DPoP-Nonce"]

    app = strict(world)
    code, url = app.code(), app.base + app.bank.oauth.token_path
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": app.redirect_uri}
    first = requests.post(
        url,
        data={**form, "code_verifier": app.verifier},
        headers={"DPoP": careful.proof("POST", url)},
        auth=(app.client_id, app.client_secret),
        timeout=30,
    )
    assert (first.status_code, first.json()["error"]) == (400, "use_dpop_nonce")
    careful.listen(first)
    given = exchange(app, careful, code).json()  # the code is still good
    careful.nonce = ""
    refused = read(app, "DPoP", given["access_token"], careful.proof("GET", app.base + app.bank.accounts_path))
    assert refused.status_code == 401
    assert prove(app, careful, given["access_token"]).status_code == 200


def test_a_nonce_lets_a_client_whose_clock_is_behind_prove_itself(chase_app: App) -> None:
    holder = Holder()
    given = tokens(chase_app, holder)
    assert holder.nonce
    assert prove(chase_app, holder, given["access_token"], iat=now() - 3600).status_code == 200


def test_the_proofs_address_is_the_one_that_the_client_sees(world: World, chase_app: App) -> None:
    holder = Holder()
    token = tokens(chase_app, holder)["access_token"]
    path, port = chase_app.bank.accounts_path, world.server.url.rpartition(":")[2]
    by_name = requests.get(
        f"{world.server.url}{path}",
        headers={
            "Host": f"chase.localhost:{port}",
            "Authorization": f"DPoP {token}",
            "DPoP": holder.proof("GET", f"http://chase.localhost:{port}{path}", token),
        },
        timeout=30,
    )
    assert by_name.status_code == 200, by_name.text
    behind_proxy = requests.get(
        f"{chase_app.base}{path}",
        headers={
            "X-Forwarded-Host": "bank.example.com",
            "X-Forwarded-Proto": "https",
            "Authorization": f"DPoP {token}",
            "DPoP": holder.proof("GET", f"https://BANK.example.com:443/chase{path}", token),
        },
        timeout=30,
    )
    assert behind_proxy.status_code == 200, behind_proxy.text


def test_a_public_clients_refresh_token_is_given_to_its_key_as_well(world: World) -> None:
    app = application(world, "usbank", register(world, "usbank", public=True))
    holder, thief = Holder(), Holder()
    given = tokens(app, holder)
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    stolen = token_request(app, thief, form)
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    assert token_request(app, None, form).json()["error"] == "invalid_grant"
    renewed = token_request(app, holder, form)
    assert renewed.status_code == 200, renewed.text
    assert prove(app, holder, renewed.json()["access_token"]).status_code == 200


def test_a_confidential_client_may_refresh_with_another_key(world: World, chase_app: App) -> None:
    old, new = Holder(), Holder()
    given = tokens(chase_app, old)
    renewed = token_request(
        chase_app, new, {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    ).json()
    assert prove(chase_app, new, renewed["access_token"]).status_code == 200


def test_introspection_tells_the_key(world: World) -> None:
    app = application(world, "wellsfargo", register(world, "wellsfargo"))
    holder = Holder()
    given = tokens(app, holder)
    told = app.post(app.bank.oauth.introspection_path, {"token": given["access_token"]}).json()
    assert told["cnf"] == {"jkt": holder.jkt}
    assert told["token_type"] == "DPoP"


def test_a_clients_own_token_can_be_given_to_a_key(world: World) -> None:
    app = application(world, "citi", register(world, "citi"))
    holder = Holder()
    answer = token_request(app, holder, {"grant_type": "client_credentials"}, app.bank.oauth.client_token_path)
    assert answer.json()["token_type"] == "DPoP"


def test_a_client_that_registered_for_bound_tokens_gets_no_others(world: World) -> None:
    app = application(world, "chase", register(world, "chase", dpop_bound_access_tokens=True))
    refused = exchange(app, None, app.code())
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_dpop_proof")
    assert tokens(app, Holder())["token_type"] == "DPoP"


def test_a_consent_given_by_the_control_api_gives_its_tokens_to_a_key_too(world: World) -> None:
    app = application(world, "usbank", register(world, "usbank", dpop_bound_access_tokens=True))
    asked = {"bank": "usbank", "client_id": app.client_id, "customer": "omar"}
    refused = world.control("POST", "/consents", json=asked)
    assert (refused.status_code, refused.json()["violations"][0]["name"]) == (400, "/cnf")
    holder = Holder()
    given = world.control("POST", "/consents", json={**asked, "cnf": {"jkt": holder.jkt}}).json()
    assert given["token_type"] == "DPoP"
    assert prove(app, holder, given["access_token"]).status_code == 200
    assert app.read(given["access_token"]).status_code == 401


# --- Case 45: proofs that prove nothing ------------------------------------------------------------------------------

Forged = Callable[[Holder, str, str, str], str]
"""A DPoP header from the holder, the method, the URL and the token (empty at the token endpoint)."""


def changed(**changes: Any) -> Forged:
    return lambda holder, method, url, token: holder.proof(method, url, token, **changes)


def dated(seconds: int) -> Forged:
    """So many seconds from when it is sent: this table is made when tests are collected, minutes before they run."""
    return lambda holder, method, url, token: holder.proof(method, url, token, iat=now() + seconds)


def with_query(holder: Holder, method: str, url: str, token: str) -> str:
    return holder.proof(method, url.replace("127.0.0.1", "127.0.0.2") + "?a=b", token)


def with_private_key(holder: Holder, method: str, url: str, token: str) -> str:
    return holder.proof(method, url, token, jwk=holder.key.as_dict(private=True))


def unsigned(holder: Holder, method: str, url: str, token: str) -> str:
    _, payload, _ = holder.proof(method, url, token).split(".")
    none = {"typ": "dpop+jwt", "alg": "none", "jwk": holder.key.as_dict(private=False)}
    return f"{urlsafe_b64encode(json.dumps(none).encode()).rstrip(b'=').decode()}.{payload}."


def by_shared_secret(holder: Holder, method: str, url: str, token: str) -> str:
    secret = OctKey.generate_key(256)
    payload = json.dumps({"jti": "1", "htm": method, "htu": url, "iat": now()}).encode()
    header = {"typ": "dpop+jwt", "alg": "HS256", "jwk": secret.as_dict()}
    return jws.serialize_compact(header, payload, secret, algorithms=["HS256"])


def by_another_key_than_shown(holder: Holder, method: str, url: str, token: str) -> str:
    return holder.proof(method, url, token, jwk=ECKey.generate_key("P-256").as_dict(private=False))


def twice(holder: Holder, method: str, url: str, token: str) -> str:
    return ", ".join([holder.proof(method, url, token), holder.proof(method, url, token)])


FORGERIES: dict[str, Forged] = {
    "another method": changed(htm="PUT"),
    "method in small letters": changed(htm="get"),
    "another path": changed(htu="http://127.0.0.1:1/chase/other"),
    "another host, with a query": with_query,
    "no URL": changed(htu=""),
    "a URL that is none": changed(htu="http://[::1"),
    "stale": dated(-120),
    "from the future": dated(90),
    "iat as text": changed(iat="now"),
    "iat beyond numbers": changed(iat=float("nan")),
    "without jti": changed(jti=None),
    "jti that is no text": changed(jti=7),
    "wrong type": changed(typ="JWT"),
    "without type": changed(typ=None),
    "without key": changed(jwk=None),
    "private key shown": with_private_key,
    "alg none": unsigned,
    "alg HS256": by_shared_secret,
    "signed by another key": by_another_key_than_shown,
    "two headers": twice,
    "no JWT": lambda *_: "nonsense",
    "too long": lambda *_: "a" * 20_000,
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_case_45_a_forged_proof_gives_no_token(world: World, chase_app: App, forgery: str) -> None:
    url, holder = chase_app.base + chase_app.bank.oauth.token_path, Holder()
    code = chase_app.code()
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": chase_app.redirect_uri,
        "code_verifier": chase_app.verifier,
    }
    refused = requests.post(
        url,
        data=form,
        headers={"DPoP": FORGERIES[forgery](holder, "POST", url, "")},
        auth=(chase_app.client_id, chase_app.client_secret),
        timeout=30,
    )
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_dpop_proof"), refused.text
    assert "Sandbank-Contract" not in refused.headers
    assert "9449" in why(world, refused)["rule"]
    assert exchange(chase_app, holder, code).status_code == 200  # the code was not burnt


@pytest.mark.parametrize("forgery", FORGERIES)
def test_case_45_a_forged_proof_opens_no_account(world: World, forgery: str) -> None:
    app = application(world, "usbank", register(world, "usbank"))
    holder, url = Holder(), app.base + app.bank.accounts_path
    token = tokens(app, holder)["access_token"]
    holder.nonce = ""
    refused = read(app, "DPoP", token, FORGERIES[forgery](holder, "GET", url, token))
    assert refused.status_code == 401, refused.text
    assert 'error="invalid_dpop_proof"' in refused.headers["WWW-Authenticate"]
    assert 'DPoP algs="ES256' in refused.headers["WWW-Authenticate"]
    assert "Sandbank-Contract" not in refused.headers
    assert prove(app, holder, token).status_code == 200


@pytest.mark.parametrize("changes", [{"ath": None}, {"ath": ath("another token")}, {"ath": 1}], ids=str)
def test_case_45_a_proof_without_its_token_opens_no_account(chase_app: App, changes: dict[str, Any]) -> None:
    holder = Holder()
    token = tokens(chase_app, holder)["access_token"]
    refused = prove(chase_app, holder, token, **changes)
    assert refused.status_code == 401
    assert 'error="invalid_dpop_proof"' in refused.headers["WWW-Authenticate"]


def test_case_45_another_key_opens_no_account(world: World, chase_app: App) -> None:
    token = tokens(chase_app, Holder())["access_token"]
    thief = Holder()
    refused = prove(chase_app, thief, token)
    assert refused.status_code == 401
    assert why(world, refused)["facts"]["got"] == thief.jkt


def test_case_45_a_proof_is_good_once(world: World, chase_app: App) -> None:
    holder, url = Holder(), chase_app.base + chase_app.bank.accounts_path
    token = tokens(chase_app, holder)["access_token"]
    proof = holder.proof("GET", url, token)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: read(chase_app, "DPoP", token, proof), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7
    refused = next(answer for answer in answers if answer.status_code == 401)
    assert "jti" in why(world, refused)["detail"]


def test_case_45_a_bound_token_is_no_bearer_token(world: World, app: App) -> None:
    holder = Holder()
    token = tokens(app, holder)["access_token"]
    for refused in (
        read(app, "Bearer", token),
        read(app, "Bearer", token, holder.proof("GET", app.base + app.bank.accounts_path, token)),
    ):
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"].startswith('Bearer error="invalid_token", DPoP algs=')
        assert "Sandbank-Contract" not in refused.headers
        assert why(world, refused)["error"] == "TokenBound"


def test_case_45_a_bearer_token_is_not_made_good_by_a_proof(chase_app: App) -> None:
    holder, token = Holder(), tokens(chase_app, None)["access_token"]
    refused = prove(chase_app, holder, token)
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]


def test_case_45_the_scheme_without_a_proof_opens_no_account(chase_app: App) -> None:
    token = tokens(chase_app, Holder())["access_token"]
    refused = read(chase_app, "DPoP", token)
    assert refused.status_code == 401
    assert 'error="invalid_dpop_proof"' in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize("nonce", [None, "invented", 7], ids=str)
def test_case_45_a_strict_client_needs_the_servers_nonce(world: World, nonce: object) -> None:
    app, holder = strict(world), Holder()
    token = tokens(app, holder)["access_token"]
    refused = prove(app, holder, token, nonce=nonce)
    assert refused.status_code == 401
    assert 'error="use_dpop_nonce"' in refused.headers["WWW-Authenticate"]
    assert refused.headers["DPoP-Nonce"]
    assert prove(app, holder, token).status_code == 200


def test_case_45_an_old_nonce_is_not_enough(chase_app: App, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    holder = Holder()
    token = tokens(chase_app, holder)["access_token"]
    nonces = world.server.app.services.endpoints.servers["chase"].bindings.proofs.nonces
    machine = nonces.wall
    with monkeypatch.context() as later:
        later.setattr(nonces, "wall", lambda: machine() - 180_000)
        holder.nonce = nonces.latest()
    refused = read(chase_app, "DPoP", token, holder.proof("GET", chase_app.base + chase_app.bank.accounts_path, token))
    assert refused.status_code == 401
    assert 'error="use_dpop_nonce"' in refused.headers["WWW-Authenticate"]


# --- Case 46: codes that are given to a key --------------------------------------------------------------------------


@pytest.mark.parametrize("pushed", [False, True], ids=["in the URL", "pushed"])
def test_case_46_a_code_given_to_a_key_is_for_that_key(world: World, pushed: bool) -> None:
    app = application(world, "wellsfargo", register(world, "wellsfargo"))
    holder, thief = Holder(), Holder()

    def code() -> str:
        if not pushed:
            return app.code(dpop_jkt=holder.jkt)
        url = push(app, dpop_jkt=holder.jkt).json()["request_uri"]
        return by_reference(app, url)

    for wrong in (thief, None):
        refused = exchange(app, wrong, code())
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert exchange(app, holder, code()).status_code == 200


def test_case_46_a_proof_at_the_par_endpoint_binds_the_code(world: World) -> None:
    app = application(world, "wellsfargo", register(world, "wellsfargo"))
    holder, thief = Holder(), Holder()
    made = push(app, holder)
    assert made.status_code == 201, made.text
    assert made.headers["DPoP-Nonce"]
    refused = exchange(app, thief, by_reference(app, made.json()["request_uri"]))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    again = push(app, holder)
    assert exchange(app, holder, by_reference(app, again.json()["request_uri"])).status_code == 200


def test_case_46_a_pushed_thumbprint_is_the_proofs(world: World) -> None:
    app = application(world, "wellsfargo", register(world, "wellsfargo"))
    refused = push(app, Holder(), dpop_jkt=Holder().jkt)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_dpop_proof")


def test_case_46_a_thumbprint_has_its_form(chase_app: App) -> None:
    answer = requests.get(chase_app.start(dpop_jkt="short"), allow_redirects=False, timeout=30)
    assert "error=invalid_request" in answer.headers["Location"]


def push(app: App, holder: Holder | None = None, **members: str) -> requests.Response:
    """A pushed authorization request, with a proof where there is a holder."""
    url = app.base + app.bank.oauth.pushed_authorization_path
    query = requests.Request("GET", app.start()).prepare().url or ""
    form = {**dict(parse_qsl(query.partition("?")[2])), **members}
    headers = {"DPoP": holder.proof("POST", url)} if holder else {}
    return requests.post(url, data=form, headers=headers, auth=(app.client_id, app.client_secret), timeout=30)


def by_reference(app: App, request_uri: str) -> str:
    """Through the pages to a code, from a pushed request."""
    endpoint = app.metadata["authorization_endpoint"]
    url = f"{endpoint}?client_id={app.client_id}&request_uri={quote(request_uri, safe='')}"
    return Browser().open(url).consent("omar").answer["code"]


def test_two_servers_on_one_database_make_the_same_nonces(tmp_path: Any) -> None:
    data = str(tmp_path / "one.db")
    first, second = Sandbank(Settings(data=data)), Sandbank(Settings(data=data))
    nonces = [one.services.endpoints.servers["chase"].bindings.proofs.nonces for one in (first, second)]
    for one in nonces:
        one.wall = lambda: 1_781_000_000_000
    assert nonces[0].latest() == nonces[1].latest()
    assert nonces[0].good(nonces[1].latest())
    for app in (first, second):
        app.services.database.close()


def test_identifiers_of_proofs_are_told_apart_by_key(chase_app: App) -> None:
    """Two clients that count their proofs from one do not stand in each other's way."""
    jti, url = ids.secret(16), chase_app.base + chase_app.bank.accounts_path
    for holder in (Holder(), Holder()):
        token = tokens(chase_app, holder)["access_token"]
        assert read(chase_app, "DPoP", token, holder.proof("GET", url, token, jti=jti)).status_code == 200
