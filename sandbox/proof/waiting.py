"""Waiting until something is so, in this process or another, so that nobody has to ask again and again."""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

POLL = 0.025
"""Seconds after which it is looked again: other processes tell nobody what they wrote."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen when it was looked."""

    met: bool
    found: Sequence[Any] = ()
    missing: str = ""
    """What is not so yet, in words."""
    nearest: Sequence[Any] = ()


async def until(look: Callable[[], Look], changed: Callable[[], Hashable], timeout: float) -> tuple[Look, float]:
    """The last look, and after how many seconds it was. It is looked again only where `changed` says something else
    than before, which has to cost little."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    known, seen = changed(), look()
    while not seen.met and (passed := loop.time() - began) < timeout:
        await asyncio.sleep(min(POLL, timeout - passed))
        now = changed()
        if now != known:
            known, seen = now, look()
    return seen, loop.time() - began
