"""Snapshots on every engine."""

from datetime import timedelta

import pytest

from sandbox.kernel.errors import Conflict, SnapshotNotFound
from sandbox.ledger.clients import Client
from sandbox.store.grants import Grants
from sandbox.worlds.snapshots import Snapshots

from .conftest import Build, view_of
from .test_worlds import NOW, a_row


def a_client(world_id: str) -> Client:
    return Client(
        client_id="mine", bank="chase", world_id=world_id, name="Mine", redirect_uris=("https://a.example/",),
        created_at=NOW, secret_hash="00",
    )  # fmt: skip


def test_a_world_is_put_back_and_what_others_remember_of_it_is_not_believed(build: Build) -> None:
    worlds, world, _ = build([a_row(0, 10)], NOW)
    snapshots, grants = Snapshots(worlds), Grants(worlds.database)
    worlds.add_entries(world, "acc_pat", [a_row(0, 20)])
    grants.add_client(a_client(world.world_id))
    was = worlds.fingerprint(worlds.world(world.world_id))
    saved = snapshots.save(world.world_id, "before", "a note")
    assert (saved.now, saved.note, saved.contents) == (NOW, "a note", {"transactions": 1, "clients": 1})

    worlds.advance(world.world_id, timedelta(days=2))
    worlds.add_entries(world, "acc_pat", [a_row(0, 21)])
    grants.delete_client("chase", "mine")
    assert view_of(worlds, worlds.world(world.world_id)).balances().current == 97_000

    restored = snapshots.restore(world.world_id, "before")
    assert (restored.now, worlds.fingerprint(restored)) == (NOW, was)
    assert view_of(worlds, restored).balances().current == 98_000
    assert grants.client("chase", "mine") == a_client(world.world_id)


def test_a_restore_that_cannot_be_whole_changes_nothing(build: Build) -> None:
    worlds, world, _ = build([], NOW)
    snapshots, grants = Snapshots(worlds), Grants(worlds.database)
    grants.add_client(a_client(world.world_id))
    snapshots.save(world.world_id, "before")
    grants.delete_client("chase", "mine")
    other = worlds.create(now=NOW)
    grants.add_client(a_client(other.world_id))
    worlds.add_entries(world, "acc_pat", [a_row(0, 20)])
    was = worlds.fingerprint(worlds.world(world.world_id))
    with pytest.raises(Conflict):
        snapshots.restore(world.world_id, "before")
    assert worlds.fingerprint(worlds.world(world.world_id)) == was
    assert grants.clients(other.world_id) == [a_client(other.world_id)]


def test_snapshots_are_listed_in_order_and_go_with_their_world(build: Build) -> None:
    worlds, world, _ = build([], NOW)
    snapshots = Snapshots(worlds)
    for name in ("one", "two"):
        snapshots.save(world.world_id, name)
    assert sorted(one.name for one in snapshots.all(world.world_id)) == ["one", "two"]
    snapshots.delete(world.world_id, "one")
    with pytest.raises(SnapshotNotFound):
        snapshots.restore(world.world_id, "one")
    worlds.delete(world.world_id)
    worlds.create(world_id=world.world_id, now=NOW)
    assert snapshots.all(world.world_id) == []
