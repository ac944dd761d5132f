"""Accounts come in groups, each account under one key; a call carries an id of its own and the client's."""

import uuid
from collections.abc import Mapping

from .account import Account, Dialect, Get, Row

ROOT = "/gcb/api/v1/accounts"


def headers(client_id: str) -> Mapping[str, str]:
    return {"uuid": str(uuid.uuid4()), "client_id": client_id}


def accounts(get: Get) -> list[Account]:
    found = []
    for group in get(ROOT)["accountGroupSummary"]:
        for wrapped in group["accounts"]:
            [one] = wrapped.values()
            is_debt = one["accountClassification"] == "LIABILITY"
            found.append(
                Account(
                    account_id=one["accountId"],
                    name=one.get("accountNickname") or one["productName"],
                    last4=one["displayAccountNumber"][-4:],
                    balance=one["outstandingBalance"] if "outstandingBalance" in one else one["currentBalance"],
                    available=one.get("availableCredit", one.get("availableBalance")),
                    is_debt=is_debt,
                )
            )
    return found


def rows(get: Get, account: Account) -> list[Row]:
    """Amounts have the customer's sign. Only cards have rows that are pending."""
    return [
        Row(
            on=one["transactionDate"],
            text=one.get("merchantName") or one["transactionDescription"],
            amount=one["transactionAmount"],
            pending=one.get("transactionStatus") == "PENDING",
        )
        for one in get(f"{ROOT}/{account.account_id}/transactions")["transactions"]
    ]


CITI = Dialect(name="Citi", scope="accounts_details_transactions", accounts=accounts, rows=rows, headers=headers)
