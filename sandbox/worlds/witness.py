"""Who wants to know what is done in a world, when it is done."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple, Protocol

from sandbox.ledger.entries import Entry


class Change(NamedTuple):
    """What a row was, and what it is: None where it was not there, or is gone."""

    before: Entry | None
    after: Entry | None


class Witness(Protocol):
    def changing(self, world_id: str, account_id: str) -> AbstractContextManager[list[Change]]:
        """Around a change of an account's rows, inside its transaction; what was changed is put into the list. Inside
        another one for the same account it joins that one: so several changes, and facts that go with them, are told
        together."""

    def moved(self, world_id: str, before: int, after: int) -> None:
        """A clock was set, or runs otherwise from now on: that alone made one version of a world into another one."""

    def begun_anew(self, world_id: str) -> None:
        """A world is again as it was in the beginning, its clock too."""


class Nobody:
    @contextmanager
    def changing(self, world_id: str, account_id: str) -> Iterator[list[Change]]:
        yield []

    def moved(self, world_id: str, before: int, after: int) -> None:
        return

    def begun_anew(self, world_id: str) -> None:
        return
