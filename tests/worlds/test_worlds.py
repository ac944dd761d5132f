"""Worlds and rows on every engine: the same sentences hold of SQLite and of PostgreSQL."""

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.kernel.clock import Clock
from sandbox.kernel.errors import (
    AccountNotFound,
    ClockMovedBack,
    CustomerNotFound,
    TransactionNotFound,
    WorldNotFound,
)
from sandbox.ledger.accounts import AccountStatus
from sandbox.ledger.clients import Client
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consents import Consent
from sandbox.ledger.entries import Entry, EntryKind, EntryStatus
from sandbox.ledger.feed import Window
from sandbox.store.database import Database
from sandbox.store.grants import Grants, StoredToken
from sandbox.worlds.worlds import Worlds

from .conftest import START, Build, TinyStories, an_account, render, view_of, world_of

NOW = START + timedelta(days=60)


def a_row(sequence: int, day: int, amount: int = -1_000, pending_days: int = 0, **changes: object) -> Entry:
    authorised = START + timedelta(days=day)
    row = Entry(
        sequence=sequence,
        kind=EntryKind.PURCHASE,
        amount=amount,
        authorised_at=authorised,
        posted_at=authorised + timedelta(days=pending_days),
        description=f"ROW {sequence}",
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def test_rows_of_the_future_are_there_and_unseen(build: Build) -> None:
    worlds, world, view = build([a_row(0, 10), a_row(1, 70), a_row(2, 59, pending_days=3)], NOW)
    assert [(row.entry.sequence, row.status) for row in view.scan(Window())] == [
        (2, EntryStatus.PENDING),
        (0, EntryStatus.POSTED),
    ]
    worlds.advance(world.world_id, timedelta(days=20))
    assert [row.entry.sequence for row in view_of(worlds, world).scan(Window())] == [1, 2, 0]


def test_a_hold_counts_with_its_own_amount_until_it_settles_at_another(build: Build) -> None:
    worlds, world, view = build([a_row(0, 59, amount=-4_820, hold=-12_500, pending_days=3)], NOW)
    assert (view.balances().current, view.balances().available) == (100_000, 87_500)
    worlds.advance(world.world_id, timedelta(days=5))
    balances = view_of(worlds, world).balances()
    assert (balances.current, balances.available) == (95_180, 95_180)


def test_a_dropped_hold_leaves_nothing_behind(build: Build) -> None:
    row = a_row(0, 59, amount=-4_820, posted_at=None, dropped_at=START + timedelta(days=62))
    worlds, world, view = build([row], NOW)
    assert view.balances().held == 4_820
    worlds.advance(world.world_id, timedelta(days=5))
    assert list(view_of(worlds, world).scan(Window())) == []
    assert view_of(worlds, world).balances().available == 100_000


def test_added_rows_show_in_their_world_and_in_no_other(build: Build) -> None:
    worlds, world, _ = build([a_row(0, 10)], NOW)
    other = worlds.create(now=NOW, speed=0)
    (added,) = worlds.add_entries(world, "acc_pat", [a_row(0, 20, amount=-77)])
    assert [row.entry.sequence for row in view_of(worlds, world).scan(Window())] == [added.sequence, 0]
    assert view_of(worlds, world).balances().current == 98_923
    assert view_of(worlds, other).balances().current == 99_000


def test_a_changed_row_takes_the_place_of_the_old_one(build: Build) -> None:
    worlds, world, view = build([a_row(0, 10), a_row(1, 20)], NOW)
    worlds.change_entry(world, view, 0, lambda row: replace(row, amount=-5, description="CHANGED"))
    changed = view_of(worlds, world)
    assert [row.entry.description for row in changed.scan(Window())] == ["ROW 1", "CHANGED"]
    assert changed.balances().current == 98_995
    assert [row.balance for row in changed.scan(Window())] == [98_995, 99_995]


def test_a_row_that_is_not_there_cannot_be_changed_or_dropped(build: Build) -> None:
    worlds, world, view = build([a_row(0, 10), a_row(1, 70)], NOW)
    for sequence in (1, 2, 950_000_000):
        with pytest.raises(TransactionNotFound):
            worlds.hide_entry(world, view, sequence)


def test_an_account_can_be_closed_in_one_world(build: Build) -> None:
    worlds, world, view = build([], NOW)
    other = worlds.create(now=NOW, speed=0)
    worlds.put_account(world, replace(view.account, closed_at=NOW - timedelta(hours=1)))
    assert view_of(worlds, world).status is AccountStatus.CLOSED
    assert view_of(worlds, other).status is AccountStatus.OPEN


def test_an_account_that_a_world_added_works_like_any_other(build: Build) -> None:
    worlds, world, _ = build([], NOW)
    worlds.put_account(world, an_account(account_id="acc_new", opening_balance=500))
    worlds.add_entries(
        worlds.world(world.world_id), "acc_new", [a_row(0, 30, amount=250), a_row(1, 59, pending_days=4)]
    )
    world = worlds.world(world.world_id)
    view = worlds.account(world, "pat", "chase", "acc_new")
    assert (view.balances().current, view.balances().available) == (750, -250)
    customer = worlds.customer(world, "pat")
    assert [view.account.account_id for view in worlds.accounts(world, customer, "chase")] == [
        "acc_pat",
        "acc_new",
    ]


def test_reset_forgets_what_was_done_and_sets_the_clock_back(build: Build) -> None:
    worlds, world, _ = build([a_row(0, 10)], NOW)
    worlds.add_entries(world, "acc_pat", [a_row(0, 20)])
    worlds.advance(world.world_id, timedelta(days=3))
    fresh = worlds.reset(world.world_id)
    assert fresh.now == NOW
    assert view_of(worlds, fresh).balances().current == 99_000


def test_a_fork_starts_where_its_source_stands_and_goes_its_own_way(build: Build) -> None:
    worlds, world, _ = build([a_row(0, 10)], NOW)
    worlds.add_entries(world, "acc_pat", [a_row(0, 20)])
    worlds.advance(world.world_id, timedelta(days=1))
    fork = worlds.fork(world.world_id)
    worlds.add_entries(fork, "acc_pat", [a_row(0, 21)])
    assert fork.now == NOW + timedelta(days=1)
    assert view_of(worlds, world).balances().current == 98_000
    assert view_of(worlds, fork).balances().current == 97_000


def test_a_deleted_world_is_gone(build: Build) -> None:
    worlds, world, _ = build([], NOW)
    worlds.delete(world.world_id)
    with pytest.raises(WorldNotFound):
        worlds.world(world.world_id)


def test_the_clock_does_not_go_back(build: Build) -> None:
    worlds, world, _ = build([], NOW)
    with pytest.raises(ClockMovedBack):
        worlds.set_clock(world.world_id, NOW - timedelta(seconds=1))
    assert worlds.world(world.world_id).now == NOW


def test_a_clock_runs_as_fast_as_it_is_told() -> None:
    clock = Clock(origin=1_000, since=50, speed=1).at_speed(60, 150)
    assert clock.millis(160) == 1_100 + 600
    assert clock.at_speed(0, 160).millis(999_999) == 1_700


def test_the_horizon_grows_with_the_clock(build: Build) -> None:
    rows = [a_row(n, day) for n, day in enumerate(range(0, 1_500, 30))]
    worlds, world, _ = build(rows, NOW)
    worlds.set_clock(world.world_id, START + timedelta(days=1_400))
    assert view_of(worlds, world).wire_page(Window(), 1).total == 47


def test_strangers_are_not_found(build: Build) -> None:
    worlds, world, _ = build([], NOW)
    with pytest.raises(CustomerNotFound):
        worlds.customer(world, "nobody")
    with pytest.raises(AccountNotFound):
        worlds.account(world, "pat", "chase", "acc_other")


def test_making_the_same_rows_in_many_threads_at_once_is_harmless(build: Build) -> None:
    worlds, _, _ = build([a_row(n, n) for n in range(50)], NOW)
    other = worlds.create(now=NOW, speed=0, seed=2)
    failures: list[BaseException] = []

    def read() -> None:
        try:
            assert view_of(worlds, other).wire_page(Window(), 100).total == 50
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_of_many_takers_of_a_code_one_wins(database: Database, build: Build) -> None:
    _, world, _ = build([], NOW)
    grants = Grants(database)
    grants.add_code("hash", world.world_id, NOW + timedelta(seconds=60), "{}")
    wins: list[bool] = []

    def take() -> None:
        taken = grants.take_code("hash", NOW)
        assert taken is not None
        wins.append(taken[0])

    threads = [threading.Thread(target=take) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(wins) == [False] * 19 + [True]


def test_an_access_token_leads_to_its_consent_and_world(database: Database, build: Build) -> None:
    _, world, _ = build([], NOW)
    grants = Grants(database)
    grants.add_client(Client("app", "chase", world.world_id, "App", ("https://app.example/cb",), NOW))
    consent = Consent("con", "chase", "app", "cus_pat", ("acc_pat",), (Cluster.BALANCES,), (), "all", NOW, None)
    grants.add_consent(world.world_id, consent)
    grants.add_token(StoredToken("hash", "access", "chase", world.world_id, "app", "con", "all", "fam", NOW, None))
    found = grants.bearing("hash")
    assert found is not None
    assert (found.consent_id, found.world.world_id, found.token.client_id) == ("con", world.world_id, "app")
    assert grants.end_family("fam", datetime(2026, 3, 2, tzinfo=UTC)) == 1
    assert grants.end_token("hash", NOW) is False


def test_what_is_acknowledged_survives_in_the_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = str(tmp_path_factory.mktemp("data") / "world.db")
    database = Database.open(path)
    worlds, world, _ = world_of(database, [a_row(0, 10)], NOW)
    worlds.add_entries(world, "acc_pat", [a_row(0, 20)])
    database.close()
    again = Database.open(path)
    reopened = Worlds(again, TinyStories([a_row(0, 10)]), render)
    assert view_of(reopened, reopened.world(world.world_id)).balances().current == 98_000
    again.close()


def test_facts_are_kept_by_kind_and_key_in_their_world_alone(build: Build) -> None:
    worlds, world, _ = build([], NOW)
    other = worlds.create(now=NOW, speed=0)
    version = world.stored.version
    worlds.put_facts(world, "shoes", {"left": {"size": 42}, "right": {"size": 43}})
    worlds.put_facts(world, "shoes", {"left": {"size": 44}})
    worlds.put_facts(world, "hats", {"left": {"size": 7}})
    assert worlds.fact(world, "shoes", "left") == {"size": 44}
    assert worlds.fact(world, "shoes", "right") == {"size": 43}
    assert worlds.fact(world, "shoes", "both") is None
    assert worlds.fact(other, "shoes", "left") is None
    assert worlds.world(world.world_id).stored.version == version + 3


def test_facts_go_with_a_fork_and_go_away_with_a_reset(build: Build) -> None:
    worlds, world, _ = build([], NOW)
    worlds.put_facts(world, "shoes", {"left": {"size": 42}})
    before = worlds.fingerprint(world)
    fork = worlds.fork(world.world_id)
    worlds.put_facts(fork, "shoes", {"left": {"size": 1}})
    assert worlds.fact(world, "shoes", "left") == {"size": 42}
    assert worlds.fact(fork, "shoes", "left") == {"size": 1}
    worlds.reset(world.world_id)
    assert worlds.fact(world, "shoes", "left") is None
    assert worlds.fingerprint(worlds.world(world.world_id)) != before
    worlds.delete(fork.world_id)
    assert worlds.fact(fork, "shoes", "left") is None


def test_what_an_undone_transaction_touched_first_is_there_afterwards(database: Database) -> None:
    worlds = Worlds(database, TinyStories([a_row(0, 10), a_row(1, 20)]), render)
    world = worlds.create(now=NOW, speed=0)
    with suppress(InterruptedError), database.transaction():
        assert len(view_of(worlds, world).page(Window(), 10).rows) == 2
        raise InterruptedError
    assert len(view_of(worlds, world).page(Window(), 10).rows) == 2
    other = worlds.create(now=NOW, speed=0)
    assert len(view_of(worlds, other).page(Window(), 10).rows) == 2


def test_what_an_undone_transaction_changed_is_not_remembered(database: Database) -> None:
    worlds = Worlds(database, TinyStories([a_row(0, 10)]), render)
    world = worlds.create(now=NOW, speed=0)
    with suppress(InterruptedError), database.transaction():
        worlds.add_entries(world, "acc_pat", [a_row(0, 30, description="UNDONE")])
        seen = view_of(worlds, worlds.world(world.world_id)).page(Window(), 10).rows
        assert [row.entry.description for row in seen] == ["UNDONE", "ROW 0"]
        raise InterruptedError
    worlds.add_entries(world, "acc_pat", [a_row(0, 40, description="KEPT")])
    seen = view_of(worlds, worlds.world(world.world_id)).page(Window(), 10).rows
    assert [row.entry.description for row in seen] == ["KEPT", "ROW 0"]
