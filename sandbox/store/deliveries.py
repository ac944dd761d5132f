"""The outbox: each message to a subscription once, and every attempt to deliver it. Of those that are settled a world
keeps the latest; how many it has lost it counts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from sqlalchemy import delete, func, select, update

from sandbox.ledger.subscriptions import Attempt, Delivery, DeliveryState, RetryClock
from sandbox.store.database import Database, Row, Rows, param
from sandbox.store.schema import attempt, delivery, delivery_cut, is_queued

KEPT = 20_000
"""Deliveries of a world that are settled."""
SLACK = 8
"""They are counted whenever a process has settled an eighth of what is kept."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What one or more attempts led to."""

    delivery: Delivery
    state: DeliveryState
    attempts: Sequence[Attempt]
    due_at: int = 0
    failures: int = 0


class Deliveries:
    def __init__(self, database: Database, most: int = KEPT) -> None:
        self.database = database
        self.most = most
        self._settled: Counter[str] = Counter()
        """By world, since they were last counted."""
        prepare, d, a = database.prepare, delivery.c, attempt.c
        self._rows, self._attempts = Rows(database, delivery), Rows(database, attempt)
        columns = [column for column in d if column.name != "world_id"]
        of = (d.world_id == param("at_world"), d.subscription_id == param("at_subscription"))
        this = (*of, d.message_id == param("at_message"))
        self._get = prepare(select(*columns).where(*this))
        self._latest = prepare(
            select(*columns).where(*of, d.place < param("before")).order_by(d.place.desc()).limit(param("most"))
        )
        self._latest_in = prepare(
            select(*columns)
            .where(*of, d.place < param("before"), d.state == param("in_state"))
            .order_by(d.place.desc())
            .limit(param("most"))
        )
        queued = (*of, is_queued(), d.clock == param("by_clock"))
        self._due = prepare(
            select(*columns).where(*queued, d.due_at <= param("now")).order_by(d.due_at, d.place).limit(param("most"))
        )
        self._next = prepare(select(func.min(d.due_at)).where(*queued, d.due_at > param("now")))
        self._settle = prepare(
            update(delivery)
            .where(*this, is_queued())
            .values(
                state=param("to_state"),
                due_at=param("to_due"),
                attempts=d.attempts + param("more"),
                failures=param("to_failures"),
            )
        )
        self._requeue = prepare(
            update(delivery)
            .where(*this, d.state != DeliveryState.PURGED.value)
            .values(state=DeliveryState.QUEUED.value, due_at=0, faults="", failures=0)
        )
        self._purge = prepare(
            update(delivery)
            .where(*of, is_queued(), d.consent_id == param("of_consent"))
            .values(state=DeliveryState.PURGED.value)
        )
        self._last_place = prepare(select(func.max(d.place)).where(*of))
        self._counts = prepare(select(d.state, func.count()).where(*of).group_by(d.state))
        settled = (d.world_id == param("at_world"), ~is_queued())
        other = delivery.alias().c
        latest = (
            select(func.max(other.place))
            .where(other.world_id == d.world_id, other.subscription_id == d.subscription_id)
            .correlate(delivery)
            .scalar_subquery()
        )
        self._count = prepare(select(func.count()).where(*settled))
        self._oldest = prepare(
            select(d.subscription_id, d.message_id)
            .where(*settled, d.place < latest)  # the numbers of pings count on from the latest
            .order_by(d.created_at, d.place, d.message_id)
            .limit(param("most"))
        )
        self._forget = [
            prepare(
                delete(table).where(
                    table.c.world_id == param("at_world"),
                    table.c.subscription_id == param("at_subscription"),
                    table.c.message_id == param("at_message"),
                )
            )
            for table in (attempt, delivery)
        ]
        c = delivery_cut.c
        self._cut = prepare(
            select(c.deliveries).where(c.world_id == param("at_world"), c.subscription_id == param("at_subscription"))
        )
        put = database.insert(delivery_cut)
        self._put_cut = prepare(
            put.on_conflict_do_update(
                index_elements=["world_id", "subscription_id"],
                set_={"deliveries": c.deliveries + put.excluded.deliveries},
            )
        )
        self._tries = prepare(
            select(*(column for column in a if column.name not in ("world_id", "subscription_id", "message_id")))
            .where(
                a.world_id == param("at_world"),
                a.subscription_id == param("at_subscription"),
                a.message_id == param("at_message"),
            )
            .order_by(a.number)
        )

    def add(self, world_id: str, made: Iterable[Delivery]) -> None:
        """Those that are there already stay as they are."""
        self._rows.add([(world_id, *_values(one)) for one in made])

    def get(self, world_id: str, subscription_id: str, message_id: str) -> Delivery | None:
        row = self._get.first(at_world=world_id, at_subscription=subscription_id, at_message=message_id)
        return _delivery(row) if row else None

    def latest(
        self, world_id: str, subscription_id: str, *, before: int, limit: int, state: DeliveryState | None = None
    ) -> list[Delivery]:
        """The latest first, of those that come before a place in the order."""
        asked = {"at_world": world_id, "at_subscription": subscription_id, "before": before, "most": limit}
        rows = self._latest.all(**asked) if state is None else self._latest_in.all(**asked, in_state=state.value)
        return [_delivery(row) for row in rows]

    def due(self, world_id: str, subscription_id: str, clock: RetryClock, now: int, limit: int) -> list[Delivery]:
        """Those never tried first, in their order."""
        rows = self._due.all(
            at_world=world_id, at_subscription=subscription_id, by_clock=clock.value, now=now, most=limit
        )
        return [_delivery(row) for row in rows]

    def next_due(self, world_id: str, subscription_id: str, clock: RetryClock, now: int) -> int | None:
        row = self._next.first(at_world=world_id, at_subscription=subscription_id, by_clock=clock.value, now=now)
        return row[0] if row else None

    def settle(self, world_id: str, settled: Sequence[Settled]) -> None:
        """What attempts led to. Where a message was purged meanwhile, it stays so."""
        self._settle.many(
            {
                "at_world": world_id,
                "at_subscription": one.delivery.subscription_id,
                "at_message": one.delivery.message_id,
                "to_state": one.state.value,
                "to_due": one.due_at,
                "more": len(one.attempts),
                "to_failures": one.failures,
            }
            for one in settled
        )
        self._attempts.add(
            [
                (world_id, one.delivery.subscription_id, one.delivery.message_id, *astuple(attempt))
                for one in settled
                for attempt in one.attempts
            ]
        )
        self._settled[world_id] += sum(one.state is not DeliveryState.QUEUED for one in settled)
        if self._settled[world_id] > self.most // SLACK:
            del self._settled[world_id]
            self._shorten(world_id)

    def _shorten(self, world_id: str) -> None:
        """Lose the oldest until no more are left than are kept."""
        with self.database.transaction():
            row = self._count.first(at_world=world_id)
            surplus = (row[0] if row else 0) - self.most
            lost = self._oldest.all(at_world=world_id, most=surplus) if surplus > 0 else []
            for forget in self._forget:
                forget.many(
                    {"at_world": world_id, "at_subscription": subscription_id, "at_message": message_id}
                    for subscription_id, message_id in lost
                )
            self._put_cut.many(
                {"world_id": world_id, "subscription_id": subscription_id, "deliveries": count}
                for subscription_id, count in Counter(subscription_id for subscription_id, _ in lost).items()
            )

    def lost(self, world_id: str, subscription_id: str) -> int:
        """How many older ones are not in the log any more."""
        row = self._cut.first(at_world=world_id, at_subscription=subscription_id)
        return row[0] if row else 0

    def requeue(self, world_id: str, subscription_id: str, message_id: str) -> bool:
        """To be sent as though for the first time, and properly. False for what was purged, or is unknown."""
        return bool(self._requeue.run(at_world=world_id, at_subscription=subscription_id, at_message=message_id))

    def purge(self, world_id: str, subscription_id: str, consent_id: str) -> int:
        """What is still queued of a consent is never sent."""
        return self._purge.run(at_world=world_id, at_subscription=subscription_id, of_consent=consent_id)

    def last_place(self, world_id: str, subscription_id: str) -> int:
        row = self._last_place.first(at_world=world_id, at_subscription=subscription_id)
        return (row[0] or 0) if row else 0

    def counts(self, world_id: str, subscription_id: str) -> dict[str, int]:
        """How many stand in each state."""
        return dict(self._counts.all(at_world=world_id, at_subscription=subscription_id))

    def attempts(self, world_id: str, subscription_id: str, message_id: str) -> list[Attempt]:
        rows = self._tries.all(at_world=world_id, at_subscription=subscription_id, at_message=message_id)
        return [Attempt(*row) for row in rows]


def _values(one: Delivery) -> tuple[object, ...]:
    return (
        one.subscription_id,
        one.message_id,
        one.number,
        one.place,
        one.lane,
        one.type,
        one.consent_id,
        one.state.value,
        one.clock.value,
        one.due_at,
        one.attempts,
        one.failures,
        one.created_at,
        one.faults,
        one.body,
    )


def _delivery(row: Row) -> Delivery:
    (subscription_id, message_id, number, place, lane, kind, consent_id, state, clock, due_at, attempts, failures,
     created_at, faults, body) = row  # fmt: skip
    return Delivery(
        subscription_id, message_id, number, place, lane, kind, consent_id, DeliveryState(state), RetryClock(clock),
        due_at, attempts, failures, created_at, faults, body,
    )  # fmt: skip
