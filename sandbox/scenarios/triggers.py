"""What makes each type of event happen, and making it happen in a world that is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.events.catalogue import TYPES
from sandbox.kernel.errors import SeedDataInvalid
from sandbox.ledger.clusters import Cluster
from sandbox.resources import seed_data_dir
from sandbox.scenarios.door import Door
from sandbox.scenarios.files import read_steps
from sandbox.scenarios.runner import Line, play
from sandbox.scenarios.scenario import Setting, Step
from sandbox.scenarios.sights import PREFIX
from sandbox.scenarios.stage import Stage
from sandbox.seeding import marked_yaml
from sandbox.seeding.seed_fields import Names

Json = dict[str, Any]
OWN_CLIENT = "sandbank-trigger"
"""The client under whose consent deeds are done that need one, so that the client that listens keeps its own."""
LISTENERS_OWN = ("consent", "account", "webhook")
"""Families of events about the relation to the client that listens: they happen to that one."""
ACCOUNTS = {"deposit": ("CHECKING", "SAVINGS"), "card": ("CREDIT_CARD", "CHECKING")}
"""The names of accounts in the recipes, and the kinds that they may be, the best first."""
FILE = "scenarios/triggers/events.yaml"


class NothingTold(Exception):
    """The event did not come; the text says why."""


@dataclass(frozen=True, slots=True)
class Listener:
    """For whom an event is to happen."""

    world: str
    bank: str
    persona: str
    client_id: str
    secret: str


def recipes(merchants: frozenset[str]) -> Mapping[str, tuple[Step, ...]]:
    """By type. Raises SeedDataInvalid."""
    document = marked_yaml.read(seed_data_dir() / FILE, f"seed_data/{FILE}")
    names = Names(accounts=frozenset(ACCOUNTS), merchants=merchants)
    found = {kind: read_steps(document, names, (kind,)) for kind in document.value}
    if strange := [kind for kind in found if kind not in TYPES]:
        raise SeedDataInvalid([document.problem((kind,), "is no type of event") for kind in strange])
    return found


def trigger(door: Door, listener: Listener, kind: str, steps: tuple[Step, ...]) -> tuple[Json, list[Line]]:
    """(the event as a client is told it, what was done). Raises NothingTold, Refused, NoServer."""
    stage = Stage(door, _setting(listener), listener.world, _client(door, listener, kind))
    stage.accounts = _accounts(stage)
    lines = list[Line]()
    if steps[0].word not in ("consent", "webhook"):
        _let_listen(stage, listener, kind)
    if not _is_listeners(kind):
        consented = Step("consent", {"marketing": True, "targeting": True, "accounts": sorted(stage.accounts)}, 0)
        lines.append(play(stage, consented, FILE))
    else:
        stage.poll()
    stage.inbox.clear()
    for step in steps:
        if lines and lines[-1].problem:
            break
        lines.append(play(stage, step, FILE))
        if step.word == "until" and not lines[-1].problem:
            return lines[-1].value, lines
    if lines and lines[-1].problem:
        raise NothingTold(lines[-1].problem)
    if kind.startswith("webhook."):  # only the endpoint is told, and what was done to it is the proof
        return {"type": PREFIX + kind, "id": lines[-1].value["subscription_id"], "time": stage.now}, lines
    stage.poll()
    found = [event for event in stage.inbox if event["type"] == PREFIX + kind]
    if not found:
        raise NothingTold(f"no {kind} came of it: there was nothing left to change, or the consent does not cover it")
    return found[-1], lines


def _setting(listener: Listener) -> Setting:
    return Setting(persona=listener.persona, bank=listener.bank, now="")


def _client(door: Door, listener: Listener, kind: str) -> Json:
    """Who acts: the listener itself where it is about it, else a client for this purpose alone."""
    if _is_listeners(kind):
        return {"client_id": listener.client_id, "client_secret": listener.secret}
    known = door.control("GET", "/clients", world=listener.world)["clients"]
    if any((one["bank"], one["client_id"]) == (listener.bank, _own(listener)) for one in known):
        path = f"/clients/{listener.bank}/{_own(listener)}"
        renewed: Json = door.control("POST", f"{path}/secret", {}, world=listener.world)
        return {"client_id": _own(listener), "client_secret": renewed["client_secret"]}
    wish = {
        "bank": listener.bank,
        "name": "sandbank trigger",
        "redirect_uris": ["http://127.0.0.1/trigger"],
        "client_id": _own(listener),
    }
    made: Json = door.control("POST", "/clients", wish, world=listener.world)
    return made


def _is_listeners(kind: str) -> bool:
    return kind.partition(".")[0] in LISTENERS_OWN


def _own(listener: Listener) -> str:
    """A client belongs to one world."""
    return OWN_CLIENT if listener.world == "default" else f"{OWN_CLIENT}-{listener.world}"


def _accounts(stage: Stage) -> dict[str, str]:
    """The person's accounts by the recipes' names."""
    held: list[Json] = stage.control("GET", f"/customers/{stage.setting.persona}/accounts", bank=stage.setting.bank)[
        "accounts"
    ]
    found = {}
    for name, kinds in ACCOUNTS.items():
        fitting = [one for kind in kinds for one in held if one["kind"] == kind and one["status"] == "OPEN"]
        fitting = [one for one in fitting if name != "card" or one.get("cards")] or fitting
        if not fitting:
            raise NothingTold(f"{stage.setting.persona} has no open {kinds[0].lower()} account at {stage.setting.bank}")
        found[name] = str(fitting[0]["account_id"])
    return found


def _let_listen(stage: Stage, listener: Listener, kind: str) -> None:
    """A consent for the listener, where it has none under which it would be told."""
    asked = {"bank": listener.bank, "customer": listener.persona, "client_id": listener.client_id, "status": "ACTIVE"}
    given: list[Json] = stage.control("GET", "/consents", **asked)["consents"]
    if not any(_covers(consent, kind) for consent in given):
        del asked["status"]
        stage.control("POST", "/consents", {**asked, "marketing": True, "targeting": True})


def _covers(consent: Json, kind: str) -> bool:
    needed = TYPES[kind]
    covered = needed.cluster is None or needed.cluster in consent["clusters"]
    return covered and (needed.cluster is not Cluster.OFFERS or consent["marketing"])
