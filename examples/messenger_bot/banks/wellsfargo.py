"""FDX 6.4, flat. Every call carries an id of its own, and says that a person is waiting."""

import uuid
from collections.abc import Mapping

from .account import Account, Dialect, Get, Row, fdx_account, fdx_row

ROOT = "/fdx/v6/accounts"


def headers(client_id: str) -> Mapping[str, str]:
    return {"x-fapi-interaction-id": str(uuid.uuid4()), "FDX-API-Actor-Type": "USER"}


def accounts(get: Get) -> list[Account]:
    return [fdx_account(one) for one in get(ROOT, resultType="details")["accounts"]]


def rows(get: Get, account: Account) -> list[Row]:
    """Of the last seven days, if no dates are given."""
    return [
        fdx_row(one, one.get("transactionPayee", {}).get("merchantName") or one["description"])
        for one in get(f"{ROOT}/{account.account_id}/transactions")["transactions"]
    ]


WELLS_FARGO = Dialect(
    name="Wells Fargo",
    scope="offline_access fdx:accountbasic:read fdx:accountdetailed:read fdx:balances:read fdx:transactions:read",
    accounts=accounts,
    rows=rows,
    headers=headers,
    end_consent="/fdx/v6/consents/{consent}/revocation",
)
