"""The messenger profile: what people see of a page before anything is said, and beside what is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sandbox.dialect.call import Call, Reply
from sandbox.kernel.clock import to_millis
from sandbox.messenger import fields
from sandbox.messenger.addresses import is_secure
from sandbox.messenger.callers import page_of
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import InvalidParameter, NoMatchingUser, ProfileRule, RateLimited
from sandbox.messenger.pages import Page
from sandbox.messenger.voice import param
from sandbox.worlds.worlds import World

PROPERTIES = (
    "get_started", "greeting", "persistent_menu", "ice_breakers", "whitelisted_domains", "account_linking_url",
    "commands",
)  # fmt: skip
SETTINGS, CALLS = "settings", "profile_calls"
MOST_CALLS, SPAN = 10, timedelta(minutes=10)


def write_profile(desk: Desk, call: Call) -> Reply:
    """Raises InvalidParameter or ProfileRule: nothing is changed then."""
    page, wish = _counted(desk, call), {name: value for name, value in call.body.items() if name in PROPERTIES}
    if not wish:
        raise InvalidParameter("The parameter properties is required", hint=f"One of {', '.join(PROPERTIES)}.")
    for name, value in wish.items():
        CHECKS.get(name, lambda _value: None)(value)
    _set(desk, call.world, page, lambda profile: profile | wish)
    return Reply({"result": "success"})


def read_profile(desk: Desk, call: Call) -> Reply:
    page, asked = _counted(desk, call), _properties(call.query["fields"])
    told = {name: page.profile[name] for name in asked if name in page.profile}
    return Reply({"data": [told] if told else []})


def delete_profile(desk: Desk, call: Call) -> Reply:
    page, asked = _counted(desk, call), _properties(call.query["fields"])
    _set(desk, call.world, page, lambda old: {name: value for name, value in old.items() if name not in asked})
    return Reply({"result": "success"})


def _set(desk: Desk, world: World, page: Page, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    def changed(now: Page) -> Page:
        profile = change(now.profile)
        if "persistent_menu" in profile and "get_started" not in profile:
            raise ProfileRule(
                "You must set a Get Started button if you also wish to use persistent menu",
                hint="Send get_started in the same call or before; delete the menu with the button.",
            )
        return replace(now, profile=profile)

    desk.change_page(world, page, changed)


def _properties(text: str) -> list[str]:
    asked = fields.names(text)
    for name in asked:
        if name not in PROPERTIES:
            raise InvalidParameter(f"Param fields[0] must be one of {{{', '.join(PROPERTIES)}}}", got=name)
    if not asked:
        raise InvalidParameter("The parameter fields is required")
    return asked


def _counted(desk: Desk, call: Call) -> Page:
    """The page, whose calls here are limited where its behaviour says so. Raises RateLimited."""
    page, world = page_of(call), call.world
    if not page.behaviour.profile_limit:
        return page
    now = to_millis(world.now)
    since = now - SPAN // timedelta(milliseconds=1)
    with desk.chats.database.transaction():
        recent = [at for at in desk.one(world, CALLS, page.page_id, list[int]) or () if at > since]
        if len(recent) >= MOST_CALLS:
            raise RateLimited(
                "Calls to this api have exceeded the rate limit.",
                hint=f"The messenger profile takes {MOST_CALLS} calls in 10 minutes: set what you need in one.",
            )
        desk.keep(world, CALLS, page.page_id, [*recent, now], owner=page.page_id)
    return page


# --- One person's menu ---------------------------------------------------------------------------------------------


def write_settings(desk: Desk, call: Call) -> Reply:
    page, psid = page_of(call), _person(desk, call, call.body["psid"])
    menu = call.body["persistent_menu"]
    menu_is_right(menu)
    if "get_started" not in page.profile:
        raise ProfileRule("You must set a Get Started button if you also wish to use persistent menu")
    desk.keep(call.world, SETTINGS, psid, menu, owner=page.page_id)
    return Reply({"result": "success"})


def read_settings(desk: Desk, call: Call) -> Reply:
    page, psid = page_of(call), _person(desk, call, call.query["psid"])
    menus = {
        "user_level_persistent_menu": own_menu(desk, call.world, psid),
        "page_level_persistent_menu": page.profile.get("persistent_menu"),
    }
    told = {name: menu for name, menu in menus.items() if menu is not None}
    return Reply({"data": [told] if told else []})


def delete_settings(desk: Desk, call: Call) -> Reply:
    page_of(call)
    if fields.names(call.query["params"]) != ["persistent_menu"]:
        raise InvalidParameter("Param params[0] must be one of {persistent_menu}")
    desk.forget(call.world, SETTINGS, _person(desk, call, call.query["psid"]))
    return Reply({"result": "success"})


def own_menu(desk: Desk, world: World, psid: str) -> list[dict[str, Any]] | None:
    """The persistent menu that the page gave to this person alone."""
    return desk.one(world, SETTINGS, psid, list[dict[str, Any]])


def menu_of(desk: Desk, world: World, page: Page, psid: str, locale: str) -> list[dict[str, Any]]:
    """The items that a person sees: their own menu before the page's, in their language where there is one."""
    menus = own_menu(desk, world, psid) or page.profile.get("persistent_menu", [])
    by_locale = {menu.get("locale", "default"): menu.get("call_to_actions", []) for menu in menus}
    items: list[dict[str, Any]] = by_locale.get(locale) or by_locale.get("default", [])
    return items


def commands_in(page: Page, locale: str, text: str) -> list[dict[str, str]]:
    """What a text begins with, after a slash, where the page has a command of that name; as messages tell it."""
    word = text.split(maxsplit=1)[0] if text[:1] == "/" else ""
    by_locale = {entry.get("locale", "default"): entry["commands"] for entry in page.profile.get("commands", ())}
    known = by_locale.get(locale) or by_locale.get("default", ())
    return [{"name": one["name"]} for one in known if word == f"/{one['name']}"]


def _person(desk: Desk, call: Call, psid: str) -> str:
    """Raises NoMatchingUser."""
    if desk.person(call.world, page_of(call), psid) is None:
        raise NoMatchingUser("No matching user found", psid=psid)
    return psid


# --- What the document cannot say ----------------------------------------------------------------------------------


def menu_is_right(menus: list[dict[str, Any]]) -> None:
    """Raises InvalidParameter or ProfileRule."""
    locales_are_right("persistent_menu", menus)
    for place, menu in enumerate(menus):
        if not menu.get("call_to_actions") and not menu.get("composer_input_disabled"):
            raise ProfileRule("A menu without items must disable the composer", menu=place)
        for number, item in enumerate(menu.get("call_to_actions", [])):
            if item["type"] == "web_url":
                address_is_right(f"persistent_menu/{place}/call_to_actions/{number}/url", item["url"])


def locales_are_right(name: str, entries: Iterable[Mapping[str, Any]]) -> None:
    """One entry for each language, and one for all others."""
    locales = [entry.get("locale", "default") for entry in entries]
    if "default" not in locales:
        raise ProfileRule(f"Param {name} must have an entry with the locale default", locales=locales)
    if len(set(locales)) < len(locales):
        raise ProfileRule(f"Param {name} has more than one entry for a locale", locales=locales)


def address_is_right(name: str, url: str) -> None:
    if not is_secure(url):
        raise InvalidParameter(
            f"Param {param(name)} must be a valid URL with https", hint="http works on this machine's loopback alone."
        )


def ice_breakers_are_right(entries: list[dict[str, Any]]) -> None:
    """Questions as they are, or by language."""
    if any("call_to_actions" in entry for entry in entries):
        locales_are_right("ice_breakers", entries)
    elif len(entries) > 4:
        raise InvalidParameter("Param ice_breakers has too many elements: at most 4 are allowed")
    for place, entry in enumerate(entries):
        missing = {"question", "payload"} - set(entry) if "call_to_actions" not in entry else ()
        if missing:
            raise InvalidParameter(f"The parameter {param(f'ice_breakers/{place}/{min(missing)}')} is required")


def domains_are_right(domains: list[str]) -> None:
    for place, domain in enumerate(domains):
        address_is_right(f"whitelisted_domains/{place}", domain)


CHECKS: Mapping[str, Callable[[Any], None]] = {
    "greeting": lambda entries: locales_are_right("greeting", entries),
    "persistent_menu": menu_is_right,
    "ice_breakers": ice_breakers_are_right,
    "whitelisted_domains": domains_are_right,
    "account_linking_url": lambda url: address_is_right("account_linking_url", url),
    "commands": lambda entries: locales_are_right("commands", entries),
}
