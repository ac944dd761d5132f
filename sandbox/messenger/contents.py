"""What a message may hold, as far as the document cannot say it."""

from collections.abc import Sequence

from sandbox.messenger import attachments, personas, utility
from sandbox.messenger.addresses import host_of, is_secure
from sandbox.messenger.errors import InvalidParameter, PersonaUnknown
from sandbox.messenger.voice import param
from sandbox.messenger.wish import Rule, Sending, objects

BODIES = ("text", "attachment", "attachments", "template")
ORDER = "order"
"""The kind of document that remembers an order number of a page."""


def something_is_sent(sending: Sending) -> None:
    wish = sending.wish
    if ("message" in wish) == ("sender_action" in wish):
        raise InvalidParameter(
            "The parameter message is required"
            if "message" not in wish
            else "Params message and sender_action cannot be sent together",
            hint="Send message or sender_action, one of the two.",
        )


def one_body(sending: Sending) -> None:
    if "message" not in sending.wish:
        return
    present = [name for name in BODIES if name in sending.message]
    if len(present) != 1:
        raise InvalidParameter(
            "Message cannot be empty, must provide valid attachment or text"
            if not present
            else f"Message must have only one of {', '.join(present)}",
            hint=f"A message has exactly one of {', '.join(BODIES)}.",
        )


def urls_are_allowed(sending: Sending) -> None:
    whitelisted = {host_of(url) for url in sending.page.profile.get("whitelisted_domains", ())}
    for pointer, one in objects(sending.message, "/message"):
        if one.get("messenger_extensions") and host_of(one.get("url", "")) not in whitelisted:
            raise InvalidParameter(
                "The URL provided is not whitelisted for messenger extensions",
                param=f"{param(pointer)}[url]",
                got=one.get("url"),
                whitelisted=sorted(whitelisted),
                hint="Set whitelisted_domains in the messenger profile.",
            )
        if one.get("type") == "account_link" and not is_secure(one["url"]):
            raise InvalidParameter(
                f"Param {param(pointer)}[url] must be an HTTPS URL", got=one["url"], hint="http is for loopback alone."
            )


def receipt_is_new(sending: Sending) -> None:
    if sending.template.get("template_type") != "receipt":
        return
    number = sending.template["order_number"]
    if sending.desk.one(sending.world, ORDER, order_key(sending), str) is not None:
        raise InvalidParameter("Param order_number must be unique: a receipt with it was sent before", got=number)


def order_key(sending: Sending) -> str:
    return f"{sending.page.page_id}:{sending.template['order_number']}"


def coupon_is_redeemable(sending: Sending) -> None:
    template = sending.template
    if template.get("template_type") == "coupon" and not {"coupon_code", "coupon_url"} & template.keys():
        raise InvalidParameter("A coupon must have coupon_code or coupon_url")


def reply_is_to_the_thread(sending: Sending) -> None:
    if "reply_to" in sending.wish:
        said_before(sending, sending.wish["reply_to"]["mid"], "reply_to[mid]")


def persona_is_known(sending: Sending) -> None:
    persona_id = sending.wish.get("persona_id")
    if persona_id and personas.find(sending.desk, sending.world, sending.page, persona_id) is None:
        raise PersonaUnknown(f"The persona {persona_id} is none of the page's", hint="GET /me/personas lists them.")


def said_before(sending: Sending, mid: str, name: str) -> None:
    """Raises InvalidParameter where no message of the thread has the mid."""
    message = sending.desk.message(sending.world, mid)
    if message is None or message.psid != sending.person.psid:
        raise InvalidParameter(f"Param {name} must be a message of this thread", got=mid)


RULES: Sequence[Rule] = (
    something_is_sent,
    one_body,
    attachments.media_are_there,
    urls_are_allowed,
    receipt_is_new,
    coupon_is_redeemable,
    utility.is_a_template,
    reply_is_to_the_thread,
    persona_is_known,
)
