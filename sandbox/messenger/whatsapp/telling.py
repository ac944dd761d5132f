"""Webhooks of the object whatsapp_business_account: messages of people, what became of ours, and marketing wishes."""

from dataclasses import dataclass
from typing import Any

from sandbox.kernel import ids
from sandbox.messenger.acting import Did
from sandbox.messenger.front import WHATSAPP_OBJECT
from sandbox.messenger.people import Person
from sandbox.messenger.threads import Message, Thread
from sandbox.messenger.whatsapp.business import Business, Number
from sandbox.messenger.whatsapp.errors import WhatsAppError
from sandbox.messenger.whatsapp.office import Office
from sandbox.messenger.whatsapp.voice import error_data
from sandbox.worlds.worlds import World


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody as the channel knows them."""

    wa_id: str
    user_id: str
    """The id that one business knows them by."""
    name: str = ""

    def told(self) -> dict[str, Any]:
        profile = {"profile": {"name": self.name}} if self.name else {}
        return {**profile, "wa_id": self.wa_id, "user_id": self.user_id}


def contact(world: World, phone: str, person: Person | None = None) -> Contact:
    name = f"{person.first_name} {person.last_name}".strip() if person else ""
    return Contact(phone, "US." + ids.digits(16, "whatsapp user", world.world_id, phone), name)


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells about one person at one number."""

    office: Office
    world: World
    number: Number
    who: Contact

    def said(self, message: Message) -> Did:
        """A person's message."""
        who = self.who
        told = {"from": who.wa_id, "from_user_id": who.user_id, "id": message.mid, "timestamp": seconds(self.world)}
        return self._tell("messages", messages=[{**told, **message.content}])

    def became(self, message: Message, status: str, **more: Any) -> Did:
        """A status of one of ours: sent, delivered, read or failed; with its price, or its errors."""
        if not self.number.conduct.statuses:
            return Did()
        told: dict[str, Any] = {
            "id": message.mid,
            "status": status,
            "timestamp": seconds(self.world),
            "recipient_id": self.who.wa_id,
            "recipient_user_id": self.who.user_id,
            **more,
        }
        if tracked := message.trace.get("callback_data"):
            told["biz_opaque_callback_data"] = tracked
        return self._tell("messages", statuses=[told])

    def failed(self, message: Message, error: WhatsAppError) -> Did:
        details = {"details": error_data(error)["details"]}
        told = {"code": error.code, "title": error.title, "message": error.title, "error_data": details}
        return self.became(message, "failed", errors=[told])

    def prefers(self, wants_marketing: bool) -> Did:
        value = "resume" if wants_marketing else "stop"
        told = {
            "wa_id": self.who.wa_id,
            "user_id": self.who.user_id,
            "detail": f"User requested to {value} marketing messages",
            "category": "marketing_messages",
            "value": value,
            "timestamp": self.world.now_millis // 1000,
        }
        return self._tell("user_preferences", user_preferences=[told])

    def _tell(self, field: str, **told: Any) -> Did:
        """`told` is the member of the change that holds the news."""
        office, world, number = self.office, self.world, self.number
        account = office.account(world)
        why = why_unheard(account, number, field)
        if why:
            return Did(unheard=[{"field": field, "why": why}])
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": number.phone, "phone_number_id": number.phone_number_id},
            "contacts": [self.who.told()],
            **told,
        }
        changes = [{"value": value, "field": field}]
        envelope = {"object": WHATSAPP_OBJECT, "entry": [{"id": account.waba_id, "changes": changes}]}
        url = number.callback_url or account.override_url or account.callback_url
        page = office.desk.pages(world)[0]
        delivery = office.desk.hooks.queue(world, page, field, envelope, url=url, lane=self.who.wa_id)
        return Did(deliveries=[delivery.delivery_id])


def why_unheard(account: Business, number: Number, field: str) -> str:
    """Why nobody hears of a field's events; empty where somebody does."""
    if not (account.callback_url or account.override_url or number.callback_url):
        return "The app has no webhook for whatsapp_business_account: POST /{app-id}/subscriptions."
    if not account.subscribed:
        return "The account has not subscribed the app: POST /{waba-id}/subscribed_apps."
    if field not in account.fields:
        return f"The app's webhook is not subscribed to {field}: POST /{{app-id}}/subscriptions."
    return ""


def priced(thread: Thread, category: str, in_window: bool) -> dict[str, Any]:
    """What a message costs since July 2025: by itself, and nothing for what answers a person."""
    if thread.by_ad and in_window:
        kind = "free_entry_point"
    elif in_window and category in ("service", "utility"):
        kind = "free_customer_service"
    else:
        kind = "regular"
    pricing = {"billable": kind == "regular", "pricing_model": "PMP", "type": kind, "category": category}
    if kind != "free_entry_point":
        return {"pricing": pricing}
    conversation = ids.short("conversation", thread.page_id, thread.psid, thread.heard_at, length=32)
    return {"conversation": {"id": conversation, "origin": {"type": "referral_conversion"}}, "pricing": pricing}


def seconds(world: World) -> str:
    return str(world.now_millis // 1000)
