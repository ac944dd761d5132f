"""The three things of `spending.py` as they should be."""

from collections.abc import Iterator

from examples.contract import spending
from examples.contract.spending import LISTS, Refused, Row


class Spending(spending.Spending):
    ended = False

    def look(self) -> float:
        """Whom a bank refuses leaves it alone."""
        if not self.ended:
            try:
                self.seen = self.spent()
            except Refused:
                self.ended = True
        return self.seen

    def accounts(self) -> list[str]:
        """U.S. Bank's are flat, and spell `accountID`."""
        if self.bank != "usbank":
            return super().accounts()
        return [one["accountID"] for one in self.get(LISTS["usbank"])["accounts"] if one["accountType"] == "DDA"]

    def rows(self, account_id: str) -> Iterator[Row]:
        """U.S. Bank's are one page; Citi's go on as long as an answer has `nextStartIndex`."""
        if self.bank == "usbank":
            query = {"start": self.first.isoformat(), "end": self.last.isoformat()}
            yield from self.get(f"/transactions/v1/accounts/{account_id}/transactions", query)["transactions"]
        elif self.bank == "citi":
            query = {"transactionFromDate": self.first.isoformat(), "transactionToDate": self.last.isoformat()}
            while True:
                body = self.get(f"/gcb/api/v1/accounts/{account_id}/transactions", query)
                yield from body["transactions"]
                if "nextStartIndex" not in body:
                    return
                query["nextStartIndex"] = body["nextStartIndex"]
        else:
            yield from super().rows(account_id)
