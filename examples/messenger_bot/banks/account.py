"""What every bank is brought down to: as much of an account as is said in chat. Of its number, the last four digits
come this far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol


class Get(Protocol):
    def __call__(self, path: str, **query: str) -> Any:
        """The JSON of a path below the bank's address; fractions are Decimals."""


@dataclass(frozen=True)
class Account:
    account_id: str
    """The bank's; asked with, never shown."""
    name: str
    last4: str
    """Empty where the bank does not tell."""
    balance: Decimal
    available: Decimal | None
    is_debt: bool = False
    """The balance is owed, not owned."""

    @property
    def title(self) -> str:
        return f"{self.name} ·{self.last4}" if self.last4 else self.name


@dataclass(frozen=True)
class Row:
    """A transaction."""

    on: str
    """2026-06-15"""
    text: str
    amount: Decimal
    """Below zero: money went out."""
    pending: bool


@dataclass(frozen=True)
class Dialect:
    """How a bank is spoken to."""

    name: str
    scope: str
    """What a customer is asked for: what the bot uses, and nothing else."""
    accounts: Callable[[Get], list[Account]]
    rows: Callable[[Get, Account], list[Row]]
    headers: Callable[[str], Mapping[str, str]] | None = None
    """What the bank wants with every call, by the client's id."""
    end_consent: str = ""
    """The path by which a client can end a consent, where the bank has one: {consent} is filled in."""


def fdx_account(one: dict[str, Any]) -> Account:
    """Of banks that speak FDX."""
    return Account(
        account_id=one["accountId"],
        name=one.get("nickname") or one["productName"],
        last4=one["accountNumberDisplay"][-4:],
        balance=one["currentBalance"],
        available=one.get("availableCredit", one.get("availableBalance")),
        is_debt=one.get("balanceType") == "LIABILITY",
    )


def fdx_row(one: dict[str, Any], text: str) -> Row:
    """The same: they write what went out as a positive amount with the memo DEBIT."""
    amount = -one["amount"] if one["debitCreditMemo"] == "DEBIT" else one["amount"]
    return Row(one["transactionTimestamp"][:10], text, amount, one["status"] == "PENDING")
