"""Who wants to be told of events, how far they were told, and which process works for them."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, or_, select, update

from sandbox.ledger import codec
from sandbox.ledger.subscriptions import Subscription, SubscriptionStatus
from sandbox.store.database import Database, Row, param
from sandbox.store.schema import attempt, delivery, delivery_cut, subscription

KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Held:
    """A subscription as the process that works for it finds it."""

    subscription: Subscription
    position: int
    held_until: int
    """Milliseconds of the machine's clock."""


class Subscriptions:
    def __init__(self, database: Database) -> None:
        self.database = database
        prepare, s = database.prepare, subscription.c
        self._decoded: dict[tuple[str, int], Subscription] = {}
        this = (s.world_id == param("at_world"), s.subscription_id == param("at_subscription"))
        columns = (s.subscription_id, s.version, s.document, s.position, s.held_until)
        self._add = prepare(database.insert(subscription))
        self._get = prepare(select(*columns).where(*this))
        self._of_client = prepare(
            select(*columns)
            .where(s.world_id == param("at_world"), s.bank == param("bank"), s.client_id == param("client_id"))
            .order_by(s.subscription_id)
        )
        self._of_world = prepare(select(*columns).where(s.world_id == param("at_world")).order_by(s.subscription_id))
        active = s.status == SubscriptionStatus.ACTIVE.value
        self._worlds = prepare(select(s.world_id).where(active).distinct())
        self._set = prepare(
            update(subscription)
            .where(*this)
            .values(document=param("document"), status=param("to_status"), version=s.version + 1)
        )
        self._hold = prepare(
            update(subscription)
            .where(
                s.world_id == param("at_world"),
                active,
                or_(s.holder == param("by_holder"), s.held_until < param("now")),
                s.held_until < param("renew_before"),
            )
            .values(holder=param("by_holder"), held_until=param("until"))
        )
        self._at_work = prepare(
            select(*columns, s.holder).where(s.world_id == param("at_world"), active).order_by(s.subscription_id)
        )
        self._let_go = prepare(update(subscription).where(s.holder == param("by_holder")).values(held_until=0))
        self._move = prepare(
            update(subscription)
            .where(*this, s.position == param("from_position"))
            .values(position=param("to_position"))
        )
        self._delete = [
            prepare(
                delete(table).where(
                    table.c.world_id == param("at_world"), table.c.subscription_id == param("at_subscription")
                )
            )
            for table in (subscription, delivery, delivery_cut, attempt)
        ]

    def add(self, value: Subscription, position: int) -> None:
        """It is told of what comes behind `position`."""
        self._add.run(
            world_id=value.world_id,
            subscription_id=value.subscription_id,
            bank=value.bank,
            client_id=value.client_id,
            status=value.status.value,
            version=1,
            position=position,
            holder="",
            held_until=0,
            document=codec.encode(value),
        )

    def get(self, world_id: str, subscription_id: str) -> Subscription | None:
        row = self._get.first(at_world=world_id, at_subscription=subscription_id)
        return self._read(row).subscription if row else None

    def of_client(self, world_id: str, bank: str, client_id: str) -> list[Subscription]:
        rows = self._of_client.all(at_world=world_id, bank=bank, client_id=client_id)
        return [self._read(row).subscription for row in rows]

    def of_world(self, world_id: str) -> list[Subscription]:
        return [self._read(row).subscription for row in self._of_world.all(at_world=world_id)]

    def change(
        self, world_id: str, subscription_id: str, how: Callable[[Subscription], Subscription]
    ) -> Subscription | None:
        """As it is afterwards; None where it is gone."""
        with self.database.transaction():
            value = self.get(world_id, subscription_id)
            if value is None:
                return None
            value = how(value)
            self._set.run(
                at_world=world_id,
                at_subscription=subscription_id,
                to_status=value.status.value,
                document=codec.encode(value),
            )
        return value

    def delete(self, world_id: str, subscription_id: str) -> None:
        """With its deliveries."""
        with self.database.transaction():
            for statement in self._delete:
                statement.run(at_world=world_id, at_subscription=subscription_id)

    # --- Working for them ------------------------------------------------------------------------------------------

    def worlds(self) -> list[str]:
        """Where anybody wants to be told of anything."""
        return [row[0] for row in self._worlds.all()]

    def hold(self, world_id: str, holder: str, now: int, *, until: int, renew_before: int) -> list[Held]:
        """What a process may work for: it takes what nobody holds, and renews holds of its own that end soon."""
        rows = self._at_work.all(at_world=world_id)
        if any(until_now < (renew_before if held_by == holder else now) for *_, until_now, held_by in rows):
            self._hold.run(at_world=world_id, by_holder=holder, now=now, until=until, renew_before=renew_before)
            rows = self._at_work.all(at_world=world_id)
        return [self._read(row[:-1]) for row in rows if row[-1] == holder and row[-2] > now]

    def let_go(self, holder: str) -> None:
        """Others may work for them at once."""
        self._let_go.run(by_holder=holder)

    def move(self, one: Subscription, *, was: int, to: int) -> bool:
        """False where another process moved it meanwhile."""
        return bool(
            self._move.run(
                at_world=one.world_id, at_subscription=one.subscription_id, from_position=was, to_position=to
            )
        )

    def _read(self, row: Row) -> Held:
        subscription_id, version, document, position, held_until = row
        key = (subscription_id, version)
        value = None if self.database.in_transaction else self._decoded.get(key)
        if value is None:
            value = codec.decode(document, Subscription)
            if not self.database.in_transaction:
                if len(self._decoded) > KEPT:
                    self._decoded.clear()
                self._decoded[key] = value
        return Held(value, position, held_until)
