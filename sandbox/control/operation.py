"""What every operation of the control API is: a function of the services and a call."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sandbox.control.services import Services
from sandbox.dialect.bank import Bank, Handler
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.errors import BankNotFound, InvalidInput, Violation
from sandbox.kernel.names import did_you_mean
from sandbox.worlds.worlds import World

Operation = Callable[[Services, Call], Reply]


def bind(services: Services, operations: Mapping[str, Operation]) -> dict[str, Handler]:
    return {name: partial(operation, services) for name, operation in operations.items()}


def whole(operation: Operation) -> Operation:
    """Done as a whole or not at all: what it reads still holds when it writes, whatever another process does."""

    def done(services: Services, call: Call) -> Reply:
        with services.database.transaction():
            return operation(services, call)

    return done


def world_of(services: Services, call: Call) -> World:
    """The world that `?world=` names. Raises WorldNotFound."""
    return services.worlds.world(call.query["world"])


def in_world(call: Call, world_id: str) -> bool:
    """Whether what belongs to that world is in the one that `?world=` names, if it names one."""
    return bool(call.query.get("world", world_id) == world_id)


def bank_of(services: Services, slug: str) -> Bank:
    """Raises BankNotFound."""
    bank = services.banks.get(slug)
    if bank is None:
        raise BankNotFound(
            f"there is no bank {slug!r}", hint=did_you_mean(slug, services.banks), banks=list(services.banks)
        )
    return bank


def members(call: Call) -> dict[str, Any]:
    """The body where it may be left out."""
    return call.body or {}


def created(body: object, location: str) -> Reply:
    return Reply(body, 201, headers={"Location": f"/_sandbox{location}"})


NOTHING = Reply(None, 204)


def wrong(name: str, message: str, *, rule: str = "value", expected: object = None, got: object = None) -> InvalidInput:
    """One member of the body that the document cannot judge."""
    return InvalidInput([Violation("body", name, rule, message, expected, got)])
