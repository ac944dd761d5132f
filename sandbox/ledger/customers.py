"""People and businesses who hold accounts."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class CustomerType(StrEnum):
    CONSUMER = "CONSUMER"
    BUSINESS = "BUSINESS"


@dataclass(frozen=True, slots=True)
class Address:
    line1: str
    city: str
    state: str
    """Two-letter USPS code."""
    postal_code: str
    line2: str = ""
    country: str = "US"


@dataclass(frozen=True, slots=True)
class Customer:
    """One login. `customer_id` is stable per (seed, persona, login); names may hold any script."""

    customer_id: str
    username: str
    persona: str
    first_name: str
    last_name: str
    email: str
    phone: str
    """Ten digits from the reserved 555-01xx range."""
    address: Address
    born: date
    middle_name: str = ""
    suffix: str = ""
    type: CustomerType = CustomerType.CONSUMER
    business_name: str = ""
    tax_id_last4: str = ""
    locale: str = "en-US"
    customer_since: date = date(2015, 1, 1)

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.first_name, self.middle_name, self.last_name, self.suffix) if part)

    @property
    def display_name(self) -> str:
        return self.business_name or self.full_name
