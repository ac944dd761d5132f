"""Each account lies in a wrapper that names its kind, and so does each transaction. Balances come with the details."""

from .account import Account, Dialect, Get, Row, signed

ROOT = "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts"


def accounts(get: Get) -> list[Account]:
    found = []
    for wrapped in get(ROOT, resultType="details")["accounts"]:
        [one] = wrapped.values()
        is_debt = one.get("balanceType") == "LIABILITY"
        found.append(
            Account(
                account_id=one["accountId"],
                name=one.get("nickname") or one["productName"],
                last4=one["accountNumberDisplay"][-4:],
                balance=one["currentBalance"],
                available=one.get("availableCredit") if is_debt else one.get("availableBalance"),
                is_debt=is_debt,
            )
        )
    return found


def rows(get: Get, account: Account) -> list[Row]:
    """Of the last seven days, if no dates are given."""
    listed = [next(iter(one.values())) for one in get(f"{ROOT}/{account.account_id}/transactions")["transactions"]]
    return [
        Row(
            on=one["transactionTimestamp"][:10],
            text=one.get("payee") or one["description"],
            amount=signed(one["amount"], one["debitCreditMemo"]),
            pending=one["status"] == "PENDING",
        )
        for one in listed
    ]


CHASE = Dialect(name="Chase", scope="aggregator", accounts=accounts, rows=rows)
