"""The sender: a task of the server that turns what is logged into messages, and gets them to their receivers.

Each subscription is worked for by one process at a time, which holds it for a few seconds at a time; so an account's
messages leave one after the other, in their order, whoever the processes are. What became of attempts is written in
bulk. A process that is killed between an attempt and the note of it leaves the message queued: it is sent again by
whoever holds the subscription next, with the same id.
"""

import asyncio
import logging
import math
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

import orjson

from sandbox.events import retries, signing
from sandbox.events.outbox import Outbox
from sandbox.kernel import ids
from sandbox.kernel.clock import from_millis, to_millis
from sandbox.ledger.happenings import Happening
from sandbox.ledger.subscriptions import Attempt, Delivery, DeliveryState, RetryClock, Subscription, SubscriptionStatus
from sandbox.outbound.guard import Refused
from sandbox.outbound.posts import Poster, Undelivered
from sandbox.outbound.rounds import Rounds
from sandbox.store.deliveries import Settled
from sandbox.store.subscriptions import Held
from sandbox.worlds.worlds import World

log = logging.getLogger("sandbank")

HOLD = 10_000
"""Milliseconds for which a process holds a subscription. Others wait so long after it was killed."""
RENEWAL = 7_000
"""It renews holds with less than that left."""
PATIENCE = 5.0
"""Seconds for a receiver to answer."""
POLL = 0.25
"""Seconds after which it looks for what other processes told."""
GATHER = 0.01
"""Seconds for which outcomes are gathered before they are written together."""
STEP = 2_000
"""So many events are collected before those at hand are sent."""
ROOM = 256
"""Messages of a subscription that may be on their way."""
AT_ONCE = 16
"""Requests to one endpoint at the same time."""
GONE = 410
"""The receiver wants nothing more."""


class Agenda(Protocol):
    """What becomes an event because its time has come."""

    def collect(self, world: World, most: int | None = None) -> int:
        """Writes what has come due into the log; after `most` it may leave the rest for later."""

    def next_due(self, world: World) -> datetime | None:
        """When the next will be, by the world's clock."""


@dataclass(slots=True)
class Flight:
    """What is on its way to one subscription."""

    world: World
    held: Held
    lanes: dict[str, deque[Delivery]] = field(default_factory=dict)
    message_ids: set[str] = field(default_factory=set)
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    @property
    def subscription(self) -> Subscription:
        return self.held.subscription

    def now(self, wall: int) -> int:
        """Milliseconds of the world's clock."""
        return self.world.stored.clock.millis(wall)


class Sender:
    def __init__(self, outbox: Outbox, agenda: Agenda, poster: Poster) -> None:
        self.outbox = outbox
        self.agenda = agenda
        self.poster = poster
        self.subscriptions, self.deliveries = outbox.subscriptions, outbox.deliveries
        self.worlds, self.wall = outbox.worlds, outbox.worlds.wall
        self.holder = ids.secret(9)
        self._served: Collection[str] = ()
        """The worlds in which anybody wanted to be told of anything when it last looked."""
        self._flights: dict[str, Flight] = {}
        self._settled: list[tuple[str, Settled]] = []
        self._rounds = Rounds(self.step, poll=POLL, log=log, what="webhooks")

    # --- Its life --------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """On the running loop."""
        self._rounds.start()

    def wake(self) -> None:
        """There may be something new. Any thread may say so."""
        self._rounds.wake()

    def told(self, world_id: str) -> None:
        """Something was told in a world, or its clock was moved."""
        if world_id in self._served:
            self.wake()

    def stop(self) -> None:
        """What is on its way is given up, to be sent anew by whoever comes next."""
        self._rounds.cancel()
        self._write()
        self.subscriptions.let_go(self.holder)
        self.poster.close()
        self._rounds.end()

    # --- One step --------------------------------------------------------------------------------------------------

    def step(self) -> float:
        """Seconds until the next one is due, unless it is woken."""
        self._write()
        pause = POLL
        self._served = dict.fromkeys(self.subscriptions.worlds())
        for world_id in self._served:
            pause = min(pause, self._work(world_id))
        latest = self.wall() - HOLD
        # Those that were deleted, or that another process holds by now.
        over = [name for name, one in self._flights.items() if one.held.held_until < latest and not one.message_ids]
        for name in over:
            del self._flights[name]
        return pause

    def _work(self, world_id: str) -> float:
        now = self.wall()
        held = self.subscriptions.hold(
            world_id, self.holder, now, until=now + HOLD, renew_before=now + RENEWAL
        )  # fmt: skip
        if not held:
            return POLL
        world = self.worlds.world(world_id)
        self.agenda.collect(world, STEP)
        due = self.agenda.next_due(world)
        pause = _until(world, to_millis(due)) if due is not None else POLL
        for one in held:
            more = self.outbox.fill(world, one)
            pause = min(pause, 0.0 if more else POLL, self._send(world, one))
        return pause

    def _send(self, world: World, held: Held) -> float:
        """Sets out with what is due. Seconds until more of it is."""
        one = held.subscription
        flight = self._flights.get(one.subscription_id)
        if flight is None:
            flight = self._flights[one.subscription_id] = Flight(world, held)
        flight.world, flight.held = world, held
        now = world.now_millis if one.clock is RetryClock.WORLD else self.wall()
        if len(flight.message_ids) <= ROOM // 2:
            due = self.deliveries.due(world.world_id, one.subscription_id, one.clock, now, ROOM)
            self._set_out(flight, [message for message in due if message.message_id not in flight.message_ids])
        later = self.deliveries.next_due(world.world_id, one.subscription_id, one.clock, now)
        if later is None:
            return POLL
        return _until(world, later) if one.clock is RetryClock.WORLD else (later - now) / 1000

    def _set_out(self, flight: Flight, due: list[Delivery]) -> None:
        for one in due:
            flight.message_ids.add(one.message_id)
            lane = flight.lanes.get(one.lane)
            if lane is not None:
                lane.append(one)
                continue
            flight.lanes[one.lane] = deque([one])
            self._rounds.set_out(self._follow(flight, one.lane))

    async def _follow(self, flight: Flight, lane: str) -> None:
        """The messages of a lane, one after the other."""
        waiting = flight.lanes[lane]
        while waiting:
            async with flight.gate:
                one = waiting.popleft()
                if self.wall() + PATIENCE * 1000 > flight.held.held_until:
                    flight.message_ids.discard(one.message_id)  # somebody else may hold it by then
                    continue
                self._settle(flight, await self._deliver(flight, one))
        del flight.lanes[lane]

    # --- One message -----------------------------------------------------------------------------------------------

    async def _deliver(self, flight: Flight, one: Delivery) -> Settled:
        """Faults befall what is sent for the first time; when it is repeated it goes as it should."""
        if not self.outbox.still_covered(flight.world, one):
            return Settled(one, DeliveryState.PURGED, ())
        faults = one.faults.split() if one.failures == 0 else []
        if "drop" in faults:
            return Settled(one, DeliveryState.DROPPED, ())
        made = list[Attempt]()
        for _ in range(2 if "duplicate" in faults else 1):
            made.append(await self._try(flight, one, one.attempts + len(made) + 1, faults))
        last = made[-1]
        if not last.problem:
            return Settled(one, DeliveryState.DELIVERED, made)
        failures = one.failures + 1
        wait = retries.wait(failures)
        if wait is None or last.status == GONE:
            return Settled(one, DeliveryState.DEAD, made, failures=failures)
        wall = self.wall()
        now = flight.now(wall) if one.clock is RetryClock.WORLD else wall
        return Settled(one, DeliveryState.QUEUED, made, now + int(wait.total_seconds() * 1000), failures)

    async def _try(self, flight: Flight, one: Delivery, number: int, faults: list[str]) -> Attempt:
        subscription, wall = flight.subscription, self.wall()
        at = flight.now(wall)
        secrets = signing.secrets_at(subscription, from_millis(at))
        headers = signing.signed(one.message_id, one.body, from_millis(wall), secrets, faults)
        headers += [("content-type", CONTENT_TYPES[subscription.form]), ("user-agent", "Sandbank")]
        status, problem, answer, took = 0, "", b"", 0.0
        try:
            told = await self.poster.post(subscription.url, headers, one.body.encode(), PATIENCE)
        except (Undelivered, Refused) as error:
            problem = str(error)
            took = (self.wall() - wall) / 1000
        except Exception as error:
            log.exception("the message %s could not be sent", one.message_id)
            problem = f"the sender failed: {type(error).__name__}"
        else:
            status, answer, took = told.status, told.body, told.took
            problem = "" if 200 <= status < 300 else f"the receiver answered {status}"
        text = answer.decode("utf-8", "replace").replace("\0", "\ufffd")
        return Attempt(number, at, round(took * 1000), status, problem, text, orjson.dumps(dict(headers)).decode())

    # --- What became of them ---------------------------------------------------------------------------------------

    def _settle(self, flight: Flight, settled: Settled) -> None:
        if not self._settled:
            self._rounds.wake_in(GATHER)
        self._settled.append((flight.world.world_id, settled))

    def _write(self) -> None:
        """Notes what became of attempts. What cannot be written now stays to be written."""
        if not self._settled:
            return
        by_world: dict[str, list[Settled]] = {}
        for world_id, one in self._settled:
            by_world.setdefault(world_id, []).append(one)
        with self.subscriptions.database.transaction():
            for world_id, settled in by_world.items():
                self.deliveries.settle(world_id, settled)
                for one in settled:
                    if one.attempts and one.attempts[-1].status == GONE:
                        self._disable(world_id, one.delivery)
        for _, one in self._settled:
            flight = self._flights[one.delivery.subscription_id]
            flight.message_ids.discard(one.delivery.message_id)
        self._settled.clear()

    def _disable(self, world_id: str, told: Delivery) -> None:
        def change(one: Subscription) -> Subscription:
            why = f"the receiver answered {GONE} to {told.message_id}"
            return replace(one, status=SubscriptionStatus.DISABLED, why_disabled=why)

        one = self.subscriptions.change(world_id, told.subscription_id, change)
        if one is None:
            return
        world = self.worlds.world(world_id)
        event_id = "evt_" + ids.short("webhook.disabled", one.subscription_id, told.message_id, length=24)
        data = {"endpoint_id": one.subscription_id, "reason": one.why_disabled}
        self.outbox.log.append(
            world_id, [Happening(event_id, "webhook.disabled", world.now, one.bank, client_id=one.client_id, data=data)]
        )


CONTENT_TYPES = {"cloudevents": "application/cloudevents+json", "bank": "application/json"}


def _until(world: World, due: int) -> float:
    """Seconds of the machine's until an instant of a world's clock."""
    clock = world.stored.clock
    if clock.frozen:
        return math.inf
    return max(due - world.now_millis, 0) / clock.speed / 1000
