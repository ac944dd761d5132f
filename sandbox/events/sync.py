"""The sync endpoint: every row once, and from then on what was added, modified and removed, exactly as the log tells
it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import orjson

from sandbox.dialect.bank import Handler
from sandbox.dialect.call import Call, Reply
from sandbox.events import cursors
from sandbox.events.agenda import Agenda
from sandbox.events.cursors import Place
from sandbox.ledger.consents import history_start
from sandbox.ledger.entries import EntryStatus
from sandbox.ledger.feed import FeedRow, Window
from sandbox.ledger.happenings import Happening
from sandbox.store.events import EventLog
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.worlds import World

CHUNK = 1_000
KINDS = ("transaction.created", "transaction.posted", "transaction.updated", "transaction.removed")

Key = tuple[str, str]
"""(the client's name of the account, the bank's name of the row)."""
Views = Sequence[tuple[str, AccountView]]
"""The shared accounts by the client's names of them, in the order of these."""


@dataclass(slots=True)
class Changes:
    """What becomes of rows, by their names: each is in one of these at most."""

    added: dict[Key, int] = field(default_factory=dict)
    """With the row's sequence."""
    modified: dict[Key, int] = field(default_factory=dict)
    removed: dict[Key, None] = field(default_factory=dict)

    def take(self, account: str, one: Happening) -> None:
        key, sequence = (account, one.data["transaction_id"]), one.sequences[0]
        earlier = one.data.get("previous_transaction_id")
        if one.type == "transaction.removed":
            self._gone(key)
        elif earlier is not None:
            # Under another name it is another row.
            self._gone((account, earlier))
            self.added[key] = sequence
        elif one.type == "transaction.created":
            known = self.removed.pop(key, 0) is None
            (self.modified if known else self.added)[key] = sequence
        elif key not in self.added:
            self.modified[key] = sequence

    def _gone(self, key: Key) -> None:
        self.modified.pop(key, None)
        if self.added.pop(key, None) is None:
            self.removed[key] = None


def table(log: EventLog, agenda: Agenda) -> dict[str, Handler]:
    def sync_transactions(call: Call) -> Reply:
        consent, cursor, count = call.consent, call.query.get("cursor"), call.query["count"]
        place = cursors.place_in(cursor, consent) if cursor is not None else None
        call.touched = consent.account_ids
        agenda.listen(call.world, consent)
        agenda.collect(call.worlds.world(call.world.world_id))
        if place is None:
            with log.database.transaction():
                # Nobody tells anything meanwhile: the rows are those of this very place in the log.
                world = call.worlds.world(call.world.world_id)
                agenda.settle(world)
                first = Place(log.head(world.world_id), walking=True)
                body, following = _walk(call, _views(call, world), first, count)
        else:
            views = _views(call, call.worlds.world(call.world.world_id))
            if place.walking:
                body, following = _walk(call, views, place, count)
            else:
                body, following = _changes(call, views, log, place, count)
        more = following.walking or following.upto > 0
        return Reply({**body, "next_cursor": cursors.placed(following, consent), "has_more": more})

    return {"syncTransactions": sync_transactions}


def _views(call: Call, world: World) -> Views:
    """The shared accounts as they are now, in the order of their names."""
    consent = call.consent
    views = [
        call.worlds.account(world, consent.persona, consent.bank, account_id) for account_id in consent.account_ids
    ]
    return sorted(((call.bank.account_ref(one.account, consent.client_id), one) for one in views), key=itemgetter(0))


def _walk(call: Call, views: Views, place: Place, count: int) -> tuple[dict[str, Any], Place]:
    """A page of all the rows as they were when the walk began."""
    added, window = list[dict[str, Any]](), Window(history_start(call.consent), None)
    while place.account < len(views):
        name, view = views[place.account]
        if len(added) == count:
            return _body(added=added), place
        page = view.page(window, count - len(added), place.position)
        added += _shown(call, name, view, page.rows)
        if page.next is not None:
            place = place._replace(position=page.next)
        else:
            place = place._replace(account=place.account + 1, position=None)
    return _body(added=added), Place(place.number)


def _changes(call: Call, views: Views, log: EventLog, place: Place, count: int) -> tuple[dict[str, Any], Place]:
    """What the log tells of rows since then."""
    world_id = call.world.world_id
    upto = place.upto or log.head(world_id)
    by_id = {view.account.account_id: (name, view) for name, view in views}
    found, start = Changes(), history_start(call.consent)
    for one in _told(log, world_id, place.number, upto):
        if one.account_id in by_id and (one.of or one.at) >= start:
            found.take(by_id[one.account_id][0], one)
    of_name = dict(views)
    kept: list[tuple[str, Key, int]] = [
        *(("added", key, sequence) for key, sequence in found.added.items()),
        *(("modified", key, sequence) for key, sequence in found.modified.items()),
        *(("removed", key, -1) for key in found.removed),
    ]
    body = _body()
    for kind, (name, transaction), sequence in kept[place.done : place.done + count]:
        if kind == "removed":
            body["removed"].append({"account_id": name, "transaction_id": transaction})
        else:
            row = of_name[name].entry(sequence)
            body[kind] += _shown(call, name, of_name[name], [row] if row is not None else [])
    done = place.done + count
    return body, Place(place.number, upto, done=done) if done < len(kept) else Place(upto)


def _told(log: EventLog, world_id: str, number: int, upto: int) -> Iterator[Happening]:
    while number < upto:
        batch = log.after(world_id, number, CHUNK)
        if not batch:
            return
        yield from (one for place, one in batch if place <= upto and one.type in KINDS)
        number = batch[-1][0]


def _body(**said: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    return {"added": [], "modified": [], "removed": [], **said}


def _shown(call: Call, name: str, view: AccountView, rows: Iterable[FeedRow]) -> list[dict[str, Any]]:
    """Rows in the bank's own shape, each with its names."""
    listed = list(rows)
    wires = map(orjson.loads, view.render(listed))
    return [
        {
            "account_id": name,
            "transaction_id": call.bank.transaction_ref(view.account, row.entry, row.status),
            "pending": row.status is EntryStatus.PENDING,
            "transaction": wire,
        }
        for row, wire in zip(listed, wires, strict=True)
    ]
