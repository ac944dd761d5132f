"""Plays a scenario on a server: makes its world, does its steps in order, and says what came of each."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.scenarios.door import Door, Refused
from sandbox.scenarios.references import Unknown, resolved
from sandbox.scenarios.scenario import Scenario, Step
from sandbox.scenarios.sights import Unseen
from sandbox.scenarios.stage import Stage
from sandbox.scenarios.steps import STEPS, Told


@dataclass(frozen=True, slots=True)
class Line:
    """What came of one step."""

    step: Step
    at: str
    """By the world's clock, once it was done."""
    text: str
    value: Any = None
    events: tuple[dict[str, Any], ...] = ()
    """Of which the client was told meanwhile."""
    problem: str = ""
    """Why it is not as the scenario has it: `file:line: step: what is wrong`."""


@dataclass(slots=True)
class Report:
    scenario: Scenario
    world: str
    lines: list[Line] = field(default_factory=list)
    skipped: str = ""
    """Why it was not played at this bank."""

    @property
    def problem(self) -> str:
        """Empty where everything was as told."""
        return self.lines[-1].problem if self.lines else ""

    @property
    def passed(self) -> bool:
        return not self.problem


def told_of(line: Line) -> dict[str, Any]:
    step = line.step
    return {"line": step.line, "step": step.word, "at": line.at, "text": line.text, "problem": line.problem}


def as_json(report: Report) -> dict[str, Any]:
    """What came of a run, for those who are told it in JSON."""
    lines = [told_of(line) for line in report.lines]
    told = {"scenario": report.scenario.name, "world": report.world, "passed": report.passed, "steps": lines}
    return told | ({"skipped": report.skipped} if report.skipped else {})


def run(
    scenario: Scenario, door: Door, *, bank: str = "", keep: bool = False, tell: Callable[[Line], None] = lambda _: None
) -> Report:
    """Ends with the first step that is not as told. `bank` plays it at another one, or skips it where the story says
    that it cannot happen; `keep` leaves the world there; `tell` hears of each step as it is done. Raises NoServer."""
    setting = replace(scenario.setting, bank=bank) if bank else scenario.setting
    if reason := scenario.not_at.get(setting.bank):
        return Report(scenario, "", skipped=reason)
    wish = {"name": f"scenario {scenario.name}", "seed": setting.seed, "now": setting.now, "frozen": True}
    world = door.control("POST", "/worlds", wish)
    stage = Stage(door, setting, world["id"], world["clients"][setting.bank])
    report = Report(scenario, stage.world_id)
    try:
        for step in scenario.steps:
            line = play(stage, step, scenario.source)
            report.lines.append(line)
            tell(line)
            if line.problem:
                break
    finally:
        if not keep:
            door.control("DELETE", f"/worlds/{stage.world_id}")
    return report


def play(stage: Stage, step: Step, source: str) -> Line:
    told, problem = Told(None, ""), ""
    try:
        told = STEPS[step.word].deed(stage, resolved(step.said, stage.known))
    except Refused as refused:
        if refused.status == step.refused:
            told = Told(refused.body, f"refused with {refused.status}, as it should be")
        else:
            problem = str(refused)
    except (Unseen, Unknown) as error:
        problem = str(error)
    else:
        if step.refused:
            problem = f"should be refused with {step.refused}, and is not"
    if step.name:
        stage.known[step.name] = told.value
    where = f"{source}:{step.line}: {step.word}: {problem}" if problem else ""
    return Line(step, stage.now, told.text, told.value, tuple(stage.news()), where)
