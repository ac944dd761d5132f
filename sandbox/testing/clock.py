"""The time in a world."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.testing.worlds import World


class Clock:
    """Every move answers with the time that it has become."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def __repr__(self) -> str:
        return f"Clock of {self._world!r}"

    @property
    def now(self) -> datetime:
        return self._told("GET", "")

    def advance(self, by: str | timedelta) -> datetime:
        """By `P1DT2H`, `1d2h` or a timedelta. On the way pendings post and consents expire."""
        if isinstance(by, timedelta):
            by = f"P{by.days}DT{by.seconds + by.microseconds / 1_000_000:.3f}S"
        return self._told("POST", "/advance", {"by": by})

    def set(self, now: str | datetime) -> datetime:
        """To a later instant (ISO 8601). Raises Refused for an earlier one."""
        return self._told("PUT", "", {"now": now.isoformat() if isinstance(now, datetime) else now})

    def freeze(self) -> datetime:
        return self._told("POST", "/freeze", {"frozen": True})

    def run(self, speed: float = 1) -> datetime:
        """So many times as fast as the machine's."""
        return self._told("POST", "/speed", {"speed": speed})

    def _told(self, method: str, path: str, body: object = None) -> datetime:
        return datetime.fromisoformat(self._world.control(method, f"/clock{path}", body)["now"])
