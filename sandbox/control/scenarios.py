"""Scenarios: listed, shown, and played on this very server."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sandbox.control.operation import Operation, bank_of, members
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.errors import Conflict

if TYPE_CHECKING:
    from sandbox.scenarios.scenario import Scenario


def list_scenarios(services: Services, _call: Call) -> Reply:
    return Reply({"scenarios": [_shown(one) for one in services.runs.scenarios.values()]})


def get_scenario(services: Services, call: Call) -> Reply:
    found = services.runs.scenario(call.path["name"])
    steps = [{"line": step.line, "step": step.word, "said": step.said, "say": step.say} for step in found.steps]
    return Reply(_shown(found) | {"steps": steps})


def run_scenario(services: Services, call: Call) -> Reply:
    found, wish = services.runs.scenario(call.path["name"]), members(call)
    bank = bank_of(services, wish["bank"]).slug if "bank" in wish else ""
    run = services.runs.start(found, _own_address(call), bank=bank, keep=wish.get("keep", False))
    return Reply(run, 202, headers={"Location": f"/_sandbox/scenario-runs/{run['run_id']}"})


def get_scenario_run(services: Services, call: Call) -> Reply:
    return Reply(services.runs.get(call.path["runId"]))


def _own_address(call: Call) -> str:
    """Where the server hears itself: the socket at which the call came in, whatever name the client has for it."""
    host, port = call.asked.local or ("", None)
    if port is None or call.base_url.startswith("https:"):
        raise Conflict(
            "the server plays scenarios over plain HTTP on a port of its own",
            hint="Ask at its http:// address, or use `sandbank scenario run --url`.",
        )
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _shown(scenario: "Scenario") -> dict[str, Any]:
    told = {"name": scenario.name, "story": scenario.story, "shows": scenario.shows, "file": scenario.source}
    return told | {"world": asdict(scenario.setting), "not_at": dict(scenario.not_at)}


OPERATIONS: Mapping[str, Operation] = {
    "listScenarios": list_scenarios,
    "getScenario": get_scenario,
    "runScenario": run_scenario,
    "getScenarioRun": get_scenario_run,
}
