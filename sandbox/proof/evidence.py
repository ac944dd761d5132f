"""What is known of a world's clients, gathered once. Rules look at this alone."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any

from sandbox.contract.documents import Document, Operation
from sandbox.ledger.consents import Consent
from sandbox.ledger.exchanges import Cut
from sandbox.proof.seen import Seen

Following = Callable[[Any], Mapping[str, Any]]
"""From an answer's body to the parameter with which the bank's next page is asked for; nothing where it is the last."""
TOKENS = ("token", "refresh")
ASKING = ("authorize", "par")
BROKEN_LINE = frozenset({"reset", "empty", "truncated"})


@dataclass(frozen=True, slots=True)
class Try:
    at: datetime
    """By the world's clock."""
    status: int
    """0: there was no answer."""

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Posted:
    """A webhook of a bank or a messenger, and what became of it."""

    channel: str
    name: str
    kind: str
    """Of event: `sandbox.purchase.created`, `messages`."""
    tries: Sequence[Try]
    forged: str = ""
    """In what it was not as a receiver may take it; empty where it was good."""
    told: bool = True
    """Whether its kind is in the sender's catalogue."""

    @property
    def ref(self) -> str:
        return f"delivery:{self.name}"


class Evidence:
    def __init__(
        self,
        world: str,
        now: datetime,
        exchanges: Sequence[Seen],
        documents: Mapping[str, Document],
        *,
        consents: Mapping[str, Consent] | None = None,
        posted: Sequence[Posted] = (),
        followings: Mapping[str, Following] | None = None,
        cut: Cut | None = None,
    ) -> None:
        """`exchanges` oldest first, with their bodies; `documents` by `Exchange.contract`, and `followings` by bank."""
        self.world = world
        self.now = now
        self.exchanges = exchanges
        self.documents = documents
        self.consents = consents or {}
        self.posted = posted
        self.followings = followings or {}
        self.cut = cut or Cut()

    def operation(self, seen: Seen) -> Operation | None:
        document = self.documents.get(seen.one.contract)
        return document.operations.get(seen.one.operation) if document is not None else None

    def is_data(self, seen: Seen) -> bool:
        """A call to a bank's data, by a token."""
        operation = self.operation(seen)
        return seen.one.channel in self.followings and operation is not None and operation.oauth_endpoint is None

    def endpoint(self, seen: Seen) -> str:
        """Of OAuth; empty for another."""
        operation = self.operation(seen)
        return (operation.oauth_endpoint or "") if operation is not None else ""

    @cached_property
    def streams(self) -> Mapping[tuple[str, str], Sequence[Seen]]:
        """By (client, channel)."""
        found: dict[tuple[str, str], list[Seen]] = {}
        for seen in self.exchanges:
            found.setdefault((seen.one.client, seen.one.channel), []).append(seen)
        return found

    def after(self, seen: Seen) -> Iterator[Seen]:
        """What the same client did next at the same bank."""
        stream = self.streams[seen.one.client, seen.one.channel]
        yield from islice(stream, bisect_right(stream, seen.one.number, key=_number), None)

    def refreshes(self, seen: Seen) -> bool:
        asked = seen.asked
        is_refresh = isinstance(asked, dict) and asked.get("grant_type") == "refresh_token"
        return self.endpoint(seen) in TOKENS and is_refresh


def _number(seen: Seen) -> int:
    return seen.one.number


def line_broke(seen: Seen) -> bool:
    """Whether the client did not get the whole answer."""
    return any(fault.partition(":")[0] in BROKEN_LINE for fault in seen.one.faults)
