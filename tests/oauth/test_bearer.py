"""Access tokens at the banks' APIs (RFC 6750): where they travel, and how a refusal sounds."""

from collections.abc import Callable

import pytest
import requests

from tests.conftest import Access, World
from tests.oauth.conftest import BANKS, App, application, register
from tests.oauth.proofs import Holder, prove, tokens


def accounts(access: Access, world: World, bank: str, **more: object) -> requests.Response:
    path = world.server.app.services.banks[bank].accounts_path
    return access.get(path, **more)


def sound(answer: requests.Response, status: int, challenge: str) -> None:
    """In the bank's voice, as its document declares it, and with a challenge that RFC 6750 knows."""
    assert answer.status_code == status, answer.text
    assert answer.headers["WWW-Authenticate"] == challenge
    assert "Sandbank-Contract" not in answer.headers
    assert answer.headers["Sandbank-Trace"]


# --- Case 34: tokens in the wrong place ------------------------------------------------------------------------------


@pytest.mark.parametrize("bank", BANKS)
@pytest.mark.parametrize("beside", [True, False], ids=["in the header as well", "there alone"])
def test_case_34_a_token_in_the_query_is_never_accepted(world: World, bank: str, beside: bool) -> None:
    access = world.access(bank)
    headers = {} if beside else {"Authorization": None}
    answer = accounts(access, world, bank, params={"access_token": access.token}, headers=headers)
    sound(answer, 400, 'Bearer error="invalid_request"')
    assert access.token not in answer.text
    assert accounts(access, world, bank).status_code == 200


@pytest.mark.parametrize("bank", BANKS)
@pytest.mark.parametrize("beside", [True, False], ids=["in the header as well", "there alone"])
def test_case_34_a_token_in_the_body_is_never_accepted(world: World, bank: str, beside: bool) -> None:
    access = world.access(bank)
    headers = {} if beside else {"Authorization": None}
    answer = accounts(access, world, bank, data={"access_token": access.token}, headers=headers)
    sound(answer, 400, 'Bearer error="invalid_request"')


# --- Case 35: tokens that do not work, or not for this ---------------------------------------------------------------


def expired(world: World, access: Access) -> Access:
    world.advance("PT2H")
    return access


def revoked(world: World, access: Access) -> Access:
    bank = access.base.rpartition("/")[2]
    client, policy = world.clients[bank], world.server.app.services.banks[bank].oauth
    answer = requests.post(
        access.base + policy.revocation_path,
        data={"token": access.token},
        auth=(client["client_id"], client["client_secret"]),
        timeout=30,
    )
    assert answer.status_code == 200
    return access


def malformed(_world: World, access: Access) -> Access:
    return Access(access.base, access.consent_id, access.token[:-3] + "~~~", access.headers)


def of_another_bank(world: World, access: Access) -> Access:
    bank = access.base.rpartition("/")[2]
    other = world.access(next(one for one in BANKS if one != bank))
    return Access(access.base, access.consent_id, other.token, access.headers)


def withdrawn(world: World, access: Access) -> Access:
    assert world.control("POST", f"/consents/{access.consent_id}/revoke", params={"world": None}).status_code == 200
    return access


DEAD: dict[str, Callable[[World, Access], Access]] = {
    "expired": expired,
    "revoked": revoked,
    "malformed": malformed,
    "of another bank": of_another_bank,
    "consent withdrawn": withdrawn,
}


@pytest.mark.parametrize("bank", BANKS)
@pytest.mark.parametrize("kind", DEAD)
def test_case_35_a_dead_token_is_invalid(world: World, bank: str, kind: str) -> None:
    access = DEAD[kind](world, world.access(bank))
    sound(accounts(access, world, bank), 401, 'Bearer error="invalid_token"')


@pytest.mark.parametrize("bank", BANKS)
@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Token x"])
def test_case_35_without_a_token_the_challenge_names_no_error(
    world: World, bank: str, authorization: str | None
) -> None:
    answer = accounts(world.access(bank), world, bank, headers={"Authorization": authorization})
    sound(answer, 401, 'Bearer realm="accounts"')


@pytest.mark.parametrize("bank", BANKS)
def test_case_35_a_refresh_token_opens_nothing(world: World, bank: str) -> None:
    given = world.consent(bank)
    access = world.access(bank)
    refresh = Access(access.base, access.consent_id, given["refresh_token"], access.headers)
    sound(accounts(refresh, world, bank), 401, 'Bearer error="invalid_token"')


def test_case_35_too_poor_a_scope_is_told_apart(world: World) -> None:
    access = world.access("usbank", scope="statements")
    sound(accounts(access, world, "usbank"), 403, 'Bearer error="insufficient_scope"')


def test_case_35_a_dead_token_of_a_key_is_challenged_in_its_own_scheme(world: World) -> None:
    app: App = application(world, "chase", register(world, "chase"))
    holder = Holder()
    token = tokens(app, holder)["access_token"]
    world.advance("PT2H")
    refused = prove(app, holder, token)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == 'DPoP error="invalid_token"'
