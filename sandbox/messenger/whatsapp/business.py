"""The WhatsApp Business Account that every world has, and its numbers. To the desk a number is a page: it has people,
threads and a window, and the app of the world's ready page stands behind it."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.kernel import ids
from sandbox.messenger.pages import Page


@dataclass(frozen=True, slots=True)
class Conduct:
    """How the platform behaves to a number: everything can be set by control."""

    late_errors: str = "answer"
    """answer: what cannot be delivered is refused at once; status: it is taken, and a status tells that it failed."""
    allowed: tuple[str, ...] = ()
    """A test number's list of recipients; empty: everybody."""
    marketing: str = "opt-in"
    """opt-in: marketing templates need the person's yes; open: they only stop at a no."""
    statuses: bool = True
    """Sent, delivered and read are told."""
    throughput: int = 80
    """Messages in a second of the machine's clock; 0: no limit."""
    locked: bool = False
    """The account may not send for now."""


@dataclass(frozen=True, slots=True)
class Number:
    phone_number_id: str
    phone: str
    """With country code, digits alone."""
    name: str
    """The verified name."""
    registered: bool
    pin: str = ""
    """Of two-step verification; empty until somebody registers with one."""
    conduct: Conduct = Conduct()
    profile: dict[str, Any] = field(default_factory=dict)
    """about, address, description, email, websites, vertical."""
    callback_url: str = ""
    """A webhook of its own, in place of the account's."""

    @property
    def shown(self) -> str:
        return f"+{self.phone[0]} {self.phone[1:4]}-{self.phone[4:7]}-{self.phone[7:]}"


@dataclass(frozen=True, slots=True)
class Business:
    waba_id: str
    name: str
    callback_url: str = ""
    """Of the app's subscription to the object whatsapp_business_account."""
    verify_token: str = ""
    fields: tuple[str, ...] = ()
    subscribed: bool = False
    """Whether the account subscribed the app: without, no event comes."""
    override_url: str = ""
    """The account's own callback, in place of the app's."""


def made(world_id: str) -> Business:
    return Business("4" + ids.digits(14, "whatsapp business", world_id), "Sandbank Business")


def numbers(world_id: str) -> tuple[Number, Number]:
    """One that is ready, and one that has to be registered first."""
    return _number(world_id, 1, registered=True), _number(world_id, 2, registered=False)


def _number(world_id: str, place: int, *, registered: bool) -> Number:
    phone_number_id = "5" + ids.digits(14, "whatsapp number", world_id, place)
    return Number(phone_number_id, f"1555012{place:04}", f"Sandbank {place}", registered)


def as_page(number: Number, ready: Page) -> Page:
    """The number as the desk knows it. `ready` is the world's page, whose app it is."""
    return Page(number.phone_number_id, number.name, ready.app)
