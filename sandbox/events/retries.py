"""When a message that was not taken is sent again."""

from datetime import timedelta

AFTER = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=10),
)
"""How long after each failed attempt the next one follows; there is none after the last. The schedule of a sender that
keeps to Standard Webhooks (Browserbase)."""


def wait(failed: int) -> timedelta | None:
    """After so many failed attempts; None where there is no further one."""
    return AFTER[failed - 1] if failed <= len(AFTER) else None
