"""Work that a server does beside its answers, in rounds: one when it is woken, one when the next thing is due."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress

from sandbox.kernel.errors import SandbankError


class Rounds:
    """A task of the loop that calls `step` again and again, which tells how many seconds until it is due anew. Where it
    fails that is said under the name of what is done, and it is tried again after `poll` seconds."""

    def __init__(self, step: Callable[[], float], *, poll: float, log: logging.Logger, what: str) -> None:
        self._step = step
        self._poll = poll
        self._log = log
        self._what = what
        self._tasks = set[asyncio.Task[None]]()
        self._woken: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0

    def start(self) -> None:
        """On the running loop."""
        self._woken, self._loop, self._thread = asyncio.Event(), asyncio.get_running_loop(), threading.get_ident()
        self.set_out(self._run(self._woken))

    def wake(self) -> None:
        """There may be something new. Any thread may say so."""
        if self._woken is None or self._loop is None:
            return
        if threading.get_ident() == self._thread:
            self._woken.set()
        else:
            self._loop.call_soon_threadsafe(self._woken.set)

    def wake_in(self, seconds: float) -> None:
        """The same from a task of the loop, a little later."""
        if self._loop is not None:
            self._loop.call_later(seconds, self.wake)

    def cancel(self) -> None:
        """What is under way is given up."""
        for task in self._tasks:
            task.cancel()

    def end(self) -> None:
        """Nobody wakes it any more."""
        self._woken = self._loop = None

    def set_out(self, work: Coroutine[object, object, None]) -> None:
        """Work beside the rounds, given up with them."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, woken: asyncio.Event) -> None:
        while True:
            woken.clear()
            try:
                pause = self._step()
            except SandbankError as error:
                self._log.warning("%s wait: %s", self._what, error)
                pause = self._poll
            except Exception:
                self._log.exception("%s could not be sent", self._what)
                pause = self._poll
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await woken.wait()
