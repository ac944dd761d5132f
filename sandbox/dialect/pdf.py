"""Documents as PDF: statements, drawn from the feed's own numbers, and the pieces of any other. The library is loaded
on first use."""

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
    page = sheet(f"{account.product} statement {value.date}", value.end)
    _heading(page, bank, account, holders, value)
    _summary(page, account, value)
    _table(page, account, rows)
    return bytes(page.output())


def sheet(title: str, at: datetime) -> "FPDF":
    """The first page of a document that is dated so."""
    from fpdf import FPDF  # noqa: PLC0415 (0.2 s that only documents need)

    paper = FPDF(format="Letter")
    paper.core_fonts_encoding = ENCODING
    paper.set_creation_date(at.astimezone(UTC))
    paper.set_title(title)
    paper.set_auto_page_break(True, margin=18)
    paper.add_page()
    return paper


def _heading(page: "FPDF", bank: str, account: Account, holders: Sequence[Customer], value: Statement) -> None:
    page.set_font("Helvetica", "B", 16)
    line(page, 9, f"{bank} - statement")
    page.set_font("Helvetica", "", 8)
    line(page, 5, "Made by Sandbank, an imitation that is not affiliated with the bank. No real data.")
    page.ln(3)
    page.set_font("Helvetica", "", 10)
    line(page, 5, ", ".join(person.display_name for person in holders))
    line(page, 5, f"{account.product}, account ending in {account.last4}")
    line(page, 5, f"{_local(account, value.start):%B %-d, %Y} to {value.date:%B %-d, %Y}")
    page.ln(4)


def _summary(page: "FPDF", account: Account, value: Statement) -> None:
    sign = _sign(account)
    lines = (
        ("Opening balance", sign * value.opening),
        ("Payments and credits" if account.is_liability else "Deposits and credits", value.credits),
        ("Purchases and charges" if account.is_liability else "Withdrawals and debits", value.debits),
        ("Closing balance", sign * value.closing),
    )
    page.set_font("Helvetica", "B", 10)
    for name, amount in lines:
        page.cell(80, 6, name)
        page.cell(40, 6, money.text(amount, account.currency), align="R", new_x="LMARGIN", new_y="NEXT")
    page.ln(4)


def _table(page: "FPDF", account: Account, rows: Sequence[FeedRow]) -> None:
    page.set_font("Helvetica", "B", 8)
    for title, width, align in COLUMNS:
        page.cell(width, 6, title, border="B", align=align)
    page.ln()
    page.set_font("Helvetica", "", 8)
    sign = _sign(account)
    for row in rows:
        cells = (
            f"{_local(account, row.entry.ends_at):%m/%d/%Y}",
            row.entry.description,
            money.text(sign * row.entry.amount, account.currency),
            money.text(sign * (row.balance or 0), account.currency),
        )
        for (_, width, align), text in zip(COLUMNS, cells, strict=True):
            page.cell(width, 5, fitted(page, text, width), align=align)
        page.ln()
    if not rows:
        page.cell(0, 6, "Nothing happened on this account in the period.")


def _sign(account: Account) -> int:
    """A statement of debts counts what is owed."""
    return -1 if account.is_liability else 1


def _local(account: Account, instant: datetime) -> datetime:
    """A statement's days are the bank's."""
    return instant.astimezone(ZoneInfo(account.time_zone))


def line(page: "FPDF", height: float, text: str) -> None:
    page.cell(0, height, fitted(page, text, page.epw), new_x="LMARGIN", new_y="NEXT")


def fitted(page: "FPDF", text: str, width: float) -> str:
    return fitting(spelt(text, ENCODING), width - 2 * page.c_margin, page.get_string_width)
