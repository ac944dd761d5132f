"""Evidence is gathered: from the messenger's desk, the banks' grants, and the audit trail."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson

from sandbox.contract.data_fields import fields_of
from sandbox.contract.documents import Document
from sandbox.dialect.bank import Bank
from sandbox.kernel import ids
from sandbox.kernel.clock import from_millis
from sandbox.kernel.errors import CustomerNotFound
from sandbox.ledger.accesses import Access
from sandbox.ledger.consents import Consent
from sandbox.ledger.customers import Customer
from sandbox.ledger.offers import Offer
from sandbox.messenger import calls, tokens
from sandbox.messenger.desk import MESSAGE, Desk
from sandbox.messenger.hooks import DELIVERY, Delivery
from sandbox.messenger.linking import LINK, Link
from sandbox.messenger.pages import INBOX_APP, Page
from sandbox.messenger.people import Person
from sandbox.messenger.threads import Message
from sandbox.messenger.utility import TEMPLATE, MessageTemplate
from sandbox.messenger.whatsapp.office import Office
from sandbox.passport import attempts, marks
from sandbox.passport.canaries import Source
from sandbox.passport.evidence import Conversation, Departure, Evidence, Exchange, Limits, Moment, Said
from sandbox.passport.languages import FORGET, spoken
from sandbox.passport.marks import Mark
from sandbox.passport.words import words
from sandbox.seeding.personas import Persona
from sandbox.store.accesses import Accesses
from sandbox.store.grants import Grants
from sandbox.store.journal import Journal
from sandbox.worlds.commerce import Commerce
from sandbox.worlds.worlds import World

LOOPBACK = ("localhost", "127.0.0.1", "::1")
READS = 100_000
"""So many accesses are looked at, the newest."""
CALLS = 10_000
"""So many calls to the messenger, the newest."""

Deliveries = list[tuple[Delivery, Page]]


@dataclass(frozen=True, slots=True)
class Gatherer:
    desk: Desk
    office: Office
    """WhatsApp's numbers are pages of the same desk."""
    grants: Grants
    accesses: Accesses
    journal: Journal
    commerce: Commerce
    banks: Mapping[str, Bank]
    documents: Mapping[str, tuple[Document, ...]]
    """By bank: its own, and those of its extensions."""
    personas: Mapping[str, Persona]

    def gather(self, world: World, base_url: str, limits: Limits) -> Evidence:
        numbers = (self.office.page(world, number) for number in self.office.numbers(world))
        pages = {page.page_id: page for page in (*self.desk.pages(world), *numbers)}
        deliveries = [
            (one, pages[one.page_id].seen_by(one.app_id) or pages[one.page_id])
            for one in self.desk.every(world, DELIVERY, Delivery)
            if one.page_id in pages
        ]
        heard = reversed(calls.latest(self.journal, world, CALLS))
        refused = [self._addressed(world, pages, one) for one in attempts.refused(heard)]
        refused += self._lost(world)
        conversations = list(self._conversations(world, pages, deliveries, refused))
        links = self.desk.every(world, LINK, Link)
        source = Source(world, self.desk, self.grants, self.banks, self.personas)
        reads = [read for one in conversations for read in one.reads]
        return Evidence(
            world=world.world_id,
            now=world.now,
            limits=limits,
            conversations=conversations,
            refused=refused,
            templates=self.desk.every(world, TEMPLATE, MessageTemplate),
            deliveries=deliveries,
            links=links,
            canaries=source.canaries(one.customer for one in conversations if one.customer),
            known=frozenset(_ids(pages.values(), conversations)),
            secrets=self._secrets(world, pages.values()),
            own_hosts=frozenset(_own_hosts(base_url, pages.values(), links)),
            exchanges=list(self._exchanges(world)),
            departures=[_departure(told) for told in self._journeys(world)],
            chain=self.accesses.verify(world.world_id),
            fields={
                (read.bank, read.operation): [
                    name for document in self.documents[read.bank] for name in fields_of(document, read.operation)
                ]
                for read in reads
            },
        )

    # --- Conversations ---------------------------------------------------------------------------------------------

    def _addressed(self, world: World, pages: Mapping[str, Page], one: Said) -> Said:
        """On WhatsApp to whom, not at which phone."""
        page, phone = pages.get(one.message.page_id), re.sub(r"\D", "", one.message.psid)
        if page is None or not self.office.on_whatsapp(world, page.page_id):
            return one
        person = self.office.person_at(world, page, phone)
        return replace(one, message=replace(one.message, psid=person.psid)) if person else one

    def _lost(self, world: World) -> Iterator[Said]:
        """What WhatsApp took, and told of later that it failed."""
        for message in self.desk.every(world, MESSAGE, Message):
            if message.trace.get("status") == "failed":
                yield Said(message, words(message.content))

    def _conversations(
        self, world: World, pages: Mapping[str, Page], deliveries: Deliveries, refused: list[Said]
    ) -> Iterator[Conversation]:
        threads = dict[tuple[str, str], list[Said]]()
        for one in refused:
            threads.setdefault((one.message.page_id, one.message.psid), [])
        for message in self.desk.every(world, MESSAGE, Message):
            if message.trace.get("status") != "failed":
                key = (message.page_id, message.psid)
                threads.setdefault(key, []).append(Said(message, words(message.content)))
        clients = {(client.bank, client.client_id) for client in self.grants.clients(world.world_id)}
        consents = [one for one in self.grants.consents(world.world_id) if (one.bank, one.client_id) in clients]
        reads = self.accesses.of_world(world.world_id, limit=READS)[::-1]
        for (page_id, psid), messages in threads.items():
            page = pages.get(page_id)
            person = self.desk.person(world, page, psid) if page is not None else None
            if page is None or person is None:
                continue
            customer = self._customer(world, person)
            own = tuple(one for one in consents if customer and one.customer_id == customer.customer_id)
            unlinked = tuple(_unlinked(deliveries, page, psid))
            asked = tuple(_asked(messages))
            yield Conversation(
                page,
                person,
                tuple(messages),
                customer,
                own,
                tuple(_under(own, reads)),
                tuple(self._offers(world, customer, own)),
                tuple(one for one in refused if (one.message.page_id, one.message.psid) == (page_id, psid)),
                {one.consent_id: self._marks(world, one, at) for one in own if (at := _end(one, [*unlinked, *asked]))},
                unlinked,
                asked,
                tuple(_handed_back(deliveries, page, psid)),
            )

    def _customer(self, world: World, person: Person) -> Customer | None:
        try:
            return self.desk.worlds.customer(world, person.username) if person.username else None
        except CustomerNotFound:
            return None

    def _offers(self, world: World, customer: Customer | None, consents: tuple[Consent, ...]) -> Iterator[Offer]:
        for bank in dict.fromkeys(one.bank for one in consents):
            if customer is not None:
                yield from self.commerce.offers(world, customer, bank)

    def _marks(self, world: World, consent: Consent, at: datetime) -> list[Mark]:
        return [
            mark
            for account in self.desk.worlds.shared(world, consent)
            for mark in marks.of_account(
                self.desk.worlds.account(world, consent.persona, consent.bank, account.account_id), at
            )
        ]

    # --- The banks' side -------------------------------------------------------------------------------------------

    def _secrets(self, world: World, pages: Iterable[Page]) -> dict[str, str]:
        found = {
            one.token_hash: f"the {one.kind} token of {one.client_id} at {one.bank}"
            for one in self.grants.tokens(world.world_id)
        }
        for client in self.grants.clients(world.world_id):
            if client.secret_hash:
                found[client.secret_hash] = f"the client secret of {client.client_id} at {client.bank}"
        for view in (view for page in pages for view in page.views()):
            found[ids.fingerprint(view.app.secret)] = f"the app secret of {view.name}"
            found[ids.fingerprint(tokens.page_token(world.world_id, view))] = f"the page token of {view.name}"
            found[ids.fingerprint(tokens.app_token(view))] = f"the app token of {view.name}"
        return found

    def _exchanges(self, world: World) -> Iterator[Exchange]:
        for expires_at, used_at, document in self.grants.codes(world.world_id):
            told = orjson.loads(document)
            if told.get("consent_id"):  # what else works once there is no code
                given_at = expires_at - self.banks[told["bank"]].oauth.code_lifetime
                again = told.get("replayed_at") or 0
                replayed_at = from_millis(again) if again else None
                yield Exchange(told["bank"], told["client_id"], told["consent_id"], given_at, used_at, replayed_at)

    def _journeys(self, world: World) -> Iterator[dict[str, Any]]:
        for document in self.grants.interactions(world.world_id):
            told = orjson.loads(document)
            if "journey_id" in told:
                yield told


def _end(consent: Consent, forgotten: list[Moment]) -> datetime | None:
    """When its data was to be forgotten first: it was withdrawn, or its person asked to be."""
    ends = [at for at, _ in forgotten if at >= consent.created_at]
    if consent.revocation is not None:
        ends.append(consent.revocation.at)
    return min(ends, default=None)


def _asked(messages: Iterable[Said]) -> Iterator[Moment]:
    """When a person asked in words to be forgotten, and by which message."""
    for one in messages:
        if one.is_person and spoken(FORGET, one.text):
            yield one.at, one.ref


def _departure(told: Mapping[str, Any]) -> Departure:
    return Departure(told["journey_id"], told["bank"], told["client_id"], told["state"], told["code_challenge"])


def _under(consents: tuple[Consent, ...], reads: list[Access]) -> Iterator[Access]:
    own = {one.consent_id for one in consents}
    return (read for read in reads if read.consent in own)


def _ids(pages: Iterable[Page], conversations: Iterable[Conversation]) -> Iterator[str]:
    for page in pages:
        yield from (page.page_id, page.app.app_id, INBOX_APP)
    for one in conversations:
        yield one.person.psid


def _own_hosts(base_url: str, pages: Iterable[Page], links: list[Link]) -> Iterator[str]:
    yield from LOOPBACK
    urls = [base_url, *(link.url for link in links)]
    for page in pages:
        urls += [page.app.callback_url, *page.profile.get("whitelisted_domains", ())]
    for url in urls:
        yield urlsplit(url).hostname or "localhost"


def _told(deliveries: Deliveries, page: Page, psid: str, member: str) -> Iterator[tuple[Delivery, dict[str, Any]]]:
    """The member of the events about a person that were sent to a page's app."""
    for delivery, of_page in deliveries:
        if of_page.page_id == page.page_id and delivery.lane == psid:
            for entry in delivery.envelope.get("entry", ()):
                for event in entry.get("messaging", ()):
                    if member in event:
                        yield delivery, event[member]


def _unlinked(deliveries: Deliveries, page: Page, psid: str) -> Iterator[Moment]:
    for delivery, told in _told(deliveries, page, psid, "account_linking"):
        if told.get("status") == "unlinked":
            yield from_millis(delivery.at), f"delivery:{delivery.delivery_id}"


def _handed_back(deliveries: Deliveries, page: Page, psid: str) -> Iterator[Moment]:
    for delivery, told in _told(deliveries, page, psid, "pass_thread_control"):
        if told.get("new_owner_app_id") == page.app.app_id:
            yield from_millis(delivery.at), f"delivery:{delivery.delivery_id}"
