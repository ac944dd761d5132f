"""The whole lives of an account's rows, future included."""

from collections.abc import Callable, Iterator
from datetime import datetime
from heapq import merge

from sandbox.kernel.clock import to_millis
from sandbox.ledger.entries import Entry, EntryKind
from sandbox.worlds.account_states import AccountState
from sandbox.worlds.overlay import OVERLAY_SEQUENCE


class AccountLives(AccountState):
    """Every row that an account has, had or will have, in whatever state."""

    def row(self, sequence: int) -> Entry | None:
        """The row of that sequence in whatever state, also one that is still to come; None where there is none."""
        if (own := self.own(sequence)) is not None:
            return own
        if self._stored is None or sequence >= OVERLAY_SEQUENCE or sequence in self.overlay.hidden_sequences:
            return None
        found = self._timelines.by_sequence(self._stored.pk, sequence)
        return found[1] if found else None

    def rows(self, start: datetime, end: datetime, *, charges: bool = False) -> Iterator[Entry]:
        """Those authorised inside a span, newest first, in whatever state; lazily. With `charges`, the template's are
        only those that may be charged to a card."""
        own = sorted(
            (row for row in self.overlay.added if start <= row.authorised_at < end),
            key=lambda row: (row.authorised_at, row.sequence),
            reverse=True,
        )
        told: Iterator[Entry] = iter(())
        if self._stored is not None:
            told = self._timelines.authorised(self._stored.pk, to_millis(start), to_millis(end), charges=charges)
            if self.overlay.hidden:
                gone = self.overlay.hidden_sequences
                told = (row for row in told if row.sequence not in gone)
        if not own:
            return told
        return merge(told, own, key=lambda row: (row.authorised_at, row.sequence), reverse=True)

    def template_rows(self) -> tuple[object, Callable[[], Iterator[Entry]]]:
        """(what tells their state, a way to all the template's rows, oldest first)."""
        if self._stored is None:
            return None, lambda: iter(())
        pk = self._stored.pk
        return (pk, self._timelines.last_sequence(pk)), lambda: (row for _, row in self._timelines.authorised_from(pk))

    def living(self, since: datetime, until: datetime) -> list[Entry]:
        """Rows, those to come and those that vanish included, that are authorised by `until` and had not ended at
        `since`; in the order of their authorisation."""
        low, high = to_millis(since), to_millis(until)
        rows = self._timelines.living(self._stored, low, high) if self._stored else []
        if self.overlay.empty:
            return rows
        hidden = {row.sequence for _, row in self.overlay.hidden}
        rows = [row for row in rows if row.sequence not in hidden]
        rows += [row for row in self.overlay.added if row.authorised_at <= until and row.ends_at > since]
        return sorted(rows, key=lambda row: (row.authorised_at, row.sequence))

    def own(self, sequence: int) -> Entry | None:
        """A row that the world added or changed, in whatever state."""
        return next((row for row in self.overlay.added if row.sequence == sequence), None)

    def latest(self, kind: EntryKind, most: int = 1) -> list[Entry]:
        """The latest posted rows of a kind that is one of `schema.MILESTONES`, newest first."""
        rows = (
            self._timelines.latest(self._stored.pk, kind.value, self._at, most + len(self.overlay.hidden))
            if self._stored
            else []
        )
        hidden = {row.sequence for _, row in self.overlay.hidden}
        rows = [row for row in rows if row.sequence not in hidden]
        rows += [
            row
            for row in self.overlay.added
            if row.kind is kind and row.posted_at is not None and row.posted_at <= self.now
        ]
        return sorted(rows, key=lambda row: (row.ends_at, row.sequence), reverse=True)[:most]
