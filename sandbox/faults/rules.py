"""The rules of a world: which of them befall a call."""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from fnmatch import fnmatchcase

from sandbox.faults.luck import Draw, draw_of
from sandbox.faults.profiles import PROFILES
from sandbox.kernel.errors import FaultNotFound
from sandbox.ledger import codec
from sandbox.ledger.faults import Fault, Match
from sandbox.store.faults import Faults
from sandbox.worlds.worlds import World, Worlds

KEPT = 20_000
ENDLESS = 2**62


@dataclass(frozen=True, slots=True)
class Traits:
    """A call as rules see it: the members of a Match."""

    bank: str
    operation: str
    method: str
    path: str
    client: str
    consent: str
    persona: str
    channel: str


NAMES = tuple(one.name for one in fields(Match))


def fits(match: Match, traits: Traits) -> bool:
    return all(not (wanted := getattr(match, name)) or fnmatchcase(getattr(traits, name), wanted) for name in NAMES)


class Rules:
    def __init__(self, store: Faults, worlds: Worlds, errors: Collection[str]) -> None:
        """`errors` are the names of all that somebody could refuse with."""
        self.store = store
        self.worlds = worlds
        self.errors = errors
        self._kept: dict[str, tuple[int, Sequence[Fault]]] = {}

    # --- Ordering them. Whoever changes the faults of a world changes its version as well -----------------------------

    def add(self, world: World, faults: Iterable[Fault], *, instead: bool = False) -> list[Fault]:
        """Behind those that are there, or `instead` of them; returns them as numbered."""
        with self.store.database.transaction():
            if instead:
                self.store.clear(world.world_id)
            added = self.store.add(world.world_id, faults)
            self.worlds.touch(world.world_id)
        return added

    def delete(self, world: World, fault_id: str) -> None:
        """Raises FaultNotFound."""
        with self.store.database.transaction():
            if not self.store.delete(world.world_id, fault_id):
                raise FaultNotFound(f"the world has no fault {fault_id!r}")
            self.worlds.touch(world.world_id)

    def befall(self, world: World, consent_id: str, profile: str) -> None:
        """A profile for the calls of one consent."""
        match = Match(consent=consent_id)
        self.add(world, PROFILES[profile].ordered(profile, match, world.stored.seed))

    # --- Meeting them ------------------------------------------------------------------------------------------------

    def of(self, world: World) -> Sequence[Fault]:
        """In the order in which they were added. What is kept cannot be stale: it goes by the world's version."""
        version = world.stored.version
        kept = self._kept.get(world.world_id)
        if kept is not None and kept[0] == version:
            return kept[1]
        found = self.store.of_world(world.world_id)
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[world.world_id] = (version, found)
        return found

    def acting(
        self, world: World, rules: Iterable[Fault], traits: Traits, is_possible: Callable[[Fault], bool]
    ) -> Iterator[tuple[Fault, Draw]]:
        """Those that befall a call, each with its own luck: it follows from the rule's seed and from how many such
        calls there were before."""
        for fault in rules:
            if not fits(fault.match, traits) or not _in_force(fault, world) or not is_possible(fault):
                continue
            number = self.store.seen(world.world_id, fault.fault_id)
            draw = draw_of(fault.seed, fault.kind.value, codec.encode(fault.match), number)
            if number <= fault.after or draw("acts") >= fault.probability:
                continue
            if self.store.act(world.world_id, fault.fault_id, ENDLESS if fault.times is None else fault.times):
                yield _until_its_end(fault, world), draw


def _in_force(fault: Fault, world: World) -> bool:
    return (fault.begins is None or fault.begins <= world.now) and (fault.ends is None or world.now < fault.ends)


def _until_its_end(fault: Fault, world: World) -> Fault:
    """A refusal that is to end says when, where nobody said otherwise."""
    if fault.ends is None or fault.retry_after is not None:
        return fault
    return replace(fault, retry_after=math.ceil((fault.ends - world.now).total_seconds()))
