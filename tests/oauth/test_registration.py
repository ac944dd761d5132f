"""Clients that register themselves and look after their registration (RFC 7591, RFC 7592), at every bank."""

from typing import Any

import pytest
import requests

from tests.conftest import World
from tests.control.words import told
from tests.oauth.browser import Browser
from tests.oauth.conftest import BANKS, CALLBACK, App, application
from tests.oauth.keys import AppKey, now


def endpoint(world: World, bank: str) -> str:
    metadata = requests.get(f"{world.server.url}/{bank}/.well-known/oauth-authorization-server", timeout=30).json()
    return str(metadata["registration_endpoint"])


def initial(world: World, **wish: str) -> dict[str, str]:
    """The header that lets a client register in the test's own world."""
    given = told(world.control("POST", "/registration-tokens", json=wish))
    return {"Authorization": f"Bearer {given['initial_access_token']}"}


def register(world: World, bank: str, **metadata: Any) -> requests.Response:
    said = {"client_name": "A bot", "redirect_uris": [CALLBACK], **metadata}
    body = {name: value for name, value in said.items() if value is not None}
    return requests.post(endpoint(world, bank), json=body, headers=initial(world), timeout=30)


def own(made: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {made['registration_access_token']}"}


def refused(answer: requests.Response, status: int = 400) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Sandbank-Contract" not in answer.headers
    return str(answer.json()["error"])


@pytest.mark.parametrize("bank", BANKS)
def test_a_client_registers_and_its_customer_consents(world: World, bank: str) -> None:
    answer = register(world, bank, contacts=["ops@bot.example"], logo_uri="https://bot.example/logo.png")
    made = told(answer, 201)
    assert answer.headers["Cache-Control"] == "no-store"
    assert made["grant_types"] == ["authorization_code", "refresh_token"]
    assert (made["token_endpoint_auth_method"], made["client_secret_expires_at"]) == ("client_secret_basic", 0)
    assert (made["contacts"], made["logo_uri"]) == (["ops@bot.example"], "https://bot.example/logo.png")
    app = application(world, bank, made)
    token = app.exchange(app.code()).json()
    assert app.read(token["access_token"]).status_code == 200
    assert world.control("GET", f"/clients/{bank}/{made['client_id']}").json()["world"] == world.world_id


def test_without_an_initial_access_token_it_belongs_to_the_default_world(world: World) -> None:
    url = endpoint(world, "usbank")
    made = told(requests.post(url, json={"redirect_uris": [CALLBACK]}, timeout=30), 201)
    client = requests.get(f"{world.server.url}/_sandbox/clients/usbank/{made['client_id']}", timeout=30).json()
    assert (client["world"], client["profile"]) == ("default", "easy")
    assert requests.delete(made["registration_client_uri"], headers=own(made), timeout=30).status_code == 204


def test_an_initial_access_token_is_good_for_its_bank_and_its_day(world: World) -> None:
    url, headers = endpoint(world, "usbank"), initial(world, bank="usbank", profile="strict")
    body = {"redirect_uris": [CALLBACK]}
    made = told(requests.post(url, json=body, headers=headers, timeout=30), 201)
    assert world.control("GET", f"/clients/usbank/{made['client_id']}").json()["profile"] == "strict"
    assert (
        refused(requests.post(endpoint(world, "citi"), json=body, headers=headers, timeout=30), 401) == "invalid_token"
    )
    world.advance("P1D")
    assert refused(requests.post(url, json=body, headers=headers, timeout=30), 401) == "invalid_token"
    guess = {"Authorization": "Bearer guess"}
    answer = requests.post(url, json=body, headers=guess, timeout=30)
    assert (refused(answer, 401), answer.headers["WWW-Authenticate"]) == (
        "invalid_token",
        'Bearer error="invalid_token"',
    )


def test_an_initial_access_token_opens_nothing_else(world: World) -> None:
    app = application(world, "chase", told(register(world, "chase"), 201))
    token = initial(world)["Authorization"].removeprefix("Bearer ")
    assert app.read(token).status_code == 401
    assert app.refresh(token).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("bank", BANKS)
def test_a_registration_is_read_changed_and_given_up(world: World, bank: str) -> None:
    made = told(register(world, bank, scope=world.server.app.services.banks[bank].oauth.default_scope), 201)
    url = made["registration_client_uri"]
    read = told(requests.get(url, headers=own(made), timeout=30))
    secrets = ("client_secret", "client_secret_expires_at")
    assert read == {name: value for name, value in made.items() if name not in secrets}

    change = {
        "client_id": made["client_id"],
        "client_name": "A better bot",
        "redirect_uris": ["https://bot.example/cb"],
    }
    changed = told(requests.put(url, json=change, headers=own(made), timeout=30))
    assert (changed["client_name"], changed["redirect_uris"]) == ("A better bot", ["https://bot.example/cb"])
    assert "scope" not in changed
    assert refused(requests.get(url, headers=own(made), timeout=30), 401) == "invalid_token"
    assert told(requests.get(url, headers=own(changed), timeout=30))["client_name"] == "A better bot"

    given = world.consent(bank, client_id=made["client_id"])
    app = application(world, bank, made)
    assert app.read(given["access_token"]).status_code == 200
    assert requests.delete(url, headers=own(changed), timeout=30).status_code == 204
    assert app.read(given["access_token"]).status_code == 401
    assert app.refresh(given["refresh_token"]).json()["error"] == "invalid_client"
    assert world.control("GET", f"/consents/{given['consent_id']}").json()["status"] == "REVOKED"
    assert refused(requests.get(url, headers=own(changed), timeout=30), 401) == "invalid_token"


def test_a_way_to_prove_itself_can_be_changed(world: World) -> None:
    key, made = AppKey.make(), told(register(world, "usbank"), 201)
    change = {
        "client_id": made["client_id"],
        "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": key.jwks,
    }
    url = made["registration_client_uri"]
    changed = told(requests.put(url, json=change, headers=own(made), timeout=30))
    assert (changed["jwks"], "client_secret" in changed) == (key.jwks, False)
    app = application(world, "usbank", made)
    assert app.refresh("unknown").json()["error"] == "invalid_client"
    form = {"grant_type": "refresh_token", "refresh_token": "unknown", **key.proof(app.client_id, app.base)}
    assert requests.post(app.metadata["token_endpoint"], data=form, timeout=30).json()["error"] == "invalid_grant"


def test_what_fdx_recipients_say_comes_back_at_wells_fargo(world: World) -> None:
    fdx = {
        "description": "Shows balances in a chat",
        "duration_type": ["TIME_BOUND", "ONE_TIME"],
        "duration_period": 365,
        "lookback_period": 730,
        "registry_references": [
            {"registered_entity_name": "Bot Inc", "registered_entity_id": "5493001KJTIIGC8Y1R12", "registry": "GLEIF"}
        ],
        "intermediaries": [{"name": "Aggregator", "uri": "https://agg.example", "contacts": ["ops@agg.example"]}],
    }
    made = told(register(world, "wellsfargo", **fdx), 201)
    assert {name: made[name] for name in fdx} == fdx
    assert made["status"] == "APPROVED"
    assert refused(register(world, "wellsfargo", duration_type=["FOREVER"])) == "invalid_client_metadata"
    assert "duration_type" not in told(register(world, "citi", **fdx), 201)


@pytest.mark.parametrize("bank", BANKS)
@pytest.mark.parametrize(
    "scheme", ["javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "/x"]
)
def test_case_9_addresses_that_could_run_are_refused(world: World, bank: str, scheme: str) -> None:
    assert refused(register(world, bank, redirect_uris=[scheme])) == "invalid_redirect_uri"
    for member in ("logo_uri", "client_uri", "policy_uri", "tos_uri"):
        assert refused(register(world, bank, **{member: scheme})) == "invalid_client_metadata"


@pytest.mark.parametrize("member", ["uri", "logo_uri"])
def test_case_9_an_intermediarys_addresses_cannot_run_either(world: World, member: str) -> None:
    answer = register(world, "wellsfargo", intermediaries=[{"name": "A", member: "javascript:alert(1)"}])
    assert refused(answer) == "invalid_client_metadata"


@pytest.mark.parametrize(
    "redirect_uris",
    [
        ["http://bot.example/cb"],
        ["https://bot.example/#x"],
        ["https://*.bot.example/"],
        ["https://user@bot.example/"],
        ["http://127.0.0.1.evil.example/"],
        ["loopback:*"],
        [],
        ["cb"],
        "https://bot.example/cb",
        [7],
        None,
    ],
)
def test_case_48_a_redirect_uri_that_could_mislead_is_refused(world: World, redirect_uris: Any) -> None:
    assert refused(register(world, "usbank", redirect_uris=redirect_uris)) == "invalid_redirect_uri"


def test_chase_registers_one_redirect_uri(world: World) -> None:
    two = [CALLBACK, "https://bot.example/cb"]
    assert refused(register(world, "chase", redirect_uris=two)) == "invalid_redirect_uri"
    assert told(register(world, "usbank", redirect_uris=two), 201)["redirect_uris"] == two


@pytest.mark.parametrize(
    "metadata",
    [
        {"grant_types": ["password"]},
        {"grant_types": ["client_credentials"]},
        {"response_types": ["token"]},
        {"token_endpoint_auth_method": "client_secret_jwt"},
        {"token_endpoint_auth_method": "magic"},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": []}},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [{"kty": "oct", "k": "eA"}]}},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks": AppKey.make().jwks, "jwks_uri": "https://x.example"},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://169.254.169.254/"},
        {"token_endpoint_auth_method": "tls_client_auth"},
        {"request_object_signing_alg": "none", "jwks": AppKey.make().jwks},
        {"request_object_signing_alg": "ES256"},
        {"id_token_signed_response_alg": "none"},
        {"scope": "everything"},
        {"client_name": ""},
        {"contacts": "ops@bot.example"},
        {"require_pushed_authorization_requests": "yes"},
    ],
)
def test_what_the_bank_cannot_honour_is_refused(world: World, metadata: dict[str, Any]) -> None:
    assert refused(register(world, "usbank", **metadata)) == "invalid_client_metadata"


def test_a_private_key_is_never_taken(world: World) -> None:
    key = AppKey.make()
    answer = register(world, "usbank", jwks={"keys": [key.key.as_dict(private=True)]})
    assert refused(answer) == "invalid_client_metadata"
    assert key.key.as_dict(private=True)["d"] not in answer.text


@pytest.mark.parametrize("bank", BANKS)
def test_case_48_nobody_else_reads_changes_or_ends_a_registration(world: World, bank: str) -> None:
    mine, other = told(register(world, bank), 201), told(register(world, bank), 201)
    url = mine["registration_client_uri"]
    change = {"client_id": mine["client_id"], "redirect_uris": ["https://evil.example/cb"]}
    for headers in (own(other), initial(world), {"Authorization": "Bearer guess"}, {}, {"Authorization": "Basic eDp4"}):
        assert refused(requests.get(url, headers=headers, timeout=30), 401) == "invalid_token"
        assert refused(requests.put(url, json=change, headers=headers, timeout=30), 401) == "invalid_token"
        assert refused(requests.delete(url, headers=headers, timeout=30), 401) == "invalid_token"
    nobody = url.replace(mine["client_id"], "app-nobody")
    by_control = url.replace(mine["client_id"], world.clients[bank]["client_id"])
    answers = [requests.get(one, headers=own(mine), timeout=30) for one in (nobody, by_control)]
    assert [answer.text for answer in answers] == [requests.get(url, headers=own(other), timeout=30).text] * 2
    assert told(requests.get(url, headers=own(mine), timeout=30))["redirect_uris"] == [CALLBACK]


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "another"},
        {},
        {"client_secret": "guess"},
        {"registration_access_token": "x"},
        {"client_id_issued_at": 1},
    ],
)
def test_a_change_says_whose_it_is_and_sends_nothing_back(world: World, change: dict[str, Any]) -> None:
    made = told(register(world, "citi"), 201)
    body = {"redirect_uris": [CALLBACK]} | ({"client_id": made["client_id"]} if change else {}) | change
    answer = requests.put(made["registration_client_uri"], json=body, headers=own(made), timeout=30)
    assert refused(answer) == "invalid_request"
    kept = {"client_id": made["client_id"], "client_secret": made["client_secret"], "redirect_uris": [CALLBACK]}
    told(requests.put(made["registration_client_uri"], json=kept, headers=own(made), timeout=30))


# --- Software statements -------------------------------------------------------------------------------------------


def statement(world: World, **claims: Any) -> str:
    url = f"{world.server.url}/_sandbox/software-statements"
    answer = requests.post(url, json={"software_id": "bot", **claims}, timeout=30)
    return str(told(answer)["software_statement"])


@pytest.mark.parametrize("bank", BANKS)
def test_a_software_statement_counts_before_what_stands_beside_it(world: World, bank: str) -> None:
    vouched = statement(world, client_name="The vouched bot", redirect_uris=[CALLBACK])
    made = told(register(world, bank, client_name="Another", redirect_uris=None, software_statement=vouched), 201)
    assert (made["client_name"], made["redirect_uris"]) == ("The vouched bot", [CALLBACK])
    assert made["software_statement"] == vouched
    assert "code" in Browser().open(application(world, bank, made).start()).consent("omar").answer


@pytest.mark.parametrize("bank", BANKS)
def test_case_48_a_software_statement_that_nobody_signed_is_refused(world: World, bank: str) -> None:
    good = statement(world, redirect_uris=[CALLBACK])
    head, body, signature = good.split(".")
    forged = {
        "by another key": AppKey.make().sign({"redirect_uris": [CALLBACK]}),
        "altered": f"{head}.{body[:-2]}AA.{signature}",
        "unsigned": f"eyJhbGciOiJub25lIn0.{body}.",
        "run out": statement(world, exp=now() - 10),
        "nothing": "",
        "not a JWT": "a.b.c",
    }
    for kind, text in forged.items():
        answer = register(world, bank, software_statement=text)
        assert (kind, refused(answer)) == (kind, "invalid_software_statement")


def test_case_48_redirect_uris_beyond_the_statement_are_refused(world: World) -> None:
    vouched = statement(world, redirect_uris=["https://bot.example/cb"])
    answer = register(world, "usbank", redirect_uris=["https://bot.example/cb", CALLBACK], software_statement=vouched)
    assert refused(answer) == "invalid_redirect_uri"


def test_a_bad_value_in_a_good_statement_is_still_bad(world: World) -> None:
    vouched = statement(world, logo_uri="javascript:alert(1)", redirect_uris=[CALLBACK])
    assert refused(register(world, "usbank", software_statement=vouched)) == "invalid_client_metadata"


def test_secrets_and_tokens_are_kept_as_fingerprints(app: App) -> None:
    made = told(register(app.world, app.bank.slug), 201)
    database = app.world.server.app.services.database
    stored = str(database.connection.execute("SELECT document FROM client").fetchall())
    assert made["client_id"] in stored
    assert made["client_secret"] not in stored
    assert made["registration_access_token"] not in stored


@pytest.mark.parametrize("bank", BANKS)
def test_a_client_id_that_no_client_can_have_is_refused(world: World, bank: str) -> None:
    too_long = f"{endpoint(world, bank)}/{'x' * 500}"

    assert refused(requests.get(too_long, headers=initial(world, bank=bank), timeout=30)) == "invalid_request"


def test_a_header_that_is_wrong_is_no_fault_of_the_metadata(world: World) -> None:
    headers = {**initial(world, bank="wellsfargo"), "x-fapi-interaction-id": "u"}
    answer = requests.get(f"{endpoint(world, 'wellsfargo')}/app", headers=headers, timeout=30)

    assert refused(answer) == "invalid_request"
