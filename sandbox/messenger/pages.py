"""Pages, and the apps behind each: one as a rule, which is the page's default app. Every world has a page that is
ready, which follows from the world's id: it need not be stored until somebody changes it, and outlives a reset."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.kernel import ids

INBOX_APP = "263902037430900"
"""The app of the platform's own inbox, where a person answers in place of the bot."""


@dataclass(frozen=True, slots=True)
class App:
    app_id: str
    name: str
    secret: str
    verify_token: str
    """What the ready bot is told to use. A subscription may name another."""
    callback_url: str = ""
    subscribed_token: str = ""
    """The verify token that the subscription came with."""
    fields: tuple[str, ...] = ()
    """Of webhooks, as the app subscribed to them."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the platform behaves to a page: everything can be set by control."""

    tags: str = "retired"
    """retired: three message tags answer error 100, as since April 2026; classic: they work."""
    region: str = "us"
    """eu: account linking fails, as it does there."""
    surface: str = "phone"
    """desktop: account linking fails, as it does there."""
    require_proof: bool = False
    """Calls need an appsecret_proof."""
    live: bool = True
    """False: only people with a role in the app can be reached."""
    restricted: bool = False
    """The page may not send for now."""
    receivers: tuple[str, ...] = ()
    """Apps beside the platform's inbox to which a thread can be passed, by their ids."""
    hide_profiles: bool = False
    """User profiles are not available."""
    rate_limits: bool = True
    calls_per_second: int = 300
    """To the Send API."""
    limited: str = ""
    """app, page, business or calls: every call is refused, with the code of that limit (4, 32, 80006 or 613)."""
    conversations_limit: bool = False
    """At most 2 calls a second to the Conversations API."""
    profile_limit: bool = False
    """At most 10 calls to the messenger profile in 10 minutes."""
    raw_utf8: bool = False
    """Webhooks carry UTF-8 as it is, and are signed so, where the platform escapes."""
    echoes: str = "after"
    """after, before (an echo overtakes the answer to the send), off."""
    receipts: bool = True
    """Deliveries and reads are told."""
    timeout: float = 20.0
    """Seconds for a bot to answer a webhook."""
    duplicate_rate: float = 0.0
    """Of webhooks that come twice; drawn from the message, so that a run can be repeated."""
    reorder_rate: float = 0.0
    """Of webhooks that are held back for a moment, so that later ones overtake them; drawn likewise."""
    signature: str = "good"
    """Of webhooks: good, wrong, missing, or sha1 (the old header alone)."""
    retry_clock: str = "machine"
    """By which clock webhooks are sent again: machine, or world, which a test can advance."""
    unsubscribe_after: int = 0
    """Failed attempts in a row after which the app is unsubscribed; 0: never."""
    link_omits: str = ""
    """A parameter that is missing when the login page is opened: redirect_uri or account_linking_token."""


@dataclass(frozen=True, slots=True)
class Seat:
    """What an app has at a page, where another one looks."""

    app: App
    epoch: int = 0
    token_problem: str = ""
    subscribed_fields: tuple[str, ...] = ()
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """As one of its apps has it; as it is stored that is the default one."""

    page_id: str
    name: str
    app: App
    epoch: int = 0
    """Of its token: another epoch, another token."""
    token_problem: str = ""
    """expired, password_changed or revoked: what calls with the token are told."""
    subscribed_fields: tuple[str, ...] = ()
    """Of webhooks, as the page subscribed the app to them."""
    profile: dict[str, Any] = field(default_factory=dict)
    """Messenger profile: get_started, greeting, persistent_menu, ice_breakers, whitelisted_domains, commands …"""
    behaviour: Behaviour = Behaviour()
    failures: int = 0
    """Attempts to deliver its webhooks that have failed in a row."""
    others: tuple[Seat, ...] = ()
    """Apps beside the one that looks."""
    first: str = ""
    """The default app, where it is one of the others."""

    @property
    def default_app(self) -> str:
        """The id of the app that has every thread which nobody else was given."""
        return self.first or self.app.app_id

    def seen_by(self, app_id: str) -> "Page | None":
        """As that app of the page has it; None where it is none of them."""
        if app_id == self.app.app_id:
            return self
        seat = next((one for one in self.others if one.app.app_id == app_id), None)
        if seat is None:
            return None
        mine = Seat(self.app, self.epoch, self.token_problem, self.subscribed_fields, self.failures)
        others = [mine, *(one for one in self.others if one is not seat)]
        return replace(
            self,
            app=seat.app,
            epoch=seat.epoch,
            token_problem=seat.token_problem,
            subscribed_fields=seat.subscribed_fields,
            failures=seat.failures,
            others=tuple(sorted(others, key=lambda one: one.app.app_id)),
            first=self.default_app if app_id != self.default_app else "",
        )

    def views(self) -> "Iterator[Page]":
        """As each of its apps has it, the default one first."""
        for app_id in sorted((self.app.app_id, *(one.app.app_id for one in self.others)), key=self._is_other):
            view = self.seen_by(app_id)
            assert view is not None  # it is one of them
            yield view

    def _is_other(self, app_id: str) -> bool:
        return app_id != self.default_app


def ready(world_id: str) -> Page:
    """The page that every world has."""
    return made(world_id, "ready", "Sandbank Bot")


def made(world_id: str, name: str, title: str) -> Page:
    """A page of a world by a name that is unique there."""

    page_id = "1" + ids.digits(14, "messenger", "page", world_id, name)
    return Page(page_id, title, app_made(world_id, name, f"{title} app"))


def app_made(world_id: str, name: str, title: str) -> App:
    """An app of a world by a name that is unique there."""

    def secret(what: str) -> str:
        return ids.digest("messenger", what, world_id, name).hex()

    app_id = app_mark(world_id) + ids.digits(6, "messenger", "app", world_id, name)
    return App(app_id, title, secret("app secret"), f"verify-{secret('verify')[:12]}")


def app_mark(world_id: str) -> str:
    """How the ids of a world's apps begin, so that a token of an app leads to its world."""
    return "1" + ids.digits(8, "messenger", "apps", world_id)
