"""Rows from somebody's CSV or OFX file, in the words of the control API's `POST /accounts/{id}/transactions`.

CSV: a header line, then a row per transaction. Columns are found by the names that banks give them. OFX: 1.x (SGML,
tags left open) and 2.x (XML) alike.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from html import unescape
from pathlib import Path
from typing import Any

from sandbox.kernel.clock import iso, parse_instant
from sandbox.kernel.errors import SeedDataInvalid
from sandbox.kernel.names import did_you_mean
from sandbox.ledger.entries import Channel, EntryKind

Json = dict[str, Any]

LONGEST_DESCRIPTION = 200
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "posted_at": ("posted_at", "posting date", "post date", "posted date", "date", "booking date"),
    "authorised_at": ("authorised_at", "authorized_at", "transaction date", "trans date", "trans. date"),
    "amount": ("amount", "transaction amount"),
    "debit": ("debit", "debit amount", "withdrawal", "withdrawals", "money out"),
    "credit": ("credit", "credit amount", "deposit", "deposits", "money in"),
    "description": ("description", "payee", "name", "details", "narrative"),
    "status": ("status",),
    "kind": ("kind",),
    "channel": ("channel",),
    "counterparty": ("counterparty",),
    "merchant": ("merchant",),
    "mcc": ("mcc",),
    "category": ("category",),
    "memo": ("memo", "notes"),
    "check_number": ("check_number", "check number", "check or slip #", "cheque number"),
    "currency": ("currency",),
}
DATES = ("%m/%d/%Y", "%m/%d/%y", "%Y/%m/%d", "%d.%m.%Y")
KINDS = {kind.value for kind in EntryKind} - {"BUY", "SELL"}
CHANNELS = {channel.value for channel in Channel}
OFX_KINDS = {
    "POS": "PURCHASE", "DIRECTDEP": "DIRECT_DEPOSIT", "DEP": "DEPOSIT", "CHECK": "CHECK", "PAYMENT": "BILL_PAYMENT",
    "XFER": "TRANSFER", "FEE": "FEE", "SRVCHG": "FEE", "INT": "INTEREST", "DIV": "DIVIDEND", "CASH": "ATM_WITHDRAWAL",
    "DIRECTDEBIT": "BILL_PAYMENT", "REPEATPMT": "BILL_PAYMENT",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """What a row says in a column, and where: for the error."""

    where: str
    column: str
    text: str

    def refuse(self, wanted: str) -> "Unread":
        return Unread(f"{self.where}: {self.column}: must be {wanted}, got {self.text[:60]!r}")


class Unread(Exception):
    """One line of what is wrong."""


def read_rows(path: Path, form: str = "auto") -> list[Json]:
    """The oldest first. Raises SeedDataInvalid with every problem as `file:line: column: what is wrong`."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SeedDataInvalid([f"{path}:1: cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise SeedDataInvalid([f"{path}:1: must be UTF-8 text"]) from None
    if form == "auto":
        form = "ofx" if "<OFX>" in text[:5000].upper() else "csv"
    read = {"csv": _from_csv, "ofx": _from_ofx}[form]
    problems: list[str] = []
    rows = []
    for make in read(text, path):
        try:
            rows.append(make())
        except Unread as unread:
            problems.append(str(unread))
    if problems:
        raise SeedDataInvalid(problems)
    if not rows:
        raise SeedDataInvalid([f"{path}:1: holds no transactions"])
    return sorted(rows, key=lambda row: str(row.get("authorised_at", row.get("posted_at", ""))))


Make = Callable[[], Json]


# --- CSV -----------------------------------------------------------------------------------------------------------


def _from_csv(text: str, path: Path) -> Iterator[Make]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = next(reader, [])
        columns = _columns([name.strip() for name in header], path)
        for values in reader:
            if any(value.strip() for value in values):
                where = f"{path}:{reader.line_num}"
                yield lambda values=values, where=where: _csv_row(dict(zip(columns, values, strict=False)), where)  # type: ignore[misc]
    except csv.Error as error:
        raise SeedDataInvalid([f"{path}:{reader.line_num}: {error}"]) from None


def _columns(header: Sequence[str], path: Path) -> list[str]:
    """Our name for each column of the file, "" for one that is not read."""
    known = {name: ours for ours, names in COLUMNS.items() for name in names}
    columns: list[str] = []
    for name in header:
        ours = known.get(name.lower(), "")
        columns.append(ours if ours not in columns else "")
    for wanted, ways in (
        ("amount", ("amount", "debit", "credit")),
        ("description", ("description", "counterparty", "merchant")),
        ("a date", ("posted_at", "authorised_at")),
    ):
        if not any(way in columns for way in ways):
            hint = did_you_mean(ways[0], [name.lower() for name in header if name])
            raise SeedDataInvalid(
                [f"{path}:1: the header names no column for {wanted}; it reads {', '.join(header)}. {hint}".rstrip()]
            )
    return columns


def _csv_row(values: Mapping[str, str], where: str) -> Json:
    cells = {name: Cell(where, name, text.strip()) for name, text in values.items() if name and text.strip()}
    row: Json = {"amount": _signed(cells, where)}
    for name in ("authorised_at", "posted_at"):
        if name in cells:
            row[name] = _instant(cells[name])
    pending = "status" in cells and cells["status"].text.lower() == "pending"
    if pending:
        row["status"] = "pending"
        row.setdefault("authorised_at", row.pop("posted_at", None) or "now")
        row.pop("posted_at", None)
    for name, allowed in (("kind", KINDS), ("channel", CHANNELS)):
        if name in cells:
            row[name] = _one_of(cells[name], allowed)
    if "check_number" in cells:
        row["check_number"] = _whole(cells["check_number"])
    row |= {name: cells[name].text for name in ("counterparty", "merchant", "mcc", "category", "memo") if name in cells}
    description = cells.get("description") or cells.get("counterparty")
    if description is not None:
        row["description"] = description.text[:LONGEST_DESCRIPTION]
    elif "merchant" not in row:
        raise Unread(f"{where}: description: must not be empty")
    return row


def _signed(cells: Mapping[str, Cell], where: str) -> str:
    """Money out is negative, whether the file has one column for it or two."""
    if "amount" in cells:
        return str(_decimal(cells["amount"]))
    for name, sign in (("debit", -1), ("credit", 1)):
        if name in cells and (amount := _decimal(cells[name])) != 0:
            return str(sign * abs(amount))
    raise Unread(f"{where}: amount: must not be empty")


def _decimal(cell: Cell) -> Decimal:
    text = cell.text.replace(",", "").replace("$", "").replace(" ", "").replace("\N{MINUS SIGN}", "-")
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise cell.refuse("an amount such as -12.34") from None
    if not amount.is_finite() or amount != round(amount, 3) or abs(amount) >= 10**13:
        raise cell.refuse("an amount such as -12.34")
    return Decimal(f"{amount:f}")


def _instant(cell: Cell) -> str:
    for form in DATES:
        try:
            return iso(datetime.strptime(cell.text, form).replace(tzinfo=UTC))
        except ValueError:
            continue
    try:
        return iso(parse_instant(cell.text))
    except (ValueError, OverflowError):
        raise cell.refuse("a date such as 2026-06-15 or 06/15/2026") from None


def _one_of(cell: Cell, allowed: set[str]) -> str:
    if cell.text.upper() not in allowed:
        raise cell.refuse(f"one of {', '.join(sorted(allowed))}")
    return cell.text.upper()


def _whole(cell: Cell) -> int:
    if not cell.text.isdecimal() or not 0 < int(cell.text) < 10**9:
        raise cell.refuse("a whole number")
    return int(cell.text)


# --- OFX -----------------------------------------------------------------------------------------------------------

ROW = re.compile(r"<STMTTRN>(.*?)(?=</STMTTRN>|<STMTTRN>|</BANKTRANLIST>|$)", re.DOTALL | re.IGNORECASE)
FIELD = re.compile(r"<([A-Z0-9.]+)>([^<\r\n]*)", re.IGNORECASE)
INSTANT = re.compile(r"(\d{8})(\d{6})?(?:\.\d+)?(?:\[([+-]?\d{1,2}(?:\.\d+)?)(?::\w+)?\])?")


def _from_ofx(text: str, path: Path) -> Iterator[Make]:
    for found in ROW.finditer(text):
        where = f"{path}:{text.count(chr(10), 0, found.start()) + 1}"
        fields = {name.upper(): unescape(value).strip() for name, value in FIELD.findall(found[1])}
        yield lambda fields=fields, where=where: _ofx_row(fields, where)  # type: ignore[misc]


def _ofx_row(fields: Mapping[str, str], where: str) -> Json:
    for name in ("TRNAMT", "DTPOSTED"):
        if not fields.get(name):
            raise Unread(f"{where}: {name}: must not be empty")
    posted = _ofx_instant(Cell(where, "DTPOSTED", fields["DTPOSTED"]))
    row: Json = {"amount": str(_decimal(Cell(where, "TRNAMT", fields["TRNAMT"]))), "posted_at": iso(posted)}
    if fields.get("DTUSER"):
        row["authorised_at"] = iso(min(_ofx_instant(Cell(where, "DTUSER", fields["DTUSER"])), posted))
    name, memo = fields.get("NAME", ""), fields.get("MEMO", "")
    row["description"] = (memo or name)[:LONGEST_DESCRIPTION]
    if not row["description"]:
        raise Unread(f"{where}: NAME: must not be empty where MEMO is")
    if name:
        row["counterparty"] = name
    kind = OFX_KINDS.get(fields.get("TRNTYPE", "").upper())
    if kind:
        row["kind"] = kind
    if fields.get("CHECKNUM", "").isdecimal():
        row["check_number"] = int(fields["CHECKNUM"])
    return row


def _ofx_instant(cell: Cell) -> datetime:
    """20260615150000[-5:EST]: local time and its distance from GMT; GMT where none is given."""
    found = INSTANT.match(cell.text)
    try:
        if found is None:
            raise ValueError
        local = datetime.strptime(found[1] + (found[2] or "120000"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return local - timedelta(hours=float(found[3] or 0))
    except (ValueError, OverflowError):
        raise cell.refuse("an OFX date such as 20260615120000") from None
