"""What a test against Sandbank looks like: put a row there, read it as the client would, let time pass."""

from typing import Any

import requests


def test_a_pending_purchase_posts_after_two_days(sandbank: str, world: dict[str, Any]) -> None:
    control, in_world = f"{sandbank}/_sandbox", {"world": world["id"]}
    wish = {"bank": "chase", "client_id": world["clients"]["chase"]["client_id"], "customer": "maya"}

    def consent() -> dict[str, Any]:
        """A consent with a fresh token: access tokens live 15 minutes at this bank, on the world's clock."""
        return dict(requests.post(f"{control}/consents", json=wish, timeout=30).json())

    def status() -> str:
        """How the client sees the newest transaction."""
        given = consent()
        account = given["accounts"][0]["id"]
        headers = {"Authorization": f"Bearer {given['access_token']}"}
        url = f"{given['accounts_url']}/{account}/transactions"
        rows = requests.get(url, headers=headers, timeout=30).json()["transactions"]
        [coffee] = [row for wrapped in rows for row in wrapped.values() if row["description"] == "BLUE FINCH COFFEE"]
        return str(coffee["status"])

    row = {"amount": "-18.40", "description": "BLUE FINCH COFFEE", "status": "pending"}
    url = f"{control}/accounts/{consent()['accounts'][0]['account_id']}/transactions"
    requests.post(url, json=row, params=in_world, timeout=30).raise_for_status()
    assert status() == "PENDING"

    requests.post(f"{control}/clock/advance", json={"by": "P2D"}, params=in_world, timeout=30).raise_for_status()
    assert status() == "POSTED"
