"""What has an id: the account, its numbers, templates and media; and the numbers' own edges."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.dialect.call import Call, Reply
from sandbox.messenger.front import caller_of
from sandbox.messenger.whatsapp import lending, templating
from sandbox.messenger.whatsapp.business import Business, Number
from sandbox.messenger.whatsapp.errors import PinWrong
from sandbox.messenger.whatsapp.office import Office
from sandbox.messenger.whatsapp.subscribing import of_account, set_webhook


def show(office: Office, call: Call) -> Reply:
    """GET /{id}, whatever it is."""
    world, node = caller_of(call).world, call.path["node"]
    fields = call.query.get("fields")
    if node == office.account(world).waba_id:
        return Reply(_picked(_account(office.account(world)), fields))
    if (template := office.template(world, node)) is not None and template.status != "DELETED":
        return Reply(templating.shown(template, fields))
    if (medium := office.medium(world, node)) is not None and not medium.deleted:
        return lending.show(world, medium, call)
    return Reply(_picked(_number(office.number(world, node)), fields))


def change(office: Office, call: Call) -> Reply:
    """POST /{id}: a template is edited; a number gets a webhook of its own."""
    world, node = caller_of(call).world, call.path["node"]
    if (template := office.template(world, node)) is not None and template.status != "DELETED":
        return templating.edit(office, world, template, call.body)
    return set_webhook(office, call, world, office.number(world, node))


def delete(office: Office, call: Call) -> Reply:
    """DELETE /{id}: media alone can be deleted so."""
    world = caller_of(call).world
    medium = lending.found(office, world, call.path["node"])
    return lending.delete(office, world, medium, call.query.get("phone_number_id", ""))


def numbers(office: Office, call: Call) -> Reply:
    world, _ = of_account(office, call)
    told = [_picked(_number(one), call.query.get("fields")) for one in office.numbers(world)]
    return Reply({"data": told, "paging": {"cursors": {"before": told[0]["id"], "after": told[-1]["id"]}}})


def register(office: Office, call: Call) -> Reply:
    world = caller_of(call).world
    number = office.number(world, call.path["node"])
    if number.pin not in ("", call.body["pin"]):
        raise PinWrong("The PIN is not the one that the number was registered with.")
    office.set_number(world, replace(number, registered=True, pin=call.body["pin"]))
    return Reply({"success": True})


def deregister(office: Office, call: Call) -> Reply:
    world = caller_of(call).world
    office.set_number(world, replace(office.number(world, call.path["node"]), registered=False))
    return Reply({"success": True})


def profile(office: Office, call: Call) -> Reply:
    number = office.number(caller_of(call).world, call.path["node"])
    told = {"messaging_product": "whatsapp", "vertical": "FINANCE", "about": "", **number.profile}
    return Reply({"data": [_picked(told, call.query.get("fields"), "messaging_product")]})


def set_profile(office: Office, call: Call) -> Reply:
    world = caller_of(call).world
    number = office.number(world, call.path["node"])
    told = {name: value for name, value in call.body.items() if name != "messaging_product"}
    office.set_number(world, replace(number, profile={**number.profile, **told}))
    return Reply({"success": True})


def _account(account: Business) -> Mapping[str, Any]:
    return {
        "id": account.waba_id,
        "name": account.name,
        "timezone_id": "1",
        "message_template_namespace": f"ns_{account.waba_id}",
        "currency": "USD",
        "country": "US",
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "ownership_type": "SELF",
    }


def _number(number: Number) -> Mapping[str, Any]:
    own = {"webhook_configuration": {"phone_number": number.callback_url}} if number.callback_url else {}
    return {
        "id": number.phone_number_id,
        "verified_name": number.name,
        "display_phone_number": number.shown,
        "status": "CONNECTED" if number.registered else "PENDING",
        "quality_rating": "GREEN",
        "name_status": "APPROVED",
        "code_verification_status": "VERIFIED",
        "account_mode": "LIVE",
        "platform_type": "CLOUD_API" if number.registered else "NOT_APPLICABLE",
        "throughput": {"level": "STANDARD"},
        "is_official_business_account": False,
        "is_pin_enabled": bool(number.pin),
        "is_on_biz_app": False,
        "is_preverified_number": False,
        **own,
    }


def _picked(told: Mapping[str, Any], fields: str | None, always: str = "id") -> dict[str, Any]:
    wanted = [name.strip() for name in (fields or ",".join(told)).split(",")]
    return {name: value for name, value in told.items() if name == always or name in wanted}
