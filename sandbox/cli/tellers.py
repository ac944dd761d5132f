"""Processes that tell timelines for a bulk of customers: telling and rendering take far longer than writing."""

import gc
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

from sandbox.app import renderer
from sandbox.contract import documents
from sandbox.dialect.bank import discover
from sandbox.seeding.stories import SeedStories
from sandbox.store.timelines import Prepared, Render, prepare
from sandbox.worlds.stories import Order

AHEAD = 4
"""Orders under way per process: enough to keep it busy, few enough to keep in memory."""

_stories: SeedStories
_render: Render


def told(orders: Iterable[Order], seed_data: str | None = None, processes: int | None = None) -> Iterator[Prepared]:
    """Each order's timeline, in the order of the orders."""
    count = processes or os.cpu_count() or 1
    # Spawned, so that no process inherits a connection or a lock.
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_start, initargs=(seed_data,))
    with pool:
        under_way: deque[Future[Prepared]] = deque()
        for order in orders:
            under_way.append(pool.submit(_tell, order))
            if len(under_way) >= count * AHEAD:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


def _start(seed_data: str | None) -> None:
    global _stories, _render  # noqa: PLW0603 (a process of the pool has one story book)
    _stories = SeedStories(seed_data)
    banks = discover()
    _render = renderer(banks, {slug: documents.load(slug) for slug in banks})
    # Timelines hold no circles, and looking for some takes a tenth of the time.
    gc.disable()


def _tell(order: Order) -> Prepared:
    return prepare(order.tell(_stories), _render)
