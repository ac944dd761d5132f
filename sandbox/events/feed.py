"""Who fetches events, and what there is for them: the log from a place on, dressed under their consents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sandbox.dialect.call import Call
from sandbox.events.agenda import Agenda
from sandbox.events.dress import Dresser, event_of, hearers
from sandbox.events.lives.consents import granted_id
from sandbox.ledger.consents import Consent, ConsentStatus, lives, status_at
from sandbox.ledger.happenings import Happening
from sandbox.store.events import EventLog
from sandbox.store.grants import Grants
from sandbox.worlds.worlds import World, Worlds

CHUNK = 500
"""So many events are looked at together."""
STEP = 2_000
"""So many are collected before those at hand are given."""


@dataclass(frozen=True, slots=True)
class Hearer:
    """A client that fetches: under one consent, with the customer's token, or under all that it was given, in its own
    name."""

    world_id: str
    bank: str
    client_id: str
    consent_id: str
    base: str
    """Where the bank's paths begin for it: http://host/chase."""

    @property
    def name(self) -> str:
        return f"consent:{self.consent_id}" if self.consent_id else f"client:{self.bank}:{self.client_id}"


class Fetched(NamedTuple):
    messages: list[dict[str, Any]]
    number: int
    """Up to here the log was looked through."""
    more: bool


class Feed:
    def __init__(self, log: EventLog, agenda: Agenda, grants: Grants, worlds: Worlds, dresser: Dresser) -> None:
        self.log = log
        self.agenda = agenda
        self.grants = grants
        self.worlds = worlds
        self.dresser = dresser

    @staticmethod
    def hearer(call: Call) -> Hearer:
        grant = call.maybe_grant
        consent_id = grant.consent.consent_id if grant is not None else ""
        return Hearer(call.world.world_id, call.bank.slug, call.client_id, consent_id, call.base_url)

    def consents(self, hearer: Hearer) -> list[Consent]:
        """As they stand now, those that ended included."""
        if hearer.consent_id:
            found = self.grants.consent(hearer.consent_id)
            return [found[2]] if found is not None else []
        mine = (hearer.bank, hearer.client_id)
        return [one for one in self.grants.consents(hearer.world_id) if (one.bank, one.client_id) == mine]

    def begin(self, hearer: Hearer) -> int:
        """Where it goes on: behind what it acknowledged, or where its consent begins."""
        known = self.log.position(hearer.world_id, hearer.name)
        if known is not None:
            return known
        if not hearer.consent_id:
            return 0
        (consent,) = self.consents(hearer)
        return max((self.log.number_of(hearer.world_id, granted_id(consent)) or 1) - 1, 0)

    def number_of(self, hearer: Hearer, message_id: str) -> int | None:
        return self.log.number_of(hearer.world_id, event_of(message_id))

    def fetch(self, hearer: Hearer, number: int, limit: int, wanted: Callable[[str], bool]) -> Fetched:
        """What comes behind a place in the log, at most `limit` messages. What the clock has passed meanwhile is told
        first, as far as it is needed."""
        world, messages = self.worlds.world(hearer.world_id), list[dict[str, Any]]()
        consents = self.consents(hearer)
        for consent in consents:
            if status_at(consent, world.now) is ConsentStatus.ACTIVE:
                self.agenda.listen(world, consent)
        world = self.worlds.world(hearer.world_id)
        collected = 0
        while True:
            batch = self.log.after(world.world_id, number, CHUNK)
            if not batch:
                if collected >= STEP:
                    return Fetched(messages, number, more=True)  # others want to be heard before the rest is told
                collected = self.agenda.collect(world, STEP)
                if not collected:
                    return Fetched(messages, number, more=False)
            for place, one in batch:
                if wanted(one.type):
                    told = self._messages(world, place, one, consents, hearer)
                    if len(messages) + len(told) > limit and messages:
                        return Fetched(messages, number, more=True)
                    messages += told
                number = place

    def ended(self, hearer: Hearer) -> bool:
        """Whether nothing will ever come any more: the one consent has ended. One that is held back is silent."""
        if not hearer.consent_id:
            return False
        found = self.grants.consent(hearer.consent_id)
        if found is None:
            return True
        return not lives(found[2], self.worlds.world(hearer.world_id).now)

    def _messages(
        self, world: World, number: int, one: Happening, consents: Sequence[Consent], hearer: Hearer
    ) -> list[dict[str, Any]]:
        dressed = (
            self.dresser.dress(world, number, one, consent, hearer.base)
            for consent in hearers(consents, number, one, world.now)
        )
        return [message for message in dressed if message is not None]
