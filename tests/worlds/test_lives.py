"""What is told of an account's rows is consistent whatever they are: proven on rows that Hypothesis invents."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby, pairwise

from hypothesis import given
from hypothesis import strategies as st

from sandbox.dialect.bank import discover
from sandbox.events.lives import rows as lives
from sandbox.events.lives.telling import Span
from sandbox.kernel.clock import MILLISECOND, iso, to_millis
from sandbox.ledger.entries import Entry
from sandbox.ledger.happenings import Happening
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.worlds import World, Worlds

from .conftest import START
from .test_invariants import a_world, histories, instants, quick

BANKS = discover()
DAY = timedelta(days=1)
BEFORE, AFTER = START - DAY, START + timedelta(days=200)


def told(worlds: Worlds, world: World, since: datetime, until: datetime, bank: str = "chase") -> list[Happening]:
    """All that is told of the account in a span."""
    view, span = seen(worlds, world, until), Span(since, until)
    living, opening = view.living(since, until), view.edge(since + MILLISECOND).balance
    return list(lives.of_rows(BANKS[bank], view.account, living, opening=opening, span=span))


def seen(worlds: Worlds, world: World, at: datetime) -> AccountView:
    """The account as it is, was or will be at an instant."""
    return worlds.account(replace(world, now_millis=to_millis(at)), "pat", "chase", "acc_pat")


def of(events: Sequence[Happening], sequence: int) -> list[str]:
    return [one.type for one in events if one.sequences == (sequence,)]


def minor(event: Happening) -> int:
    return int(Decimal(event.data["amount"]["amount"]) * 100)


@quick
@given(histories())
def test_a_row_appears_first_and_then_posts_or_vanishes_as_it_does(rows: list[Entry]) -> None:
    with a_world(rows, AFTER) as (worlds, world, _):
        events = told(worlds, world, BEFORE, AFTER)
    for row in rows:
        end = "transaction.posted" if row.posted_at is not None else "transaction.removed"
        at_once = row.ends_at == row.authorised_at
        assert of(events, row.sequence) == ["transaction.created"] + ([] if at_once else [end])
    assert all(one.at <= other.at for one, other in pairwise(events))
    assert len({one.event_id for one in events}) == len(events)


@quick
@given(histories())
def test_a_balance_that_is_told_is_the_accounts_at_that_instant(rows: list[Entry]) -> None:
    with a_world(rows, AFTER) as (worlds, world, _):
        known = seen(worlds, world, BEFORE).balances()
        available, current = known.available, known.current
        for one in told(worlds, world, BEFORE, AFTER):
            if one.type == "balance.updated":
                now = seen(worlds, world, one.at).balances()
                assert one.data["as_of"] == iso(one.at)
                assert minor(one) == (now.available if one.data["balance_type"] == "available" else now.current)
                available, current = now.available, now.current
        last = seen(worlds, world, AFTER).balances()
    assert (available, current) == (last.available, last.current)


@quick
@given(histories(), st.integers(0, 150_000))
def test_a_balance_is_low_when_it_falls_below_the_threshold_and_only_then(rows: list[Entry], threshold: int) -> None:
    with a_world(rows, AFTER) as (worlds, world, view):
        worlds.put_account(world, replace(view.account, low_balance=threshold))
        events = told(worlds, worlds.world(world.world_id), BEFORE, AFTER)
        had = seen(worlds, world, BEFORE).balances().available
        fell = []
        for instant in sorted({one.at for one in events}):
            has = seen(worlds, world, instant).balances().available
            if has < threshold <= had:
                fell.append((instant, has))
            had = has
    assert [(one.at, minor(one)) for one in events if one.type == "balance.low"] == fell


@quick
@given(histories())
def test_the_sync_endpoint_is_announced_with_what_came_at_that_instant(rows: list[Entry]) -> None:
    with a_world(rows, AFTER) as (worlds, world, _):
        events = told(worlds, world, BEFORE, AFTER)
    for _, together in groupby(events, key=lambda one: one.at):
        *group, last = together
        kinds = [one.type.removeprefix("transaction.") for one in group]
        assert last.type == "transactions.sync_updates_available"
        counts = {"added": kinds.count("created"), "modified": kinds.count("posted"), "removed": kinds.count("removed")}
        assert last.data == {**counts, "initial_complete": True}


@quick
@given(histories(), st.lists(instants, max_size=4), st.sampled_from(sorted(BANKS)))
def test_step_by_step_the_same_is_told_as_at_once(rows: list[Entry], stops: list[datetime], bank: str) -> None:
    marks = [BEFORE, *sorted(stops), AFTER]
    with a_world(rows, AFTER) as (worlds, world, _):
        at_once = told(worlds, world, BEFORE, AFTER, bank)
        in_steps = [one for since, until in pairwise(marks) for one in told(worlds, world, since, until, bank)]
    assert in_steps == at_once
