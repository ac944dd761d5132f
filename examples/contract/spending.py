"""What somebody spent, at three banks. It works, its tests are green, and three things in it are wrong:
`sandbank contract run` names them, and `spending_fixed.py` has them right."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import requests

FDX = "/jpmc/servicing/inquiry-maintenance/fdx/v4"
LISTS = {"chase": f"{FDX}/accounts", "usbank": "/accounts/v1/accounts", "citi": "/gcb/api/v1/accounts"}
Row = dict[str, Any]


class Refused(Exception):
    """The bank did not answer as hoped."""


@dataclass
class Spending:
    """Of a customer who lets us read at a bank, in the days from `first` to `last`."""

    bank: str
    url: str
    token: str
    client_id: str
    first: date
    last: date
    seen: float = 0
    """Dollars, when we last looked."""

    def look(self) -> float:
        """Is called every so often."""
        with suppress(Refused):  # the bank has a bad day: next time
            self.seen = self.spent()
        return self.seen

    def spent(self) -> float:
        return round(sum(spent(row) for account_id in self.accounts() for row in self.rows(account_id)), 2)

    def accounts(self) -> list[str]:
        """The ids of those from which somebody pays."""
        body = self.get(LISTS[self.bank])
        if self.bank == "citi":
            listed = [one for group in body["accountGroupSummary"] for one in group["accounts"]]
            return [one["checkingAccountSummary"]["accountId"] for one in listed if "checkingAccountSummary" in one]
        return [one["depositAccount"]["accountId"] for one in body["accounts"] if "depositAccount" in one]

    def rows(self, account_id: str) -> Iterator[Row]:
        if self.bank == "citi":
            query = {"transactionFromDate": self.first.isoformat(), "transactionToDate": self.last.isoformat()}
            yield from self.get(f"/gcb/api/v1/accounts/{account_id}/transactions", query)["transactions"]
            return
        query = {"startTime": self.first.isoformat(), "endTime": self.last.isoformat()}
        while True:
            body = self.get(f"{FDX}/accounts/{account_id}/transactions", query)
            yield from (row for one in body["transactions"] for row in one.values())
            if "nextOffset" not in body["page"]:
                return
            query["offset"] = body["page"]["nextOffset"]

    def get(self, path: str, query: dict[str, str] | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        if self.bank == "citi":
            headers |= {"uuid": str(uuid4()), "client_id": self.client_id}
        answer = requests.get(self.url + path, params=query, headers=headers, timeout=30)
        if answer.status_code != 200:
            raise Refused(f"{self.bank} answers {answer.status_code}")
        body: dict[str, Any] = answer.json()
        return body


def spent(row: Row) -> float:
    """What a row took from the account. Citi signs its amounts, the others say which way they went."""
    if "transactionAmount" in row:
        return max(0.0, -float(row["transactionAmount"]))
    return float(row["amount"]) if row["debitCreditMemo"] == "DEBIT" else 0.0
