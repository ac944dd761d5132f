"""Every consent page of every bank, with believable contents and with hostile ones."""

from dataclasses import dataclass
from typing import Any

from sandbox.dialect.bank import Bank, discover
from sandbox.ledger.clusters import Cluster
from sandbox.oauth.disclosure import TARGETED, Disclosure, PurposeText
from sandbox.oauth.pages import Pages, not_shared, shared

BANKS = discover()
NAMES = ("login", "otp", "question", "push", "accounts", "review", "notice")
DASHBOARD = ("dashboard", "dashboard_app", "dashboard_stop")
HOME = "/somewhere/dashboard/s1"

HOSTILE = " ".join(
    (
        "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;{{ 7*7 }}",
        "\u202egnp.exe\u202c",  # turns the direction of writing
        "שלום",
        "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}",
        "W" * 90,
    )
)

PAGES = Pages()


@dataclass(frozen=True)
class App:
    name: str = "Demo App"
    client_uri: str = "https://demo.example.com"


@dataclass(frozen=True)
class Problem:
    title: str = "That did not work"
    text: str = "Check what you typed and try again."


def journey(**more: object) -> dict[str, object]:
    return {"action": "/somewhere/signin/j1", "csrf": "token-1", **more}


def account(number: int, name: str, **more: object) -> dict[str, object]:
    row = {"id": f"a{number}", "name": name, "kind": "savings", "mask": f"••000{number}", "joint": False}
    return row | {"balance": "$4,210.55", "eligible": True, "why_not": "", "checked": False} | more


def contents(name: str, bank: Bank, *, text: str = "") -> dict[str, Any]:
    """What a page is rendered with. `text` stands wherever somebody else chose the words."""
    chosen = [account(1, text or "Household", checked=True), account(2, text or "Rainy day")]
    own: dict[str, dict[str, object]] = {
        "login": {
            "username": text,
            "people": [("maya", text or "Salaried household."), ("diego", text or "Gig worker.")],
            "magic": [("locked", text or "The login is locked.")],
        },
        "otp": {"phone": "••• ••• 0142", "code_hint": "123456", "run_out": "999999"},
        "question": {"question": "On which street did you grow up?", "code_hint": "harbor"},
        "push": {"right": "approve"},
        "accounts": {"accounts": [*chosen, account(3, text or "Old", eligible=False, why_not=text or "It is closed.")]},
        "review": {
            "accounts": chosen,
            "told": told(bank, text),
            "marketing": "Use my data for offers, too.",
            "targeting": TARGETED,
        },
        "notice": {
            "title": "This link does not work",
            "text": text or "Go back to the app and try again.",
            "detail": text or "redirect_uri is not registered",
            "trace": "tr_1",
        },
    }
    own |= dashboard(text)
    common = {"bank": bank, "client": App(name=text, client_uri=f"javascript:{text}") if text else App()}
    if name in DASHBOARD:
        common |= {"journey": {"action": HOME, "csrf": "token-1", "steps": ()}, "home": HOME}
    elif name != "notice":
        common["journey"] = journey()
    return common | own[name]


def dashboard(text: str) -> dict[str, dict[str, object]]:
    """What the customer's own pages show."""
    purposes = [
        {"code": "CHAT", "text": text or "Show your balances in chat", "required": True, "uses": ["Balances"]},
        {"code": "SPEND", "text": text or "Explain what you spent", "required": False, "uses": ["Transactions"]},
    ]
    app = {
        "id": "c1",
        "live": True,
        "held_back": True,
        "name": text or "Demo App",
        "client_uri": f"javascript:{text}" if text else "https://demo.example.com",
        "sees": ["Balances", "Transactions"],
        "purposes": purposes,
        "accounts": [text or "Household ••0001", "Rainy day ••0002"],
        "since": "June 15, 2026",
        "until": "June 15, 2027",
        "ended": "June 16, 2026",
        "how": "You stopped it",
        "reads": 12,
        "last_read": "June 15, 2026, 11:00 AM EDT",
        "marketing": False,
        "targeting": False,
    }
    other = {
        "consent": "c2",
        "account": "a1",
        "account_name": text or "Household ••0001",
        "by": text or "Jon Lindqvist",
        "app": text or "Demo App",
        "sees": ["Balances"],
        "since": "June 15, 2026",
    }
    asked = (Cluster.BALANCES, Cluster.TRANSACTIONS)
    rows = [account(1, text or "Household", checked=True), account(2, text or "Rainy day")]
    return {
        "dashboard": {
            "person": text or "Maya Torres",
            "said": "Sharing has stopped.",
            "apps": [app],
            "ended": [app],
            "others": [other],
        },
        "dashboard_app": {
            "app": app,
            "shared": shared(asked),
            "not_shared": not_shared(asked),
            "accounts": rows,
            "offers": text or "Demo App may also use my data to make me offers.",
            "targeted": TARGETED,
        },
        "dashboard_stop": {"app": app},
    }


def told(bank: Bank, text: str) -> Disclosure:
    asked = (Cluster.BALANCES, Cluster.TRANSACTIONS)
    return Disclosure(
        bank=bank.name,
        client=text or "Demo App",
        shared=tuple(shared(asked)),
        not_shared=tuple(not_shared(asked, bank.clusters)),
        accounts=("Household ••0001",),
        purposes=(PurposeText("CHAT", text or "Show your balances in chat", ("Balances",), required=False),),
        duration="Until November 23, 2027.",
        lookback="24 months of history.",
        how_to_revoke=f"At any time in {bank.skin.dashboard}, or in the app.",
        joint="",
        marketing="",
        targeting="",
    )


def render(name: str, bank: Bank, *, text: str = "", **more: object) -> str:
    return PAGES.render(f"{name}.html", **contents(name, bank, text=text) | more)
