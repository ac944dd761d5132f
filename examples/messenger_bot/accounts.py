"""Balances, and what happened lately on the accounts."""

from .money import shown
from .turn import MENU, Turn

MOST_ROWS = 5


def balance(turn: Turn, words: list[str]) -> None:
    lines = []
    for bank in turn.linked():
        lines.append(bank.name)
        for account in bank.accounts():
            owed = " owed" if account.is_debt else ""
            left = f" ({shown(account.available)} available)" if account.available is not None else ""
            lines.append(f"  {account.title}: {shown(account.balance)}{owed}{left}")
    turn.say("\n".join(lines), MENU)


def activity(turn: Turn, words: list[str]) -> None:
    for bank in turn.linked():
        lines = [f"The latest at {bank.name}"]
        for account in bank.accounts():
            for row in bank.rows(account)[:MOST_ROWS]:
                pending = ", pending" if row.pending else ""
                lines.append(f"  {row.on} {row.text}: {shown(row.amount)} ({account.name}{pending})")
        turn.say("\n".join(lines), MENU)
