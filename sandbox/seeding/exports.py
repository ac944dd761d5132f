"""People's accounts and rows as files for somebody else's demo: JSON, CSV, OFX and SQL.

What is written is what the control API tells of customers, accounts and transactions: decimal text, instants in UTC.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from sandbox.ledger.accounts import AccountKind

Json = dict[str, Any]

COLUMNS = (
    "bank", "account_id", "sequence", "status", "authorised_at", "posted_at", "amount", "currency", "balance",
    "description", "kind", "channel", "counterparty", "merchant", "mcc", "category", "card_last4", "check_number",
    "memo", "hold", "foreign_amount", "foreign_currency", "foreign_rate", "related",
)  # fmt: skip
NOTE = "Made-up data from Sandbank. No bank, person or company in it is real."


@dataclass(frozen=True, slots=True)
class Export:
    """Every member is JSON as the control API writes it. `seed` and `fingerprint` say which world it was."""

    as_of: str
    seed: int
    fingerprint: str
    customers: Sequence[Json]
    accounts: Sequence[Json]
    transactions: Sequence[Json]
    """In the order of accounts, the newest row first."""

    def rows_of(self, account_id: str) -> Iterator[Json]:
        return (row for row in self.transactions if row["account_id"] == account_id)


def as_json(export: Export) -> str:
    return json.dumps({"note": NOTE, **asdict(export)}, indent=2, ensure_ascii=False) + "\n"


# --- CSV -----------------------------------------------------------------------------------------------------------


def as_csv(export: Export) -> str:
    """A line per row. A spreadsheet reads it, and so does `sandbank seed import`."""
    banks = {account["account_id"]: account["bank"] for account in export.accounts}
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in export.transactions:
        writer.writerow({**row, "bank": banks[row["account_id"]], **_foreign(row)})
    return out.getvalue()


def _foreign(row: Json) -> Json:
    return {f"foreign_{name}": value for name, value in row.get("foreign", {}).items()}


# --- OFX -----------------------------------------------------------------------------------------------------------

OFX_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    '<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
)
OFX_KINDS = {
    AccountKind.CHECKING: "CHECKING",
    AccountKind.SAVINGS: "SAVINGS",
    AccountKind.CERTIFICATE: "CD",
    AccountKind.LINE_OF_CREDIT: "CREDITLINE",
}
OFX_TYPES = {
    "PURCHASE": "POS", "DIRECT_DEPOSIT": "DIRECTDEP", "DEPOSIT": "DEP", "CHECK_DEPOSIT": "DEP", "ATM_DEPOSIT": "ATM",
    "ATM_WITHDRAWAL": "ATM", "CHECK": "CHECK", "BILL_PAYMENT": "PAYMENT", "TRANSFER": "XFER", "PAYMENT": "PAYMENT",
    "FEE": "FEE", "INTEREST": "INT", "DIVIDEND": "DIV",
}  # fmt: skip


def left_out_of_ofx(export: Export) -> list[str]:
    """Accounts for which OFX's banking and card messages have no place: loans and brokerage."""
    known = {*OFX_KINDS, AccountKind.CREDIT_CARD}
    return [f"{one['product']} ··{one['last4']}" for one in export.accounts if one["kind"] not in known]


def as_ofx(export: Export) -> str:
    """OFX 2.1.1. Only posted rows: the format of a download has no place for pending ones."""
    banking, cards = [], []
    for account in export.accounts:
        if account["kind"] == AccountKind.CREDIT_CARD:
            cards.append(_card_statement(export, account))
        elif account["kind"] in OFX_KINDS:
            banking.append(_bank_statement(export, account))
    status = _tag("STATUS", _tag("CODE", "0") + _tag("SEVERITY", "INFO"))
    sign_on = _tag("SONRS", status + _tag("DTSERVER", _ofx_instant(export.as_of)) + _tag("LANGUAGE", "ENG"))
    body = _tag("SIGNONMSGSRSV1", sign_on)
    body += _tag("BANKMSGSRSV1", "".join(banking)) if banking else ""
    body += _tag("CREDITCARDMSGSRSV1", "".join(cards)) if cards else ""
    return OFX_HEAD + _tag("OFX", body) + "\n"


def _bank_statement(export: Export, account: Json) -> str:
    holder = _text("BANKID", account["routing"]) + _text("ACCTID", account["number"])
    holder += _tag("ACCTTYPE", OFX_KINDS[AccountKind(account["kind"])])
    return _tag("STMTTRNRS", _ok() + _tag("STMTRS", _statement(export, account, _tag("BANKACCTFROM", holder))))


def _card_statement(export: Export, account: Json) -> str:
    holder = _tag("CCACCTFROM", _text("ACCTID", account["number"]))
    return _tag("CCSTMTTRNRS", _ok() + _tag("CCSTMTRS", _statement(export, account, holder)))


def _ok() -> str:
    return _tag("TRNUID", "0") + _tag("STATUS", _tag("CODE", "0") + _tag("SEVERITY", "INFO"))


def _statement(export: Export, account: Json, holder: str) -> str:
    rows = [row for row in export.rows_of(account["account_id"]) if row["status"] == "POSTED"]
    first = rows[-1]["posted_at"] if rows else account["opened_at"]
    listed = _tag("DTSTART", _ofx_instant(first)) + _tag("DTEND", _ofx_instant(export.as_of))
    listed += "".join(_ofx_row(row) for row in rows)
    balances = account["balances"]
    ledger = _tag("BALAMT", balances["current"]) + _tag("DTASOF", _ofx_instant(export.as_of))
    available = _tag("BALAMT", balances["available"]) + _tag("DTASOF", _ofx_instant(export.as_of))
    return (
        _text("CURDEF", account["currency"])
        + holder
        + _tag("BANKTRANLIST", listed)
        + _tag("LEDGERBAL", ledger)
        + _tag("AVAILBAL", available)
    )


def _ofx_row(row: Json) -> str:
    kind = OFX_TYPES.get(row["kind"]) or ("DEBIT" if row["amount"].startswith("-") else "CREDIT")
    inside = _tag("TRNTYPE", kind) + _tag("DTPOSTED", _ofx_instant(row["posted_at"]))
    inside += _tag("DTUSER", _ofx_instant(row["authorised_at"])) + _tag("TRNAMT", row["amount"])
    inside += _text("FITID", f"{row['account_id']}-{row['sequence']}")
    inside += _tag("CHECKNUM", str(row["check_number"])) if "check_number" in row else ""
    inside += _text("NAME", str(row.get("counterparty") or row["description"])[:32])
    return _tag("STMTTRN", inside + _text("MEMO", row["description"][:255])) + "\n"


def _tag(name: str, inside: str) -> str:
    return f"<{name}>{inside}</{name}>"


def _text(name: str, text: str) -> str:
    return _tag(name, escape(text))


def _ofx_instant(iso: str) -> str:
    return f"{datetime.fromisoformat(iso):%Y%m%d%H%M%S}[0:GMT]"


# --- SQL -----------------------------------------------------------------------------------------------------------

SQL_TABLES = """\
CREATE TABLE IF NOT EXISTS customers (
  customer_id TEXT PRIMARY KEY, username TEXT NOT NULL, persona TEXT NOT NULL, name TEXT NOT NULL, email TEXT,
  phone TEXT, born DATE
);
CREATE TABLE IF NOT EXISTS accounts (
  account_id TEXT PRIMARY KEY, bank TEXT NOT NULL, kind TEXT NOT NULL, product TEXT NOT NULL, nickname TEXT,
  number TEXT NOT NULL, routing TEXT NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL,
  current_balance NUMERIC(18, 3) NOT NULL, available_balance NUMERIC(18, 3) NOT NULL, opened_at TIMESTAMP NOT NULL
);
CREATE TABLE IF NOT EXISTS holders (
  account_id TEXT NOT NULL REFERENCES accounts, customer_id TEXT NOT NULL, relationship TEXT NOT NULL,
  PRIMARY KEY (account_id, customer_id)
);
CREATE TABLE IF NOT EXISTS transactions (
  account_id TEXT NOT NULL REFERENCES accounts, sequence BIGINT NOT NULL, status TEXT NOT NULL, kind TEXT NOT NULL,
  channel TEXT NOT NULL, amount NUMERIC(18, 3) NOT NULL, currency TEXT NOT NULL, balance NUMERIC(18, 3),
  authorised_at TIMESTAMP NOT NULL, posted_at TIMESTAMP, description TEXT NOT NULL, counterparty TEXT, merchant TEXT,
  mcc TEXT, category TEXT, memo TEXT, PRIMARY KEY (account_id, sequence)
);
"""
PERSON = ("customer_id", "username", "persona", "name", "email", "phone", "born")
ROW = (
    "account_id", "sequence", "status", "kind", "channel", "amount", "currency", "balance", "authorised_at",
    "posted_at", "description", "counterparty", "merchant", "mcc", "category", "memo",
)  # fmt: skip
NUMBERS = {"amount", "balance", "current_balance", "available_balance", "sequence"}
AT_ONCE = 200
"""Rows in one INSERT."""


def as_sql(export: Export) -> str:
    """Tables and rows that both SQLite and PostgreSQL read."""
    accounts = [
        account
        | {"current_balance": account["balances"]["current"], "available_balance": account["balances"]["available"]}
        for account in export.accounts
    ]
    holders = [
        {"account_id": account["account_id"], **holder} for account in export.accounts for holder in account["holders"]
    ]
    account_columns = (
        "account_id", "bank", "kind", "product", "nickname", "number", "routing", "currency", "status",
        "current_balance", "available_balance", "opened_at",
    )  # fmt: skip
    return "".join(
        [
            f"-- {NOTE}\nBEGIN;\n",
            SQL_TABLES,
            *_inserts("customers", PERSON, export.customers),
            *_inserts("accounts", account_columns, accounts),
            *_inserts("holders", ("account_id", "customer_id", "relationship"), holders),
            *_inserts("transactions", ROW, export.transactions),
            "COMMIT;\n",
        ]
    )


def _inserts(table: str, columns: Sequence[str], rows: Sequence[Json]) -> Iterable[str]:
    for start in range(0, len(rows), AT_ONCE):
        lines = (_sql_row(columns, row) for row in rows[start : start + AT_ONCE])
        yield f"INSERT INTO {table} ({', '.join(columns)}) VALUES\n" + ",\n".join(lines) + ";\n"


def _sql_row(columns: Sequence[str], row: Json) -> str:
    return "(" + ", ".join(_sql(column, row.get(column)) for column in columns) + ")"


def _sql(column: str, value: Any) -> str:
    if value is None:
        return "NULL"
    if column in NUMBERS:
        return str(value)
    text = str(value)
    if column.endswith("_at"):
        text = f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S}"
    return "'" + text.replace("'", "''") + "'"


WRITERS: Mapping[str, Callable[[Export], str]] = {"json": as_json, "csv": as_csv, "ofx": as_ofx, "sql": as_sql}


def written(export: Export, form: str) -> str:
    return WRITERS[form](export)
