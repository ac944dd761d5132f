"""Statements as PDF, drawn from the feed's own numbers. The library is loaded on first use."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sandbox.dialect.lettering import fitting, spelt
from sandbox.kernel import money
from sandbox.ledger.accounts import Account
from sandbox.ledger.customers import Customer
from sandbox.ledger.feed import FeedRow
from sandbox.worlds.statements import Statement

if TYPE_CHECKING:
    from fpdf import FPDF

ENCODING = "windows-1252"
"""What the fonts know that every reader of PDF has, so that none is embedded: Western Europe's letters, no others."""
COLUMNS = (("Posted", 24.0, "L"), ("Description", 106.0, "L"), ("Amount", 30.0, "R"), ("Balance", 30.0, "R"))


def statement(
    bank: str, account: Account, holders: Sequence[Customer], value: Statement, rows: Sequence[FeedRow]
) -> bytes:
    """The same bytes for the same numbers: the document's date is the statement's."""
    from fpdf import FPDF  # noqa: PLC0415 (0.2 s that only statements need)

    sheet = FPDF(format="Letter")
    sheet.core_fonts_encoding = ENCODING
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
    _line(sheet, 9, f"{bank} - statement")
    sheet.set_font("Helvetica", "", 8)
    _line(sheet, 5, "Made by Sandbank, an imitation that is not affiliated with the bank. No real data.")
    sheet.ln(3)
    sheet.set_font("Helvetica", "", 10)
    _line(sheet, 5, ", ".join(person.display_name for person in holders))
    _line(sheet, 5, f"{account.product}, account ending in {account.last4}")
    _line(sheet, 5, f"{_local(account, value.start):%B %-d, %Y} to {value.date:%B %-d, %Y}")
    sheet.ln(4)


def _summary(sheet: "FPDF", account: Account, value: Statement) -> None:
    sign = _sign(account)
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
    for title, width, align in COLUMNS:
        sheet.cell(width, 6, title, border="B", align=align)
    sheet.ln()
    sheet.set_font("Helvetica", "", 8)
    sign = _sign(account)
    for row in rows:
        cells = (
            f"{_local(account, row.entry.ends_at):%m/%d/%Y}",
            row.entry.description,
            money.text(sign * row.entry.amount, account.currency),
            money.text(sign * (row.balance or 0), account.currency),
        )
        for (_, width, align), text in zip(COLUMNS, cells, strict=True):
            sheet.cell(width, 5, _fitting(sheet, text, width), align=align)
        sheet.ln()
    if not rows:
        sheet.cell(0, 6, "Nothing happened on this account in the period.")


def _sign(account: Account) -> int:
    """A statement of debts counts what is owed."""
    return -1 if account.is_liability else 1


def _local(account: Account, instant: datetime) -> datetime:
    """A statement's days are the bank's."""
    return instant.astimezone(ZoneInfo(account.time_zone))


def _line(sheet: "FPDF", height: float, text: str) -> None:
    sheet.cell(0, height, _fitting(sheet, text, sheet.epw), new_x="LMARGIN", new_y="NEXT")


def _fitting(sheet: "FPDF", text: str, width: float) -> str:
    return fitting(spelt(text, ENCODING), width - 2 * sheet.c_margin, sheet.get_string_width)
