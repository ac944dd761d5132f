"""What the server is, and why it refused."""

import requests

from tests.conftest import NOW, Server, World
from tests.control.words import refused, told


def test_info_says_where_every_bank_answers(server: Server) -> None:
    info = told(requests.get(f"{server.url}/_sandbox/info", timeout=10))
    assert info["clock"] == {"world": "default", "now": NOW, "speed": 0.0, "frozen": True}
    assert (info["seed"], info["anchor"]) == (1, "2026-06-15")
    assert info["demo_client"]["client_id"] == "demo-app"
    assert {"username", "story"} == set(info["personas"][0])
    assert "not affiliated" in info["not_affiliated"]
    for bank in info["banks"]:
        assert bank["base_url"] == bank["issuer"] == f"{server.url}/{bank['slug']}"
        metadata = requests.get(bank["metadata_url"], timeout=10).json()
        assert metadata["authorization_endpoint"] == bank["authorization_endpoint"]
        assert metadata["token_endpoint"] == bank["token_endpoint"]
        assert requests.get(bank["openapi_url"], timeout=10).json()["openapi"] == "3.0.3"
        assert set(bank["default_scope"].split()) <= set(metadata["scopes_supported"])


def test_the_list_of_banks_is_that_of_info(server: Server) -> None:
    info = told(requests.get(f"{server.url}/_sandbox/info", timeout=10))
    assert told(requests.get(f"{server.url}/_sandbox/banks", timeout=10))["banks"] == info["banks"]


def test_info_derives_urls_from_the_name_the_caller_used(server: Server) -> None:
    port = server.url.rpartition(":")[2]
    headers = {"Host": f"localhost:{port}"}
    info = told(requests.get(f"{server.url}/_sandbox/info", headers=headers, timeout=10))
    assert info["banks"][0]["base_url"].startswith(f"http://localhost:{port}/")


def test_magic_logins_are_one_table(server: Server) -> None:
    table = told(requests.get(f"{server.url}/_sandbox/magic-logins", timeout=10))
    assert (table["password"], table["otp"]) == ("sandbank", "123456")
    assert "cancels" in [login["username"] for login in table["logins"]]


def test_a_refusal_can_be_explained(server: Server) -> None:
    answer = requests.get(f"{server.url}/_sandbox/clock", params={"wrold": "x"}, timeout=10)
    refusal = refused(answer, 400, "InvalidInput")
    story = told(requests.get(f"{server.url}/_sandbox/why/{refusal['trace']}", timeout=10))
    assert story["request"] == {"method": "GET", "path": "/_sandbox/clock", "bank": None}
    assert story["violations"][0]["name"] == "wrold"
    assert "Did you mean world?" in story["detail"]


def test_a_banks_refusal_can_be_explained(world: World) -> None:
    answer = world.access("chase").get("/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts/nope")
    assert answer.status_code == 404
    story = told(requests.get(f"{world.server.url}/_sandbox/why/{answer.headers['Sandbank-Trace']}", timeout=10))
    assert (story["error"], story["world_id"], story["persona"]) == ("AccountNotFound", world.world_id, "maya")


def test_an_unknown_trace_is_said_to_be_unknown(server: Server) -> None:
    refused(requests.get(f"{server.url}/_sandbox/why/nothing", timeout=10), 404, "TraceNotFound")


def test_unknown_paths_and_methods_are_named(server: Server) -> None:
    refused(requests.get(f"{server.url}/_sandbox/nowhere", timeout=10), 404, "UnknownPath")
    answer = requests.delete(f"{server.url}/_sandbox/clock", timeout=10)
    refused(answer, 405, "MethodNotAllowed")
    assert answer.headers["Allow"] == "GET, HEAD, PUT"


def test_bodies_must_be_json(server: Server) -> None:
    answer = requests.post(f"{server.url}/_sandbox/clock/advance", data="by=1d", timeout=10)
    refused(answer, 415, "UnsupportedMediaType")
    answer = requests.get(f"{server.url}/_sandbox/info", headers={"Accept": "text/html"}, timeout=10)
    refused(answer, 406, "NotAcceptable")


def test_long_bodies_are_refused_and_the_server_lives_on(server: Server) -> None:
    answer = requests.post(f"{server.url}/_sandbox/worlds", data=b" " * (2 << 20), timeout=10)
    refused(answer, 413, "PayloadTooLarge")
    told(requests.get(f"{server.url}/_sandbox/info", timeout=10))


def test_two_worlds_with_the_same_past_have_one_fingerprint(server: Server, world: World) -> None:
    twin = told(requests.post(f"{server.url}/_sandbox/worlds", json={"now": NOW, "frozen": True}, timeout=10), 201)
    before = told(world.control("GET", "/fingerprint"))["fingerprint"]
    answer = requests.get(f"{server.url}/_sandbox/fingerprint", params={"world": twin["id"]}, timeout=10)
    assert told(answer)["fingerprint"] == before
    world.advance("PT1S")
    assert told(world.control("GET", "/fingerprint"))["fingerprint"] != before
