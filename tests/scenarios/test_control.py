"""Scenarios played by the server on itself."""

from typing import Any

import pytest
import requests

from tests.conftest import Server
from tests.events.webhooks import until


def ask(server: Server, method: str, path: str, **more: Any) -> requests.Response:
    return requests.request(method, f"{server.url}/_sandbox{path}", timeout=60, **more)


def ended(server: Server, location: str) -> dict[str, Any]:
    """The run, once it is over."""
    address = location.removeprefix("/_sandbox")

    def look() -> dict[str, Any]:
        run: dict[str, Any] = ask(server, "GET", address).json()
        return run

    return until(look, lambda run: run["status"] not in ("queued", "running"), patience=60)


def test_scenarios_are_listed_and_shown(server: Server) -> None:
    listed = ask(server, "GET", "/scenarios").json()["scenarios"]
    assert len(listed) >= 20
    shown = ask(server, "GET", "/scenarios/payday").json()
    assert {name: value for name, value in shown.items() if name != "steps"} in listed
    assert shown["steps"][0].keys() == {"line", "step", "said", "say"}


def test_a_scenario_is_played_by_the_server_on_itself(server: Server) -> None:
    begun = ask(server, "POST", "/scenarios/payday/runs")
    assert begun.status_code == 202, begun.text
    run = ended(server, begun.headers["Location"])
    assert (run["status"], run["problem"]) == ("passed", "")
    assert [step["problem"] for step in run["steps"]] == [""] * len(run["steps"])
    assert "world" not in run


def test_a_scenario_that_cannot_happen_at_a_bank_is_skipped(server: Server) -> None:
    begun = ask(server, "POST", "/scenarios/empty-first-page/runs", json={"bank": "usbank"})
    run = ended(server, begun.headers["Location"])
    assert (run["status"], run["steps"]) == ("skipped", [])
    assert run["problem"] == ask(server, "GET", "/scenarios/empty-first-page").json()["not_at"]["usbank"]


def test_a_world_that_is_kept_can_be_looked_at(server: Server) -> None:
    run = ended(server, ask(server, "POST", "/scenarios/payday/runs", json={"keep": True}).headers["Location"])
    assert ask(server, "DELETE", f"/worlds/{run['world']}").status_code == 204


@pytest.mark.parametrize(
    ("method", "path", "rule"),
    [("GET", "/scenarios/payda", "ScenarioNotFound"), ("POST", "/scenarios/payda/runs", "ScenarioNotFound"),
     ("GET", "/scenario-runs/run_nobody", "RunNotFound")],
)  # fmt: skip
def test_what_is_not_there_is_named(server: Server, method: str, path: str, rule: str) -> None:
    refused = ask(server, method, path)
    assert (refused.status_code, refused.json()["error"]) == (404, rule)


def test_another_bank_has_to_be_one(server: Server) -> None:
    assert ask(server, "POST", "/scenarios/payday/runs", json={"bank": "nobank"}).status_code in (400, 404)
