"""The sandbox's own affairs."""

from collections.abc import Sequence

from sandbox.kernel.errors.missing import NotFound
from sandbox.kernel.errors.request import BadRequest
from sandbox.kernel.errors.root import SandbankError
from sandbox.kernel.errors.state import Conflict


class ClockMovedBack(Conflict):
    rule = "A world's clock only goes forward; reset the world to go back."

    def __init__(self, *, now: str, asked: str) -> None:
        super().__init__(
            f"the clock shows {now}, which is later than {asked}",
            hint='POST /_sandbox/worlds/{world}/reset with {"now": "' + asked + '"} starts the world there.',
            now=now,
            asked=asked,
        )


class ExchangeNotFound(NotFound):
    rule = "The exchange must have been kept in the journal of that world."


class JournalCut(SandbankError):
    status = 409
    rule = "What is said about a world's exchanges must not depend on those that its journal has lost."


class WorldNotFound(NotFound):
    rule = "The world must have been created and not deleted."


class SnapshotNotFound(NotFound):
    rule = "The snapshot must have been saved of that world and not deleted."


class PersonaNotFound(NotFound):
    rule = "The persona must be one of the seed data's."


class BankNotFound(NotFound):
    rule = "The bank must be one of those that this server imitates."


class ClientNotFound(NotFound):
    rule = "The client must be registered at the bank, in some world."


class KeyNotFound(NotFound):
    rule = "The key must be one that the bank has or had."


class ScenarioNotFound(NotFound):
    rule = "The scenario must be one of the seed data's."


class RunNotFound(NotFound):
    rule = "The run must be one that this server began."


class FaultNotFound(NotFound):
    rule = "The fault must be one that was ordered in the world and not taken away."


class TraceNotFound(NotFound):
    rule = "A trace is kept for the latest refusals only."


class SeedDataInvalid(BadRequest):
    """`problems` are lines of `file:line: field: what is wrong`."""

    rule = "Seed files must keep to their schema."

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems), problems=list(problems))


class DataFileForeign(SandbankError):
    rule = "--data must name a new file or one that this version of Sandbank made; nothing else is ever overwritten."
