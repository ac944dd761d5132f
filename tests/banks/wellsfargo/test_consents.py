"""FDX's consent API at Wells Fargo: the grant, its end, and the registry of who may receive."""

from typing import Any

import pytest
import requests

from tests.conftest import Access, World
from tests.control.words import told
from tests.oauth.conftest import CALLBACK, register

HEADERS = {"x-fapi-interaction-id": "3f0c9b7e-6a51-4f0e-9a0e-2f6f7f1c8d10"}


def by_client(world: World, method: str, path: str, **more: Any) -> requests.Response:
    """A call in the client's own name, with HTTP Basic."""
    client = world.clients["wellsfargo"]
    credentials = (client["client_id"], client["client_secret"])
    url = f"{world.server.url}/wellsfargo/fdx/v6{path}"
    return requests.request(method, url, auth=credentials, headers=HEADERS, timeout=30, **more)


def end(world: World, consent_id: str, **more: str) -> requests.Response:
    body = {"reason": "USER_ACTION", "initiator": "INDIVIDUAL", **more}
    return by_client(world, "PUT", f"/consents/{consent_id}/revocation", json=body)


def test_the_grant_names_its_parties_as_the_registry_knows_them(world: World) -> None:
    asked = {
        "client_name": "Budget Bot",
        "redirect_uris": [CALLBACK],
        "client_uri": "https://budget.example.com",
        "registry_references": [
            {
                "registered_entity_name": "Budget Inc.",
                "registered_entity_id": "5493001KJTIIGC8Y1R12",
                "registry": "GLEIF",
            }
        ],
        "intermediaries": [{"name": "Pipes Ltd.", "uri": "https://pipes.example.com"}],
    }
    made = told(requests.post(f"{world.server.url}/wellsfargo/oauth2/v1/register", json=asked, timeout=30), 201)
    wish = {"bank": "wellsfargo", "customer": "maya", "client_id": made["client_id"]}
    given = told(requests.post(f"{world.server.url}/_sandbox/consents", json=wish, timeout=30), 201)
    access = Access(f"{world.server.url}/wellsfargo", given["consent_id"], given["access_token"], dict(HEADERS))
    grant = told(access.get(f"/fdx/v6/consents/{given['consent_id']}"))
    recipient, platform, provider = grant["parties"]
    assert (recipient["type"], recipient["registry"], recipient["registeredEntityName"]) == (
        "DATA_RECIPIENT",
        "GLEIF",
        "Budget Inc.",
    )
    assert platform == {"name": "Pipes Ltd.", "type": "DATA_ACCESS_PLATFORM", "homeUri": "https://pipes.example.com"}
    assert provider["type"] == "DATA_PROVIDER"
    listed = told(access.get(f"/fdx/v6/recipients/{made['client_id']}"))
    assert (listed["client_name"], listed["intermediaries"]) == ("Budget Bot", asked["intermediaries"])
    assert not {"client_secret", "registration_access_token", "redirect_uris"} & listed.keys()


def test_it_ends_once_and_its_link_turns_from_revoking_to_reading(world: World) -> None:
    access = world.access("wellsfargo")
    path = f"/consents/{access.consent_id}"
    assert told(by_client(world, "GET", path))["links"][0]["rel"] == "revoke"
    assert told(by_client(world, "GET", f"{path}/revocation")) == {"revocations": []}
    assert end(world, access.consent_id, reason="BUSINESS_RULE", initiator="DATA_RECIPIENT").status_code == 204
    assert access.get("/fdx/v6/accounts").status_code == 401
    [ended] = told(by_client(world, "GET", f"{path}/revocation"))["revocations"]
    assert (ended["status"], ended["reason"], ended["initiator"]) == ("REVOKED", "BUSINESS_RULE", "DATA_RECIPIENT")
    again = told(by_client(world, "GET", path))
    assert (again["status"], again["links"][0]["rel"]) == ("REVOKED", "revocation")
    assert told(end(world, access.consent_id), 409)["code"] == "409"


def test_one_that_ran_out_cannot_be_ended(world: World) -> None:
    given = world.consent("wellsfargo", lifetime_days=1)
    world.advance("P2D")
    assert end(world, given["consent_id"]).status_code == 409
    assert told(by_client(world, "GET", f"/consents/{given['consent_id']}"))["status"] == "EXPIRED"


@pytest.mark.parametrize("body", [{}, {"reason": "BOREDOM", "initiator": "INDIVIDUAL"}, {"reason": "USER_ACTION"}])
def test_reason_and_initiator_are_fdxs(world: World, body: dict[str, str]) -> None:
    given = world.consent("wellsfargo")
    answer = by_client(world, "PUT", f"/consents/{given['consent_id']}/revocation", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "401")


def test_another_clients_consent_is_not_there(world: World) -> None:
    other = register(world, "wellsfargo")
    given = world.consent("wellsfargo", client_id=other["client_id"])
    for method, path in (("GET", ""), ("GET", "/revocation")):
        assert by_client(world, method, f"/consents/{given['consent_id']}{path}").status_code == 404
    assert end(world, given["consent_id"]).status_code == 404
    assert told(world.control("GET", f"/consents/{given['consent_id']}"))["status"] == "ACTIVE"


def test_a_lasting_grant_still_ends_after_a_year(world: World) -> None:
    given = world.consent("wellsfargo", duration="PERSISTENT")
    grant = told(by_client(world, "GET", f"/consents/{given['consent_id']}"))
    assert (grant["durationType"], grant["durationPeriod"], grant["lookbackPeriod"]) == ("PERSISTENT", 365, 730)


def test_the_registry_is_read_page_by_page(world: World) -> None:
    for _ in range(2):
        register(world, "wellsfargo")
    first = told(by_client(world, "GET", "/recipients?limit=2"))
    assert (first["page"]["totalElements"], len(first["recipients"])) == (3, 2)
    second = told(by_client(world, "GET", f"/recipients?limit=2&pageKey={first['page']['nextPageKey']}"))
    names = [one["recipient_id"] for one in (*first["recipients"], *second["recipients"])]
    assert len(set(names)) == 3
    assert world.clients["wellsfargo"]["client_id"] in names


def test_the_grant_lists_accounts_by_the_names_that_they_have_now(world: World) -> None:
    path = "/customers/maya/accounts"
    account_id = told(world.control("GET", path, params={"bank": "wellsfargo"}))["accounts"][0]["account_id"]
    told(world.control("PATCH", f"/accounts/{account_id}", json={"quirks": ["renumbered_when_linked"]}))
    first = world.consent("wellsfargo")
    second = world.consent("wellsfargo")
    names = [account["id"] for account in second["accounts"]]
    assert names != [account["id"] for account in first["accounts"]]
    for given in (first, second):
        grant = told(by_client(world, "GET", f"/consents/{given['consent_id']}"))
        assert [one["resourceId"] for one in grant["resources"] if one["resourceType"] == "ACCOUNT"] == names
