"""What a person can tap: the buttons of a message, quick replies, and what the page's profile puts on the screen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sandbox.messenger.pages import Page
from sandbox.messenger.threads import Message

GET_STARTED = "Get Started"


@dataclass(frozen=True, slots=True)
class Button:
    kind: str
    """postback, web_url, phone_number, account_link, account_unlink, quick_reply, opt_in."""
    title: str
    payload: str = ""
    """Or the number that is called."""
    url: str = ""
    content_type: str = "text"
    """Of a quick reply."""
    mid: str = ""
    """The message that it is on; empty for the profile's."""
    card: str = ""
    """The title of the element that it is on."""
    more: Mapping[str, Any] | None = None
    """The template behind an opt-in."""


def of_message(message: Message) -> Iterator[Button]:
    """In reading order."""
    content = message.content
    attachment = content.get("attachment") or {}
    payload = attachment.get("payload") or {}
    if payload.get("template_type") == "notification_messages":
        title = payload.get("title", "")
        yield Button("opt_in", title, payload.get("payload", ""), mid=message.mid, more=payload)
    for holder in (payload, *payload.get("elements", ())):
        for one in holder.get("buttons", ()):
            yield replace(_button(one, message.mid), card=holder.get("title", ""))
    if payload.get("template_type") == "coupon" and payload.get("coupon_url"):
        title = payload.get("coupon_url_button_title", "Show")
        yield Button("web_url", title, url=payload["coupon_url"], mid=message.mid)
    for one in content.get("quick_replies", ()):
        kind = one.get("content_type", "text")
        yield Button("quick_reply", one.get("title", ""), one.get("payload", ""), content_type=kind, mid=message.mid)


def of_profile(page: Page, locale: str, menu: Sequence[Mapping[str, Any]], *, is_new: bool) -> Iterator[Button]:
    """The items of the person's persistent menu; for somebody new the start button and the ice breakers as well."""
    profile = page.profile
    if is_new and "get_started" in profile:
        yield Button("postback", GET_STARTED, profile["get_started"]["payload"])
    if is_new:
        for one in _of_locale(profile.get("ice_breakers", ()), locale):
            yield Button("postback", one.get("question", ""), one.get("payload", ""))
    for one in menu:
        yield _button(one, "")


def found(buttons: Sequence[Button], wanted: str | int) -> Button | None:
    """By its place, or by its payload or title: the first that fits."""
    if isinstance(wanted, int):
        return buttons[wanted] if 0 <= wanted < len(buttons) else None
    for exact in (str, str.casefold):
        for one in buttons:
            if exact(wanted) in (exact(one.payload), exact(one.title)):
                return one
    return None


def _button(one: Mapping[str, Any], mid: str) -> Button:
    kind = one.get("type", "postback")
    title = one.get("title", {"account_link": "Log In", "account_unlink": "Log Out"}.get(kind, ""))
    return Button(kind, title, one.get("payload", ""), one.get("url", ""), mid=mid)


def _of_locale(listed: Sequence[Mapping[str, Any]], locale: str) -> Sequence[Mapping[str, Any]]:
    """What is for a language: its own, else the default. Older ice breakers are a plain list."""
    if listed and "call_to_actions" not in listed[0]:
        return listed
    for name in (locale, "default"):
        for one in listed:
            if one.get("locale", "default") == name:
                actions: Sequence[Mapping[str, Any]] = one["call_to_actions"]
                return actions
    return ()
