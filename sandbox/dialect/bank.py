"""The Bank contract: everything that a guest brings. One frozen value per bank, found by `discover()`."""

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from sandbox.dialect import notifications
from sandbox.dialect.call import Call, Reply
from sandbox.dialect.faces import Face, Faces, face_of
from sandbox.dialect.policy import OAuthPolicy, Skin
from sandbox.dialect.walking import FeedWalk
from sandbox.kernel.errors import SandbankError
from sandbox.ledger.accounts import Account
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.entries import Entry, EntryStatus
from sandbox.ledger.feed import FeedRow
from sandbox.ledger.subscriptions import Subscription

Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Bank:
    """A guest: its document is openapi/<slug>.yaml, its handlers answer the document's operations by operationId."""

    slug: str
    name: str
    handlers: Mapping[str, Handler]
    faces: Faces
    envelope: Callable[[Face, SandbankError, str], Any]
    """The bank's error body; the text is the call's trace id, for banks that give each error an id of its own."""
    echo: Callable[[Mapping[str, str], Callable[[], str]], Mapping[str, str]]
    """Headers that every answer carries, from the request's (lower-case names), and the call's trace id if need be."""
    account_ref: Callable[[Account, str], str]
    """The name by which a client knows an account."""
    transaction_ref: Callable[[Account, Entry, EntryStatus], str]
    """The name of a row while it stands so, as the feed shows it."""
    sequence_of: Callable[[Account, str], int | None]
    """The row that such a name can only mean; None for what is no name of a row. The name of a pending row may lead
    nowhere."""
    wire_rows: Callable[[Account, Sequence[FeedRow]], Sequence[Mapping[str, Any]]]
    """Rows of the feed in the bank's shape."""
    row_schema: str
    """The component schema that each of them keeps to."""
    clusters: tuple[Cluster, ...]
    """What the bank shares at all."""
    oauth: OAuthPolicy
    skin: Skin
    accounts_path: str
    """Where a client reads the accounts, below the prefix."""
    walk: FeedWalk
    """How a client walks an account's feed."""
    time_zone: str = "America/New_York"
    notification: Callable[[dict[str, Any], Subscription], dict[str, Any]] = notifications.fdx
    """Its own notification, from a message in Sandbank's envelope."""
    tan: Callable[[Account, str], str] | None = None
    """The number that a consent (by its id) gives out in place of an account's own, at banks that tokenise it. It dies
    with the consent."""

    def sound(self, error: SandbankError, trace_id: str) -> Reply:
        """An error in the bank's voice."""
        face = face_of(self.faces, error)
        return Reply(self.envelope(face, error, trace_id), face.status)


def discover(package: str = "sandbox.banks") -> dict[str, Bank]:
    """Every bank that is there, by slug: each package in `sandbox/banks/` offers `BANK`."""
    found = {}
    for module in pkgutil.iter_modules(import_module(package).__path__):
        bank: Bank = import_module(f"{package}.{module.name}").BANK
        found[bank.slug] = bank
    return found
