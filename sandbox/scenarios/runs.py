"""Runs of scenarios that the server plays on itself: each in a thread, over its own HTTP APIs, as `sandbank scenario
run` does from outside. What came of them is kept where all of the server's processes find it.

What plays them (YAML, marshmallow, requests) is loaded when somebody first asks.
"""
# ruff: noqa: PLC0415

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from sandbox.kernel import ids
from sandbox.kernel.errors import RunNotFound, ScenarioNotFound
from sandbox.kernel.names import did_you_mean
from sandbox.seeding.stories import SeedStories
from sandbox.store.server_facts import ServerFacts

if TYPE_CHECKING:
    from sandbox.scenarios.runner import Line
    from sandbox.scenarios.scenario import Scenario

log = logging.getLogger("sandbank.scenarios")

AT_ONCE = 2
"""More would be played no faster: they all ask the same server."""


class Runs:
    def __init__(
        self, facts: ServerFacts, seeds: SeedStories, banks: Mapping[str, object], control_token: str | None
    ) -> None:
        self._facts = facts
        self._seeds = seeds
        self._banks = banks
        self._control_token = control_token

    @cached_property
    def scenarios(self) -> "Mapping[str, Scenario]":
        """By name. Raises SeedDataInvalid."""
        from sandbox.scenarios.files import load_scenarios

        return load_scenarios(self._seeds, self._banks)

    def scenario(self, name: str) -> "Scenario":
        """Raises ScenarioNotFound."""
        found = self.scenarios.get(name)
        if found is None:
            raise ScenarioNotFound(f"there is no scenario {name!r}", hint=did_you_mean(name, self.scenarios))
        return found

    def start(self, scenario: "Scenario", url: str, *, bank: str, keep: bool) -> dict[str, Any]:
        """A run of it on the server at `url`, under way: see `get`."""
        run = {"run_id": "run_" + ids.short(ids.secret()), "scenario": scenario.name, "status": "queued", "steps": []}
        self._put(run)
        self._players.submit(self._play, run, scenario, url, bank, keep)
        return run

    def get(self, run_id: str) -> dict[str, Any]:
        """{run_id, scenario, status: queued, running, passed, failed, skipped or broken, steps, world?, problem?}.
        Raises RunNotFound."""
        document = self._facts.find(_name(run_id))
        if document is None:
            raise RunNotFound(f"there is no run {run_id!r}")
        run: dict[str, Any] = orjson.loads(document)
        return run

    def close(self) -> None:
        """Nothing more is begun."""
        if "_players" in self.__dict__:
            self._players.shutdown(wait=False, cancel_futures=True)

    @cached_property
    def _players(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="scenario")

    def _play(self, run: dict[str, Any], scenario: "Scenario", url: str, bank: str, keep: bool) -> None:
        from sandbox.scenarios.door import Door, NoServer, Refused
        from sandbox.scenarios.runner import as_json, told_of
        from sandbox.scenarios.runner import run as play

        def tell(line: "Line") -> None:
            run["steps"] = [*run["steps"], told_of(line)]
            self._put(run | {"status": "running"})

        try:
            report = play(scenario, Door(url, self._control_token), bank=bank, keep=keep, tell=tell)
        except (NoServer, Refused) as error:
            self._put(run | {"status": "broken", "problem": str(error)})
            return
        except Exception as error:
            log.exception("the run of scenario %s broke", scenario.name)
            self._put(run | {"status": "broken", "problem": f"a mistake of ours: {type(error).__name__}"})
            return
        told = as_json(report)
        status = "skipped" if report.skipped else "passed" if told["passed"] else "failed"
        run |= {"status": status, "steps": told["steps"], "problem": report.problem or report.skipped}
        self._put(run | ({"world": report.world} if keep and report.world else {}))

    def _put(self, run: Mapping[str, Any]) -> None:
        self._facts.put(_name(run["run_id"]), orjson.dumps(run).decode())


def _name(run_id: str) -> str:
    return f"scenario-run {run_id}"
