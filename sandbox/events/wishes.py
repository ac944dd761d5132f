"""What a subscription wants to hear of."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from sandbox.events.catalogue import TYPES
from sandbox.kernel.money import minor
from sandbox.ledger.subscriptions import Threshold, Wanted

PREFIX = "sandbox."
AMOUNTS = ("amount", "total", "amount_due")
"""The members in which a happening tells what it was worth."""
MERCHANTS = ("merchant_name", "biller", "merchant")
ALWAYS = ("consent.", "webhook.")
"""What concerns the consent or the endpoint itself is held back by no filter."""


def known_types(given: str) -> list[str]:
    """The types that a filter names, with or without prefix: `purchase.created`, `sandbox.shipment.*`, `*`."""
    wanted = given.removeprefix(PREFIX)
    return [name for name in TYPES if fnmatchcase(name, wanted)]


def wishes(wanted: Wanted, kind: str, data: Mapping[str, Any]) -> bool:
    """Of an event's type, without prefix, and the data of its message."""
    if wanted.consent_ids and data.get("consent_id") not in wanted.consent_ids:
        return False
    if kind.startswith(ALWAYS) and not wanted.strictly:
        return True
    return (
        (not wanted.types or any(fnmatchcase(kind, pattern) for pattern in wanted.types))
        and (not wanted.account_ids or data.get("account_id") in wanted.account_ids)
        and (not wanted.merchant or _is_of(wanted.merchant, data))
        and (wanted.amount_over is None or _is_over(wanted.amount_over, data))
    )


def _is_of(part: str, data: Mapping[str, Any]) -> bool:
    told = (data.get(member) for member in MERCHANTS)
    names = (value.get("name", "") if isinstance(value, Mapping) else value for value in told if value)
    return any(part.casefold() in str(name).casefold() for name in names)


def _is_over(least: Threshold, data: Mapping[str, Any]) -> bool:
    """Signs do not count: a refund over 100 is over 100."""
    told = next((data[member] for member in AMOUNTS if data.get(member)), None)
    return (
        told is not None
        and told["currency"] == least.currency
        and abs(minor(told["amount"], least.currency)) > least.amount
    )
