"""WhatsApp: its account and numbers, and what people do there."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sandbox.control.messenger import number_of, page_of, person_named
from sandbox.control.operation import Operation, members, whole, world_of, wrong
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.messenger import files, showing, tokens
from sandbox.messenger.acting import Did
from sandbox.messenger.errors import CannotDo
from sandbox.messenger.whatsapp import magic, subscribing
from sandbox.messenger.whatsapp.business import Business, Number
from sandbox.messenger.whatsapp.deeds import Doer
from sandbox.messenger.whatsapp.errors import ParameterInvalid
from sandbox.messenger.whatsapp.media import KINDS, Medium
from sandbox.worlds.worlds import World

# --- The account -----------------------------------------------------------------------------------------------------


def get_account(services: Services, call: Call) -> Reply:
    world = world_of(services, call)
    return Reply(_account(services, world, services.office.account(world)))


def change_account(services: Services, call: Call) -> Reply:
    """A webhook that is named here is subscribed as well, without a handshake."""
    world, wish, office = world_of(services, call), members(call), services.office
    with services.database.transaction():
        account = office.account(world)
        if "callback_url" in wish:
            url = wish["callback_url"] or ""
            account = replace(account, callback_url=url, subscribed=bool(url), fields=account.fields or FIELDS)
        if "fields" in wish:
            account = replace(account, fields=_fields(wish["fields"]))
        office.set_account(world, account)
    return Reply(_account(services, world, account))


def change_number(services: Services, call: Call) -> Reply:
    """What is left out stays."""
    world, wish, office = world_of(services, call), members(call), services.office
    with services.database.transaction():
        number = number_of(services, world, call.path["number"])
        conduct: dict[str, Any] = wish.get("conduct", {})
        conduct = {name: tuple(one) if isinstance(one, list) else one for name, one in conduct.items()}
        number = replace(
            number,
            registered=wish.get("registered", number.registered),
            conduct=replace(number.conduct, **conduct),
        )
        office.set_number(world, number)
    return Reply(_number(number))


def list_magic(_services: Services, _call: Call) -> Reply:
    told = [
        {"phone": phone, "code": kind.code, "title": kind.title, "status": kind.status, "rule": kind.rule}
        for phone, kind in magic.numbers()
    ]
    return Reply({"recipients": told})


FIELDS = ("messages", "user_preferences")


def _fields(named: list[str]) -> tuple[str, ...]:
    try:
        return subscribing.wanted(named)
    except ParameterInvalid as error:
        raise wrong("/fields", error.detail, rule="enum", expected=subscribing.FIELDS, got=named) from None


def _account(services: Services, world: World, account: Business) -> dict[str, Any]:
    page = services.desk.pages(world)[0]
    return {
        "waba_id": account.waba_id,
        "name": account.name,
        "access_token": tokens.page_token(world.world_id, page),
        "app_id": page.app.app_id,
        "app_secret": page.app.secret,
        "app_token": tokens.app_token(page),
        "verify_token": page.app.verify_token,
        "callback_url": account.callback_url or None,
        "override_callback_uri": account.override_url or None,
        "fields": list(account.fields),
        "subscribed": account.subscribed,
        "numbers": [_number(one) for one in services.office.numbers(world)],
    }


def _number(number: Number) -> dict[str, Any]:
    conduct = {name: list(one) if isinstance(one, tuple) else one for name, one in asdict(number.conduct).items()}
    return {
        "phone_number_id": number.phone_number_id,
        "phone": number.phone,
        "name": number.name,
        "registered": number.registered,
        "conduct": conduct,
    }


# --- People ----------------------------------------------------------------------------------------------------------


def say(services: Services, call: Call) -> Reply:
    wish = members(call)
    return _told(_doer(services, call).say(_content(services, call, wish), reply_to=wish.get("reply_to", "")))


def tap(services: Services, call: Call) -> Reply:
    return _told(_doer(services, call).tap(call.body["button"], call.body.get("mid", "")))


def react(services: Services, call: Call) -> Reply:
    wish = members(call)
    return _told(_doer(services, call).react(wish.get("emoji", "❤"), wish.get("mid", "")))


def read(services: Services, call: Call) -> Reply:
    return _told(_doer(services, call).read())


def opt_in(services: Services, call: Call) -> Reply:
    return _told(_doer(services, call).wants_marketing(True))


def opt_out(services: Services, call: Call) -> Reply:
    return _told(_doer(services, call).wants_marketing(bool(members(call).get("resume", False))))


DEEDS: Mapping[str, Operation] = {
    "messengerSay": say,
    "messengerTap": tap,
    "messengerReact": react,
    "messengerRead": read,
    "messengerOptIn": opt_in,
    "messengerOptOut": opt_out,
}
"""What people do on either channel, as it is done on this one."""

ON_BOTH = {"getMessengerThread", "streamMessengerThread"}
"""What looks the same on both, since a number is a page to the desk."""


def by_channel(operations: Mapping[str, Operation]) -> dict[str, Operation]:
    """Operations of the messenger, with those of this channel where `?channel=` asks for it."""

    def either(name: str, on_messenger: Operation) -> Operation:
        def operation(services: Services, call: Call) -> Reply:
            if call.query.get("channel") != "whatsapp":
                return on_messenger(services, call)
            if name not in DEEDS:
                raise CannotDo("that is not done on WhatsApp", hint=f"There: {', '.join(sorted(DEEDS))}.")
            return whole(DEEDS[name])(services, call)

        return on_messenger if name in ON_BOTH else operation

    return {name: either(name, operation) for name, operation in operations.items()}


def _doer(services: Services, call: Call) -> Doer:
    world = world_of(services, call)
    number = number_of(services, world, call.query.get("page", "ready"))
    page = page_of(services, call, world)
    return Doer(services.office, world, number, person_named(services.desk, world, page, call.path["user"]))


def _content(services: Services, call: Call, wish: Mapping[str, Any]) -> dict[str, Any]:
    """A message as on the wire: a text, or one attachment, which is media by its id, a place or contacts."""
    attached = wish.get("attachments", [])
    if "text" in wish and not attached:
        return {"type": "text", "text": {"body": wish["text"]}}
    if len(attached) != 1:
        raise wrong("/attachments", "a message on WhatsApp has a text, or one attachment", rule="maxItems", expected=1)
    kind, medium = ATTACHED.get(attached[0]["type"]), _medium(services, call, attached[0].get("payload", {}))
    if kind is None or medium is None or medium.kind != kind:
        raise wrong(
            "/attachments/0/payload",
            f"an attachment on WhatsApp is one of {', '.join(ATTACHED)}, with the id of media that were uploaded, or "
            "a data: URL of a type that the channel takes",
            rule="value",
            got=attached[0]["type"],
        )
    caption = {"caption": wish["text"]} if "text" in wish else {}
    told = {"id": medium.media_id, "mime_type": medium.media_type, "sha256": medium.sha256, **caption}
    return {"type": kind, kind: told}


def _medium(services: Services, call: Call, payload: Mapping[str, Any]) -> Medium | None:
    """One that was uploaded, or a file that comes within its address, which is kept as one."""
    world, office = world_of(services, call), services.office
    file = files.within(str(payload.get("url", "")))
    if file is None or file.media_type not in KINDS:
        return office.medium(world, str(payload.get("id", "")))
    number = number_of(services, world, call.query.get("page", "ready"))
    return office.add_medium(world, Medium.of(number.phone_number_id, file.media_type, file.content))


ATTACHED: Mapping[str, str] = {"image": "image", "audio": "audio", "video": "video", "file": "document"}
"""By the messenger's word for it."""


def _told(did: Did) -> Reply:
    told: dict[str, Any] = {"deliveries": did.deliveries, "unheard": did.unheard}
    if did.message is not None:
        told["message"] = showing.said(did.message)
    if did.opens:
        told["opens"] = did.opens
    return Reply(told)


OPERATIONS: Mapping[str, Operation] = {
    "getWhatsAppAccount": get_account,
    "changeWhatsAppAccount": change_account,
    "changeWhatsAppNumber": change_number,
    "listWhatsAppMagic": list_magic,
}
