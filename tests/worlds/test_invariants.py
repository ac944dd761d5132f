"""What must hold of any account whatever happened on it: proven on rows that Hypothesis invents."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.ledger.entries import Entry, EntryKind, EntryStatus, status_at
from sandbox.ledger.feed import Position, Window
from sandbox.store.database import Database
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.statements import rows_of, statements
from sandbox.worlds.worlds import World, Worlds

from .conftest import START, an_account, view_of, world_of

MINUTES = 60 * 24 * 120
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    """Up to forty rows of four months: instant, pending for a while, settling at another amount, or dropped."""
    starts = sorted(draw(st.lists(st.integers(0, MINUTES), max_size=40)))
    rows = []
    for sequence, minute in enumerate(starts):
        authorised = START + timedelta(minutes=minute)
        amount = draw(st.integers(-50_000, 50_000).filter(bool))
        pending_for = timedelta(minutes=draw(st.sampled_from([0, 0, 1, 600, 2_880, 20_000])))
        drops = draw(st.booleans()) and pending_for > timedelta(0)
        rows.append(
            Entry(
                sequence=sequence,
                kind=EntryKind.PURCHASE if amount < 0 else EntryKind.DEPOSIT,
                amount=amount,
                authorised_at=authorised,
                posted_at=None if drops else authorised + pending_for,
                dropped_at=authorised + pending_for if drops else None,
                description=f"ROW {sequence}",
                hold=draw(st.none() | st.integers(-60_000, -1)) if amount < 0 else None,
            )
        )
    return rows


instants = st.integers(-1_000, MINUTES + 25_000).map(lambda minute: START + timedelta(minutes=minute))


@contextmanager
def a_world(rows: Sequence[Entry], now: datetime) -> Iterator[tuple[Worlds, World, AccountView]]:
    database = Database.open(None)
    try:
        yield world_of(database, rows, now)
    finally:
        database.close()


def in_state(rows: Sequence[Entry], at: datetime, status: EntryStatus) -> list[Entry]:
    return [row for row in rows if status_at(row, at) is status]


@quick
@given(histories(), instants)
def test_the_balance_is_what_was_there_and_what_has_posted(rows: list[Entry], at: datetime) -> None:
    with a_world(rows, at) as (_, _, view):
        posted = in_state(rows, at, EntryStatus.POSTED)
        assert view.balances().current == 100_000 + sum(row.amount for row in posted)


@quick
@given(histories(), instants, st.integers(0, 50_000))
def test_what_is_available_is_the_balance_without_the_holds_and_with_the_overdraft(
    rows: list[Entry], at: datetime, overdraft: int
) -> None:
    account = an_account()
    with a_world(rows, at) as (_, _, view):
        balances = view.balances()
        holds = -sum(row.held for row in in_state(rows, at, EntryStatus.PENDING) if row.held < 0)
        assert balances.held == holds
        assert balances.available == balances.current - holds + account.terms.overdraft_limit


@quick
@given(histories(), instants, st.integers(1, 12))
def test_a_walk_in_pages_of_any_size_shows_every_row_once_in_order(rows: list[Entry], at: datetime, limit: int) -> None:
    with a_world(rows, at) as (_, _, view):
        seen = list(walk(view, limit))
        pending = sorted(in_state(rows, at, EntryStatus.PENDING), key=lambda row: (row.authorised_at, row.sequence))
        posted = sorted(in_state(rows, at, EntryStatus.POSTED), key=lambda row: (row.ends_at, row.sequence))
        assert seen == [row.sequence for row in pending[::-1] + posted[::-1]]


@quick
@given(histories(), instants, st.integers(1, 5), st.lists(st.integers(0, 30_000), max_size=30))
def test_a_walk_shows_every_row_once_although_the_clock_moves_meanwhile(
    rows: list[Entry], at: datetime, limit: int, steps: list[int]
) -> None:
    with a_world(rows, at) as (worlds, world, first):
        view = first
        visible = in_state(rows, at, EntryStatus.PENDING) + in_state(rows, at, EntryStatus.POSTED)
        seen: list[int] = []
        position: Position | None = None
        moves = iter(steps)
        while True:
            page = view.wire_page(Window(), limit, position)
            seen += [orjson.loads(wire)[0] for wire in page.rows]
            assert page.total == len(visible)
            position = page.next
            if position is None:
                break
            worlds.advance(world.world_id, timedelta(minutes=next(moves, 0)))
            view = view_of(worlds, world)
        assert sorted(seen) == sorted(row.sequence for row in visible)


@quick
@given(histories(), instants, instants, instants)
def test_a_window_holds_what_posted_or_was_authorised_in_it(
    rows: list[Entry], at: datetime, one: datetime, other: datetime
) -> None:
    start, end = min(one, other), max(one, other)
    with a_world(rows, at) as (_, _, view):
        page = view.wire_page(Window(start, end), 100)
        pending = [row for row in in_state(rows, at, EntryStatus.PENDING) if start <= row.authorised_at < end]
        posted = [row for row in in_state(rows, at, EntryStatus.POSTED) if start <= row.ends_at < end]
        assert {orjson.loads(wire)[0] for wire in page.rows} == {row.sequence for row in pending + posted}
        assert page.total == len(pending) + len(posted)


@quick
@given(histories(), instants)
def test_every_row_carries_the_balance_that_it_left(rows: list[Entry], at: datetime) -> None:
    with a_world(rows, at) as (_, _, view):
        balance = view.balances().current
        for row in view.scan(Window()):
            if row.status is EntryStatus.POSTED:
                assert row.balance == balance
                balance -= row.entry.amount
        assert balance == 100_000


@quick
@given(histories(), st.lists(st.integers(1, 40_000), min_size=1, max_size=6))
def test_advancing_in_one_step_or_in_many_gives_the_same_world(rows: list[Entry], steps: list[int]) -> None:
    with a_world(rows, START) as (worlds, many, _), a_world(rows, START) as (others, one, _):
        for step in steps:
            worlds.advance(many.world_id, timedelta(minutes=step))
            view_of(worlds, many).balances()
        others.advance(one.world_id, timedelta(minutes=sum(steps)))
        stepped, jumped = view_of(worlds, many), view_of(others, one)
        assert stepped.balances() == jumped.balances()
        assert stepped.wire_page(Window(), 100).rows == jumped.wire_page(Window(), 100).rows


@quick
@given(histories())
def test_statements_agree_with_the_feed(rows: list[Entry]) -> None:
    with a_world(rows, START + timedelta(days=130)) as (_, _, view):
        closing = None
        for statement in reversed(statements(view)):
            shown = rows_of(view, statement)
            assert statement.count == len(shown)
            assert statement.credits == sum(row.entry.amount for row in shown if row.entry.amount > 0)
            assert statement.debits == -sum(row.entry.amount for row in shown if row.entry.amount < 0)
            assert statement.closing == statement.opening + statement.credits - statement.debits
            assert closing in (None, statement.opening)
            closing = statement.closing


@quick
@given(histories(), histories(), st.sets(st.integers(0, 39)), instants, st.integers(1, 7))
def test_all_of_it_holds_as_well_for_rows_that_a_world_put_over_the_template(
    rows: list[Entry], added: list[Entry], dropped: set[int], at: datetime, limit: int
) -> None:
    with a_world(rows, at) as (worlds, world, before):
        for sequence in sorted(dropped):
            if before.entry(sequence) is not None:
                worlds.hide_entry(worlds.world(world.world_id), before, sequence)
        hidden = {row.sequence for row in rows if row.sequence in dropped and before.entry(row.sequence) is not None}
        own = worlds.add_entries(worlds.world(world.world_id), "acc_pat", added)
        view = view_of(worlds, world)
        visible = [row for row in [*rows, *own] if row.sequence not in hidden]
        posted = sorted(in_state(visible, at, EntryStatus.POSTED), key=lambda row: (row.ends_at, row.sequence))
        pending = sorted(in_state(visible, at, EntryStatus.PENDING), key=lambda row: (row.authorised_at, row.sequence))
        assert view.balances().current == 100_000 + sum(row.amount for row in posted)
        assert list(walk(view, limit)) == [row.sequence for row in pending[::-1] + posted[::-1]]
        balance = view.balances().current
        for row in view.scan(Window(), chunk=limit):
            if row.balance is not None:
                assert row.balance == balance
                balance -= row.entry.amount


def walk(view: AccountView, limit: int) -> Iterator[int]:
    """The sequences of all rows, read through pages of their wire forms."""
    position: Position | None = None
    while True:
        page = view.wire_page(Window(), limit, position)
        assert len(page.rows) <= limit
        yield from (orjson.loads(wire)[0] for wire in page.rows)
        position = page.next
        if position is None:
            return
