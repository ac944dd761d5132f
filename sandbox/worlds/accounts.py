"""One account as a reader of one world sees it at one instant: the template's rows with the world's overlay over them.

What it comes to is `AccountState`, what becomes of its rows `AccountLives`; here is what its readers are shown of them,
page by page.
"""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, TypeVar

from sandbox.kernel.clock import to_millis
from sandbox.ledger.accounts import Quirk
from sandbox.ledger.entries import Entry, EntryStatus, status_at
from sandbox.ledger.feed import FeedRow, Page, Position, Window, WirePage
from sandbox.worlds.account_lives import AccountLives
from sandbox.worlds.account_states import FOREVER, Snapshot
from sandbox.worlds.overlay import OVERLAY_SEQUENCE

T = TypeVar("T")
P = TypeVar("P", Page, WirePage)

BY_ORDINAL = -1
"""The sequence in a position that its ordinal alone describes."""
MOST_NOTES = 8


class _Key(NamedTuple):
    instant: int
    sequence: int


class AccountView(AccountLives):
    """Read-only. `at` is the world's now, or the instant as of which a walk began."""

    # --- The feed --------------------------------------------------------------------------------------------------

    def _span(self, window: Window, at: int) -> tuple[int, int]:
        """The window in milliseconds, clipped to what has happened."""
        low = to_millis(window.start) if window.start else -FOREVER
        high = min(to_millis(window.end) if window.end else FOREVER, at + 1)
        return low, high

    def wire_page(self, window: Window, limit: int, position: Position | None = None) -> WirePage:
        """A page in its wire form, as clients get it."""
        if self.account.quirks:
            return self._quirky(self._wire_page, window, limit, position)
        return self._wire_page(window, limit, position)

    def client_page(self, window: Window, limit: int, position: Position | None = None) -> Page:
        """A page as clients get it, for banks that look into its rows."""
        if self.account.quirks:
            return self._quirky(self.page, window, limit, position)
        return self.page(window, limit, position)

    def _quirky(
        self,
        read: Callable[[Window, int, Position | None], P],
        window: Window,
        limit: int,
        position: Position | None,
    ) -> P:
        """A page served with the account's quirks."""
        quirks, at = self.account.quirks, position.as_of if position else self._at
        if Quirk.EMPTY_FIRST_PAGE in quirks and position is None:
            start = Position(at, EntryStatus.PENDING, FOREVER, FOREVER, FOREVER)
            page = read(window, limit, start)
            return replace(page, rows=type(page.rows)(), next=start) if page.rows else page
        if Quirk.PENDING_APART in quirks:
            ahead = len(
                self._pending_ahead(self._pending_in(self._snapshot(at).pending, *self._span(window, at)), position)
            )
            limit = min(limit, ahead) or limit
        page = read(window, limit, position)
        if Quirk.REPEATED_ROWS in quirks and page.next is not None and limit > 1:
            return replace(page, next=read(window, limit - 1, position).next)
        return page

    def _wire_page(self, window: Window, limit: int, position: Position | None = None) -> WirePage:
        """Stored fragments are joined as they are; where a world has put something over the account, rows are rendered
        anew, since balances after them have moved, and where its bank has renumbered it, since their names have."""
        if self._stored is None or self._anew:
            page = self.page(window, limit, position)
            return WirePage(self.render(page.rows), page.total, page.next)
        at = position.as_of if position else self._at
        snapshot = self._snapshot(at)
        start, end = self._span(window, at)
        low, high = self._ordinals(start, end, at, snapshot)
        pending = self._pending_in(snapshot.pending, start, end)
        total = len(pending) + max(high - low, 0)
        ahead = self._pending_ahead(pending, position)
        rows = self._pending_wires(snapshot, ahead[:limit]) if ahead else []
        if len(ahead) > limit:
            return WirePage(
                rows, total, self._after(at, FeedRow(ahead[limit - 1], EntryStatus.PENDING, None, None), high)
            )
        if position is not None and position.status is EntryStatus.POSTED:
            high = min(high, position.ordinal)
        room = limit - len(rows)
        if not room:
            more = high > low
            return WirePage(
                rows,
                total,
                self._after(at, FeedRow(ahead[-1], EntryStatus.PENDING, None, None), high) if more else None,
            )
        found = self._timelines.wires(self._stored.pk, low, high, room) if high > low else []
        rows += found
        following, last = None, high - len(found)
        if found and last > low:
            following = Position(at, EntryStatus.POSTED, 0, BY_ORDINAL, last)
        return WirePage(rows, total, following)

    def page(self, window: Window, limit: int, position: Position | None = None) -> Page:
        """A page of rows as canonical values."""
        at = position.as_of if position else self._at
        snapshot = self._snapshot(at)
        start, end = self._span(window, at)
        low, high = self._ordinals(start, end, at, snapshot)
        pending = self._pending_in(snapshot.pending, start, end)
        added = self._added_in(start, end)
        hidden = {ordinal for ordinal, _ in self.overlay.hidden if ordinal is not None and low <= ordinal < high}
        total = len(pending) + max(high - low, 0) + len(added) - len(hidden)
        rows = [
            FeedRow(row, EntryStatus.PENDING, None, None) for row in self._pending_ahead(pending, position)[: limit + 1]
        ]
        key = None
        if position is not None and position.status is EntryStatus.POSTED:
            high = min(high, position.ordinal)
            key = self._key(position)
        if len(rows) <= limit:
            rows += self._posted(low, high, added=added, hidden=hidden, key=key, most=limit + 1 - len(rows))
        if len(rows) <= limit:
            return Page(tuple(rows), total, None)
        given = (row.ordinal for row in reversed(rows[:limit]) if row.ordinal is not None)
        return Page(tuple(rows[:limit]), total, self._after(at, rows[limit - 1], next(given, high)))

    def scan(self, window: Window, chunk: int = 500) -> Iterator[FeedRow]:
        """Every row of a window, newest first."""
        position = None
        while True:
            page = self.page(window, chunk, position)
            yield from page.rows
            position = page.next
            if position is None:
                return

    def entry(self, sequence: int) -> FeedRow | None:
        """The row of that sequence, if it has been authorised and not dropped."""
        row = next((row for row in self.overlay.added if row.sequence == sequence), None)
        balance: int | None = None
        wire: bytes | None = None
        if row is None and self._stored is not None and sequence < OVERLAY_SEQUENCE:
            found = self._timelines.by_sequence(self._stored.pk, sequence)
            if found is not None and sequence not in {hidden.sequence for _, hidden in self.overlay.hidden}:
                _, row, balance, wire = found
        if row is None:
            return None
        status = status_at(row, self.now)
        if status not in (EntryStatus.PENDING, EntryStatus.POSTED):
            return None
        if status is EntryStatus.PENDING:
            return FeedRow(row, status, None, None)
        if balance is None or self._anew:
            wire, balance = None, self._balance_after(row)
        return FeedRow(row, status, balance, wire)

    def last_activity(self) -> datetime | None:
        """When the newest row in sight was authorised."""
        newest = self.page(Window(), 1).rows
        return newest[0].entry.authorised_at if newest else None

    def render(self, rows: tuple[FeedRow, ...] | list[FeedRow]) -> list[bytes]:
        """The rows' wire forms in their bank's dialect."""
        missing = [row for row in rows if row.wire is None]
        fresh = iter(self._render(self.account, missing) if missing else ())
        return [row.wire if row.wire is not None else (next(fresh) or b"") for row in rows]

    def worked_out(self, what: Hashable, work_out: Callable[["AccountView"], T]) -> T:
        """Something that follows from the account and its rows at `now` alone, kept until either changes. `what` tells
        it from other things, and should be small in number, as the results should be in size."""
        notes, key = self._snapshot(self._at).notes, (what, self.account)
        found: T | None = notes.get(key)
        if found is None:
            found = work_out(self)
            if len(notes) >= MOST_NOTES:
                notes.clear()
            notes[key] = found
        return found

    # --- Pieces ----------------------------------------------------------------------------------------------------

    def _ordinals(self, start: int, end: int, at: int, snapshot: Snapshot) -> tuple[int, int]:
        """The template's posted rows inside a span, as a span of ordinals."""
        high = snapshot.posted.count if end == at + 1 else self._template_edge(end).count
        low = self._template_edge(start).count if start > -FOREVER else 0
        return low, high

    @staticmethod
    def _pending_in(pending: tuple[Entry, ...], start: int, end: int) -> list[Entry]:
        if not pending or to_millis(pending[-1].authorised_at) >= end:
            return []
        if start <= to_millis(pending[-1].authorised_at) and to_millis(pending[0].authorised_at) < end:
            return list(pending)
        return [row for row in pending if start <= to_millis(row.authorised_at) < end]

    @staticmethod
    def _pending_ahead(pending: list[Entry], position: Position | None) -> list[Entry]:
        if position is None:
            return pending
        if position.status is EntryStatus.POSTED:
            return []
        key = _Key(position.instant, position.sequence)
        return [row for row in pending if (to_millis(row.authorised_at), row.sequence) < key]

    def _pending_wires(self, snapshot: Snapshot, rows: list[Entry]) -> list[bytes]:
        if snapshot.pending_wires is None:
            snapshot.pending_wires = self.render(
                [FeedRow(row, EntryStatus.PENDING, None, None) for row in snapshot.pending]
            )
        wires = {row.sequence: wire for row, wire in zip(snapshot.pending, snapshot.pending_wires, strict=True)}
        return [wires[row.sequence] for row in rows]

    def _added_in(self, start: int, end: int) -> list[Entry]:
        """Overlay rows posted inside a span, newest first."""
        rows = [
            row for row in self.overlay.added if row.posted_at is not None and start <= to_millis(row.posted_at) < end
        ]
        return sorted(rows, key=lambda row: (row.ends_at, row.sequence), reverse=True)

    def _posted(
        self, low: int, high: int, *, added: list[Entry], hidden: set[int], key: _Key | None, most: int
    ) -> list[FeedRow]:
        """Template and overlay rows merged, newest first."""
        template: list[FeedRow] = []
        if self._stored is not None and high > low:
            found = self._timelines.rows(self._stored.pk, low, high, most + len(hidden))
            fresh = not self._anew
            template = [
                FeedRow(
                    entry=row,
                    status=EntryStatus.POSTED,
                    balance=balance if fresh else self._balance_after(row, balance),
                    wire=wire if fresh else None,
                    ordinal=ordinal,
                )
                for ordinal, row, balance, wire in found
                if ordinal not in hidden
            ]
        if not added:
            return template[:most]
        if key is not None:
            added = [row for row in added if (to_millis(row.ends_at), row.sequence) < key]
        own = [FeedRow(row, EntryStatus.POSTED, self._balance_after(row), None) for row in added[:most]]
        merged = sorted(template + own, key=lambda row: (row.entry.ends_at, row.entry.sequence), reverse=True)
        return merged[:most]

    def _key(self, position: Position) -> _Key:
        """Where a position stands among the posted rows. That of a row of the template is looked up once it is needed:
        where a world has put rows of its own between them."""
        if position.sequence == BY_ORDINAL and self._stored is not None:
            return _Key(*self._timelines.place(self._stored.pk, position.ordinal))
        return _Key(position.instant, position.sequence)

    @staticmethod
    def _after(at: int, row: FeedRow, ordinal: int) -> Position:
        instant = row.entry.authorised_at if row.status is EntryStatus.PENDING else row.entry.ends_at
        return Position(at, row.status, to_millis(instant), row.entry.sequence, ordinal)
