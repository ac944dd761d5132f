"""Who holds an account with somebody sees what is shared of it, and can take it out. Amina and Jon, at every bank."""

import pytest

from tests.conftest import World
from tests.control.words import refused, told
from tests.oauth.conftest import BANKS

every_bank = pytest.mark.parametrize("bank", BANKS)


@every_bank
def test_the_other_holder_sees_what_is_shared_of_common_accounts(world: World, bank: str) -> None:
    given = world.consent(bank, "amina")
    names = {one["account_id"]: one["name"] for one in given["accounts"]}
    [shared] = told(world.control("GET", "/customers/jon/shared-by-others"))["shared"]
    assert (shared["consent_id"], shared["shared_by"]) == (given["consent_id"], "amina")
    assert {names[account] for account in shared["accounts"]} == {"Household", "House & holidays", "Garland Terrace"}
    assert told(world.control("GET", "/customers/amina/shared-by-others"))["shared"] == []
    assert told(world.control("GET", "/customers/maya/shared-by-others"))["shared"] == []


@every_bank
def test_a_refused_account_leaves_the_consent_at_once(world: World, bank: str) -> None:
    given, access = world.consent(bank, "amina"), world.access(bank, "amina")
    household = next(one for one in given["accounts"] if one["name"] == "Household")
    path = world.server.app.services.banks[bank].accounts_path
    assert household["id"] in access.get(path).text
    wish = {"customer": "jon", "account": "Household"}
    consent = told(world.control("POST", f"/consents/{access.consent_id}/refusals", json=wish))
    assert household["id"] not in access.get(path).text
    assert household["account_id"] not in consent["accounts"]
    assert consent["history"][-1]["act"] == "REFUSED"
    assert [one["account_id"] for one in consent["refusals"]] == [household["account_id"]]
    back = {"accounts": [household["account_id"]]}
    refused(world.control("PATCH", f"/consents/{access.consent_id}", json=back), 409, "AccountRefused")


def test_one_account_is_refused_like_any_that_is_not_shared(world: World) -> None:
    access, given = world.access("wellsfargo", "amina"), world.consent("wellsfargo", "amina")
    account = next(one["id"] for one in given["accounts"] if one["name"] == "Household")
    assert access.get(f"/fdx/v6/accounts/{account}").status_code == 200
    refusal = {"customer": "jon", "account": "Household"}
    told(world.control("POST", f"/consents/{access.consent_id}/refusals", json=refusal))
    answer = access.get(f"/fdx/v6/accounts/{account}")
    assert (answer.status_code, answer.json()["code"]) == (404, "701")


def test_the_consent_ends_when_nothing_is_left_in_it(world: World) -> None:
    access = world.access("chase", "amina", accounts=["Household"])
    refusal = {"customer": "jon", "account": "Household"}
    consent = told(world.control("POST", f"/consents/{access.consent_id}/refusals", json=refusal))
    assert (consent["status"], consent["accounts"]) == ("REVOKED", [])
    assert [event["act"] for event in consent["history"]] == ["GRANTED", "REFUSED", "REVOKED"]
    path = world.server.app.services.banks["chase"].accounts_path
    assert access.get(path).status_code == 401
    refused(world.control("POST", f"/consents/{access.consent_id}/refusals", json=refusal), 409, "ConsentAlreadyEnded")


@pytest.mark.parametrize(("customer", "account"), [("maya", "Household"), ("amina", "Household"), ("jon", "Amina")])
def test_nobody_refuses_what_is_not_theirs_with_another(world: World, customer: str, account: str) -> None:
    given = world.consent("chase", "amina")
    wish = {"customer": customer, "account": account}
    refused(world.control("POST", f"/consents/{given['consent_id']}/refusals", json=wish), 404, "AccountNotFound")
