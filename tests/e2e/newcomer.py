"""What a newcomer writes on the first day: a small OAuth client, and for each bank the few lines that read it."""

import base64
import hashlib
import io
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pypdf
import requests

from tests.conftest import NOW
from tests.e2e.places import BANKS
from tests.e2e.processes import usual_headers
from tests.oauth.browser import Browser

CALLBACK = "http://127.0.0.1:8912/callback"
DEMO = ("demo-app", "demo-secret")
Json = dict[str, Any]


@dataclass
class Client:
    """An application at a bank: it sends a customer to the bank's pages, and refreshes its token when it has to."""

    issuer: str
    slug: str
    metadata: Json = field(default_factory=dict)
    tokens: Json = field(default_factory=dict)

    def sign_in(self, username: str) -> None:
        """Authorization code with PKCE, through the pages."""
        self.metadata = requests.get(f"{self.issuer}/.well-known/oauth-authorization-server", timeout=30).json()
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(8)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": DEMO[0],
            "redirect_uri": CALLBACK,
            "scope": " ".join(self.metadata["scopes_supported"]),
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        browser = Browser().open(f"{self.metadata['authorization_endpoint']}?{urlencode(query)}").consent(username)
        assert (browser.answer["state"], browser.answer["iss"]) == (state, self.issuer)
        self._ask_for_tokens(
            {
                "grant_type": "authorization_code",
                "code": browser.answer["code"],
                "redirect_uri": CALLBACK,
                "code_verifier": verifier,
            }
        )

    def get(self, path: str, **more: Any) -> requests.Response:
        answer = self._get(path, **more)
        if answer.status_code == 401 and self.refresh().ok:
            answer = self._get(path, **more)
        return answer

    def json(self, path: str, **params: Any) -> Any:
        answer = self.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refresh(self) -> requests.Response:
        endpoint = self.issuer + BANKS[self.slug].oauth.refresh_path if BANKS[self.slug].oauth.refresh_path else ""
        form = {"grant_type": "refresh_token", "refresh_token": self.tokens["refresh_token"]}
        return self._ask_for_tokens(form, endpoint)

    def _get(self, path: str, **more: Any) -> requests.Response:
        headers = {**usual_headers(self.slug), **more.pop("headers", {})}
        headers["Authorization"] = f"Bearer {self.tokens['access_token']}"
        url = path if path.startswith("http") else self.issuer + path
        return requests.get(url, headers=headers, timeout=30, **more)

    def _ask_for_tokens(self, form: Json, endpoint: str = "") -> requests.Response:
        answer = requests.post(endpoint or self.metadata["token_endpoint"], data=form, auth=DEMO, timeout=30)
        if answer.ok:
            self.tokens |= answer.json()
        return answer


@dataclass(frozen=True)
class Row:
    """A posted transaction, whatever the bank's words for it. Money that leaves is negative."""

    id: str
    posted: date
    amount: Decimal


@dataclass(frozen=True)
class Dialect:
    """How one bank is read."""

    balance: Callable[[Client], tuple[str, Decimal]]
    """(id, balance) of the first checking account."""
    walk: Callable[[Client, str, date, date], Iterator[list[Row]]]
    """The posted rows of an account from one day to another, page by page, newest first."""
    statement: Callable[[Client, str], requests.Response]
    """The newest statement that can be had, as PDF."""


def money(value: object) -> Decimal:
    return Decimal(str(value).replace(",", "")).quantize(Decimal("0.01"))


def local(slug: str, instant: str) -> date:
    """The bank's day of an instant."""
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(BANKS[slug].time_zone)).date()


def days(first: date, last: date) -> tuple[str, str]:
    return f"{first}T00:00:00Z", f"{last}T00:00:00Z"


def directed(row: Json) -> Decimal:
    return money(row["amount"]) * (1 if row["debitCreditMemo"] == "CREDIT" else -1)


# --- Chase ----------------------------------------------------------------------------------------------------------

CHASE = "/jpmc/servicing/inquiry-maintenance/fdx/v4"


def chase_balance(client: Client) -> tuple[str, Decimal]:
    told = client.json(f"{CHASE}/accounts", resultType="details")
    account = next(one["depositAccount"] for one in told["accounts"] if "depositAccount" in one)
    return account["accountId"], money(account["currentBalance"])


def chase_walk(client: Client, account: str, first: date, last: date) -> Iterator[list[Row]]:
    start, end = days(first, last)
    query = {"startTime": start, "endTime": end, "limit": 12}
    while query:
        told = client.json(f"{CHASE}/accounts/{account}/transactions", **query)
        rows = [row for kinds in told["transactions"] for row in kinds.values()]
        yield [
            Row(row["transactionId"], local("chase", row["postedTimestamp"]), directed(row))
            for row in rows
            if row["status"] == "POSTED"
        ]
        following = told["page"].get("nextOffset")
        query = {**query, "offset": following} if following else {}


def chase_statement(client: Client, account: str) -> requests.Response:
    told = client.json(f"{CHASE}/accounts/{account}/statements")["statements"]
    newest = next(one for one in told if one["status"] == "AVAILABLE")
    return client.get(newest["links"][0]["href"], headers={"Accept": "application/pdf"})


# --- Wells Fargo ----------------------------------------------------------------------------------------------------


def wellsfargo_balance(client: Client) -> tuple[str, Decimal]:
    told = client.json("/fdx/v6/accounts", resultType="details")["accounts"]
    account = next(one for one in told if one["accountType"] == "CHECKING")
    return account["accountId"], money(account["currentBalance"])


def wellsfargo_walk(client: Client, account: str, first: date, last: date) -> Iterator[list[Row]]:
    start, end = days(first, last)
    query = {"startTime": start, "endTime": end, "limit": 12}
    url = f"/fdx/v6/accounts/{account}/transactions?{urlencode(query)}"
    while url:
        told = client.json(url)
        yield [
            Row(row["transactionId"], local("wellsfargo", row["postedTimestamp"]), directed(row))
            for row in told["transactions"]
            if row["status"] == "POSTED"
        ]
        url = told.get("links", {}).get("next", {}).get("href", "")


def wellsfargo_statement(client: Client, account: str) -> requests.Response:
    told = client.json(f"/fdx/v6/accounts/{account}/statements")["statements"]
    newest = next(one for one in told if one["status"] == "AVAILABLE")
    return client.get(newest["links"][0]["href"], headers={"Accept": "application/pdf"})


# --- U.S. Bank ------------------------------------------------------------------------------------------------------


def usbank_balance(client: Client) -> tuple[str, Decimal]:
    told = client.json("/accounts/v1/accounts")["accounts"]
    account = next(one for one in told if one["accountType"] == "DDA")
    return account["accountID"], money(account["currentBalance"])


def usbank_walk(client: Client, account: str, first: date, last: date) -> Iterator[list[Row]]:
    """The bank knows no pages: a fortnight at a time. Its windows go by the day of the purchase, not of the posting."""
    found: dict[str, Row] = {}
    end, begin = last, first - timedelta(days=10)
    while end >= begin:
        start = max(begin, end - timedelta(days=13))
        told = client.json(f"/transactions/v1/accounts/{account}/transactions", start=str(start), end=str(end))
        rows = [
            Row(row["transactionID"], local("usbank", row["postedTimestamp"]), directed(row))
            for row in told["transactions"]
            if row["status"] == "POSTED"
        ]
        yield [row for row in rows if row.id not in found and first <= row.posted <= last]
        found |= {row.id: row for row in rows}
        end = start - timedelta(days=1)


def usbank_statement(client: Client, account: str) -> requests.Response:
    told = client.json(f"/accounts/v1/accounts/{account}/statements")["statements"]
    newest = next(one for one in told if one["status"] == "AVAILABLE")
    path = f"/accounts/v1/accounts/{account}/statements/{newest['statementID']}"
    return client.get(path, headers={"Accept": "application/pdf"})


# --- Citi -----------------------------------------------------------------------------------------------------------


def citi_balance(client: Client) -> tuple[str, Decimal]:
    groups = client.json("/gcb/api/v1/accounts")["accountGroupSummary"]
    account = next(
        one["checkingAccountSummary"]
        for group in groups
        for one in group["accounts"]
        if "checkingAccountSummary" in one
    )
    return account["accountId"], money(account["currentBalance"])


def citi_walk(client: Client, account: str, first: date, last: date) -> Iterator[list[Row]]:
    query = {"transactionFromDate": str(first), "transactionToDate": str(last)}
    while query:
        told = client.json(f"/gcb/api/v1/accounts/{account}/transactions", **query)
        yield [
            Row(
                row["transactionReferenceId"],
                date.fromisoformat(row["transactionPostingDate"]),
                money(row["transactionAmount"]),
            )
            for row in told["transactions"]
        ]
        following = told.get("nextStartIndex")
        query = {**query, "nextStartIndex": following} if following else {}


def citi_statement(client: Client, account: str) -> requests.Response:
    newest = client.json(f"/gcb/api/v1/accounts/{account}/statements")["statementList"][0]
    path = f"/gcb/api/v1/accounts/{account}/statements/{newest['statementId']}"
    return client.get(path, headers={"Accept": "application/pdf"})


DIALECTS = {
    "chase": Dialect(chase_balance, chase_walk, chase_statement),
    "wellsfargo": Dialect(wellsfargo_balance, wellsfargo_walk, wellsfargo_statement),
    "usbank": Dialect(usbank_balance, usbank_walk, usbank_statement),
    "citi": Dialect(citi_balance, citi_walk, citi_statement),
}

# --- Paper ----------------------------------------------------------------------------------------------------------

AMOUNT = r"(-?[\d,]+\.\d\d) USD"
LINE = re.compile(rf"^(\d\d/\d\d/\d{{4}}) .*? {AMOUNT} {AMOUNT}$", re.MULTILINE)


@dataclass(frozen=True)
class Paper:
    """What stands in a statement's PDF."""

    first: date
    last: date
    opening: Decimal
    credits: Decimal
    debits: Decimal
    closing: Decimal
    rows: list[tuple[date, Decimal]]
    """Oldest first."""
    balances: list[Decimal]


def read_pdf(content: bytes) -> Paper:
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    period = re.search(r"^(\w+ \d+, \d{4}) to (\w+ \d+, \d{4})$", text, re.MULTILINE)
    assert period, text
    first, last = (day_of(one, "%B %d, %Y") for one in period.groups())

    def named(name: str) -> Decimal:
        (amount,) = re.findall(rf"^{name} {AMOUNT}$", text, re.MULTILINE)
        return money(amount)

    lines = LINE.findall(text)
    return Paper(
        first=first,
        last=last,
        opening=named("Opening balance"),
        credits=named("Deposits and credits"),
        debits=named("Withdrawals and debits"),
        closing=named("Closing balance"),
        rows=[(day_of(day, "%m/%d/%Y"), money(amount)) for day, amount, _ in lines],
        balances=[money(balance) for _, _, balance in lines],
    )


def day_of(text: str, form: str) -> date:
    return datetime.strptime(text, form).replace(tzinfo=UTC).date()


TODAY = datetime.fromisoformat(NOW).date()
