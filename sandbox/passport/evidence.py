"""What is known of a world's bots, from both ends, gathered once. Rules look at this alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.kernel.clock import MILLISECOND
from sandbox.ledger.accesses import Access
from sandbox.ledger.consents import Consent, ConsentStatus, status_at
from sandbox.ledger.customers import Customer
from sandbox.ledger.offers import Offer
from sandbox.messenger.hooks import Delivery
from sandbox.messenger.linking import Link
from sandbox.messenger.pages import Page
from sandbox.messenger.people import Person
from sandbox.messenger.threads import Message
from sandbox.messenger.utility import MessageTemplate
from sandbox.passport.canaries import Canaries
from sandbox.passport.marks import Mark
from sandbox.passport.words import Kind, Word
from sandbox.store.accesses import Verdict

Moment = tuple[datetime, str]
"""When something happened, and what proves it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the rules take for soon, and for long."""

    revocation: timedelta = timedelta(seconds=5)
    """After a consent was withdrawn, or accounts were unlinked, for so long something may still be under way."""
    silence: timedelta = timedelta(days=7)
    """After this somebody who writes again is to be told again that a machine answers."""
    code: timedelta = timedelta(seconds=60)
    """For an authorization code to be exchanged."""
    used: timedelta = timedelta(minutes=5)
    """From a read to the message that it was for."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message with every string in it."""

    message: Message
    words: tuple[Word, ...]

    @property
    def at(self) -> datetime:
        return self.message.at

    @property
    def ref(self) -> str:
        """A refused one has no mid, but the call that tried to send it."""
        return f"mid:{self.message.mid}" if self.message.mid else f"call:{self.message.trace['call']}"

    @property
    def is_sent(self) -> bool:
        """Not refused, nor lost."""
        return bool(self.message.mid) and self.message.trace.get("status") != "failed"

    @property
    def is_page(self) -> bool:
        return self.message.sender == "page"

    @property
    def is_person(self) -> bool:
        return self.message.sender == "person"

    @property
    def is_human(self) -> bool:
        """Somebody of flesh and blood answers for the page."""
        return self.message.sender == "inbox" or self.message.tag == "HUMAN_AGENT"

    @property
    def text(self) -> str:
        """What a person reads."""
        return "\n".join(word.text for word in self.words if word.kind is Kind.TEXT)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a page and a person have said, and what is known of the person at the banks."""

    page: Page
    person: Person
    said: tuple[Said, ...]
    customer: Customer | None = None
    consents: tuple[Consent, ...] = ()
    """Those that were given to clients of this world."""
    reads: tuple[Access, ...] = ()
    """Under those consents, oldest first."""
    offers: tuple[Offer, ...] = ()
    """That the banks of those consents ever made to the customer."""
    refused: tuple[Said, ...] = ()
    """What the page tried to send, and the platform refused."""
    marks: Mapping[str, Sequence[Mark]] = field(default_factory=dict)
    """By the id of a consent that was withdrawn, or whose person was to be forgotten: by what its accounts' data can
    be told."""
    unlinked: tuple[Moment, ...] = ()
    """When the app was told that the accounts are unlinked, and by which delivery."""
    asked: tuple[Moment, ...] = ()
    """When the person asked in words to be forgotten, and by which message."""
    handed_back: tuple[Moment, ...] = ()
    """When the thread came back to the app from another, and by which delivery it was told."""

    @property
    def by_page(self) -> Iterator[Said]:
        return (one for one in self.said if one.is_page)

    @property
    def tried(self) -> Iterator[Said]:
        """What the page sent, or would have."""
        yield from self.by_page
        yield from self.refused

    def living(self, at: datetime) -> list[Consent]:
        """What ended at that very instant still counts: where the clock stands still, nobody knows which came first."""
        before = at - MILLISECOND
        return [one for one in self.consents if one.created_at <= at and status_at(one, before) is ConsentStatus.ACTIVE]

    def window_closes(self, at: datetime) -> datetime | None:
        """Of the window that the person's last message before an instant opened."""
        heard = [one.at for one in self.said if one.is_person and one.at <= at]
        return max(heard) + timedelta(hours=24) if heard else None


@dataclass(frozen=True, slots=True)
class Exchange:
    """An authorization code of a bank."""

    bank: str
    client_id: str
    consent_id: str
    given_at: datetime
    used_at: datetime | None
    replayed_at: datetime | None
    """When it was presented once more, the last time."""


@dataclass(frozen=True, slots=True)
class Departure:
    """A bank was asked by a client, through a person's browser, for a consent."""

    journey_id: str
    bank: str
    client_id: str
    state: str
    code_challenge: str


@dataclass(frozen=True, slots=True)
class Evidence:
    world: str
    now: datetime
    limits: Limits
    conversations: Sequence[Conversation]
    refused: Sequence[Said]
    """Sends that the platform refused, oldest first, to whomever."""
    templates: Sequence[MessageTemplate]
    deliveries: Sequence[tuple[Delivery, Page]]
    """The webhooks that were sent to each page's app, oldest first."""
    links: Sequence[Link]
    canaries: Canaries
    known: frozenset[str]
    """Long numbers that are ids at the messenger, and nobody's account."""
    secrets: Mapping[str, str]
    """Fingerprint: what it is of."""
    own_hosts: frozenset[str]
    """The apps', the sandbox's, and this machine's: not third parties'."""
    exchanges: Sequence[Exchange]
    departures: Sequence[Departure]
    chain: Verdict
    fields: Mapping[tuple[str, str], Sequence[str]]
    """By bank and operation: what it answers with."""

    def past(self, at: datetime) -> bool:
        """Whether the clock is so far beyond an instant that nothing of before can still be under way."""
        return self.now > at + self.limits.revocation
