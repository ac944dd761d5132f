"""When there may be something new in a world, for those who wait for it in this process."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime

from sandbox.events.agenda import Agenda
from sandbox.kernel.errors import WorldNotFound
from sandbox.worlds.worlds import World, Worlds

POLL = 0.25
"""Seconds after which it is looked whether another process told something."""


class News:
    def __init__(self, agenda: Agenda, worlds: Worlds) -> None:
        self.agenda = agenda
        self.worlds = worlds

    async def of(self, world_id: str, breath: float) -> AsyncGenerator[bool, None]:
        """A turn at once, and one whenever something was told in the world, its clock was moved, or something has come
        due; False for these. True after `breath` seconds without any. It ends with the world."""
        loop, woken = asyncio.get_running_loop(), asyncio.Event()

        def heard(of_world: str) -> None:
            if of_world == world_id:
                loop.call_soon_threadsafe(woken.set)

        self.agenda.on_news.append(heard)
        try:
            yield False
            head, spoke = self.agenda.log.head(world_id), loop.time()
            while True:
                try:
                    world = self.worlds.world(world_id)
                except WorldNotFound:
                    return
                due = self.agenda.next_due(world)
                if not woken.is_set():
                    await _wait(woken, _until(world, due))
                now = self.agenda.log.head(world_id)
                if woken.is_set() or now != head or self._is_due(world_id):
                    woken.clear()
                    yield False
                    head, spoke = self.agenda.log.head(world_id), loop.time()
                elif loop.time() - spoke >= breath:
                    yield True
                    spoke = loop.time()
        finally:
            self.agenda.on_news.remove(heard)

    def _is_due(self, world_id: str) -> bool:
        try:
            world = self.worlds.world(world_id)
        except WorldNotFound:
            return False
        due = self.agenda.next_due(world)
        return due is not None and due <= world.now


def _until(world: World, due: datetime | None) -> float:
    """Seconds of the machine's time until an instant of the world's, and no more than POLL."""
    speed = world.stored.clock.speed
    if due is None or speed <= 0:
        return POLL
    return max(min((due - world.now).total_seconds() / speed, POLL), 0.0)


async def _wait(woken: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(woken.wait(), seconds)
    except TimeoutError:
        return
