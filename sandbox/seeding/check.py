"""`python -m sandbox.seeding.check FILE.yaml …`: every problem of persona files, or what they look like when played."""

import sys
from datetime import date
from pathlib import Path

from sandbox.kernel import money
from sandbox.kernel.errors import SeedDataInvalid
from sandbox.ledger.accounts import Account
from sandbox.ledger.entries import Entry, EntryStatus, status_at
from sandbox.seeding.merchants import Catalogue
from sandbox.seeding.personas import Persona
from sandbox.seeding.seed_files import load_catalogue, read_persona_file
from sandbox.seeding.timeline import entries, horizon, live
from sandbox.seeding.zones import to_datetime, to_seconds, zone

ANCHOR = date(2026, 11, 23)


def summary(persona: Persona, bank: str, catalogue: Catalogue, *, seed: int = 1, anchor: date = ANCHOR) -> list[str]:
    """A line for each account: its rows and its balances, lowest, at the anchor, and at the horizon."""
    until = horizon(anchor)
    story, accounts = live(persona, bank, seed=seed, anchor=anchor, until=until, merchants=catalogue)
    lines = [
        f"{persona.slug} at {bank}: {story.refused} purchases refused for lack of money, {story.unpaid} bills unpaid"
    ]
    for slug, account in accounts.items():
        lines.append(describe(account, entries(story.books[slug], to_seconds(until)), anchor, slug))
    return lines


def describe(account: Account, rows: list[Entry], anchor: date, slug: str) -> str:
    now = to_datetime(zone("UTC").midnight(anchor.toordinal()) + 12 * 3600)
    balance = lowest = account.opening_balance
    at_anchor = balance
    pending = sum(status_at(row, now) is EntryStatus.PENDING for row in rows)
    for row in sorted((row for row in rows if row.posted_at), key=lambda row: (row.posted_at, row.sequence)):
        balance += row.amount
        lowest = min(lowest, balance)
        if row.posted_at is not None and row.posted_at <= now:
            at_anchor = balance
    amounts = f"opens {dollars(account.opening_balance)}, lowest {dollars(lowest)}, at the anchor {dollars(at_anchor)}"
    head = f"  {slug:<14} {account.kind:<14} {len(rows):>6} rows, {pending} pending at the anchor"
    return f"{head}; {amounts}, at the end {dollars(balance)}"


def dollars(cents: int) -> str:
    return money.text(cents).removesuffix(" USD")


def main(paths: list[str]) -> int:
    try:
        catalogue = load_catalogue()
        for path in paths:
            persona = read_persona_file(Path(path), catalogue)
            for bank in persona.own_banks[:1] or ("chase",):
                print("\n".join(summary(persona, bank, catalogue)))
    except SeedDataInvalid as error:
        print("\n".join(error.problems), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
