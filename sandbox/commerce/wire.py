"""What all resources of the commerce API are made of: money, instants, merchants, addresses. A member that is not known
is left out."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sandbox.dialect.call import Call
from sandbox.dialect.commerce import UNLISTED, logo_url
from sandbox.dialect.shapes import Json
from sandbox.kernel.money import exponent
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.customers import Address
from sandbox.ledger.entries import Entry, EntryStatus
from sandbox.ledger.merchants import Merchant
from sandbox.ledger.purchases import Adjustment, TaxLine
from sandbox.worlds.accounts import AccountView


def decimal(minor_units: int, currency: str) -> str:
    """With as many places as the currency has."""
    places = exponent(currency)
    return f"{Decimal(minor_units).scaleb(-places):.{places}f}"


def money(minor_units: int, currency: str) -> Json:
    return {"amount": decimal(minor_units, currency), "currency": currency}


def plain(number: int, places: int) -> str:
    """A whole number of parts as a decimal without needless zeros: 1500 thousandths are 1.5."""
    text = f"{Decimal(number).scaleb(-places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(basis_points: int) -> str:
    return plain(basis_points, 2)


def known(members: Mapping[str, Any]) -> Json:
    """Without what is not known."""
    return {name: value for name, value in members.items() if value not in (None, "")}


def sees(call: Call, scope: str, cluster: Cluster) -> bool:
    """Whether the consent and the token cover a part of what is shown."""
    return cluster in call.consent.clusters and scope in call.grant.scope.split()


def account_ref(call: Call, view: AccountView) -> str:
    return call.bank.account_ref(view.account, call.consent.client_id)


def transaction_ids(call: Call, view: AccountView, sequences: Iterable[int]) -> list[str]:
    """The bank's names of those rows that are in its feed now."""
    rows = (view.entry(sequence) for sequence in sequences)
    return [transaction_id(call, view, row.entry, row.status) for row in rows if row is not None]


def transaction_id(call: Call, view: AccountView, entry: Entry, status: EntryStatus) -> str:
    return call.bank.transaction_ref(view.account, entry, status)


def first(names: list[str]) -> str | None:
    return names[0] if names else None


def merchant(base_url: str, value: Merchant) -> Json:
    return known(
        {
            "merchant_id": value.slug or UNLISTED,
            "name": value.name,
            "descriptor_raw": value.descriptor.partition("#{store}")[0].strip(),
            "logo_url": logo_url(base_url, value.slug),
            "website": value.url,
            "phone": value.phone,
            "address": _place(value),
        }
    ) | {"mcc": value.mcc, "category": value.category}


def _place(value: Merchant) -> Json | None:
    if not (value.street and value.city):
        return None
    return {
        "street_1": value.street,
        "street_2": "",
        "city": value.city,
        "region": value.state,
        "postal_code": value.postal_code,
        "country": value.country,
    }


def address(value: Address, name: str = "") -> Json:
    """All its members, also empty ones: who renders it needs them."""
    return {
        **({"name": name} if name else {}),
        "street_1": value.line1,
        "street_2": value.line2,
        "city": value.city,
        "region": value.state,
        "postal_code": value.postal_code,
        "country": value.country,
    }


def tax_lines(lines: Iterable[TaxLine], currency: str) -> list[Json]:
    return [
        {
            "name": line.name,
            "rate": percent(line.rate_bp),
            "base": money(line.base, currency),
            "amount": money(line.amount, currency),
        }
        for line in lines
    ]


def adjustments(values: Iterable[Adjustment], currency: str) -> list[Json]:
    return [{"name": one.name, "amount": money(one.amount, currency)} for one in values]
