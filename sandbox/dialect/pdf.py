"""Statements as PDF, drawn from the feed's own numbers. The library is loaded on first use."""

from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sandbox.kernel import money
from sandbox.ledger.accounts import Account
from sandbox.ledger.customers import Customer
from sandbox.ledger.feed import FeedRow
from sandbox.worlds.statements import Statement

if TYPE_CHECKING:
    from fpdf import FPDF

COLUMNS = (24.0, 106.0, 30.0, 30.0)


def statement(
    bank: str, account: Account, holders: Sequence[Customer], value: Statement, rows: Sequence[FeedRow]
) -> bytes:
    """The same bytes for the same numbers: the document's date is the statement's."""
    from fpdf import FPDF  # noqa: PLC0415 (0.2 s that only statements need)

    sheet = FPDF(format="Letter")
    sheet.set_creation_date(value.end.astimezone(UTC))
    sheet.set_title(f"{account.product} statement {value.date}")
    sheet.set_auto_page_break(True, margin=18)
    sheet.add_page()
    _heading(sheet, bank, account, holders, value)
    _summary(sheet, account, value)
    _table(sheet, account, rows)
    return bytes(sheet.output())


def _heading(sheet: "FPDF", bank: str, account: Account, holders: Sequence[Customer], value: Statement) -> None:
    sheet.set_font("Helvetica", "B", 16)
    sheet.cell(0, 9, _latin(f"{bank} - statement"), new_x="LMARGIN", new_y="NEXT")
    sheet.set_font("Helvetica", "", 8)
    sheet.cell(
        0,
        5,
        "Made by Sandbank, an imitation that is not affiliated with the bank. No real data.",
        new_x="LMARGIN",
        new_y="NEXT",
    )
    sheet.ln(3)
    sheet.set_font("Helvetica", "", 10)
    for line in (
        ", ".join(person.display_name for person in holders),
        f"{account.product}, account ending in {account.last4}",
        f"{value.start:%B %-d, %Y} to {value.date:%B %-d, %Y}",
    ):
        sheet.cell(0, 5, _latin(line), new_x="LMARGIN", new_y="NEXT")
    sheet.ln(4)


def _summary(sheet: "FPDF", account: Account, value: Statement) -> None:
    sign = -1 if account.is_liability else 1
    lines = (
        ("Opening balance", sign * value.opening),
        ("Payments and credits" if account.is_liability else "Deposits and credits", value.credits),
        ("Purchases and charges" if account.is_liability else "Withdrawals and debits", value.debits),
        ("Closing balance", sign * value.closing),
    )
    sheet.set_font("Helvetica", "B", 10)
    for name, amount in lines:
        sheet.cell(80, 6, name)
        sheet.cell(40, 6, money.text(amount, account.currency), align="R", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(4)


def _table(sheet: "FPDF", account: Account, rows: Sequence[FeedRow]) -> None:
    sheet.set_font("Helvetica", "B", 8)
    for width, title, align in zip(
        COLUMNS, ("Posted", "Description", "Amount", "Balance"), ("L", "L", "R", "R"), strict=True
    ):
        sheet.cell(width, 6, title, border="B", align=align)
    sheet.ln()
    sheet.set_font("Helvetica", "", 8)
    zone = ZoneInfo(account.time_zone)  # a statement's days are the bank's
    for row in rows:
        posted = row.entry.ends_at.astimezone(zone)
        cells = (
            f"{posted:%m/%d/%Y}",
            _latin(row.entry.description)[:64],
            money.text(row.entry.amount, account.currency),
            money.text(row.balance or 0, account.currency),
        )
        for width, text, align in zip(COLUMNS, cells, ("L", "L", "R", "R"), strict=True):
            sheet.cell(width, 5, text, align=align)
        sheet.ln()
    if not rows:
        sheet.cell(0, 6, "Nothing happened on this account in the period.")


def _latin(text: str) -> str:
    """The PDF's built-in fonts know Latin-1 only; what else a name holds is shown as a question mark."""
    return text.encode("latin-1", "replace").decode("latin-1")
