"""One account as a reader of one world sees it at one instant: the template's rows with the world's overlay over them.

Between two instants at which a row is authorised, posts or is dropped, nothing changes; so the state at an instant (a
`Snapshot`) holds until the next change and is kept until then.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import merge
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar
from zoneinfo import ZoneInfo

from sandbox.kernel.clock import from_millis, to_millis
from sandbox.ledger.accounts import CREDIT_LINES, DEPOSITS, Account, AccountKind, AccountStatus, Quirk
from sandbox.ledger.accounts import status_at as account_status_at
from sandbox.ledger.entries import Entry, EntryKind, EntryStatus, status_at
from sandbox.ledger.feed import Balances, FeedRow, Page, Position, Window, WirePage
from sandbox.store.timelines import Edge, Render, StoredAccount, Timelines
from sandbox.worlds.overlay import OVERLAY_SEQUENCE, Overlay

if TYPE_CHECKING:
    from sandbox.worlds.worlds import World

T = TypeVar("T")
P = TypeVar("P", Page, WirePage)

FOREVER = 2**62
BY_ORDINAL = -1
"""The sequence in a position that its ordinal alone describes."""
MOST_NOTES = 8


@dataclass(slots=True)
class Snapshot:
    """The state of an account from `since` until just before `until` (milliseconds)."""

    since: int
    until: int
    posted: Edge
    """The template's posted rows."""
    pending: tuple[Entry, ...]
    """Newest first, overlay included."""
    pending_wires: list[bytes] | None = None
    notes: dict[Hashable, Any] = field(default_factory=dict)
    """What readers have worked out from it, see `AccountView.worked_out`."""


class _Key(NamedTuple):
    instant: int
    sequence: int


class AccountView:
    """Read-only. `at` is the world's now, or the instant as of which a walk began."""

    def __init__(
        self,
        *,
        timelines: Timelines,
        render: Render,
        account: Account,
        stored: StoredAccount | None,
        overlay: Overlay,
        snapshots: dict[object, Snapshot],
        cache_key: object,
        now: int,
        world: "World",
        persona: str,
    ) -> None:
        self.account = account
        self.overlay = overlay
        self.now = from_millis(now)
        self.world = world
        self.persona = persona
        self._at = now
        self._timelines = timelines
        self._render = render
        self._stored = stored
        self._snapshots = snapshots
        self._cache_key = cache_key
        self._anew = not overlay.empty or account.numbering > 0
        """Whether the template's stored fragments do not fit."""

    def served_with(self, quirks: Iterable[Quirk]) -> Self:
        """For one reader alone."""
        self.account = replace(self.account, quirks=tuple({*self.account.quirks, *quirks}))
        return self

    @property
    def source(self) -> object:
        """What its rows follow from: the same source, the same rows up to any instant that a world has reached."""
        return self._cache_key

    @property
    def status(self) -> AccountStatus:
        return account_status_at(self.account, self.now)

    # --- State at an instant ---------------------------------------------------------------------------------------

    def _template_edge(self, before: int) -> Edge:
        """The template's rows that had posted before an instant."""
        if self._stored is None:
            return Edge(0, self.account.opening_balance, 0)
        return self._timelines.edge(self._stored.pk, self.account.opening_balance, before)

    def edge(self, before: datetime) -> Edge:
        """Posted rows before an instant: their number, the balance after them, and the sum of their credits."""
        limit = to_millis(before)
        return self._overlaid(self._template_edge(limit), limit)

    def _overlaid(self, edge: Edge, before: int) -> Edge:
        if self.overlay.empty:
            return edge
        count, balance, credited = edge.count, edge.balance, edge.credited
        for sign, rows in ((1, self.overlay.added), (-1, [row for _, row in self.overlay.hidden])):
            for row in rows:
                if row.posted_at is not None and to_millis(row.posted_at) < before:
                    count, balance, credited = (
                        count + sign,
                        balance + sign * row.amount,
                        credited + sign * max(row.amount, 0),
                    )
        return Edge(count, balance, credited)

    def _snapshot(self, at: int) -> Snapshot:
        kept = self._snapshots.get(self._cache_key)
        if kept is not None and kept.since <= at < kept.until:
            return kept
        edge = self._template_edge(at + 1)
        pending = self._timelines.pending(self._stored, at) if self._stored else []
        changes = [to_millis(row.ends_at) for row in pending]
        if self._stored is not None and (change := self._timelines.next_change(self._stored.pk, at)) is not None:
            changes.append(change)
        if not self.overlay.empty:
            hidden = {row.sequence for _, row in self.overlay.hidden}
            instant = from_millis(at)
            pending = [row for row in pending if row.sequence not in hidden]
            pending += [row for row in self.overlay.added if status_at(row, instant) is EntryStatus.PENDING]
            pending.sort(key=lambda row: (row.authorised_at, row.sequence), reverse=True)
            moments = (moment for row in self.overlay.added for moment in (row.authorised_at, row.ends_at))
            changes += [change for change in map(to_millis, moments) if change > at]
        snapshot = Snapshot(at, min(changes, default=FOREVER), edge, tuple(pending))
        if at == self._at:
            self._snapshots[self._cache_key] = snapshot
        return snapshot

    def balances(self) -> Balances:
        snapshot = self._snapshot(self._at)
        current = self._overlaid(snapshot.posted, self._at + 1).balance
        held = -sum(row.held for row in snapshot.pending if row.held < 0)
        terms, kind = self.account.terms, self.account.kind
        if kind in DEPOSITS:
            available = current - held + terms.overdraft_limit
        elif kind in CREDIT_LINES:
            available = terms.credit_limit + current - held
        elif kind is AccountKind.BROKERAGE:
            available = current - held
        else:
            available = 0
        day = self.now.astimezone(ZoneInfo(self.account.time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        return Balances(current, available, held, self.edge(day).balance, self.now)

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

    # --- Whole lives, future included --------------------------------------------------------------------------------

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

    def last_activity(self) -> datetime | None:
        """When the newest row in sight was authorised."""
        newest = self.page(Window(), 1).rows
        return newest[0].entry.authorised_at if newest else None

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

    def _balance_after(self, row: Entry, stored_balance: int | None = None) -> int:
        """The balance once a row had posted, in this world: the template's, moved by the overlay's rows before it."""
        assert row.posted_at is not None
        key = (row.posted_at, row.sequence)

        def upto(rows: list[Entry]) -> int:
            return sum(r.amount for r in rows if r.posted_at is not None and (r.posted_at, r.sequence) <= key)

        if stored_balance is None:
            stored_balance = self._template_balance_at(row)
        return stored_balance + upto(list(self.overlay.added)) - upto([r for _, r in self.overlay.hidden])

    def _template_balance_at(self, row: Entry) -> int:
        """The template's balance at the place where an overlay row stands."""
        instant = to_millis(row.ends_at)
        edge = self._template_edge(instant)
        if self._stored is None:
            return edge.balance
        balance = edge.balance
        for _, other, after, _ in reversed(self._timelines.rows(self._stored.pk, edge.count, edge.count + 50, 50)):
            if other.posted_at != row.posted_at or other.sequence > row.sequence:
                break
            balance = after
        return balance

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
