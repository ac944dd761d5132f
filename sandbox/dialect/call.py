"""A call to a bank and the answer to it, as values. Handlers take the one and return the other; one adapter writes."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from sandbox.kernel.errors import AccountNotFound, ClusterNotGranted, InternalError, PurposeNotGranted, SandbankError
from sandbox.ledger.accounts import Quirk
from sandbox.ledger.clients import Client
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consents import Consent, history_start
from sandbox.ledger.customers import Customer
from sandbox.ledger.feed import Window
from sandbox.ledger.happenings import Happening
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.commerce import Commerce
from sandbox.worlds.worlds import World, Worlds

if TYPE_CHECKING:
    from sandbox.dialect.bank import Bank


BEARING = "bearing"
"""The note of a request that holds (world, consent) of the token that came, dead or alive, for the record."""
WORLD = "world"
"""The note of a request that knows its world without a bank's token."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer. `body` is a JSON value, text or bytes; `rows` are wire fragments, checked when they were made,
    to be joined into the member `member` of the body."""

    body: Any = None
    status: int = 200
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    member: str = ""
    rows: Sequence[bytes] = ()
    delay: float = 0.0
    """Seconds by the machine's clock to wait before answering."""
    stream: Callable[[], AsyncIterator[bytes]] | None = None
    """What is sent in place of the body, as it comes."""
    before: Callable[[], Awaitable[None]] | None = None
    """What has to come about before this is answered, without holding up anybody else. What it raises is answered in
    its place."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What the caller's access token stands for."""

    consent: Consent
    consent_version: int
    client_id: str
    scope: str
    token_hash: str

    def for_purpose(self, code: str, clusters: Sequence[str]) -> "Grant":
        """What the token stands for where the client states its purpose: nothing that was granted for others alone.
        Raises PurposeNotGranted where not all of the clusters were granted for it."""
        granted = [purpose for purpose in self.consent.purposes if purpose.code == code]
        missing = [cluster for cluster in clusters if not granted or cluster not in granted[0].clusters]
        if missing or not granted:
            raise PurposeNotGranted(
                f"the customer did not grant {' and '.join(missing) or 'anything'} for the purpose {code[:100]}",
                stated=code[:100],
                needed=list(clusters),
                granted={purpose.code: list(purpose.clusters) for purpose in self.consent.purposes},
            )
        return replace(self, consent=replace(self.consent, clusters=granted[0].clusters, purposes=tuple(granted)))


def covered(consent: Consent, clusters: Iterable[Cluster | str]) -> None:
    """Raises ClusterNotGranted for the first data cluster that the customer did not grant."""
    needed = list(clusters)
    missing = [cluster for cluster in needed if cluster not in consent.clusters]
    if missing:
        raise ClusterNotGranted(
            f"the customer did not grant {missing[0]}",
            needed=needed,
            granted=list(consent.clusters),
            hint="Ask for a scope that covers it, and let the customer consent anew.",
        )


class Asked(Protocol):
    """A request as it came, for what has to look at more of it than an operation's parameters."""

    method: str
    headers: Mapping[str, str]
    """Lower-case names; repeated ones joined with a comma."""
    certificate: bytes | None
    """The client's, DER, where the connection or a trusted proxy shows one."""
    query: bytes
    body: bytes
    local: tuple[str, int | None] | None
    """The server's own (host, port) at which it came in; None in process."""
    notes: dict[str, Any]
    """What is learned of it on the way."""

    @property
    def trace_id(self) -> str: ...

    @property
    def url(self) -> str:
        """As the client sees it, without the query."""


class ConsentDesk(Protocol):
    """What a bank's own consent operations ask of the authorization server, whom banks do not know."""

    def find(self, consent_id: str) -> Consent:
        """Raises ConsentNotFound."""

    def get(self, consent_id: str) -> tuple[World, Consent]:
        """With the world that it is in. Raises ConsentNotFound."""

    def revoke(self, consent_id: str, *, reason: str, initiator: str) -> Consent:
        """Its tokens are dead from the next call on. Raises ConsentNotFound or ConsentAlreadyEnded."""

    def client(self, bank: str, client_id: str) -> Client | None:
        """A client's registration; None where it was deleted."""

    def recipients(self, bank: str, world_id: str) -> list[Client]:
        """Every client that is registered at a bank."""


class EventDesk(Protocol):
    """Where what people do is told."""

    def tell(self, world: World, happenings: Sequence[Happening]) -> None:
        """Each is told once, however often it is said. Within the caller's transaction, where there is one."""


@dataclass(slots=True)
class Call:
    """A request that has been matched to an operation, authenticated and validated."""

    bank: "Bank"
    operation_id: str
    base_url: str
    """Where the bank's paths begin, as the client sees it: https://host/chase."""
    headers: Mapping[str, str]
    """Lower-case names."""
    path: Mapping[str, Any]
    query: Mapping[str, Any]
    header: Mapping[str, Any]
    """Declared header parameters, lower-case names, typed, with defaults."""
    body: Any
    media_type: str
    """What the client accepts of what the operation offers."""
    worlds: Worlds
    world: World
    consents: ConsentDesk
    commerce: Commerce
    events: EventDesk
    asked: Asked
    client_id: str = ""
    """Who calls: the client of the grant, or one that proved itself by its own credentials where the operation lets it.
    Empty where nobody has to say."""
    maybe_grant: Grant | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)
    query_string: str = ""
    reply: Reply | None = None
    """The handler's answer, kept for the check against the document."""
    explained: SandbankError | None = None
    """What is behind an answer that refuses without being raised: it is kept under the trace id."""
    quirks: tuple[Quirk, ...] = ()
    """How feeds are served to this call alone, whatever their accounts' own quirks are."""
    touched: tuple[str, ...] = ()
    """The accounts that were looked at, for the record."""
    _accounts: dict[str, AccountView] | None = None

    @property
    def trace_id(self) -> str:
        return self.asked.trace_id

    @property
    def grant(self) -> Grant:
        if self.maybe_grant is None:
            raise InternalError(f"{self.operation_id} asks for a grant, but its document does not secure it")
        return self.maybe_grant

    @property
    def consent(self) -> Consent:
        return self.grant.consent

    def accounts(self) -> dict[str, AccountView]:
        """The shared accounts by the name under which this client knows them."""
        self.touched = self.consent.account_ids
        return self._shared()

    def _shared(self) -> dict[str, AccountView]:
        if self._accounts is None:
            consent = self.consent
            shared = (
                self.worlds.account(self.world, consent.persona, consent.bank, account_id)
                for account_id in consent.account_ids
            )
            self._accounts = {self.bank.account_ref(view.account, consent.client_id): view for view in shared}
        return self._accounts

    def account(self, ref: str) -> AccountView:
        """A shared account by its name. One that is not shared is not found, lest its existence leak."""
        view = self.worlds.named(self.world, self.consent, ref, self.bank.account_ref)
        if view is None:
            raise AccountNotFound(
                f"no account {ref!r} is shared under consent {self.consent.consent_id}",
                hint="GET the list of accounts: its ids are the ones this token can read.",
                asked=ref,
                shared=list(self._shared()),
            )
        self.touched = (*self.touched, view.account.account_id)
        return view.served_with(self.quirks) if self.quirks else view

    def customer(self) -> Customer:
        """The one who gave the consent."""
        people = self.people()
        return people[self.consent.customer_id]

    def people(self) -> dict[str, Customer]:
        """Everyone who holds an account of the household, by customer_id."""
        consent = self.consent
        own = self.worlds.customer_by_id(self.world, consent.customer_id, consent.persona)
        return {**self.worlds.people(self.world, consent.persona, consent.bank), own.customer_id: own}

    def in_sight(self, window: Window) -> Window:
        """A window clipped to the consent's look-back."""
        start = history_start(self.consent)
        if window.start is not None and window.start > start:
            return window
        return Window(start, window.end)
