"""What Maya has, at all four banks. Start the server first: make run

Each bank says it in its own dialect: which headers it wants, where its accounts are, and what it calls a balance.
"""

import os
import uuid
from collections.abc import Iterator
from typing import Any

import requests

SANDBANK = os.environ.get("SANDBANK_URL", "http://127.0.0.1:8080")
CLIENT, CUSTOMER = "demo-app", "maya"

Rows = Iterator[tuple[str, float]]


def chase(accounts_url: str, token: str) -> Rows:
    """Each account lies in a wrapper that names its kind; balances come with the details."""
    for wrapped in get(accounts_url, token, params={"resultType": "details"})["accounts"]:
        [account] = wrapped.values()
        yield account.get("nickname") or account["productName"], account["currentBalance"]


def wellsfargo(accounts_url: str, token: str) -> Rows:
    """Flat accounts; a call carries an interaction id and says whether a person is waiting for it."""
    headers = {"x-fapi-interaction-id": str(uuid.uuid4()), "FDX-API-Actor-Type": "USER"}
    for account in get(accounts_url, token, params={"resultType": "details"}, headers=headers)["accounts"]:
        yield account.get("nickname") or account["productName"], account["currentBalance"]


def usbank(accounts_url: str, token: str) -> Rows:
    """What is absent is an empty text, never null and never left out."""
    for account in get(accounts_url, token)["accounts"]:
        yield account["nickname"] or account["description"], account["currentBalance"]


def citi(accounts_url: str, token: str) -> Rows:
    """Groups of accounts, each under one key; a call carries an id of its own and the client's."""
    headers = {"uuid": str(uuid.uuid4()), "client_id": CLIENT}
    for group in get(accounts_url, token, headers=headers)["accountGroupSummary"]:
        for wrapped in group["accounts"]:
            [account] = wrapped.values()
            balance = account.get("currentBalance", account.get("outstandingBalance"))
            yield account.get("accountNickname") or account["productName"], balance


READERS = {"chase": chase, "wellsfargo": wellsfargo, "usbank": usbank, "citi": citi}


def get(url: str, token: str, *, headers: dict[str, str] | None = None, **more: Any) -> Any:
    answer = requests.get(url, headers={"Authorization": f"Bearer {token}", **(headers or {})}, timeout=30, **more)
    answer.raise_for_status()
    return answer.json()


def main() -> None:
    for bank, read in READERS.items():
        wish = {"bank": bank, "client_id": CLIENT, "customer": CUSTOMER}
        consent = requests.post(f"{SANDBANK}/_sandbox/consents", json=wish, timeout=30)
        consent.raise_for_status()
        given = consent.json()
        for name, balance in read(given["accounts_url"], given["access_token"]):
            print(f"{bank:<12}{name:<20}{balance:>12,.2f}")


if __name__ == "__main__":
    main()
