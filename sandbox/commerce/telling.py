"""What a client does in its customer's name is told at once, as it is done."""

from contextlib import AbstractContextManager
from typing import Any

from sandbox.dialect.call import Call
from sandbox.events.lives.telling import Span
from sandbox.kernel.clock import MILLISECOND


def deed(call: Call) -> AbstractContextManager[Any]:
    """Done and told, or neither."""
    return call.worlds.database.transaction()


def just_now(call: Call) -> Span:
    return Span(call.world.now - MILLISECOND, call.world.now)
