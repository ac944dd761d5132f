"""The keys by which a bank signs: published, rotated, retired, shared by whoever serves the same database."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from sandbox.app import Sandbank
from sandbox.settings import Settings
from tests.conftest import World
from tests.oauth.conftest import BANKS, application, explained, register

PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


def steer(world: World, method: str, path: str, **more: Any) -> requests.Response:
    """A call to the control API about keys, which are in no world."""
    return requests.request(method, f"{world.server.url}/_sandbox/keys{path}", timeout=30, **more)


def keys(world: World, bank: str) -> list[dict[str, Any]]:
    """The bank's published set."""
    path = world.server.app.services.banks[bank].oauth.jwks_path
    answer = requests.get(f"{world.server.url}/{bank}{path}", timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    found: list[dict[str, Any]] = answer.json()["keys"]
    return found


def states(world: World, bank: str) -> dict[str, str]:
    told = steer(world, "GET", "", params={"bank": bank}).json()["keys"]
    return {key["kid"]: key["state"] for key in told if key["kty"] == "EC"}


def rotate(world: World, bank: str, **wish: Any) -> requests.Response:
    return steer(world, "POST", "/rotate", json={"bank": bank, **wish})


def signs(world: World, bank: str) -> str:
    """The kid of the EC key that signs."""
    keys(world, bank)
    return next(kid for kid, state in states(world, bank).items() if state == "signing")


@pytest.mark.parametrize("bank", BANKS)
def test_every_bank_publishes_public_keys_named_by_their_thumbprints(world: World, bank: str) -> None:
    published = keys(world, bank)
    assert {key["kty"] for key in published} == {"RSA", "EC"}
    for key in KeySet.import_key_set({"keys": published}).keys:
        assert key.kid == key.thumbprint()
    assert keys(world, bank) == published


@pytest.mark.parametrize("bank", BANKS)
def test_no_private_member_is_ever_told(world: World, bank: str) -> None:
    rotate(world, bank, publish_only=True)
    rotate(world, bank)
    assert [name for key in keys(world, bank) for name in key if name in PRIVATE] == []
    told = steer(world, "GET", "", params={"bank": bank}).json()["keys"]
    assert [name for key in told for name in key if name in PRIVATE or "private" in name] == []


def test_a_rotated_key_signs_at_once_and_what_the_old_one_signed_still_holds(world: World) -> None:
    app = application(world, "wellsfargo", register(world, "wellsfargo"))
    old = signs(world, "wellsfargo")
    before = app.exchange(app.code()).json()["access_token"]
    assert rotate(world, "wellsfargo").status_code == 200
    after = app.exchange(app.code()).json()["access_token"]
    published = KeySet.import_key_set({"keys": keys(world, "wellsfargo")})
    assert jwt.decode(before, published, ["ES256"]).header["kid"] == old
    assert jwt.decode(after, published, ["ES256"]).header["kid"] == signs(world, "wellsfargo") != old
    assert [app.read(token).status_code for token in (before, after)] == [200, 200]


def test_a_key_can_be_announced_before_it_signs(world: World) -> None:
    old = signs(world, "usbank")
    assert rotate(world, "usbank", publish_only=True).status_code == 200
    announced = next(kid for kid, state in states(world, "usbank").items() if state == "next")
    assert announced in [key["kid"] for key in keys(world, "usbank")]
    assert signs(world, "usbank") == old
    assert rotate(world, "usbank", publish_only=True).status_code == 409
    rotate(world, "usbank")
    assert signs(world, "usbank") == announced
    assert states(world, "usbank")[old] == "published"


def test_case_51_a_removed_key_is_gone_from_the_set_and_its_tokens_are_refused(world: World) -> None:
    app = application(world, "wellsfargo", register(world, "wellsfargo"))
    old = signs(world, "wellsfargo")
    pair = app.exchange(app.code()).json()
    rotate(world, "wellsfargo")
    kept = app.exchange(app.code()).json()["access_token"]
    answer = steer(world, "POST", "/retire", json={"bank": "wellsfargo", "kid": old})
    assert answer.status_code == 200, answer.text
    assert old not in [key["kid"] for key in keys(world, "wellsfargo")]
    refused = app.read(pair["access_token"])
    assert (refused.status_code, refused.json()["code"]) == (401, "603")
    assert refused.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    why = explained(refused)
    assert why["detail"] == "the key that signed the access token was retired"
    assert why["facts"]["kid"] == old
    introspected = app.post(app.bank.oauth.introspection_path, {"token": pair["access_token"]}).json()
    assert introspected == {"active": False}
    assert app.read(kept).status_code == 200
    assert app.read(app.refresh(pair["refresh_token"]).json()["access_token"]).status_code == 200


def test_a_key_that_signs_is_not_retired_nor_one_that_is_not_there(world: World) -> None:
    kid = signs(world, "chase")
    assert steer(world, "POST", "/retire", json={"bank": "chase", "kid": kid}).status_code == 409
    assert steer(world, "POST", "/retire", json={"bank": "chase", "kid": "nobody"}).status_code == 404
    assert steer(world, "POST", "/retire", json={"bank": "chase"}).status_code == 200
    assert signs(world, "chase") == kid


def test_keys_outlive_the_server_and_are_shared(tmp_path: Any) -> None:
    data = str(tmp_path / "keys.db")
    first, second = Sandbank(Settings(data=data)), Sandbank(Settings(data=data))
    published = first.services.keys.published("citi")
    assert second.services.keys.published("citi") == published
    first.services.database.close()
    second.services.database.close()
    third = Sandbank(Settings(data=data))
    assert third.services.keys.published("citi") == published
    third.services.database.close()


def test_of_keys_that_many_make_at_once_one_set_stays(tmp_path: Any) -> None:
    data = str(tmp_path / "race.db")
    apps = [Sandbank(Settings(data=data)) for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        sets = list(pool.map(lambda place: apps[place % 2].services.keys.published("chase"), range(8)))
    assert len({str(one) for one in sets}) == 1
    assert len(apps[0].services.keys.all("chase")) == 2
    for app in apps:
        app.services.database.close()


def test_no_key_is_made_before_it_is_needed(tmp_path: Any) -> None:
    app = Sandbank(Settings(data=str(tmp_path / "none.db")))
    assert [app.services.keys.all(bank) for bank in BANKS] == [[]] * len(BANKS)
    app.services.database.close()
