"""An account's state at an instant.

Between two instants at which a row is authorised, posts or is dropped, nothing changes; so the state at an instant (a
`Snapshot`) holds until the next change and is kept until then.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

from sandbox.kernel.clock import from_millis, to_millis
from sandbox.ledger.accounts import CREDIT_LINES, DEPOSITS, Account, AccountKind, AccountStatus, Quirk
from sandbox.ledger.accounts import status_at as account_status_at
from sandbox.ledger.entries import Entry, EntryStatus, status_at
from sandbox.ledger.feed import Balances
from sandbox.store.timelines import Edge, Render, StoredAccount, Timelines
from sandbox.worlds.overlay import Overlay

if TYPE_CHECKING:
    from sandbox.worlds.worlds import World

FOREVER = 2**62


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


class AccountState:
    """What an account comes to: its status, its balances, what is pending."""

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
