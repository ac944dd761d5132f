"""FDX 4, with each account and each transaction in a wrapper that names its kind. Balances come with the details."""

from .account import Account, Dialect, Get, Row, fdx_account, fdx_row

ROOT = "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts"


def accounts(get: Get) -> list[Account]:
    return [fdx_account(one) for wrapped in get(ROOT, resultType="details")["accounts"] for one in wrapped.values()]


def rows(get: Get, account: Account) -> list[Row]:
    """Of the last seven days, if no dates are given."""
    listed = get(f"{ROOT}/{account.account_id}/transactions")["transactions"]
    return [fdx_row(one, one.get("payee") or one["description"]) for wrapped in listed for one in wrapped.values()]


CHASE = Dialect(name="Chase", scope="aggregator", accounts=accounts, rows=rows)
