"""Provider states, as verifiers of Pact ask for them: what a state's sentence says is brought about in a world, and
what only that world knows (tokens, names of accounts) is answered for the verifier to put into its requests."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from sandbox.contract.media import JSON
from sandbox.control import clock, consents, demo, faults, transactions
from sandbox.control import worlds as worlds_room
from sandbox.control.operation import Operation, bank_of, world_of
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.faults.profiles import PROFILES
from sandbox.kernel.errors import StateUnknown
from sandbox.kernel.names import nearest
from sandbox.worlds.worlds import World

Json = dict[str, Any]
DONE: Mapping[str, Operation] = {
    **consents.OPERATIONS, **clock.OPERATIONS, **transactions.OPERATIONS, **faults.OPERATIONS,
}  # fmt: skip
"""What states are made of."""
PLACE = re.compile(r"\{(\w+)\}")
SHARED = ("accounts", "clusters", "purposes", "scope", "marketing", "targeting")
"""Parameters of a state that are members of `POST /consents`."""


@dataclass(frozen=True, slots=True)
class State:
    sentence: str
    """With its parameters in braces; each may come in the sentence or among the state's `params`."""
    text: str
    come_about: Callable[["Setting"], Json]
    """Brings it about, and says what the world then knows."""
    takes: tuple[str, ...] = ()
    """Further parameters."""

    def read(self, said: str) -> dict[str, str] | None:
        """The parameters that a sentence holds; None where it says something else."""
        parts = (rf"(?P<{one}>\S+)" if place % 2 else re.escape(one) for place, one in enumerate(self._parts))
        found = re.fullmatch("".join(parts), said.strip().rstrip("."), re.IGNORECASE)
        return found.groupdict() if found else None

    @property
    def _parts(self) -> list[str]:
        return PLACE.split(self.sentence)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and with what a state comes about."""

    services: Services
    call: Call
    world: World
    said: Mapping[str, Any]
    """The state's parameters, from its sentence and its `params`."""

    def do(self, name: str, body: object = None, **path: object) -> Any:
        """Another operation of the control API, in this world. Answers its body. Raises InvalidInput for one that the
        document does not allow there, beside what the operation raises."""
        if body is not None:
            body = self.services.documents["control"].operations[name].read_body(JSON, orjson.dumps(body))
        query = {"world": self.world.world_id}
        return DONE[name](self.services, replace(self.call, body=body, query=query, path=path)).body


def _registered(setting: Setting) -> Json:
    bank = bank_of(setting.services, str(setting.said["bank"]))
    own = {"client_id": str(setting.said.get("client_id") or demo.client_id_of(setting.world.world_id))}
    return own | {
        "world": setting.world.world_id,
        "bank": bank.slug,
        "base_url": f"{setting.call.base_url}/{bank.slug}",
    }


def _shared(setting: Setting) -> Json:
    said, known = setting.said, _registered(setting)
    wish = {"bank": known["bank"], "customer": str(said["customer"]).lower(), "client_id": known["client_id"]}
    given = setting.do("giveConsent", wish | {name: said[name] for name in SHARED if name in said})
    accounts = given["accounts"]
    names = {f"account_{place}": one["id"] for place, one in enumerate(accounts, 1)}
    kinds = {f"{one['kind'].lower()}_account": one["id"] for one in reversed(accounts)}
    told = ("access_token", "refresh_token", "consent_id", "customer")
    return known | {name: given[name] for name in told if name in given} | names | kinds


def _withdrawn(setting: Setting) -> Json:
    known = _shared(setting)
    setting.do("revokeConsent", consentId=known["consent_id"])
    return known


def _stale(setting: Setting) -> Json:
    known = _shared(setting)
    setting.do("advanceClock", {"by": "P1D"})
    return known


def _paid(setting: Setting) -> Json:
    known = _shared(setting)
    row = {"amount": f"-{setting.said['amount']}", "merchant": setting.said["merchant"]}
    row |= {name: setting.said[name] for name in ("status", "description") if name in setting.said}
    first = setting.do("getConsent", consentId=known["consent_id"])["accounts"][0]
    setting.do("addTransactions", row, accountId=first)
    return known


def _faulty(setting: Setting) -> Json:
    bank, profile = bank_of(setting.services, str(setting.said["bank"])).slug, str(setting.said["profile"]).lower()
    setting.do("putFaults", {"profile": profile, "match": {"bank": bank}})
    return {"world": setting.world.world_id, "bank": bank}


def _at(setting: Setting) -> Json:
    return {"world": setting.world.world_id, "now": setting.do("setClock", {"now": setting.said["now"]})["now"]}


STATES = (
    State("{customer} shares accounts at {bank}", "A consent: its token, and the accounts' names.", _shared, SHARED),
    State("{customer} has withdrawn the consent at {bank}", "The token is there, and refused.", _withdrawn, SHARED),
    State("the token of {customer} at {bank} is out of date", "The refresh token is good.", _stale, SHARED),
    State(
        "{customer} paid {amount} to {merchant} at {bank}",
        "A row of the first account: 18.40 to blue-finch, say.",
        _paid,
        (*SHARED, "status", "description"),
    ),
    State("a client is registered at {bank}", "The world's own client, and no consent.", _registered),
    State("{bank} has the faults {profile}", f"One of {', '.join(PROFILES)}, for this bank.", _faulty),
    State("the clock is at {now}", "The world's clock is set.", _at),
)  # fmt: skip


def list_pact_states(_services: Services, _call: Call) -> Reply:
    told = [
        {"state": one.sentence, "description": one.text, "params": [*PLACE.findall(one.sentence), *one.takes]}
        for one in STATES
    ]
    return Reply({"states": told})


def change_pact_state(services: Services, call: Call) -> Reply:
    world, wish = world_of(services, call), call.body
    if wish.get("action") == "teardown":
        worlds_room.reset_world(services, replace(call, body=None, path={"world": world.world_id}))
        return Reply({"world": world.world_id})
    known: Json = {}
    for sentence in wish.get("states") or [wish.get("state", "")]:
        if sentence.strip():
            known |= _come_about(services, call, world, sentence, wish.get("params") or {})
    return Reply(known or {"world": world.world_id})


def _come_about(services: Services, call: Call, world: World, sentence: str, params: Mapping[str, Any]) -> Json:
    asked = {"bank": call.query["bank"]} if "bank" in call.query else {}
    state, held = _meant(services, sentence)
    said = {**asked, **params, **held}
    if missing := [name for name in PLACE.findall(state.sentence) if name not in said]:
        raise StateUnknown(f"the state {sentence!r} does not say {', '.join(missing)}", hint=f"Say: {state.sentence}")
    return state.come_about(Setting(services, call, services.worlds.world(world.world_id), said))


def _meant(services: Services, sentence: str) -> tuple[State, Mapping[str, str]]:
    """A state, and what its sentence holds. A persona's name alone means that she shares her accounts. Raises
    StateUnknown."""
    for state in STATES:
        if sentence == state.sentence:
            return state, {}
        if (held := state.read(sentence)) is not None:
            return state, held
    if sentence in services.seeds.personas:
        return STATES[0], {"customer": sentence}
    names = [state.sentence for state in STATES]
    close = nearest(sentence, [*names, *services.seeds.personas]) or names
    raise StateUnknown(
        f"there is no state {sentence!r}", hint=f"Did you mean {' or '.join(map(repr, close))}?", nearest=close
    )


OPERATIONS: Mapping[str, Operation] = {"listPactStates": list_pact_states, "changePactState": change_pact_state}
