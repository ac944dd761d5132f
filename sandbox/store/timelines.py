"""The template's rows: immutable, shared by all worlds of a seed and an anchor."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from sandbox.kernel.clock import to_millis
from sandbox.ledger import codec
from sandbox.ledger.accounts import Account
from sandbox.ledger.entries import Entry, EntryStatus
from sandbox.ledger.feed import FeedRow
from sandbox.ledger.timelines import AccountTimeline, Timeline
from sandbox.store.database import Database, Rows, param
from sandbox.store.schema import account, entry, is_charge, is_milestone, template, timeline
from sandbox.store.wires import Wires

Render = Callable[[Account, Sequence[FeedRow]], Sequence[bytes | None]]
"""The wire forms of rows in their bank's dialect, checked against its document."""


@dataclass(frozen=True, slots=True)
class StoredAccount:
    pk: int
    account: Account
    longest_hold: int
    """Milliseconds: no row of the account is pending for longer."""


@dataclass(frozen=True, slots=True)
class Edge:
    """The state of an account's posted rows at an instant: how many, and what they sum to."""

    count: int
    balance: int
    credited: int


@dataclass(frozen=True, slots=True)
class PreparedAccount:
    account: Account
    longest_hold: int
    rows: list[tuple[Any, ...]]
    """The columns of the table after the first."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A timeline rendered and numbered, ready to be written: all the work that needs no database."""

    persona: str
    bank: str
    until: int
    accounts: list[PreparedAccount]


def prepare(line: Timeline, render: Render) -> Prepared:
    until = to_millis(line.until)
    accounts = []
    for account_line in line.accounts:
        rows = list(_rows(account_line, until, render))
        longest = max((ends_at - authorised_at for _, _, authorised_at, _, ends_at, *_ in rows), default=0)
        accounts.append(PreparedAccount(account_line.account, longest, rows))
    return Prepared(line.persona, line.bank, until, accounts)


def _rows(line: AccountTimeline, until: int, render: Render) -> Iterator[tuple[Any, ...]]:
    """In posting order, with ordinals and running sums. Rows that post after the horizon wait for a later one, since
    rows still unknown may post before them."""
    posting = [(to_millis(row.posted_at), row.sequence, row) for row in line.entries if row.posted_at is not None]
    posting = sorted(row for row in posting if row[0] < until)
    balance, credited, rows = line.account.opening_balance, 0, []
    for _, _, posted in posting:
        balance += posted.amount
        rows.append(FeedRow(posted, EntryStatus.POSTED, balance, None))
    wires = render(line.account, rows)
    for ordinal, ((at, sequence, row), shown, wire) in enumerate(zip(posting, rows, wires, strict=True)):
        if row.amount > 0:
            credited += row.amount
        begun = to_millis(row.authorised_at)
        detail = codec.encode_entry(row, begun, at)
        yield sequence, ordinal, begun, at, at, row.kind.value, row.amount, shown.balance, credited, detail, wire
    for row in line.entries:
        if row.posted_at is None:
            begun, ended = to_millis(row.authorised_at), to_millis(row.ends_at)
            yield (
                row.sequence,
                None,
                begun,
                None,
                ended,
                row.kind.value,
                row.amount,
                0,
                0,
                codec.encode_entry(row),
                None,
            )


EDGES_KEPT = 20_000
NO_SEQUENCE = 2**62


class Timelines:
    def __init__(self, database: Database) -> None:
        self.database = database
        self._edges: dict[tuple[int, int], Edge] = {}
        e, prepare = entry.c, database.prepare
        here = e.account_pk == param("pk")
        self._add_template = prepare(database.insert(template).on_conflict_do_nothing())
        self._until = prepare(
            select(timeline.c.until).where(
                timeline.c.template_id == param("template_id"),
                timeline.c.persona == param("persona"),
                timeline.c.bank == param("bank"),
            )
        )
        add_timeline = database.insert(timeline)
        self._add_timeline = prepare(
            add_timeline.on_conflict_do_update(
                index_elements=["template_id", "persona", "bank"], set_={"until": add_timeline.excluded.until}
            )
        )
        self._accounts = prepare(
            select(account.c.pk, account.c.document, account.c.longest_hold)
            .where(
                account.c.template_id == param("template_id"),
                account.c.persona == param("persona"),
                account.c.bank == param("bank"),
            )
            .order_by(account.c.place)
        )
        self._account = prepare(
            select(account.c.pk, account.c.document, account.c.longest_hold, account.c.persona).where(
                account.c.template_id == param("template_id"), account.c.account_id == param("account_id")
            )
        )
        add_account = database.insert(account).values(
            {column.name: param(column.name) for column in account.c if column.name != "pk"}
        )
        self._add_account = prepare(
            add_account.on_conflict_do_update(
                index_elements=["template_id", "account_id"],
                set_={"longest_hold": add_account.excluded.longest_hold},
            )
        )
        self._entries = Rows(database, entry)
        before = (
            select(e.ordinal, e.balance, e.credited)
            .where(here, e.posted_at < param("at"))
            .order_by(e.posted_at.desc(), e.sequence.desc())
            .limit(1)
        )
        self._edge = prepare(before)
        self._pending = prepare(
            select(e.detail)
            .where(
                here,
                e.authorised_at > param("since"),
                e.authorised_at <= param("at"),
                e.ends_at > param("at"),
            )
            .order_by(e.authorised_at.desc(), e.sequence.desc())
        )
        self._living = prepare(
            select(e.detail)
            .where(
                here,
                e.authorised_at > param("earliest"),
                e.authorised_at <= param("until"),
                e.ends_at > param("since"),
            )
            .order_by(e.authorised_at, e.sequence)
        )
        self._next_authorised = prepare(
            select(e.authorised_at).where(here, e.authorised_at > param("at")).order_by(e.authorised_at).limit(1)
        )
        self._next_posted = prepare(
            select(e.posted_at).where(here, e.posted_at > param("at")).order_by(e.posted_at, e.sequence).limit(1)
        )
        span = (here, e.ordinal >= param("low"), e.ordinal < param("high"))
        down = e.ordinal.desc()
        self._wires = Wires(database)
        self._place = prepare(select(e.posted_at, e.sequence).where(here, e.ordinal == param("ordinal")))
        self._rows = prepare(
            select(e.ordinal, e.detail, e.balance, e.wire).where(*span).order_by(down).limit(param("most"))
        )
        self._by_sequence = prepare(
            select(e.ordinal, e.detail, e.balance, e.wire).where(here, e.sequence == param("sequence"))
        )
        oldest, newest = (e.authorised_at, e.sequence), (e.authorised_at.desc(), e.sequence.desc())
        self._authorised_from = prepare(
            select(e.ordinal, e.detail).where(here, e.authorised_at >= param("since")).order_by(*oldest)
        )
        authorised = (
            select(e.detail)
            .where(
                here, e.authorised_at >= param("low"), e.authorised_at <= param("high"), e.sequence < param("before")
            )
            .order_by(*newest)
            .limit(param("most"))
        )
        self._authorised = prepare(authorised)
        self._charges = prepare(authorised.where(is_charge()))
        self._last_sequence = prepare(select(e.sequence).where(here).order_by(e.sequence.desc()).limit(1))
        self._latest = prepare(
            select(e.detail)
            .where(here, e.kind == param("kind"), e.posted_at <= param("at"), is_milestone())
            .order_by(e.posted_at.desc())
            .limit(param("most"))
        )

    # --- Writing ---------------------------------------------------------------------------------------------------

    def add_template(self, template_id: str, *, seed: int, anchor: str, seed_data: str) -> None:
        self._add_template.run(template_id=template_id, seed=seed, anchor=anchor, seed_data=seed_data)

    def until(self, template_id: str, persona: str, bank: str) -> int | None:
        """The horizon up to which a persona's rows at a bank are here, or None."""
        row = self._until.first(template_id=template_id, persona=persona, bank=bank)
        return row[0] if row else None

    def save(self, template_id: str, made: Prepared) -> None:
        """Write a timeline, or what a later horizon adds to it. Doing it twice, or twice at once, is harmless: the
        rows of a timeline have the same names and places in every run."""
        with self.database.transaction(alone=False):
            for place, account_rows in enumerate(made.accounts):
                value, rows = account_rows.account, account_rows.rows
                self._add_account.run(
                    template_id=template_id,
                    account_id=value.account_id,
                    persona=made.persona,
                    bank=made.bank,
                    place=place,
                    longest_hold=account_rows.longest_hold,
                    document=codec.encode(value),
                )
                found = self._account.first(template_id=template_id, account_id=value.account_id)
                assert found is not None
                self._entries.add([(found[0], *row) for row in rows])
            self._add_timeline.run(template_id=template_id, persona=made.persona, bank=made.bank, until=made.until)

    # --- Reading ---------------------------------------------------------------------------------------------------

    def accounts(self, template_id: str, persona: str, bank: str) -> list[StoredAccount]:
        rows = self._accounts.all(template_id=template_id, persona=persona, bank=bank)
        return [StoredAccount(pk, codec.decode(document, Account), hold) for pk, document, hold in rows]

    def account(self, template_id: str, account_id: str) -> StoredAccount | None:
        row = self._account.first(template_id=template_id, account_id=account_id)
        return StoredAccount(row[0], codec.decode(row[1], Account), row[2]) if row else None

    def persona_of(self, template_id: str, account_id: str) -> tuple[str, str] | None:
        """(persona, bank) of an account whose rows have been made."""
        row = self._account.first(template_id=template_id, account_id=account_id)
        return (row[3], codec.decode(row[1], Account).bank) if row else None

    def edge(self, pk: int, opening_balance: int, at: int) -> Edge:
        """What had posted before `at`. It is kept, since the template's rows never change up to the horizon, and `at`
        lies within it."""
        edge = self._edges.get((pk, at))
        if edge is None:
            row = self._edge.first(pk=pk, at=at)
            edge = Edge(row[0] + 1, row[1], row[2]) if row else Edge(0, opening_balance, 0)
            if not self.database.in_transaction:
                if len(self._edges) >= EDGES_KEPT:
                    self._edges.clear()
                self._edges[pk, at] = edge
        return edge

    def pending(self, stored: StoredAccount, at: int) -> list[Entry]:
        """Newest first."""
        if stored.longest_hold == 0:
            return []
        rows = self._pending.all(pk=stored.pk, at=at, since=at - stored.longest_hold - 1)
        return [codec.decode_entry(row[0]) for row in rows]

    def living(self, stored: StoredAccount, since: int, until: int) -> list[Entry]:
        """Rows that were authorised by `until` and pending after `since`, or began between; oldest first."""
        earliest = since - stored.longest_hold - 1
        rows = self._living.all(pk=stored.pk, earliest=earliest, since=since, until=until)
        return [codec.decode_entry(row[0]) for row in rows]

    def next_change(self, pk: int, at: int) -> int | None:
        """The first instant after `at` at which a row is authorised or posts."""
        rows = (self._next_authorised.first(pk=pk, at=at), self._next_posted.first(pk=pk, at=at))
        return min((row[0] for row in rows if row is not None), default=None)

    def wires(self, pk: int, low: int, high: int, most: int) -> list[bytes]:
        """Of the posted rows with low <= ordinal < high, newest first. They are dense: the last one is high - len."""
        return self._wires.newest_first(pk, max(low, high - most), high)

    def place(self, pk: int, ordinal: int) -> tuple[int, int]:
        """(posted_at, sequence) of a posted row."""
        row = self._place.first(pk=pk, ordinal=ordinal)
        assert row is not None
        return row[0], row[1]

    def rows(self, pk: int, low: int, high: int, most: int) -> list[tuple[int, Entry, int, bytes | None]]:
        """(ordinal, entry, balance, wire), newest first."""
        found = self._rows.all(pk=pk, low=low, high=high, most=most)
        return [(ordinal, codec.decode_entry(detail), balance, wire) for ordinal, detail, balance, wire in found]

    def by_sequence(self, pk: int, sequence: int) -> tuple[int | None, Entry, int, bytes | None] | None:
        row = self._by_sequence.first(pk=pk, sequence=sequence)
        return (row[0], codec.decode_entry(row[1]), row[2], row[3]) if row else None

    def authorised(self, pk: int, low: int, high: int, *, charges: bool = False, chunk: int = 100) -> Iterator[Entry]:
        """Rows with low <= authorised_at < high in whatever state, newest first; lazily. All, or only what may be
        charged to a card."""
        high, before = high - 1, NO_SEQUENCE
        statement = self._charges if charges else self._authorised
        while True:
            rows = statement.all(pk=pk, low=low, high=high, before=before, most=chunk)
            row: Entry | None = None
            for (detail,) in rows:
                row = codec.decode_entry(detail)
                yield row
            if row is None or len(rows) < chunk:
                return
            high, before = to_millis(row.authorised_at), row.sequence

    def authorised_from(self, pk: int, since: int = 0) -> Iterator[tuple[int | None, Entry]]:
        """(ordinal, entry) of every row authorised since an instant, oldest first."""
        rows = self._authorised_from.all(pk=pk, since=since)
        return ((ordinal, codec.decode_entry(detail)) for ordinal, detail in rows)

    def last_sequence(self, pk: int) -> int:
        """That of the newest row; it moves with the horizon. -1 where there are no rows."""
        row = self._last_sequence.first(pk=pk)
        return row[0] if row else -1

    def latest(self, pk: int, kind: str, at: int, most: int) -> list[Entry]:
        """The latest posted rows of a kind that is one of MILESTONES, newest first."""
        return [codec.decode_entry(row[0]) for row in self._latest.all(pk=pk, kind=kind, at=at, most=most)]
