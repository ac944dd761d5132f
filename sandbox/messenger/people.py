"""People who write to a page. Every customer of a world has an account at the messenger from the start; a page knows a
person by an id of its own (PSID)."""

from dataclasses import dataclass
from datetime import datetime

from sandbox.kernel import ids
from sandbox.ledger.customers import Customer


@dataclass(frozen=True, slots=True)
class Person:
    psid: str
    page_id: str
    username: str
    """Of the customer; empty for somebody who is no customer of any bank."""
    first_name: str
    last_name: str
    locale: str = "en_US"
    timezone: int = -5
    """Hours from UTC."""
    gender: str = ""
    phone: str = ""
    """With country code, digits alone."""
    email: str = ""
    tester: bool = False
    """Has a role in the app: reachable before the app is live."""
    reach: str = ""
    """blocked (has blocked the page), unavailable (for now), gone (no such user any more); empty: reachable."""
    linked_at: datetime | None = None
    """When their bank account was linked by the button."""


def psid_of(world_id: str, page_id: str, username: str) -> str:
    return "2" + ids.digits(15, "psid", world_id, page_id, username)


def as_person(world_id: str, page_id: str, customer: Customer) -> Person:
    return Person(
        psid=psid_of(world_id, page_id, customer.username),
        page_id=page_id,
        username=customer.username,
        first_name=customer.first_name or customer.display_name,
        last_name=customer.last_name,
        locale=customer.locale.replace("-", "_"),
        phone=f"1{customer.phone}",
        email=customer.email,
    )


def stranger(world_id: str, page_id: str, first_name: str, last_name: str, number: int) -> Person:
    """Somebody who is no customer of any bank; the number tells namesakes apart."""
    psid = psid_of(world_id, page_id, f"stranger {first_name} {last_name} {number}")
    phone = f"1503555{ids.number('stranger', psid) % 100 + 100:04}"
    return Person(psid, page_id, "", first_name, last_name, phone=phone)
