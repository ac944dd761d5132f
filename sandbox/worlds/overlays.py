"""What worlds have put over the rows of the template: their own rows, changed and hidden ones, and what follows from
stopped cards."""

from collections.abc import Iterable, Iterator

from sandbox.ledger import codec
from sandbox.ledger.accounts import Account
from sandbox.ledger.commerce_facts import NO_FACTS, CommerceFacts
from sandbox.store.timelines import StoredAccount, Timelines
from sandbox.store.worlds import Worlds as WorldStore
from sandbox.worlds.declines import Changed, declines, other_legs
from sandbox.worlds.overlay import NOTHING, OVERLAY_SEQUENCE, Overlay

Held = tuple[Account, StoredAccount | None]
COMMERCE = "commerce"
"""The kind of the facts that hold an account's `CommerceFacts`."""


class Overlays:
    def __init__(self, store: WorldStore, timelines: Timelines) -> None:
        self._store = store
        self._timelines = timelines

    def read(self, world_id: str, account: Account, stored: StoredAccount | None, debts: Iterable[Held]) -> Overlay:
        """What the world put over an account's rows; `debts` are the accounts that it may pay."""
        rows = dict(self._store.overlay(world_id, account.account_id))
        facts = self.facts(world_id, account.account_id)
        if stored is None:
            added = tuple(row for row in rows.values() if row is not None)
            return Overlay(added, (), facts) if rows or facts is not NO_FACTS else NOTHING
        declined = declines(self._timelines, account, stored, facts, rows)
        payments = [*declined.payments, *self._smaller_payments(world_id, stored, debts)]
        changed = [one for one in payments if one.placed[1].sequence not in rows]
        if not rows and not changed and facts is NO_FACTS:
            return NOTHING
        told = (self._timelines.by_sequence(stored.pk, sequence) for sequence in rows if sequence < OVERLAY_SEQUENCE)
        return Overlay(
            tuple(row for row in (*rows.values(), *(one.now for one in changed)) if row is not None),
            (*(row[:2] for row in told if row is not None), *declined.rows, *(one.placed for one in changed)),
            facts,
            tuple(row for _, row in declined.rows),
        )

    def _smaller_payments(self, world_id: str, stored: StoredAccount, debts: Iterable[Held]) -> Iterator[Changed]:
        """What an account pays less to cards at its bank, since they are stopped."""
        for debt, its in debts:
            facts = self.facts(world_id, debt.account_id) if its is not None else NO_FACTS
            if its is not None and facts.cards:
                rows = dict(self._store.overlay(world_id, debt.account_id))
                payments = declines(self._timelines, debt, its, facts, rows).payments
                yield from other_legs(self._timelines, stored, payments)

    def facts(self, world_id: str, account_id: str) -> CommerceFacts:
        """What people did to its purchases, cards and charges."""
        document = self._store.fact(world_id, COMMERCE, account_id)
        return codec.decode(document, CommerceFacts) if document is not None else NO_FACTS
