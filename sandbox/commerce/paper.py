"""A receipt for people: one page of HTML, or a PDF. Its numbers are those of the JSON."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from sandbox.commerce.wire import percent, plain
from sandbox.dialect import pdf
from sandbox.kernel import money
from sandbox.ledger.customers import Address
from sandbox.ledger.purchases import LineItem, Purchase, Receipt

if TYPE_CHECKING:
    from fpdf import FPDF

ZONE = ZoneInfo("America/New_York")


@dataclass(frozen=True, slots=True)
class Paper:
    bank: str
    purchase: Purchase
    receipt: Receipt
    payment_method: str

    @property
    def title(self) -> str:
        return f"Receipt {self.receipt.receipt_number} - {self.purchase.merchant.name}"

    @property
    def day(self) -> str:
        return f"{self.purchase.placed_at.astimezone(ZONE):%B %-d, %Y}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Where, when and how."""
        value, merchant = self.receipt, self.purchase.merchant
        told = (
            ("Order", self.purchase.merchant_order_id),
            ("Store", " ".join(part for part in (value.store_name, value.store_id) if part)),
            ("Till", value.till),
            ("Cashier", value.cashier),
            ("Paid with", self.payment_method),
            ("Sent to", _on_one_line(self.purchase.recipient, self.purchase.ship_to)),
            ("Questions", merchant.phone),
        )
        return [(name, text) for name, text in told if text]

    @property
    def lines(self) -> list[tuple[str, str, str, str]]:
        """(title, quantity, unit price, total) of each item."""
        return [
            (line.title, plain(line.quantity, 3), self.amount(line.unit_price), self._total(line))
            for line in self.purchase.line_items
        ]

    def _total(self, line: LineItem) -> str:
        reduced = f" (less {self.amount(line.discount)})" if line.discount else ""
        return f"{self.amount(line.total)}{reduced}"

    @property
    def sums(self) -> list[tuple[str, str]]:
        return list(self._sums())

    def _sums(self) -> Iterator[tuple[str, str]]:
        totals = self.purchase.totals
        yield "Subtotal", self.amount(totals.subtotal)
        if totals.discount:
            yield "Discount", self.amount(-totals.discount)
        if totals.shipping:
            yield "Shipping", self.amount(totals.shipping)
        for tax in self.purchase.tax_lines:
            yield f"{tax.name} {percent(tax.rate_bp)} %", self.amount(tax.amount)
        if totals.tax and not self.purchase.tax_lines:
            yield "Tax", self.amount(totals.tax)
        if totals.tip:
            yield "Tip", self.amount(totals.tip)
        yield "Total", self.amount(totals.total)
        for one in self.purchase.adjustments:
            yield one.name, self.amount(one.amount)

    def amount(self, minor_units: int) -> str:
        return money.text(minor_units, self.purchase.currency)


def _on_one_line(recipient: str, address: Address | None) -> str:
    if address is None:
        return ""
    parts = (recipient, address.line1, address.line2, address.city, f"{address.state} {address.postal_code}")
    return ", ".join(part for part in parts if part.strip())


# --- HTML -----------------------------------------------------------------------------------------------------------


@cache
def _template() -> Template:
    loader = PackageLoader("sandbox.commerce")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("receipt.html")


def as_html(paper: Paper) -> bytes:
    return _template().render(paper=paper, merchant=paper.purchase.merchant).encode()


# --- PDF ------------------------------------------------------------------------------------------------------------

COLUMNS = (("Item", 96.0, "L"), ("Quantity", 20.0, "R"), ("Each", 34.0, "R"), ("Total", 40.0, "R"))


def as_pdf(paper: Paper) -> bytes:
    """The same bytes for the same receipt: the document's date is the receipt's."""
    sheet = pdf.sheet(paper.title, paper.receipt.issued_at)
    sheet.set_font("Helvetica", "B", 16)
    pdf.line(sheet, 9, paper.purchase.merchant.name)
    sheet.set_font("Helvetica", "", 8)
    pdf.line(sheet, 5, f"Shown by {paper.bank} - made by Sandbank, an imitation. The merchant does not exist.")
    sheet.ln(3)
    sheet.set_font("Helvetica", "", 10)
    pdf.line(sheet, 5, f"Receipt {paper.receipt.receipt_number}, {paper.day}")
    for name, text in paper.facts:
        pdf.line(sheet, 5, f"{name}: {text}")
    sheet.ln(4)
    _items(sheet, paper)
    sheet.ln(4)
    for name, text in paper.sums:
        sheet.set_font("Helvetica", "B" if name == "Total" else "", 10)
        sheet.cell(150, 6, pdf.fitted(sheet, name, 150), align="R")
        sheet.cell(40, 6, pdf.fitted(sheet, text, 40), align="R", new_x="LMARGIN", new_y="NEXT")
    return bytes(sheet.output())


def _items(sheet: "FPDF", paper: Paper) -> None:
    sheet.set_font("Helvetica", "B", 8)
    for title, width, align in COLUMNS:
        sheet.cell(width, 6, title, border="B", align=align)
    sheet.ln()
    sheet.set_font("Helvetica", "", 8)
    for cells in paper.lines:
        for (_, width, align), text in zip(COLUMNS, cells, strict=True):
            sheet.cell(width, 5, pdf.fitted(sheet, text, width), align=align)
        sheet.ln()
    if not paper.lines:
        sheet.cell(0, 6, "The merchant tells no items.")
