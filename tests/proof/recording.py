"""A little recording at a bank, for tests about contracts."""

from pathlib import Path

from tests.conftest import World

CHASE = "/jpmc/servicing/inquiry-maintenance/fdx/v4"
WINDOW = {"startTime": "2026-03-01", "endTime": "2026-06-10"}


def chase(world: World) -> None:
    """Accounts, the rows of one of them page by page, and one thing that is refused."""
    access = world.access("chase")
    accounts = access.get(f"{CHASE}/accounts").json()["accounts"]
    account = next(iter(accounts[0].values()))["accountId"]
    rows = f"{CHASE}/accounts/{account}/transactions"
    page = access.get(rows, params=WINDOW | {"limit": "5"}).json()["page"]
    access.get(rows, params=WINDOW | {"limit": "7", "offset": page["nextOffset"]})
    access.get(f"{CHASE}/accounts/nobody")


def exported(world: World, folder: Path) -> Path:
    """The world's journal as a file."""
    file = folder / "journal.ndjson"
    answer = world.control("GET", "/requests/export", params={"format": "ndjson"})
    assert answer.status_code == 200
    file.write_bytes(answer.content)
    return file
