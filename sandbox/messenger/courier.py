"""The courier: a task of the server that carries webhooks to the apps. The bot may call the platform while it answers
one; so nothing here waits for anything but the bot.

What a person causes arrives in order, one after the other; different people's webhooks do not wait for each other. One
that was not taken comes again later and holds up nobody. A process that is killed leaves its errands to the next.
"""

import logging
import math
from collections import deque
from contextlib import suppress
from dataclasses import replace

from sandbox.kernel import ids
from sandbox.kernel.clock import from_millis, iso
from sandbox.kernel.errors import WorldNotFound
from sandbox.messenger import envelopes
from sandbox.messenger.desk import Desk
from sandbox.messenger.hooks import Delivery, drawn
from sandbox.messenger.pages import Page
from sandbox.outbound.guard import Refused
from sandbox.outbound.posts import Poster, Undelivered
from sandbox.outbound.rounds import Rounds
from sandbox.store.errands import Errand
from sandbox.worlds.worlds import World

log = logging.getLogger("sandbank.messenger")

POLL = 0.25
"""Seconds after which it looks for what other processes told, and for clocks that were moved."""
GRACE = 5_000
"""Milliseconds beyond a bot's time to answer, after which an errand is somebody else's."""
RETRIES = (1, 5, 30, 120, 600, 1800, 3600, 7200, 14_400)
"""Seconds after each failed attempt. The platform says only that it repeats for hours; the steps are ours."""
JITTER = 0.2
"""A share by which they differ."""
LONGEST = 500
"""Characters kept of an answer."""
Lane = tuple[str, str]
"""World and person."""


class Courier:
    def __init__(self, desk: Desk, poster: Poster) -> None:
        self.desk = desk
        self.hooks = desk.hooks
        self.errands = desk.hooks.errands
        self.poster = poster
        self.wall = desk.hooks.wall
        self._lanes: dict[Lane, deque[Errand]] = {}
        self._under_way = set[str]()
        self._rounds = Rounds(self.step, poll=POLL, log=log, what="the messenger's webhooks")

    # --- Its life --------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """On the running loop."""
        self._rounds.start()

    def wake(self) -> None:
        """There is something to carry. Any thread may say so."""
        self._rounds.wake()

    def stop(self) -> None:
        """What is on its way is given up, to be carried by whoever comes next."""
        self._rounds.cancel()
        self.poster.close()
        self._rounds.end()

    # --- One step --------------------------------------------------------------------------------------------------

    def step(self) -> float:
        """Sets out with what is due. Seconds until the next one is, unless it is woken."""
        pause = POLL
        for world_id in self.errands.worlds():
            with suppress(WorldNotFound):
                pause = min(pause, self._work(self.desk.worlds.world(world_id)))
        return pause

    def _work(self, world: World) -> float:
        wall, pause, busy = self.wall(), math.inf, set[str]()
        for one in self.errands.all(world.world_id):
            if one.delivery_id in self._under_way:
                continue
            now = world.now_millis if one.clock == "world" else wall
            if one.held_until >= wall:
                busy.add(one.lane)
            elif one.due_at > now:
                pause = min(pause, (one.due_at - now) / 1000 if one.clock == "machine" else POLL)
            elif one.lane not in busy:
                self._set_out((world.world_id, one.lane), one)
        return pause

    def _set_out(self, lane: Lane, one: Errand) -> None:
        self._under_way.add(one.delivery_id)
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.append(one)
            return
        self._lanes[lane] = deque([one])
        self._rounds.set_out(self._follow(lane))

    async def _follow(self, lane: Lane) -> None:
        """The webhooks about one person, one after the other."""
        waiting = self._lanes[lane]
        try:
            while waiting:
                one = waiting.popleft()
                try:
                    await self._carry(lane[0], one)
                except WorldNotFound:
                    log.info("the world of %s is gone", one.delivery_id)
                except Exception:  # it stays held, and is tried again when the hold is over
                    log.exception("the webhook %s could not be carried", one.delivery_id)
                finally:
                    self._under_way.discard(one.delivery_id)
        finally:
            del self._lanes[lane]
            self._under_way.difference_update(one.delivery_id for one in waiting)

    # --- One webhook -----------------------------------------------------------------------------------------------

    async def _carry(self, world_id: str, errand: Errand) -> None:
        world = self.desk.worlds.world(world_id)
        delivery = self.hooks.get(world, errand.delivery_id)
        page = self.desk.page_told(world, delivery) if delivery is not None else None
        if delivery is None or page is None:  # a reset forgot it, or the app is gone
            self.errands.done(world_id, errand.delivery_id)
            return
        now = self.wall()
        until = now + int(page.behaviour.timeout * 1000) + GRACE
        if not self.errands.hold(world_id, errand.delivery_id, now, until):
            return
        first = not delivery.attempts and not delivery.probe
        delivery = await self._attempt(world, page, delivery)
        if first and drawn(page.behaviour.duplicate_rate, "duplicate", delivery.delivery_id):
            delivery = await self._attempt(world, page, delivery)
        self._settle(world, page, delivery)

    async def _attempt(self, world: World, page: Page, delivery: Delivery) -> Delivery:
        """One try, and the note of it."""
        behaviour, wall = page.behaviour, self.wall()
        body = envelopes.written(delivery.envelope, raw=behaviour.raw_utf8)
        signatures = envelopes.signed(page.app.secret, body, delivery.probe or behaviour.signature)
        headers = [*signatures, ("Content-Type", "application/json"), ("User-Agent", "Sandbank messenger")]
        status, problem, answer = 0, "", b""
        try:
            told = await self.poster.post(delivery.url, headers, body, behaviour.timeout)
        except (Undelivered, Refused) as error:
            problem = str(error)
        else:
            status, answer = told.status, told.body
            problem = "" if status == 200 else f"the app answered {status}, where 200 is wanted"
        attempt = {
            "number": len(delivery.attempts) + 1,
            "at": iso(from_millis(world.stored.clock.millis(wall))),
            "took_ms": self.wall() - wall,
            "status": status,
            "problem": problem,
            "answer": answer.decode("utf-8", "replace").replace("\0", "\ufffd")[:LONGEST],
            "signatures": dict(signatures),
        }
        return replace(delivery, attempts=(*delivery.attempts, attempt))

    def _settle(self, world: World, page: Page, delivery: Delivery) -> None:
        with self.hooks.chats.database.transaction():
            if self.hooks.get(world, delivery.delivery_id) is None:  # a reset came between
                return
            went_wrong = bool(delivery.attempts[-1]["problem"])
            if not delivery.probe:
                self._count(world, delivery, went_wrong)
            wait = _wait(delivery) if went_wrong and not delivery.probe else None
            if wait is None:
                state = "failed" if went_wrong else "delivered"
                self.hooks.put(world, replace(delivery, state=state, next_at=None))
                self.errands.done(world.world_id, delivery.delivery_id)
                return
            clock = page.behaviour.retry_clock
            # By the world's clock from when it set out: who moves the clock has seen it arrive, not its failure noted.
            now = world.now_millis if clock == "world" else self.wall()
            due = now + int(wait * 1000)
            self.hooks.put(world, replace(delivery, next_at=due))
            self.errands.put(world.world_id, delivery.errand(clock, due))

    def _count(self, world: World, delivery: Delivery, went_wrong: bool) -> None:
        """Failures in a row; after so many the page's app is unsubscribed."""
        page = self.desk.page_told(world, delivery)
        if page is None or (not went_wrong and not page.failures):
            return
        failures = page.failures + 1 if went_wrong else 0
        page = replace(page, failures=failures)
        if 0 < page.behaviour.unsubscribe_after <= failures:
            page = replace(page, subscribed_fields=(), failures=0)
        self.desk.set_page(world, page)


def _wait(delivery: Delivery) -> float | None:
    """Seconds until the next attempt; None where there is none."""
    failed = sum(1 for one in delivery.attempts if one["problem"])
    if failed > len(RETRIES):
        return None
    spread = ids.number("retry", delivery.delivery_id, failed) / 2**64 * 2 - 1
    return RETRIES[failed - 1] * (1 + JITTER * spread)
