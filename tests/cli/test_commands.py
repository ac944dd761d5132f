"""The commands that talk to a running server."""

from pathlib import Path

import pytest
import requests

from sandbox import __version__
from sandbox.cli import COMMANDS
from tests.cli.words import asked, run
from tests.conftest import NOW, World


@pytest.fixture
def here(world: World) -> dict[str, str]:
    """An environment in which commands mean the test's own world."""
    return {"SANDBANK_URL": world.server.url, "SANDBANK_WORLD": world.world_id}


def test_the_version_is_the_packages() -> None:
    assert run("--version").output == f"sandbank {__version__}\n"
    assert asked("version")["sandbank"] == __version__


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_say_what_it_is_for(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert result.output.startswith("Usage: ")
    assert name in run("--help").output


def test_an_unknown_command_is_named_with_the_one_near_it() -> None:
    result = run("wordl")
    assert result.exit_code == 2
    assert "Did you mean world?" in result.output


def test_where_no_server_answers_a_line_says_so() -> None:
    result = run("clock", SANDBANK_URL="http://127.0.0.1:1")
    assert result.exit_code == 3
    assert result.output.startswith("sandbank: no server answers at http://127.0.0.1:1")
    assert result.output.count("\n") == 1


def test_something_else_that_answers_is_not_taken_for_a_server(world: World) -> None:
    result = run("clock", "--url", f"{world.server.url}/chase/openapi.json#")
    assert result.exit_code == 1


def test_a_proxy_in_the_environment_is_passed_by_for_this_machine(here: dict[str, str]) -> None:
    assert run("clock", **here, HTTP_PROXY="http://127.0.0.1:1", http_proxy="http://127.0.0.1:1").exit_code == 0


def test_info_is_for_people_and_for_scripts(here: dict[str, str]) -> None:
    assert asked("info", **here)["clock"]["now"] == NOW
    shown = run("info", **here).output
    assert "demo-app / demo-secret" in shown
    assert "wellsfargo" in shown
    page = asked("messenger", "pages", **here)["pages"][0]
    assert page["page_token"] in shown
    assert page["verify_token"] in shown


def test_a_person_talks_to_a_bot_by_hand(here: dict[str, str]) -> None:
    assert "nobody hears messages. The app has no webhook" in run("messenger", "say", "maya", "Hello", **here).output
    shown = run("messenger", "thread", "maya", **here).output
    assert "the window is open until" in shown
    assert "Hello" in shown
    refused = run("messenger", "tap", "maya", "Balance", **here)
    assert refused.exit_code == 1
    assert "nothing called 'Balance' to tap" in refused.output
    assert "no Log In button" in run("messenger", "link", "maya", **here).output
    told = run("messenger", "webhook", "http://127.0.0.1:9/webhook", **here).output
    assert told == "Sandbank Bot app is told at http://127.0.0.1:9/webhook\n"


def test_a_page_gets_another_app_by_hand(here: dict[str, str]) -> None:
    assert "Help Desk" in run("messenger", "apps", "--add", "Help Desk", **here).output
    app_id = asked("messenger", "apps", **here)["apps"][1]["app_id"]
    told = run("messenger", "webhook", "http://127.0.0.1:9/desk", "--app", app_id, **here).output
    assert told == "Help Desk is told at http://127.0.0.1:9/desk\n"


def test_a_person_talks_to_a_bot_on_whatsapp_by_hand(here: dict[str, str]) -> None:
    there = ("--channel", "whatsapp")
    lost = run("messenger", "say", "maya", "Hello there", *there, **here).output
    assert "The app has no webhook for whatsapp_business_account" in lost
    assert "15:00  Maya        Hello there" in run("messenger", "thread", "maya", *there, **here).output
    assert run("messenger", "tap", "maya", "Balance", *there, **here).exit_code == 1


def test_a_clock_is_read_and_moved(here: dict[str, str]) -> None:
    assert run("clock", **here).output == f"{NOW} (frozen)\n"
    assert asked("clock", "advance", "1d2h", **here)["now"] == "2026-06-16T17:00:00Z"
    assert asked("clock", "set", "2026-07-01", **here)["now"] == "2026-07-01T00:00:00Z"
    assert asked("clock", "speed", "60", **here)["speed"] == 60
    assert asked("clock", "freeze", **here)["frozen"]
    assert not asked("clock", "run", **here)["frozen"]


def test_a_refusal_is_one_line_with_its_trace(here: dict[str, str]) -> None:
    result = run("clock", "set", "2020-01-01", **here)
    assert result.exit_code == 1
    assert "reset" in result.output
    trace = result.output.rpartition("sandbank why ")[2].rstrip(")\n")
    assert asked("why", trace, **here)["error"] == "ClockMovedBack"
    assert "only goes forward" in run("why", trace, **here).output


def test_worlds_are_made_copied_reset_and_deleted(here: dict[str, str]) -> None:
    made = asked("world", "create", "--name", "by hand", "--seed", 9, "--freeze", **here)
    assert (made["name"], made["seed"], made["frozen"]) == ("by hand", 9, True)
    copy = asked("world", "fork", made["id"], **here)
    assert {made["id"], copy["id"]} <= {world["id"] for world in asked("world", "list", **here)["worlds"]}
    assert asked("world", "reset", made["id"], "--now", "2026-02-01", **here)["now"] == "2026-02-01T00:00:00Z"
    assert asked("world", "show", made["id"], **here)["now"] == "2026-02-01T00:00:00Z"
    shown = run("world", "list", **here).output
    assert "by hand" in shown
    for world in (made, copy):
        assert run("world", "delete", world["id"], **here).exit_code == 0
    assert run("world", "show", made["id"], **here).exit_code == 1
    assert run("world", "delete", "default", **here).exit_code == 1


def test_a_consent_is_given_and_withdrawn(world: World, here: dict[str, str]) -> None:
    client = ("--client-id", world.clients["chase"]["client_id"])
    given = asked("consent", "give", "chase", "maya", *client, "--account", "Household", **here)
    assert len(given["accounts"]) == 1
    headers = {"Authorization": f"Bearer {given['access_token']}"}
    assert requests.get(given["accounts_url"], headers=headers, timeout=10).status_code == 200
    listed = asked("consent", "list", "--world", world.world_id, "--customer", "maya", **here)["consents"]
    assert [one["consent_id"] for one in listed] == [given["consent_id"]]
    assert (
        asked("consent", "suspend", given["consent_id"], "--reason", "CUSTOMER_REVIEW", **here)["status"] == "SUSPENDED"
    )
    assert requests.get(given["accounts_url"], headers=headers, timeout=10).status_code == 401
    assert asked("consent", "resume", given["consent_id"], **here)["status"] == "ACTIVE"
    assert asked("consent", "revoke", given["consent_id"], **here)["status"] == "REVOKED"
    assert asked("consent", "show", given["consent_id"], **here)["status"] == "REVOKED"
    assert "Bearer" in run("consent", "give", "citi", "maya", "--world", world.world_id, **here).output


def test_keys_are_listed_rotated_and_retired(here: dict[str, str]) -> None:
    first = asked("keys", "rotate", "--bank", "citi", "--publish-only", **here)["keys"]
    announced = {key["kid"] for key in first if key["state"] == "next"}
    second = asked("keys", "rotate", "--bank", "citi", **here)["keys"]
    assert {key["kid"] for key in second if key["state"] == "signing"} == announced
    old = next(key["kid"] for key in second if key["state"] == "published")
    retired = asked("keys", "retire", "--bank", "citi", "--kid", old, **here)["keys"]
    assert [key["kid"] for key in retired if key["retired_at"]][-1] == old
    shown = run("keys", "list", "--bank", "citi", **here).output
    assert "retired" in shown
    assert all(kid in shown for kid in announced)


def test_names_that_are_paths_do_no_harm(here: dict[str, str]) -> None:
    assert run("world", "delete", "../consents", **here).exit_code == 1
    assert run("why", "a/b?c", **here).exit_code == 1


def test_personas_need_no_server() -> None:
    personas = asked("personas", SANDBANK_URL="http://127.0.0.1:1")["personas"]
    assert "maya" in [persona["slug"] for persona in personas]
    shown = run("personas").output
    assert all(persona["slug"] in shown for persona in personas)
    card = run("personas", "maya").output
    assert "Maya Torres" in card
    assert "Did you mean maya" in run("personas", "maja").output


def test_a_new_persona_is_sound_and_is_never_written_over(tmp_path: Path) -> None:
    assert run("persona", "new", "robin", "--dir", tmp_path, "--name", "Robin Vega").exit_code == 0
    file = tmp_path / "robin.yaml"
    before = file.read_text()
    assert asked("persona", "check", tmp_path)["problems"] == []
    assert "1 file is sound" in run("persona", "check", file).output
    again = run("persona", "new", "robin", "--dir", tmp_path)
    assert (again.exit_code, file.read_text()) == (1, before)
    assert "robin" in [one["slug"] for one in asked("personas", "--seed-data", tmp_path)["personas"]]
    assert run("persona", "new", "Robin!", "--dir", tmp_path).exit_code == 1


def test_problems_of_a_persona_are_told_by_file_and_line(tmp_path: Path) -> None:
    run("persona", "new", "robin", "--dir", tmp_path)
    file = tmp_path / "robin.yaml"
    file.write_text(file.read_text().replace("kind: SAVINGS", "kind: SAVING"))
    result = run("persona", "check", file)
    line = 1 + file.read_text().splitlines().index("    kind: SAVING")
    assert result.exit_code == 1
    assert f"robin.yaml:{line}: accounts[1].kind" in result.output
    assert "Did you mean SAVINGS?" in result.output


def test_clients_are_registered_shown_given_another_secret_and_struck_off(here: dict[str, str], tmp_path: Path) -> None:
    name = ("usbank", "A bot", "http://127.0.0.1:9000/cb", "https://bot.example/cb")
    made = asked("client", "add", *name, "--scope", "accounts", **here)
    client = ("usbank", made["client_id"])
    assert made["redirect_uris"] == list(name[2:])
    assert made["client_id"] in run("client", "list", "--bank", "usbank", **here).output
    assert asked("client", "show", *client, **here)["scope"] == "accounts"
    assert "accounts" in run("client", "show", *client, **here).output
    assert asked("client", "rotate-secret", *client, **here)["client_secret"] != made["client_secret"]
    assert run("client", "delete", *client, **here).output == f"deleted {made['client_id']}\n"
    assert run("client", "show", *client, **here).exit_code == 1

    keys = tmp_path / "keys.json"
    keys.write_text("{")
    by_key = ("--auth-method", "private_key_jwt", "--jwks", str(keys))
    assert run("client", "add", *name, *by_key, **here).exit_code == 2
    keys.write_text('{"keys": []}')
    assert run("client", "add", *name, *by_key, **here).exit_code == 1
    assert asked("client", "add", *name, "--public", **here)["public"]


def test_faults_are_ordered_and_taken_away(here: dict[str, str]) -> None:
    fault = asked("fault", "add", "status", "--status", 429, "--bank", "chase", "--times", 2, **here)
    assert (fault["match"], fault["times"]) == ({"bank": "chase"}, 2)
    assert "bank chase" in run("fault", "list", **here).output
    assert run("fault", "clear", fault["id"], **here).exit_code == 0
    assert asked("fault", "list", **here) == {"faults": []}


def test_a_profile_takes_the_place_of_all_faults(here: dict[str, str]) -> None:
    run("fault", "add", "drift", "--kind", "new-enum", "--kind", "null-member", **here)
    assert "slow-bank" in run("fault", "profile", **here).output
    assert "empty-page" in run("fault", "kinds", **here).output
    put = asked("fault", "profile", "maintenance-window", "--bank", "citi", **here)
    assert [one["error"] for one in put["faults"]] == ["Maintenance"]
    assert asked("fault", "list", **here) == put
    assert run("fault", "clear", **here).exit_code == 0
    assert asked("fault", "list", **here) == {"faults": []}


def test_what_cannot_be_ordered_is_a_line(here: dict[str, str]) -> None:
    refused = run("fault", "profile", "slow-bonk", **here)
    assert refused.exit_code == 1
    assert "Did you mean slow-bank" in refused.output
