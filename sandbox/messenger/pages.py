"""Pages, and the app behind each. Every world has one that is ready, which follows from the world's id: it need not be
stored until somebody changes it, and outlives a reset."""

from dataclasses import dataclass, field
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
class Page:
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


def ready(world_id: str) -> Page:
    """The page that every world has."""
    return made(world_id, "ready", "Sandbank Bot")


def made(world_id: str, name: str, title: str) -> Page:
    """A page of a world by a name that is unique there."""

    def number(what: str) -> str:
        return "1" + ids.digits(14, "messenger", what, world_id, name)

    def secret(what: str) -> str:
        return ids.digest("messenger", what, world_id, name).hex()

    app = App(number("app"), f"{title} app", secret("app secret"), f"verify-{secret('verify')[:12]}")
    return Page(number("page"), title, app)
