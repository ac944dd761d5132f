"""The composition root: the only file that knows everyone. It reads as a list."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import orjson

from sandbox import __version__
from sandbox.commerce import handlers as commerce_handlers
from sandbox.commerce.links import Links
from sandbox.console.pages import blueprint as console_blueprint
from sandbox.contract import documents as contract_documents
from sandbox.contract import extensions as contract_extensions
from sandbox.contract.documents import Document
from sandbox.contract.selfcheck import check_handlers
from sandbox.control import handlers as control_handlers
from sandbox.control import info
from sandbox.control.demo import furnish_demo
from sandbox.control.life_stories import furnish_consents
from sandbox.control.services import Services
from sandbox.dialect.bank import Bank, Handler, discover
from sandbox.dialect.call import Reply
from sandbox.events import fdx_subscriptions, fetching, subscribing, sync
from sandbox.events import handlers as event_handlers
from sandbox.events.agenda import Agenda
from sandbox.events.dress import Dresser
from sandbox.events.feed import Feed
from sandbox.events.news import News
from sandbox.events.outbox import Outbox
from sandbox.events.sender import Sender
from sandbox.events.subscribers import Subscribers
from sandbox.faults.rules import Rules
from sandbox.http import furniture
from sandbox.http.asgi import AsgiAdapter
from sandbox.http.bridge import Shell, bridge
from sandbox.http.client_certificates import client_certificates
from sandbox.http.contracts import Api, Contracts
from sandbox.http.faults import FaultLayers
from sandbox.http.hosts import hosts
from sandbox.http.journal import journal
from sandbox.http.message import Request, Response
from sandbox.http.metrics import Meter
from sandbox.http.onion import Layer, build
from sandbox.http.refusing import Refusing, kinds_of, names
from sandbox.http.traces import traces
from sandbox.http.trail import Trail
from sandbox.http.voices import speaker, voices
from sandbox.kernel import ids
from sandbox.kernel.clock import from_millis, parse_instant
from sandbox.kernel.errors import ContractBroken, MethodNotAllowed, PayloadTooLarge, SandbankError, UnknownPath
from sandbox.ledger.accounts import Account
from sandbox.ledger.feed import FeedRow
from sandbox.messenger import errors as messenger_errors
from sandbox.messenger import handlers as messenger_handlers
from sandbox.messenger import voice as messenger_voice
from sandbox.messenger.batch import batch
from sandbox.messenger.courier import Courier
from sandbox.messenger.desk import Desk
from sandbox.messenger.front import front
from sandbox.messenger.hooks import Hooks
from sandbox.messenger.quotas import limits, usage
from sandbox.messenger.whatsapp import errors as whatsapp_errors
from sandbox.messenger.whatsapp import handlers as whatsapp_handlers
from sandbox.messenger.whatsapp import voice as whatsapp_voice
from sandbox.messenger.whatsapp.office import Office
from sandbox.oauth import voice
from sandbox.oauth.authority import Authority
from sandbox.oauth.bearer import Bearers
from sandbox.oauth.binding import Bindings
from sandbox.oauth.client_keys import ClientKeys
from sandbox.oauth.consents import Consents
from sandbox.oauth.dashboard import Dashboard
from sandbox.oauth.dpop import Proofs
from sandbox.oauth.endpoints import Endpoints
from sandbox.oauth.frequency import Frequency
from sandbox.oauth.journeys import Journeys
from sandbox.oauth.keys import Keys
from sandbox.oauth.mtls import Certificates
from sandbox.oauth.nonces import Nonces
from sandbox.oauth.pages import Pages
from sandbox.oauth.registration import Registration
from sandbox.oauth.servers import token_server
from sandbox.oauth.signed import Signatures
from sandbox.oauth.sittings import Sittings
from sandbox.oauth.software_statements import Directory
from sandbox.oauth.tokens import Tokens
from sandbox.oauth.views import Views
from sandbox.oauth.whose import Whose
from sandbox.outbound.guard import Guard
from sandbox.outbound.posts import Poster
from sandbox.scenarios.runs import Runs
from sandbox.seeding.stories import SeedStories
from sandbox.settings import Settings
from sandbox.store.accesses import Accesses
from sandbox.store.chats import Chats
from sandbox.store.database import Database
from sandbox.store.deliveries import Deliveries
from sandbox.store.errands import Errands
from sandbox.store.events import EventLog
from sandbox.store.faults import Faults
from sandbox.store.grants import Grants
from sandbox.store.journal import Journal
from sandbox.store.keys import SigningKeys
from sandbox.store.once import Once
from sandbox.store.quotas import Quotas
from sandbox.store.server_facts import ServerFacts
from sandbox.store.subscriptions import Subscriptions
from sandbox.store.timelines import Render
from sandbox.store.traces import Traces
from sandbox.worlds.market import Market
from sandbox.worlds.snapshots import Snapshots
from sandbox.worlds.worlds import DEFAULT, Worlds

LOOPBACK = "localhost,127.0.0.1,[::1]"
"""Webhooks may go to this machine; to others where the setting names them."""


OF_THE_JOURNAL = ("/_sandbox/requests", "/_sandbox/verify", "/_sandbox/report", "/_sandbox/coverage")
"""Where the journal is asked for, which other processes may be about to write."""

PLATFORMS = {"messenger": messenger_voice.sound, "whatsapp": whatsapp_voice.sound}
GRAPH_ERRORS = (*kinds_of(messenger_errors), PayloadTooLarge)
PLATFORM_ERRORS = {"messenger": GRAPH_ERRORS, "whatsapp": (*kinds_of(whatsapp_errors), *GRAPH_ERRORS)}


class Sandbank(AsgiAdapter):
    """A whole sandbox as an ASGI application. Two in one process know nothing of each other."""

    def __init__(self, settings: Settings | None = None) -> None:
        settings = settings or Settings()
        banks = discover()
        documents = {name: contract_documents.load(name) for name in (*banks, "control", "messenger", "whatsapp")}
        extensions = {slug: contract_extensions.mounted(bank, documents[slug]) for slug, bank in banks.items()}

        database = Database.open(settings.data)
        grants, trace_store, accesses = Grants(database), Traces(database), Accesses(database)
        exchanges = Journal(database, settings.journal_bytes)
        seeds = SeedStories(settings.seed_data)
        worlds = Worlds(database, seeds, renderer(banks, documents))
        keys = Keys(SigningKeys(database), grants, worlds)
        market = Market(worlds)
        agenda = worlds.witness = Agenda(EventLog(database), worlds, grants, banks, market)
        consents, tokens, pages = Consents(grants, worlds, banks, agenda), Tokens(grants, worlds, keys), Pages()
        rules, guard = (
            Rules(Faults(database), worlds, names(PLATFORM_ERRORS)),
            Guard(settings.allow_outbound or ""),
        )
        journeys = Journeys(banks, grants, worlds, consents, rules)
        facts, once = ServerFacts(database), Once(database)
        signatures = Signatures(ClientKeys(guard, worlds.wall), once, worlds.wall)
        bindings = Bindings(Proofs(once, Nonces(facts, worlds.wall), worlds.wall), grants)
        authority = Authority(facts, lambda: (from_millis(worlds.wall()), worlds.world(DEFAULT).now))
        servers = {
            slug: token_server(bank, grants, worlds, tokens, signatures, bindings, authority)
            for slug, bank in banks.items()
        }
        certificates = Certificates(settings.tls_port, bool(settings.trust_client_cert_header))
        endpoints = Endpoints(
            banks=banks,
            grants=grants,
            worlds=worlds,
            journeys=journeys,
            servers=servers,
            pages=pages,
            signatures=signatures,
            registration=Registration(grants, worlds, consents, guard, Directory(keys, signatures)),
            certificates=certificates,
            keys=keys,
        )

        webhooks = Guard(",".join(filter(None, (LOOPBACK, settings.allow_outbound))))
        outbox = Outbox(
            log=agenda.log,
            subscriptions=Subscriptions(database),
            deliveries=Deliveries(database),
            grants=grants,
            worlds=worlds,
            banks=banks,
            dresser=Dresser(worlds, banks),
            listen=agenda.listen,
        )
        self.sender = sender = Sender(outbox, agenda, Poster(webhooks))
        agenda.on_news.append(sender.told)

        chats = Chats(database)
        desk = Desk(chats, worlds, Hooks(chats, Errands(database), worlds.wall), webhooks)
        self.courier = courier = Courier(desk, Poster(webhooks))
        desk.hooks.on_news.append(courier.wake)
        office = Office(desk)

        self.services = services = Services(
            settings,
            __version__,
            database,
            banks,
            documents,
            extensions,
            worlds,
            Snapshots(worlds),
            grants,
            trace_store,
            consents,
            tokens,
            journeys,
            endpoints,
            accesses,
            guard,
            keys,
            authority,
            agenda,
            Subscribers(outbox, webhooks, sender.wake),
            Runs(facts, seeds, banks, settings.control_token),
            desk,
            office,
            rules,
            exchanges,
        )
        bearers, trail = Bearers(grants, worlds, keys, bindings), Trail(accesses)
        frequency = Frequency(Quotas(database))
        contracts = Contracts(
            apis_of(services, facts),
            worlds,
            bearers,
            consents,
            commerce=market,
            events=agenda,
            trail=trail,
            frequency=frequency,
            default_world=DEFAULT,
        )
        meter = Meter()
        speak = speaker(banks, oauth_sound(documents, pages), PLATFORMS)
        faults = FaultLayers(rules, Refusing(speak, PLATFORM_ERRORS), Whose(bearers), levers=not settings.no_levers)

        shell = Shell("sandbox", static_folder=None)
        shell.config.update(PROPAGATE_EXCEPTIONS=True, TRAP_HTTP_EXCEPTIONS=True)
        shell.register_blueprint(
            furniture.blueprint(banks, documents, database, meter.exposition, certificates, extensions=extensions)
        )
        shell.register_blueprint(Views(banks, grants, journeys, pages).blueprint())
        shell.register_blueprint(
            Dashboard(
                banks,
                consents,
                pages,
                Sittings(grants, worlds),
                accesses,
                furnish=lambda world: furnish_consents(services, world),
            ).blueprint()
        )
        shell.register_blueprint(
            console_blueprint(
                lambda base_url: info.describe(services, base_url), {slug: bank.skin for slug, bank in banks.items()}
            )
        )

        explained, spoken = (
            traces(trace_store, worlds.wall),
            voices(banks, speak, contracts.check_error),
        )
        of_clients = {name: document for name, document in documents.items() if name != "control"}
        kept = journal(exchanges, worlds, of_clients, Whose(bearers), DEFAULT)
        self.onion = build(
            [
                meter.layer,
                kept,
                explained,
                hosts(banks, settings.public_url, settings.messenger_tls),
                usage,
                faults.outside,
                spoken,
                *certificate_layers(settings),
                control_handlers.guard(settings),
                front(desk, batch, office.on_whatsapp),
                limits(desk),
                contracts.layer,
                faults.inside,
            ],
            bridge(shell, worlds.glance),
        )
        super().__init__(
            self.onion,
            records=accesses,
            later=exchanges,
            settled=lambda request: settings.data is None or not request.path.startswith(OF_THE_JOURNAL),
            instead=lambda request, error: build([kept, explained, usage, spoken], raising(error))(request),
            on_start=self._start,
            on_stop=self._stop,
        )
        self._open_default_world(settings)

    def _start(self) -> None:
        self.sender.start()
        self.courier.start()

    def _stop(self) -> None:
        self.courier.stop()
        self.sender.stop()
        self.services.runs.close()
        self.services.database.close()

    def _open_default_world(self, settings: Settings) -> None:
        """The world that is there at once: made, or taken up again from the data file."""
        if DEFAULT not in {world.world_id for world in self.services.worlds.all()}:
            self.services.worlds.create(
                world_id=DEFAULT,
                name="The default world",
                seed=settings.seed,
                now=parse_instant(settings.now) if settings.now else None,
                speed=0.0 if settings.freeze else 1.0,
            )
        furnish_demo(self.services)


def certificate_layers(settings: Settings) -> list[Layer]:
    """Nothing where no proxy passes certificates on."""
    header = settings.trust_client_cert_header
    return [client_certificates(header, settings.trusted_proxies)] if header else []


def raising(error: Exception) -> Callable[[Request], Response]:
    def respond(_request: Request) -> Response:
        raise error

    return respond


def create_app(settings: Settings | None = None) -> Sandbank:
    return Sandbank(settings)


def apis_of(services: Services, facts: ServerFacts) -> Mapping[str, Api]:
    """Every document with its handlers, each proven to have the other."""
    apis = {}
    of_extensions = {
        "commerce": commerce_handlers.table(Links(lambda: facts.get("receipt-links", ids.secret))),
        "events": {**event_handlers.HANDLERS, **subscribing.table(services.subscribers), **fetched(services)},
    }
    notifications = fdx_subscriptions.table(services.subscribers)
    for slug, bank in services.banks.items():
        document = services.documents[slug]
        oauth = {
            name: services.endpoints.handler(operation.oauth_endpoint)
            for name, operation in document.operations.items()
            if operation.oauth_endpoint
        }
        notified = {name: handler for name, handler in notifications.items() if name in document.operations}
        extensions = {
            name: Api(extension, of_extensions[name], bank) for name, extension in services.extensions[slug].items()
        }
        apis[slug] = Api(document, {**oauth, **notified, **bank.handlers}, bank, extensions)
    control = services.documents["control"]
    apis["_sandbox"] = Api(control, control_handlers.table(services), None)
    apis["messenger"] = Api(services.documents["messenger"], messenger_handlers.table(services.desk), None)
    apis["whatsapp"] = Api(services.documents["whatsapp"], whatsapp_handlers.table(services.office), None)
    for api in apis.values():
        for one in (api, *api.extensions.values()):
            check_handlers(one.document, one.handlers)
    return apis


def fetched(services: Services) -> Mapping[str, Handler]:
    """The operations of those who fetch events."""
    agenda, worlds = services.agenda, services.worlds
    feed = Feed(agenda.log, agenda, services.grants, worlds, Dresser(worlds, services.banks))
    return {**fetching.table(feed, News(agenda, worlds)), **sync.table(agenda.log, agenda)}


def renderer(banks: Mapping[str, Bank], documents: Mapping[str, Document]) -> Render:
    """Rows into their bank's dialect, each checked against the document before it is stored or sent."""
    validators = {slug: documents[slug].validator(bank.row_schema) for slug, bank in banks.items()}

    def render(account: Account, rows: Sequence[FeedRow]) -> list[bytes | None]:
        validator = validators[account.bank]
        values = banks[account.bank].wire_rows(account, rows)
        for value in values:
            if not validator.is_valid(value):
                raise ContractBroken(f"a row of {account.account_id}", validator.violations(value, "response"))
        return [orjson.dumps(value) for value in values]

    return render


def oauth_sound(
    documents: Mapping[str, Document], pages: Pages
) -> Callable[[Bank, Request, SandbankError], Reply | None]:
    """The voice of a bank's OAuth endpoints; None elsewhere."""

    def sound(bank: Bank, request: Request, error: SandbankError) -> Reply | None:
        endpoint = endpoint_at(documents[bank.slug], request.path.removeprefix(f"/{bank.slug}"))
        if endpoint is None or endpoint in voice.SILENT:
            return None
        return voice.sound(bank, endpoint, error, pages, request.trace_id)

    return sound


def endpoint_at(document: Document, path: str) -> str | None:
    """Which OAuth endpoint a path is, whatever the method; None for any other path."""
    for method in ("GET", "POST"):
        with suppress(UnknownPath, MethodNotAllowed):
            return document.match(method, path)[0].oauth_endpoint
    return None
