"""Every operation of the messenger's document."""

from collections.abc import Callable, Mapping
from functools import partial

from sandbox.dialect.bank import Handler
from sandbox.dialect.call import Call, Reply
from sandbox.messenger.desk import Desk
from sandbox.messenger.sending import send_message

Operation = Callable[[Desk, Call], Reply]

OPERATIONS: Mapping[str, Operation] = {"sendMessage": send_message}


def table(desk: Desk) -> dict[str, Handler]:
    return {name: partial(operation, desk) for name, operation in OPERATIONS.items()}
