"""What the control API and the command line work with."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.contract.documents import Document
from sandbox.dialect.bank import Bank
from sandbox.events.agenda import Agenda
from sandbox.events.subscribers import Subscribers
from sandbox.faults.rules import Rules
from sandbox.messenger.desk import Desk
from sandbox.messenger.whatsapp.office import Office
from sandbox.oauth.authority import Authority
from sandbox.oauth.consents import Consents
from sandbox.oauth.endpoints import Endpoints
from sandbox.oauth.journeys import Journeys
from sandbox.oauth.keys import Keys
from sandbox.oauth.tokens import Tokens
from sandbox.outbound.guard import Guard
from sandbox.scenarios.runs import Runs
from sandbox.seeding.stories import SeedStories
from sandbox.settings import Settings
from sandbox.store.accesses import Accesses
from sandbox.store.database import Database
from sandbox.store.grants import Grants
from sandbox.store.journal import Journal
from sandbox.store.traces import Traces
from sandbox.worlds.snapshots import Snapshots
from sandbox.worlds.worlds import Worlds


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    version: str
    database: Database
    banks: Mapping[str, Bank]
    documents: Mapping[str, Document]
    """By slug, and `control`."""
    extensions: Mapping[str, Mapping[str, Document]]
    """By slug and name: the APIs of Sandbank's own under each bank's prefix."""
    worlds: Worlds
    snapshots: Snapshots
    grants: Grants
    traces: Traces
    consents: Consents
    tokens: Tokens
    journeys: Journeys
    endpoints: Endpoints
    accesses: Accesses
    guard: Guard
    keys: Keys
    authority: Authority
    agenda: Agenda
    subscribers: Subscribers
    runs: Runs
    desk: Desk
    """The messenger platform's."""
    office: Office
    """That of its second channel, WhatsApp."""
    rules: Rules
    """The faults of each world."""
    journal: Journal

    @property
    def seeds(self) -> SeedStories:
        """The personas and merchants behind the worlds' people."""
        stories = self.worlds.stories
        assert isinstance(stories, SeedStories)
        return stories
