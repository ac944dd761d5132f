"""Claims about the customer (OpenID Connect Core 5.1, 5.3), each for the data cluster that it belongs to."""

from collections.abc import Collection
from typing import Any

from sandbox.ledger.clusters import Cluster
from sandbox.ledger.customers import Customer, CustomerType

CLAIMS = (
    "sub", "name", "given_name", "middle_name", "family_name", "address", "email", "email_verified",
    "phone_number", "phone_number_verified", "birthdate",
)  # fmt: skip
"""All that a customer can be told of, for the metadata."""


def claims(customer: Customer, clusters: Collection[Cluster]) -> dict[str, Any]:
    """`sub` always; how to reach the customer with CUSTOMER_CONTACT, the day of birth with CUSTOMER_PERSONAL."""
    told: dict[str, Any] = {"sub": customer.customer_id}
    if Cluster.CUSTOMER_CONTACT in clusters:
        told |= _contact(customer)
    if Cluster.CUSTOMER_PERSONAL in clusters and customer.type is CustomerType.CONSUMER:
        told["birthdate"] = customer.born.isoformat()
    return told


def _contact(customer: Customer) -> dict[str, Any]:
    home = customer.address
    street = "\n".join(line for line in (home.line1, home.line2) if line)
    names = {
        "given_name": customer.first_name,
        "middle_name": customer.middle_name,
        "family_name": customer.last_name,
    }
    person = customer.type is CustomerType.CONSUMER
    return {
        "name": customer.display_name,
        **({name: value for name, value in names.items() if value} if person else {}),
        "address": {
            "formatted": f"{street}\n{home.city}, {home.state} {home.postal_code}",
            "street_address": street,
            "locality": home.city,
            "region": home.state,
            "postal_code": home.postal_code,
            "country": home.country,
        },
        "email": customer.email,
        "email_verified": True,
        "phone_number": f"+1{customer.phone}",
        "phone_number_verified": True,
    }
