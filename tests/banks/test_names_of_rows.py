"""A bank's name of a row is the one in its feed, and leads back to the row."""

import json

import pytest

from sandbox.ledger.entries import EntryStatus
from sandbox.ledger.feed import Window
from tests.conftest import World

BANKS = ("chase", "citi", "usbank", "wellsfargo")


@pytest.mark.parametrize("slug", BANKS)
def test_a_rows_name_is_the_one_in_the_feed_and_leads_back(world: World, slug: str) -> None:
    services = world.server.app.services
    bank, now = services.banks[slug], services.worlds.world(world.world_id)
    seen = set[EntryStatus]()
    for username in ("maya", "shopper", "tom"):
        if username not in services.worlds.usernames(now):
            continue
        for view in services.worlds.accounts(now, services.worlds.customer(now, username), slug):
            rows = view.page(Window(), 60).rows
            for row, shape in zip(rows, bank.wire_rows(view.account, rows), strict=True):
                ref = bank.transaction_ref(view.account, row.entry, row.status)
                named = json.dumps(shape, default=str)
                if slug == "citi" and row.status is EntryStatus.PENDING and ref not in named:
                    continue  # only cards and investments name what is pending
                assert f'"{ref}"' in named
                if not (slug == "citi" and row.status is EntryStatus.PENDING):
                    assert bank.sequence_of(view.account, ref) == row.entry.sequence
                seen.add(row.status)
    assert EntryStatus.POSTED in seen


@pytest.mark.parametrize("slug", BANKS)
@pytest.mark.parametrize("nonsense", ["", "x", "1" * 19, "²" * 20, "1" * 40])
def test_what_is_no_name_leads_nowhere(world: World, slug: str, nonsense: str) -> None:
    services = world.server.app.services
    now = services.worlds.world(world.world_id)
    view = services.worlds.accounts(now, services.worlds.customer(now, "maya"), slug)[0]
    assert services.banks[slug].sequence_of(view.account, nonsense) is None
