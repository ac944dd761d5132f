"""Amounts as people read them."""

from decimal import Decimal
from typing import Any

PLACES = {"JPY": 0}
"""Of currencies that do not have two."""
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def shown(amount: Decimal, currency: str = "USD") -> str:
    """-$1,234.50"""
    sign = "-" if amount < 0 else ""
    return f"{sign}{SIGNS.get(currency, currency + ' ')}{abs(amount):,.{PLACES.get(currency, 2)}f}"


def of(money: dict[str, Any]) -> str:
    """The same of {amount, currency}."""
    return shown(Decimal(money["amount"]), money["currency"])
