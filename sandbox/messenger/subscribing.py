"""Webhook subscriptions: an app names its webhook, and shows at once that it is its own; a page subscribes the app."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sandbox.dialect.call import Call, Reply
from sandbox.kernel.names import did_you_mean
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import InvalidParameter, PermissionLacking
from sandbox.messenger.front import caller_of
from sandbox.messenger.handshake import shake
from sandbox.messenger.pages import Page
from sandbox.worlds.worlds import World

FIELDS = (
    "messages", "message_deliveries", "message_echoes", "message_edits", "message_reads", "message_reactions",
    "message_context", "message_mention", "message_template_status_update", "messaging_account_linking",
    "messaging_appointments", "messaging_checkout_updates", "messaging_customer_information", "messaging_direct_sends",
    "messaging_fblogin_account_linking", "messaging_feedback", "messaging_game_plays", "messaging_handovers",
    "messaging_in_thread_lead_form_submit", "messaging_integrity", "messaging_optins", "messaging_optouts",
    "messaging_payments", "messaging_policy_enforcement", "messaging_postbacks", "messaging_pre_checkouts",
    "messaging_referrals", "marketing_message_clicks", "marketing_message_deliveries",
    "marketing_message_delivery_failed", "marketing_message_echoes", "marketing_message_reads", "standby", "calls",
    "call_permission_reply", "feed",
)  # fmt: skip
"""What a page's webhook can be told of (facebook_business 26.0.3, Page.SubscribedFields)."""
OBJECTS = {"page": FIELDS}
DONE = {"success": True}


def subscribe_app(desk: Desk, call: Call) -> Reply:
    world, page, wish = *_app_of(call), call.body
    fields = wanted(wish.get("fields", ""), "fields")
    named = {"callback_url": wish["callback_url"], "subscribed_token": wish["verify_token"], "fields": fields}

    async def prove() -> None:
        await shake(desk, wish["callback_url"], wish["verify_token"])
        desk.change_page(world, page, lambda now: replace(now, app=replace(now.app, **named)))

    return Reply(DONE, before=prove)


def list_app_subscriptions(_desk: Desk, call: Call) -> Reply:
    _, page = _app_of(call)
    app = page.app
    if not app.callback_url:
        return Reply({"data": []})
    fields = [{"name": name, "version": "v25.0"} for name in app.fields]
    return Reply({"data": [{"object": "page", "callback_url": app.callback_url, "active": True, "fields": fields}]})


def unsubscribe_app(desk: Desk, call: Call) -> Reply:
    world, page = _app_of(call)
    asked = call.query.get("fields")
    gone = wanted(asked, "fields") if asked else FIELDS

    def without(now: Page) -> Page:
        left = tuple(name for name in now.app.fields if name not in gone)
        ended = {} if left else {"callback_url": "", "subscribed_token": ""}
        return replace(now, app=replace(now.app, fields=left, **ended))

    desk.change_page(world, page, without)
    return Reply(DONE)


def subscribe_page(desk: Desk, call: Call) -> Reply:
    world, page = _page_of(call)
    asked = call.body.get("subscribed_fields")
    # Older bots name none: whatever their app is told of.
    fields = wanted(asked, "subscribed_fields") if asked else ()
    desk.change_page(world, page, lambda now: replace(now, subscribed_fields=fields or now.app.fields or FIELDS))
    return Reply(DONE)


def list_subscribed_apps(_desk: Desk, call: Call) -> Reply:
    _, page = _page_of(call)
    told = [
        {"id": view.app.app_id, "name": view.app.name, "subscribed_fields": list(view.subscribed_fields)}
        for view in page.views()
        if view.subscribed_fields
    ]
    return Reply({"data": told})


def unsubscribe_page(desk: Desk, call: Call) -> Reply:
    world, page = _page_of(call)
    desk.change_page(world, page, lambda now: replace(now, subscribed_fields=()))
    return Reply(DONE)


# --- Pieces ----------------------------------------------------------------------------------------------------------


def wanted(named: str | Sequence[str], name: str) -> tuple[str, ...]:
    """The fields of a list, or of a text with commas. Raises InvalidParameter."""
    listed: Iterable[str] = named.split(",") if isinstance(named, str) else named
    fields = tuple(dict.fromkeys(one.strip() for one in listed if one.strip()))
    for place, one in enumerate(fields):
        if one not in FIELDS:
            hint = did_you_mean(one, FIELDS)
            raise InvalidParameter(f"Param {name}[{place}] must be one of {{{', '.join(FIELDS)}}}", hint=hint, got=one)
    return fields


def _app_of(call: Call) -> tuple[World, Page]:
    """The page whose app the path names. Raises PermissionLacking."""
    caller, node = caller_of(call), call.path["node"]
    if not caller.is_app:
        raise PermissionLacking(
            "This method must be called with an app access_token.", hint="It is {app-id}|{app-secret}."
        )
    if node not in ("app", caller.page.app.app_id):
        raise PermissionLacking("The app in the path is not the token's.", path=node, token=caller.page.app.app_id)
    return caller.world, caller.page


def _page_of(call: Call) -> tuple[World, Page]:
    caller, node = caller_of(call), call.path["node"]
    if node not in ("me", caller.page.page_id):
        raise PermissionLacking("The page in the path is not the token's.", path=node, token=caller.page.page_id)
    return caller.world, caller.page


OPERATIONS: dict[str, Any] = {
    "subscribeApp": subscribe_app,
    "listAppSubscriptions": list_app_subscriptions,
    "unsubscribeApp": unsubscribe_app,
    "subscribePage": subscribe_page,
    "listSubscribedApps": list_subscribed_apps,
    "unsubscribePage": unsubscribe_page,
}
