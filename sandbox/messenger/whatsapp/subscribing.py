"""Who hears what happens on WhatsApp: the app's webhook for the object, the account's subscription of the app, and
webhooks of the account's or of a number's own."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sandbox.dialect.call import Call, Reply
from sandbox.kernel.names import did_you_mean
from sandbox.messenger.front import PREFIX, WHATSAPP_OBJECT, caller_of
from sandbox.messenger.handshake import shake
from sandbox.messenger.whatsapp.business import Business, Number
from sandbox.messenger.whatsapp.errors import AccessDenied, NodeUnknown, ParameterInvalid, ParameterMissing
from sandbox.messenger.whatsapp.office import Office
from sandbox.worlds.worlds import World

FIELDS = (
    "messages", "user_preferences", "account_alerts", "account_review_update", "account_settings_update",
    "account_update", "business_capability_update", "calls", "flows", "history", "message_template_components_update",
    "message_template_quality_update", "message_template_status_update", "phone_number_name_update",
    "phone_number_quality_update", "security", "smb_app_state_sync", "smb_message_echoes", "template_category_update",
)  # fmt: skip
"""What an app's webhook can be subscribed to. The sandbox tells of the first two."""
SUCCESS = {"success": True}


def subscribe_app(office: Office, call: Call) -> Reply:
    (world, _), wish = _of_app(office, call), call.body
    fields = wanted(wish.get("fields", ""))
    named = {"callback_url": wish["callback_url"], "verify_token": wish["verify_token"], "fields": fields}

    async def prove() -> None:
        await shake(office.desk, wish["callback_url"], wish["verify_token"])
        with office.desk.chats.database.transaction():
            office.set_account(world, replace(office.account(world), **named))

    return Reply(SUCCESS, before=prove)


def app_subscriptions(office: Office, call: Call) -> Reply:
    _, account = _of_app(office, call)
    told = {
        "object": WHATSAPP_OBJECT,
        "callback_url": account.callback_url,
        "active": True,
        "fields": [{"name": name, "version": "v25.0"} for name in account.fields],
    }
    return Reply({"data": [told] if account.callback_url else []})


def unsubscribe_app(office: Office, call: Call) -> Reply:
    world, account = _of_app(office, call)
    office.set_account(world, replace(account, callback_url="", verify_token="", fields=()))
    return Reply(SUCCESS)


def subscribe(office: Office, call: Call) -> Reply:
    world, _ = of_account(office, call)

    def keep(url: str) -> None:
        office.set_account(world, replace(office.account(world), subscribed=True, override_url=url))

    return _own_webhook(office, call.body, keep)


def subscriptions(office: Office, call: Call) -> Reply:
    app, (_, account) = caller_of(call).page.app, of_account(office, call)
    told: dict[str, Any] = {"id": app.app_id, "name": app.name, "link": f"{call.base_url}{PREFIX}/{app.app_id}"}
    override = {"override_callback_uri": account.override_url} if account.override_url else {}
    return Reply({"data": [{"whatsapp_business_api_data": told, **override}] if account.subscribed else []})


def unsubscribe(office: Office, call: Call) -> Reply:
    world, account = of_account(office, call)
    office.set_account(world, replace(account, subscribed=False, override_url=""))
    return Reply(SUCCESS)


def set_webhook(office: Office, call: Call, world: World, number: Number) -> Reply:
    """A number's own; none where the configuration names none."""
    configuration = call.body.get("webhook_configuration")
    if configuration is None:
        raise ParameterInvalid("What a number can be given here is webhook_configuration.")
    return _own_webhook(office, configuration, lambda url: office.set_number(world, replace(number, callback_url=url)))


def wanted(named: str | list[str]) -> tuple[str, ...]:
    """The fields of a list, or of a text with commas; `messages` where none are named. Raises ParameterInvalid."""
    listed = named.split(",") if isinstance(named, str) else named
    fields = tuple(dict.fromkeys(one.strip() for one in listed if one.strip()))
    for one in fields:
        if one not in FIELDS:
            raise ParameterInvalid(
                f"There is no field {one[:60]!r} of {WHATSAPP_OBJECT}.", hint=did_you_mean(one, FIELDS)
            )
    return fields or ("messages",)


def of_account(office: Office, call: Call) -> tuple[World, Business]:
    """The account that the path names. Raises NodeUnknown."""
    world = caller_of(call).world
    account = office.account(world)
    if call.path["node"] != account.waba_id:
        raise NodeUnknown("This is an edge of the WhatsApp Business Account.")
    return world, account


def _own_webhook(office: Office, wish: dict[str, Any], keep: Callable[[str], None]) -> Reply:
    """Kept once it has shown whose it is; at once where there is none. Raises ParameterMissing."""
    url = str(wish.get("override_callback_uri", ""))
    if not url:
        keep("")
        return Reply(SUCCESS)
    if "verify_token" not in wish:
        raise ParameterMissing("verify_token is required with override_callback_uri.")

    async def prove() -> None:
        await shake(office.desk, url, wish["verify_token"])
        with office.desk.chats.database.transaction():
            keep(url)

    return Reply(SUCCESS, before=prove)


def _of_app(office: Office, call: Call) -> tuple[World, Business]:
    """Raises AccessDenied."""
    caller = caller_of(call)
    if not caller.is_app:
        raise AccessDenied("This must be called with the app's access token.", hint="It is {app-id}|{app-secret}.")
    if call.path["node"] != caller.page.app.app_id:
        raise AccessDenied("The app in the path is not the token's.")
    return caller.world, office.account(caller.world)
