"""Account linking: from the Log In button over the app's own login page, and whatever bank stands behind it, back to
the platform with an authorization code. Every step is noted, so that whoever sees "Account Linking Failed" learns why.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sandbox.dialect.call import Call, Reply
from sandbox.kernel import ids
from sandbox.kernel.clock import iso
from sandbox.ledger import codec
from sandbox.messenger.acting import Actor, Did
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import InvalidParameter
from sandbox.messenger.pages import Page
from sandbox.worlds.worlds import World

LINK = "link"
LASTS = timedelta(minutes=5)
"""So long a link may take, by the world's clock."""
RETURN = "/messenger/account_linking"
"""The platform's page to which the app's login page sends the browser back."""
FAILED = "Account Linking Failed"
"""What the person sees."""


PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<title>{title}</title><body style='font:16px system-ui;margin:3em auto;max-width:30em;padding:0 1em'>"
    "<h1>{title}</h1><p>{text}</p></body></html>"
)


@dataclass(frozen=True, slots=True)
class Link:
    """One attempt, from the tap on."""

    token: str
    page_id: str
    psid: str
    began_at: datetime
    url: str
    """The button's."""
    state: str = "open"
    """open, linked or failed."""
    steps: tuple[dict[str, Any], ...] = ()
    """{step, at, ok, text}."""

    def noted(self, world: World, step: str, text: str, *, ok: bool = True, state: str = "") -> "Link":
        one = {"step": step, "at": iso(world.now), "ok": ok, "text": text}
        return replace(self, steps=(*self.steps, one), state=state or self.state)


def begin(actor: Actor, url: str, base_url: str) -> tuple[Link, str]:
    """The tap: the attempt, and the address that the app's browser opens; empty where it opens none. `base_url` is the
    server's origin."""
    desk, world, page = actor.desk, actor.world, actor.page
    number = desk.chats.next_place(world.world_id, LINK, actor.person.psid)
    token = ids.short("account link", world.world_id, actor.person.psid, number, length=40)
    link = Link(token, page.page_id, actor.person.psid, world.now, url)
    link = link.noted(world, "tap", f"The person taps Log In, which leads to {_shown(url)}.")
    problem = _refused(page, url)
    if problem:
        link = link.noted(world, "open", problem, ok=False, state="failed")
    text = codec.encode(link)
    desk.chats.append(world.world_id, LINK, token, text, owner=actor.person.psid, place=number)
    if problem:
        return link, ""
    added = {
        "account_linking_token": token,
        "redirect_uri": f"{base_url}{RETURN}?{urlencode({'account_linking_token': token, 'world': world.world_id})}",
    }
    omitted = page.behaviour.link_omits
    opened = with_query(url, {name: value for name, value in added.items() if name != omitted})
    text = "The app's login page is opened with account_linking_token and redirect_uri."
    if omitted:
        text = f"The app's login page is opened without {omitted}: the page's behaviour has link_omits set."
    link = link.noted(world, "open", text, ok=not omitted)
    put(desk, world, link)
    return link, opened


def _refused(page: Page, url: str) -> str:
    """Why the platform does not open the login page; empty where it does."""
    if page.behaviour.region == "eu":
        return "Account linking is not offered in Europe and Japan (region: eu). A web_url button with a state works."
    if page.behaviour.surface == "desktop":
        return "Account linking works in the apps for iOS and Android alone (surface: desktop)."
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return f"The button's url {_shown(url)} is no address that a browser could open."
    return ""


def finish_linking(desk: Desk, call: Call) -> Reply:
    """The page to which the app's login page sends the browser back. Raises InvalidParameter or WorldNotFound."""
    query = call.query
    link = come_back(
        desk, desk.worlds.world(query["world"]), query["account_linking_token"], query.get("authorization_code")
    )
    linked = link.state == "linked" and link.steps[-1]["step"] == "event"
    title, text = ("You are logged in", "Go back to the conversation.") if linked else (FAILED, link.steps[-1]["text"])
    page = PAGE.format(title=escape(title), text=escape(text))
    return Reply(page, 200 if linked else 400, media_type="text/html; charset=utf-8")


def come_back(desk: Desk, world: World, token: str, code: str | None) -> Link:
    """The browser is back from the login page, and the app hears of a link that came about. Raises InvalidParameter for
    a token that nobody was given."""
    with desk.chats.database.transaction():  # of two browsers that come back at once, one is late
        return _back(desk, world, token, code)


def _back(desk: Desk, world: World, token: str, code: str | None) -> Link:
    link = get(desk, world, token)
    page = desk.page(world, link.page_id) if link is not None else None
    person = desk.person(world, page, link.psid) if link is not None and page is not None else None
    if link is None or page is None or person is None:
        raise InvalidParameter("Invalid account_linking_token", hint="Send the browser to redirect_uri as it came.")
    if link.state != "open":
        link = link.noted(world, "return", f"The token had been used: that link is {link.state}.", ok=False)
        return put(desk, world, link)
    if world.now > link.began_at + LASTS:
        text = f"It is {iso(world.now)}, and the token was good for five minutes from {iso(link.began_at)}."
        return put(desk, world, link.noted(world, "return", text, ok=False, state="failed"))
    if not code:
        text = "The browser came back without authorization_code, which tells the platform that the login failed."
        return put(desk, world, link.noted(world, "return", text, ok=False, state="failed"))
    link = link.noted(world, "return", "The browser came back with an authorization_code.", state="linked")
    desk.set_person(world, replace(person, linked_at=world.now))
    did = Actor(desk, world, page, person).tell(
        Did(), "messaging_account_linking", account_linking={"status": "linked", "authorization_code": code}
    )
    if did.unheard:
        link = link.noted(world, "event", f"Nobody heard of it. {did.unheard[0]['why']}", ok=False)
    else:
        link = link.noted(world, "event", f"The webhook {did.deliveries[0]} tells the app.")
    return put(desk, world, link)


def unlink(actor: Actor) -> Did:
    """By the button or the app's own call."""
    actor.desk.set_person(actor.world, replace(actor.person, linked_at=None))
    return actor.tell(Did(), "messaging_account_linking", account_linking={"status": "unlinked"})


def recipient(desk: Desk, world: World, page: Page, token: str) -> str:
    """The PSID behind a linking token that is still good. Raises InvalidParameter."""
    link = get(desk, world, token)
    if link is None or link.page_id != page.page_id or link.state != "open" or world.now > link.began_at + LASTS:
        raise InvalidParameter(
            "Invalid account_linking_token", hint="It is good for five minutes, until the browser comes back, once."
        )
    return link.psid


# --- Documents -------------------------------------------------------------------------------------------------------


def get(desk: Desk, world: World, token: str) -> Link | None:
    return desk.one(world, LINK, token, Link)


def put(desk: Desk, world: World, link: Link) -> Link:
    desk.keep(world, LINK, link.token, link, owner=link.psid)
    return link


def of_person(desk: Desk, world: World, psid: str) -> list[Link]:
    """The latest last."""
    return [link for _, link in desk.all_of(world, LINK, psid, Link)]


def with_query(url: str, added: dict[str, str]) -> str:
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *added.items()]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _shown(url: str) -> str:
    return url[:300]
