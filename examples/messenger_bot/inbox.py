"""What came and is to be answered. The webhook only notes it and says 200 at once, since the platform sends again what
is not taken in time, and people would be answered twice."""

import logging
import queue
import threading
import zlib
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from .memory import Memory

LOG = logging.getLogger(__name__)
Worker = Callable[[str, str], Any]
"""Gets the person's id and the message."""
Waiting: TypeAlias = "queue.SimpleQueue[tuple[str, str, str] | None]"
"""The id, the kind and the person of each; None is the end."""


class Inbox:
    """One thread after another for a person, so that they are answered in the order in which they wrote."""

    def __init__(self, memory: Memory, workers: Mapping[str, Worker], threads: int = 4) -> None:
        self._memory = memory
        self._workers = workers
        self._queues: list[Waiting] = [queue.SimpleQueue() for _ in range(threads)]
        self._threads = [threading.Thread(target=self._work, args=(one,), daemon=True) for one in self._queues]

    def start(self) -> None:
        for message_id, kind, psid in self._memory.undone():
            self._put(message_id, kind, psid)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """When what is there is done."""
        for one in self._queues:
            one.put(None)
        for thread in self._threads:
            thread.join()

    def take(self, message_id: str, kind: str, psid: str, body: str) -> None:
        """A message that was there before is let go: it came twice."""
        if self._memory.receive(message_id, kind, psid, body):
            self._put(message_id, kind, psid)

    def _put(self, message_id: str, kind: str, psid: str) -> None:
        self._queues[zlib.crc32(psid.encode()) % len(self._queues)].put((message_id, kind, psid))

    def _work(self, mine: Waiting) -> None:
        while (one := mine.get()) is not None:
            message_id, kind, psid = one
            try:
                if (body := self._memory.received(message_id)) is not None:
                    self._workers[kind](psid, body)
            except Exception:
                LOG.exception("%s %s was not dealt with", kind, message_id)
            self._memory.done(message_id)
