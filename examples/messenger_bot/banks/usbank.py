"""What is absent is an empty text or a zero, never null and never left out. The list tells no digits of a number."""

from .account import Account, Dialect, Get, Row, fdx_row


def accounts(get: Get) -> list[Account]:
    found = []
    for one in get("/accounts/v1/accounts")["accounts"]:
        is_debt = one["accountType"] == "CCD"
        found.append(
            Account(
                account_id=one["accountID"],
                name=one["nickname"] or one["description"],
                last4="",
                balance=one["currentBalance"],
                available=one["availableCredit"] if is_debt else one["availableBalance"],
                is_debt=is_debt,
            )
        )
    return found


def rows(get: Get, account: Account) -> list[Row]:
    """All there is, the newest first; where there is nothing, 200 with an error beside an empty list."""
    return [
        fdx_row(one, one["payee"] or one["reference"] or one["description"])
        for one in get(f"/transactions/v1/accounts/{account.account_id}/transactions")["transactions"]
    ]


US_BANK = Dialect(name="U.S. Bank", scope="accounts transactions", accounts=accounts, rows=rows)
