"""Reads scenario files, `seed_data/scenarios/<name>.yaml`, and says with file and line what is wrong with one.

name, story, shows     what it is called, what happens, what a developer learns from it
world                  persona, bank (unless told: chase), now, seed: the world that is made for a run
not_at                 banks at which it cannot happen, each with the reason
steps                  mappings with one word of `steps.STEPS` and, as needed, `say` (what a narrator tells),
                       `as` (the name by which later steps refer to what came of it: `$order.purchase_id`) and
                       `refused` (the status with which the step has to fail)
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.fields import Field

from sandbox.kernel.clock import parse_instant
from sandbox.kernel.errors import SeedDataInvalid
from sandbox.kernel.names import did_you_mean
from sandbox.scenarios.references import names_in
from sandbox.scenarios.scenario import Scenario, Setting, Step
from sandbox.scenarios.steps import STEPS
from sandbox.seeding import marked_yaml
from sandbox.seeding.folders import folders, shown
from sandbox.seeding.marked_yaml import Document, Place
from sandbox.seeding.personas import Persona
from sandbox.seeding.schemas import read_as
from sandbox.seeding.seed_fields import Many, Names, Node, Number, Text, unknown
from sandbox.seeding.stories import SeedStories
from sandbox.seeding.text_forms import Matching, slug_text

NOW = "2026-06-15T15:00:00Z"
NAME = re.compile(r"[a-z][a-z0-9_]*")
OWN = frozenset({"world", "bank", "client_id"})
"""Names that a stage knows from the start."""


class Instant(Field[str]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            found: datetime = parse_instant(str(value))
        except (ValueError, OverflowError):
            raise ValidationError(f"{value!r} is not an instant such as {NOW}") from None
        return found.isoformat()


class SettingNode(Node):
    builds = Setting
    persona = Text(required=True)
    bank = slug_text(load_default="chase")
    now = Instant(load_default=NOW)
    seed = Number(high=2**53 - 1, whole=True)


class StepField(Field[Step]):
    """A mapping with one word, which says what is done."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Step:
        words = [word for word in value if word not in BESIDE] if isinstance(value, Mapping) else []
        if len(words) != 1:
            raise ValidationError(f"must be a mapping with one of {', '.join(STEPS)}")
        (word,) = words
        if word not in STEPS:
            hint = did_you_mean(str(word), STEPS)
            raise ValidationError(
                {str(word): [f"no such step. {hint} (allowed: {', '.join(STEPS)})".replace("  ", " ")]}
            )
        read, problems = dict[str, Any](), dict[str, Any]()
        for name, field in {word: STEPS[word].form, **BESIDE}.items():
            try:
                read[name] = field.deserialize(value[name]) if name in value else None
            except ValidationError as error:
                problems[name] = error.messages
        if problems:
            raise ValidationError(problems)
        return Step(word, read[word], 0, read["say"] or "", read["as"] or "", read["refused"] or 0)


BESIDE: Mapping[str, Field[Any]] = {
    "say": Text(),
    "as": Matching(NAME, "a name of small letters, digits and underscores"),
    "refused": Number(low=400, high=599, whole=True),
}


class StepsNode(Node):
    steps = Many(StepField(), required=True)


class ReasonsField(Field[dict[str, str]]):
    """Reasons by bank."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise ValidationError("must be a mapping from a bank to the reason")
        reason, read, problems = Text(required=True), dict[str, str](), dict[str, Any]()
        for bank, said in value.items():
            try:
                read[str(bank)] = str(reason.deserialize(said))
            except ValidationError as error:
                problems[str(bank)] = error.messages
        if problems:
            raise ValidationError(problems)
        return read


class ScenarioNode(StepsNode):
    name = slug_text(required=True)
    story = Text(required=True)
    shows = Text(required=True)
    setting = fields.Nested(SettingNode, required=True, data_key="world")
    not_at = ReasonsField(load_default=dict)


def load_scenarios(seeds: SeedStories, banks: Mapping[str, object]) -> dict[str, Scenario]:
    """By name. Raises SeedDataInvalid with the problems of all files."""
    problems: list[str] = []
    found: dict[str, Scenario] = {}
    for folder in folders(seeds.extra):
        for path in sorted((folder / "scenarios").glob("*.yaml")):
            try:
                scenario = read_scenario_file(path, seeds, banks, shown(path, folder))
            except SeedDataInvalid as error:
                problems += error.problems
            else:
                found[scenario.name] = scenario
    if problems:
        raise SeedDataInvalid(problems)
    return dict(sorted(found.items()))


def read_scenario_file(path: Path, seeds: SeedStories, banks: Mapping[str, object], source: str = "") -> Scenario:
    """Raises SeedDataInvalid with every problem of the file."""
    document = marked_yaml.read(path, source)
    scenario = read_scenario(document, seeds, banks)
    if scenario.name != path.stem:
        raise SeedDataInvalid([document.problem(("name",), f"must be the file's name, {path.stem}")])
    return scenario


def read_scenario(document: Document, seeds: SeedStories, banks: Mapping[str, object]) -> Scenario:
    """Raises SeedDataInvalid with every problem."""
    raw = document.value
    if not isinstance(raw, Mapping):
        raise SeedDataInvalid([document.problem((), "must be a mapping that starts with name, story, shows")])
    world = raw.get("world")
    persona = seeds.personas.get(str(world.get("persona"))) if isinstance(world, Mapping) else None
    names = Names(
        accounts=frozenset(plan.slug for plan in persona.accounts) if persona else frozenset(),
        merchants=frozenset(seeds.catalogue.by_slug),
    )
    read = read_as(document, ScenarioNode(), names)
    if problems := document.problems(_inconsistent(read, persona, seeds, banks)):
        raise SeedDataInvalid(problems)
    placed = (replace(step, line=document.line(("steps", number))) for number, step in enumerate(read["steps"]))
    return Scenario(**{**read, "steps": tuple(placed)}, source=document.source)


def read_steps(document: Document, names: Names, place: Place) -> tuple[Step, ...]:
    """A list of steps that stands somewhere in a file. Raises SeedDataInvalid."""
    part = document
    for key in place:
        lines = {keys[1:]: line for keys, line in part.lines.items() if keys[:1] == (str(key),)}
        part = Document(document.source, part.value[key], lines)
    read: tuple[Step, ...] = read_as(
        Document(part.source, {"steps": part.value}, _under("steps", part)), StepsNode(), names
    )["steps"]
    return tuple(replace(step, line=part.line((number,))) for number, step in enumerate(read))


def _under(key: str, part: Document) -> dict[tuple[str, ...], int]:
    return {(key, *keys): line for keys, line in part.lines.items()}


def _inconsistent(
    read: Mapping[str, Any],
    persona: Persona | None,
    seeds: SeedStories,
    banks: Mapping[str, object],
) -> Iterator[tuple[Place, str]]:
    """What each part alone cannot see."""
    setting: Setting = read["setting"]
    if persona is None:
        yield ("world", "persona"), str(unknown("persona", setting.persona, seeds.personas).messages[0])
    if setting.bank not in banks:
        yield ("world", "bank"), str(unknown("bank", setting.bank, banks).messages[0])
    elif persona is not None and not persona.plays_at(setting.bank):
        yield ("world", "bank"), f"{setting.persona} has no account there"
    elif setting.bank in read["not_at"]:
        yield ("not_at", setting.bank), "is the bank at which it plays"
    for bank in read["not_at"]:
        if bank not in banks:
            yield ("not_at", bank), str(unknown("bank", bank, banks).messages[0])
    known = set(OWN)
    for number, step in enumerate(read["steps"]):
        for name in names_in(step.said):
            if name not in known:
                yield ("steps", number, step.word), f"no earlier step has the name {name!r} (as: {name})"
        known |= {step.name} if step.name else set()
