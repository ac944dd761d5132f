"""A customer at the bank's dashboard: signed in for a short while, at an address that nobody can guess.

There is no cookie, since web views lose them. The address changes once the customer has proven who they are, so that
whoever knew it before learns nothing.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from hmac import compare_digest

from sandbox.dialect.bank import Bank
from sandbox.kernel import ids
from sandbox.ledger import codec
from sandbox.oauth.door import NOBODY, Stopped, Visitor
from sandbox.store.grants import Grants
from sandbox.worlds.worlds import World, Worlds

LIFETIME = timedelta(minutes=15)
"""On the world's clock; anew once signed in."""


@dataclass(frozen=True, slots=True)
class Sitting:
    sitting_id: str
    bank: str
    world_id: str
    csrf: str
    visitor: Visitor = NOBODY


class SittingOver(Stopped):
    """There is nothing to go on with. Shown on our own page."""


class Sittings:
    def __init__(self, grants: Grants, worlds: Worlds) -> None:
        self.grants = grants
        self.worlds = worlds

    def begin(self, bank: Bank, world: World, visitor: Visitor = NOBODY) -> Sitting:
        sitting = Sitting(ids.secret(24), bank.slug, world.world_id, ids.secret(16), visitor)
        key = _key(sitting.sitting_id)
        self.grants.add_interaction(key, world.world_id, world.now + LIFETIME, codec.encode(sitting))
        return sitting

    def find(self, bank: Bank, sitting_id: str) -> tuple[World, Sitting]:
        """Raises SittingOver."""
        found = self.grants.interaction(_key(sitting_id))
        sitting = codec.decode(found[2], Sitting) if found else None
        if found is None or sitting is None or sitting.bank != bank.slug or found[1] is not None:
            raise SittingOver("You are not signed in", "Sign in to see who may read your accounts.")
        world = self.worlds.world(sitting.world_id)
        if found[0] <= world.now:
            raise SittingOver("You have been signed out", "The page was open for too long. Sign in again.")
        return world, sitting

    @staticmethod
    def check_form(sitting: Sitting, csrf: str) -> None:
        """Raises SittingOver for a form that this sitting's pages did not make."""
        if not compare_digest(sitting.csrf.encode(), csrf.encode("utf-8", "replace")):
            raise SittingOver(
                "This form is not ours", "It did not come from the page it should have. Nothing was changed."
            )

    def go_on(self, sitting: Sitting, visitor: Visitor) -> Sitting:
        """With a visitor who is a step further, or who has tried in vain."""
        sitting = replace(sitting, visitor=visitor)
        self.grants.set_interaction(_key(sitting.sitting_id), codec.encode(sitting))
        return sitting

    def end(self, world: World, sitting: Sitting) -> None:
        self.grants.end_interaction(_key(sitting.sitting_id), world.now)


def _key(sitting_id: str) -> str:
    """Apart from the keys of journeys, which are stored beside; and no address can be read from it."""
    return ids.fingerprint(f"dashboard {sitting_id}")
