"""What people do at the messenger: they write, tap, react, read, come by an advertisement. Each deed is put on the
thread, opens the window where it does so on the platform, and is told to the page's app."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.kernel.clock import to_millis
from sandbox.messenger import buttons, hooks
from sandbox.messenger.buttons import Button
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import CannotDo, MessageNotFound, NothingToTap, PersonGone
from sandbox.messenger.notifications import agreed, with_opt_in
from sandbox.messenger.pages import Page
from sandbox.messenger.people import Person
from sandbox.messenger.profile import commands_in, menu_of
from sandbox.messenger.threads import Message, OptIn, Thread
from sandbox.worlds.worlds import World

EDITS = 5
"""So often a person may edit a message."""
EMOJIS = {"❤": "love", "😆": "smile", "😮": "wow", "😢": "sad", "😠": "angry", "👍": "like", "👎": "dislike"}
"""Reactions that have a name; anything else is `other`."""


@dataclass(slots=True)
class Did:
    """What came of a deed."""

    message: Message | None = None
    deliveries: list[str] = field(default_factory=list)
    unheard: list[dict[str, str]] = field(default_factory=list)
    """{field, why}: events that were lost, since nobody has subscribed to them."""
    opens: str = ""
    """The address that a browser opens, or `tel:` with a number."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in front of a page's thread."""

    desk: Desk
    world: World
    page: Page
    person: Person

    @property
    def thread(self) -> Thread:
        return self.desk.thread(self.world, self.page, self.person.psid)

    def tell(self, did: Did, what: str, /, *, whose: str = "", only: str = "", **event: Any) -> Did:
        """An event for the page's apps, or why none of them hears it. `whose` is the app whose button was tapped."""
        told = hooks.event(self.page, self.person.psid, self.world, **event)
        return self.tell_as(did, what, told, whose=whose, only=only)

    def tell_as(self, did: Did, what: str, told: Mapping[str, Any], *, whose: str = "", only: str = "") -> Did:
        """The same, as it goes over the wire."""
        owner = self.thread.owner
        heard = self.desk.hooks.tell(self.world, self.page, what, told, owner=owner, whose=whose, only=only)
        did.deliveries += [one.delivery_id for one in heard]
        if not heard:
            page = self.page.seen_by(only or owner or self.page.default_app) or self.page
            field = hooks.heard_as(page, what, owner)
            did.unheard.append({"field": field, "why": hooks.why_unheard(page, field) or "Nobody listens."})
        return did

    def put(self, content: Mapping[str, Any], trace: Mapping[str, Any] | None = None) -> Message:
        """On the thread, from the person, which opens the window. Raises PersonGone."""
        if self.person.reach in ("gone", "blocked"):
            raise PersonGone(f"{self.person.first_name} is {self.person.reach}", hint='PATCH the user: {"reach": ""}.')
        self.desk.hear(self.world, self.page, self.person.psid)
        page_id, psid, now = self.page.page_id, self.person.psid, self.world.now
        said = Message("", page_id, psid, now, "person", dict(content), trace=dict(trace or {}))
        return self.desk.add_message(self.world, said)

    def message(self, mid: str) -> Message:
        """Raises MessageNotFound."""
        found = self.desk.message(self.world, mid)
        if found is None or found.psid != self.person.psid:
            raise MessageNotFound(f"the thread has no message {mid[:100]!r}")
        return found

    def screen(self, mid: str | None = None) -> list[Button]:
        """What can be tapped: on that message, or on the last one with buttons and beside it."""
        if mid is not None:
            return list(buttons.of_message(self.message(mid)))
        said = self.desk.last_messages(self.world, self.person.psid)
        on_thread = list[Button]()
        for place, message in enumerate(said):
            on_message = list(buttons.of_message(message))
            if message.sender == "person" or place > 0:  # quick replies go as soon as anything follows
                on_message = [one for one in on_message if one.kind != "quick_reply"]
            if on_message:
                on_thread = on_message
                break
        person = self.person
        menu = menu_of(self.desk, self.world, self.page, person.psid, person.locale)
        return [*on_thread, *buttons.of_profile(self.page, person.locale, menu, is_new=not said)]


# --- Words -----------------------------------------------------------------------------------------------------------


def say(
    actor: Actor,
    text: str = "",
    *,
    quick_reply: str | None = None,
    attachments: Sequence[Mapping[str, Any]] = (),
    reply_to: str | None = None,
) -> Did:
    """Raises CannotDo, MessageNotFound or PersonGone."""
    if not text and not attachments:
        raise CannotDo("a message has a text or an attachment")
    content: dict[str, Any] = {"text": text} if text else {}
    if quick_reply is not None:
        content["quick_reply"] = {"payload": quick_reply}
    if reply_to is not None:
        to = actor.message(reply_to)
        content["reply_to"] = {"mid": to.mid, "is_self_reply": to.sender == "person"}
    if attachments:
        content["attachments"] = [dict(one) for one in attachments]
    said = actor.put(content)
    called = commands_in(actor.page, actor.person.locale, text)
    told = {"mid": said.mid, **content, **({"commands": called} if called else {})}
    return actor.tell(Did(said), "messages", message=told)


def edit(actor: Actor, mid: str, text: str) -> Did:
    """Raises CannotDo or MessageNotFound."""
    old = actor.message(mid)
    number = old.content.get("num_edit", 0) + 1
    if old.sender != "person" or "text" not in old.content:
        raise CannotDo("a person edits texts of their own")
    if number > EDITS:
        raise CannotDo(f"a message can be edited {EDITS} times", mid=mid)
    new = replace(old, content={**old.content, "text": text, "num_edit": number})
    actor.desk.set_message(actor.world, new)
    return actor.tell(Did(new), "message_edits", message_edit={"mid": mid, "text": text, "num_edit": number})


def unsend(actor: Actor, mid: str) -> Did:
    """Takes a message of one's own back, for both sides. Raises CannotDo or MessageNotFound."""
    old = actor.message(mid)
    if old.sender != "person" or not {"text", "attachments"} & old.content.keys():
        raise CannotDo("a person takes back messages of their own", mid=mid)
    new = replace(old, content={"is_deleted": True})
    actor.desk.set_message(actor.world, new)
    return actor.tell(Did(new), "messages", message={"mid": mid, "is_deleted": True})


def react(actor: Actor, mid: str | None, emoji: str) -> Did:
    """To that message, or to the page's last; an empty emoji takes the reaction back. Raises MessageNotFound."""
    target = actor.message(mid) if mid is not None else _last_of_page(actor)
    actor.desk.hear(actor.world, actor.page, actor.person.psid)
    content = {name: value for name, value in target.content.items() if name != "reaction"}
    actor.desk.set_message(actor.world, replace(target, content={**content, "reaction": emoji} if emoji else content))
    told = {"mid": target.mid, "action": "react" if emoji else "unreact"}
    if emoji:
        told |= {"emoji": emoji, "reaction": EMOJIS.get(emoji.rstrip("\ufe0f"), "other")}
    return actor.tell(Did(), "message_reactions", reaction=told)


def read(actor: Actor) -> Did:
    """Everything up to now."""
    actor.desk.set_thread(actor.world, replace(actor.thread, read_at=actor.world.now))
    if not actor.page.behaviour.receipts:
        return Did()
    return actor.tell(Did(), "message_reads", read={"watermark": actor.world.now_millis})


# --- Taps ------------------------------------------------------------------------------------------------------------


def tap(actor: Actor, wanted: str | int, mid: str | None = None) -> tuple[Button, Did]:
    """Of account links only what is tapped is found here: where they lead is linking's. Raises NothingToTap."""
    screen = actor.screen(mid)
    button = buttons.found(screen, wanted)
    if button is None:
        raise NothingToTap(
            f"there is nothing called {wanted!r} to tap",
            hint=f"On the screen: {', '.join(repr(one.title) for one in screen) or 'nothing'}.",
        )
    pressed = TAPS.get(button.kind)
    return button, pressed(actor, button) if pressed else Did()


def _postback(actor: Actor, button: Button) -> Did:
    told = {"title": button.title, "payload": button.payload}
    done = actor.put({"postback": told}, {"on": button.mid} if button.mid else None)
    sender = actor.message(button.mid).app_id if button.mid else ""
    return actor.tell(Did(done), "messaging_postbacks", whose=sender, postback={"mid": done.mid, **told})


def _quick_reply(actor: Actor, button: Button) -> Did:
    """Of a phone number or an address the platform knows the person's own."""
    known = {"user_phone_number": f"+{actor.person.phone}", "user_email": actor.person.email}.get(button.content_type)
    return say(actor, known or button.title, quick_reply=known or button.payload)


def _opens(_actor: Actor, button: Button) -> Did:
    return Did(opens=button.url)


def _calls(_actor: Actor, button: Button) -> Did:
    return Did(opens=f"tel:{button.payload}")


def _opts_in(actor: Actor, button: Button) -> Did:
    did = Did(actor.put({"optin": {"title": button.title, "payload": button.payload}}))
    thread = actor.thread
    leave = agreed(actor.world, thread, button.more or {})
    actor.desk.set_thread(actor.world, with_opt_in(thread, leave))
    return actor.tell(did, "messaging_optins", optin=_as_optin(leave))


TAPS: Mapping[str, Callable[[Actor, Button], Did]] = {
    "postback": _postback,
    "quick_reply": _quick_reply,
    "web_url": _opens,
    "phone_number": _calls,
    "opt_in": _opts_in,
}


# --- Coming and going ------------------------------------------------------------------------------------------------


def open_thread(actor: Actor, ref: str = "", ad: str = "") -> Did:
    """By a link with a `ref`, or by an advertisement, which opens the window for longer."""
    is_new = not actor.desk.messages(actor.world, actor.person.psid, most=1)
    if not ref and not ad:
        return Did()
    referral = {"ref": ref, "source": "ADS" if ad else "SHORTLINK", "type": "OPEN_THREAD"}
    if ad:
        referral["ad_id"] = ad
    start = actor.page.profile.get("get_started") if is_new else None
    if start is not None:  # somebody new is told of when the start button is tapped
        told = {"title": buttons.GET_STARTED, "payload": start["payload"], "referral": referral}
        done = actor.put({"postback": told})
        did = actor.tell(Did(done), "messaging_postbacks", postback={"mid": done.mid, **told})
    else:
        did = actor.tell(Did(), "messaging_referrals", referral=referral)
    actor.desk.hear(actor.world, actor.page, actor.person.psid, by_ad=bool(ad))
    return did


def opt_in(actor: Actor, mid: str | None = None) -> Did:
    """Taps the last request for it. Raises NothingToTap."""
    said = [actor.message(mid)] if mid is not None else actor.desk.last_messages(actor.world, actor.person.psid)
    for button in (one for message in said for one in buttons.of_message(message)):
        if button.kind == "opt_in":
            return _opts_in(actor, button)
    raise NothingToTap("the page has not asked for leave to send notifications")


def opt_out(actor: Actor, token: str | None = None, *, resume: bool = False) -> Did:
    """Stops notifications, of one token or all; or lets them go on. Raises NothingToTap."""
    thread = actor.thread
    meant = [one for one in thread.opt_ins if token in (None, one.token) and one.stopped is resume]
    if not meant:
        raise NothingToTap("there is no such leave to take back" if not resume else "no notifications were stopped")
    changed = {one.token: replace(one, stopped=not resume) for one in meant}
    opt_ins = tuple(changed.get(one.token, one) for one in thread.opt_ins)
    actor.desk.set_thread(actor.world, replace(thread, opt_ins=opt_ins))
    status, did = "RESUME_NOTIFICATIONS" if resume else "STOP_NOTIFICATIONS", Did()
    for one in changed.values():
        actor.tell(did, "messaging_optins", optin=_as_optin(one) | {"notification_messages_status": status})
    return did


def _as_optin(one: OptIn) -> dict[str, Any]:
    return {
        "type": "notification_messages",
        "payload": one.payload,
        "title": one.title,
        "notification_messages_token": one.token,
        "notification_messages_frequency": one.frequency,
        "notification_messages_timezone": "UTC",
        "token_expiry_timestamp": to_millis(one.expires_at),
        "user_token_status": "NOT_REFRESHED",
    }


def _last_of_page(actor: Actor) -> Message:
    for message in actor.desk.last_messages(actor.world, actor.person.psid):
        if message.sender != "person":
            return message
    raise MessageNotFound("the page has said nothing yet")
