"""The outbox: each message to a subscription once, and every attempt to deliver it."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from sqlalchemy import func, select, update

from sandbox.ledger.subscriptions import Attempt, Delivery, DeliveryState, RetryClock
from sandbox.store.database import Database, Row, Rows, param
from sandbox.store.schema import attempt, delivery, is_queued


@dataclass(frozen=True, slots=True)
class Settled:
    """What one or more attempts led to."""

    delivery: Delivery
    state: DeliveryState
    attempts: Sequence[Attempt]
    due_at: int = 0
    failures: int = 0


class Deliveries:
    def __init__(self, database: Database) -> None:
        self.database = database
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
