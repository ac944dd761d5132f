"""Extension documents stand under every bank's prefix, and speak in its voice."""

import pytest
import requests

from sandbox.contract.extensions import NAMES
from tests.conftest import Server, World

BANKS = ("chase", "citi", "usbank", "wellsfargo")


@pytest.mark.parametrize("bank", BANKS)
def test_the_server_lists_and_serves_the_extensions_of_every_bank(server: Server, bank: str) -> None:
    banks = requests.get(f"{server.url}/_sandbox/info", timeout=10).json()["banks"]
    listed = next(one for one in banks if one["slug"] == bank)["extensions"]
    assert [one["name"] for one in listed] == list(NAMES)
    for one in listed:
        document = requests.get(one["openapi_url"], timeout=10).json()
        assert document["servers"][0]["url"] == f"/{bank}/{one['name']}/v1"
        text = requests.get(one["openapi_url"].replace(".json", ".yaml"), timeout=10)
        assert text.headers["Content-Type"] == "application/yaml"
        assert requests.get(one["docs_url"], timeout=10).status_code == 200


@pytest.mark.parametrize("bank", BANKS)
def test_an_extension_takes_the_banks_tokens_and_refuses_in_its_words(world: World, bank: str) -> None:
    answer = world.access(bank).get("/events/v1/event-types")
    assert answer.status_code == 200
    assert {"sandbox.purchase.created", "sandbox.consent.revoked"} <= {
        one["type"] for one in answer.json()["event_types"]
    }
    refused = requests.get(f"{world.server.url}/{bank}/events/v1/event-types", timeout=10)
    assert refused.status_code == 401
    assert "Sandbank-Contract" not in refused.headers
    own = requests.get(f"{world.server.url}/{bank}/openapi.json", timeout=10).json()
    assert set(refused.json()) <= set(own["components"]["schemas"]["Error"]["properties"])


def test_at_the_banks_own_host_its_extensions_have_no_prefix(server: Server) -> None:
    host = {"Host": "chase.localhost"}
    document = requests.get(f"{server.url}/events/v1/openapi.json", headers=host, timeout=10).json()
    assert document["servers"][0]["url"] == "/events/v1"


def test_a_path_beside_an_extensions_own_leads_nowhere(world: World) -> None:
    answer = world.access("chase").get("/events/v1/event-typos")
    assert answer.status_code == 404
    why = requests.get(f"{world.server.url}/_sandbox/why/{answer.headers['Sandbank-Trace']}", timeout=10).json()
    assert "/event-types" in str(why)
