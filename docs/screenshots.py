"""Takes the pictures of the documents anew, from a server of its own: python -m docs.screenshots

It needs Chromium, and follows a genuine authorization URL of the demo client through each bank's pages.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import requests

from docs.parts.passport import careless_story
from docs.parts.serving import serving
from tests.conftest import USUAL_HEADERS
from tests.console.chromium import Page, chromium
from tests.console.handset import Handset, consent
from tests.messenger.listener import listening

IMAGES = Path(__file__).parent / "images"
PICTURES = Path(__file__).parent / "pictures"
ASSISTANT = {
    "client_id": "piggy-chat",
    "name": "Piggy Chat",
    "client_uri": "https://piggy.example.com",
    "redirect_uris": ["http://127.0.0.1:9000/callback"],
    "asks_for_marketing": True,
    "purposes": [
        {"code": "SHOW_BALANCES", "text": "Show your balances in chat", "clusters": ["ACCOUNT_BASIC", "BALANCES"]},
        {"code": "EXPLAIN_SPENDING", "text": "Explain what you spent", "clusters": ["TRANSACTIONS"]},
    ],
}
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636, appendix B


def submit(page: Page, **fields: str) -> None:
    """Fill in the form and press its button for going on."""
    for name, value in fields.items():
        page.evaluate(f"document.querySelector('[name={name}]').value = {json.dumps(value)}")
    page.evaluate("setTimeout(() => document.querySelector('form button[value=continue]').click(), 0); 0")
    page.wait_for("Page.loadEventFired")


def shoot(page: Page, name: str, *, whole: bool = True) -> None:
    page.screenshot(IMAGES / f"{name}.png", whole=whole)
    print(IMAGES / f"{name}.png")


def authorization_url(bank: dict[str, str], client_id: str) -> str:
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": "http://127.0.0.1:9000/callback",
        "scope": bank["default_scope"],
        "state": "s1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return f"{bank['authorization_endpoint']}?{urlencode(query)}"


def journey(page: Page, bank: dict[str, str], *, every_page: bool) -> None:
    steps: list[tuple[str, dict[str, str]]] = [
        ("login", {"username": "maya", "password": "sandbank"}),
        ("otp", {"otp": "123456"}),
        ("accounts", {}),
        ("review", {}),
    ]
    page.open(authorization_url(bank, "demo-app"))
    for step, fields in steps:
        if step == "accounts":
            boxes = "document.querySelectorAll('input[type=checkbox]:not([disabled])')"
            page.evaluate(f"{boxes}.forEach(box => box.checked = true)")
        if every_page or step == "review":
            shoot(page, f"consent-{bank['slug']}-{step}")
        if step != "review":
            submit(page, **fields)


def pictures(page: Page, url: str, bank: dict[str, str]) -> None:
    """Every page of a bank's that a customer sees, in small: docs/pictures/journey-{slug}-{step}.webp"""

    def take(step: str) -> None:
        path = PICTURES / f"journey-{bank['slug']}-{step}.webp"
        page.screenshot(path)
        print(path)

    control, client_id = f"{url}/_sandbox", str(ASSISTANT["client_id"])
    wish = {"bank": bank["slug"], "client_id": client_id}
    requests.post(f"{control}/clients", json={**ASSISTANT, "bank": bank["slug"]}, timeout=30).raise_for_status()
    page.open(authorization_url(bank, client_id))
    take("login")
    submit(page, username="amina", password="sandbank")
    take("otp")
    submit(page, otp="123456")
    take("accounts")
    submit(page)
    take("review")

    for customer, more in (("amina", {}), ("jon", {"accounts": ["Household"]})):
        given = requests.post(f"{control}/consents", json={**wish, "customer": customer, **more}, timeout=30).json()
        usual = USUAL_HEADERS.get(bank["slug"], {})
        headers = {"Authorization": f"Bearer {given['access_token']}", "client_id": client_id, **usual}
        requests.get(bank["accounts_url"], headers=headers, timeout=30).raise_for_status()
    page.open(bank["dashboard_url"])
    submit(page, username="amina", password="sandbank")
    submit(page, otp="123456")
    take("dashboard")


@contextmanager
def reference_bot(url: str) -> Iterator[None]:
    """The bot of examples/messenger_bot at the server, once it listens."""
    command = [sys.executable, "-u", "-m", "examples.messenger_bot", "--sandbank", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            if not any("phone is at" in line for line in process.stdout):
                raise RuntimeError(f"the bot ended with exit code {process.wait()}")
            yield
        finally:
            process.terminate()


def phone(page: Page, url: str) -> None:
    """The customer's phone with the reference bot at the other end."""
    handset = Handset(page, url, "default")
    handset.open()
    handset.write("hi")
    handset.tap("Log In", card="Chase")
    consent(page.opened())
    handset.sees("Account linked.", "#sheet")
    shoot(page, "messenger-phone-linked", whole=False)
    handset.tap("Close")
    handset.sees("is linked")
    handset.write("my purchases")
    handset.tap("Receipt", card="Bramblebox")
    handset.sees("Paid with")
    page.look(1120, 960)
    handset.focus("#wire .answered summary")
    page.press("Enter")
    handset.sees("Answer", "#wire")
    shoot(page, "messenger-phone", whole=False)
    page.look(390, 780, dark=True)
    page.evaluate("document.querySelector('.handset').scrollIntoView()")
    shoot(page, "messenger-phone-dark", whole=False)
    page.look(1120, 800)
    page.open(f"{url}/_sandbox/phone/templates")
    handset.until("document.querySelector('.typing')")
    shoot(page, "messenger-phone-templates")


def whatsapp(page: Page, url: str) -> None:
    """The phone on its other channel, with what a bot could send there."""
    control = f"{url}/_sandbox/messenger"
    account = requests.get(f"{control}/whatsapp", timeout=30).json()
    number, headers = account["numbers"][0]["phone_number_id"], {"Authorization": f"Bearer {account['access_token']}"}
    person = requests.get(f"{control}/users/maya", params={"channel": "whatsapp"}, timeout=30).json()

    def post(path: str, **wish: object) -> None:
        answer = requests.post(f"{url}/messenger/v25.0/{path}", json=wish, headers=headers, timeout=30)
        answer.raise_for_status()

    def send(**message: object) -> None:
        post(f"{number}/messages", messaging_product="whatsapp", to=person["phone"], **message)

    body = {"type": "BODY", "text": "Your parcel of *{{1}}* comes today.", "example": {"body_text": [["Harbor Books"]]}}
    footer, thanks = {"type": "FOOTER", "text": "Sandbank"}, {"type": "QUICK_REPLY", "text": "Thanks"}
    parts = [body, footer, {"type": "BUTTONS", "buttons": [thanks]}]
    template = {"name": "delivery", "language": "en_US", "category": "UTILITY", "components": parts}
    post(f"{account['waba_id']}/message_templates", **template)
    filled = [{"type": "body", "parameters": [{"type": "text", "text": "Harbor Books"}]}]
    send(type="template", template={"name": "delivery", "language": {"code": "en_US"}, "components": filled})
    handset = Handset(page, url, "default")
    page.look(1120, 960)
    handset.open(channel="whatsapp")
    handset.tap("Thanks")
    handset.sees("Thanks", ".tapped")
    accounts = {"Household": "··4411", "Rainy day": "··0917"}
    rows = [{"id": name, "title": name, "description": digits} for name, digits in accounts.items()]
    action = {"button": "Choose an account", "sections": [{"title": "Chase", "rows": rows}]}
    send(type="interactive", interactive={"type": "list", "body": {"text": "*Which* account?"}, "action": action})
    handset.tap("Choose an account")
    shoot(page, "messenger-phone-whatsapp", whole=False)


def passport(page: Page, url: str) -> None:
    """Of a bot that promises more than it keeps, as the example of the document has it."""
    page.look(960, 900)
    page.open(f"{url}/_sandbox/passport?format=html")
    shoot(page, "passport", whole=False)


def report(page: Page, folder: Path) -> None:
    """Of the contract run over the example with three mistakes, as the document has it."""
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "examples/contract"]
    asked = ["--bank", "chase,usbank,citi", "--now", "2026-06-15T15:00:00Z", "--freeze", "--report", str(folder)]
    run = subprocess.run([sys.executable, "-m", "sandbox", "contract", "run", *asked, "--", *tests], check=False)
    if run.returncode != 1:
        raise RuntimeError(f"the run ended with {run.returncode}, and has three mistakes to find")
    page.look(1120, 1620)
    page.open((folder / "report.html").as_uri())
    shoot(page, "contract-report", whole=False)


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with serving() as url, chromium() as page:
        page.look(1120, 800)
        page.open(f"{url}/")
        shoot(page, "console-home", whole=False)
        for bank in requests.get(f"{url}/_sandbox/banks", timeout=30).json()["banks"]:
            journey(page, bank, every_page=bank["slug"] == "chase")
            pictures(page, url, bank)
        with reference_bot(url):
            phone(page, url)
        with listening() as hook:
            wish = {"callback_url": hook.url}
            requests.patch(f"{url}/_sandbox/messenger/whatsapp", json=wish, timeout=30).raise_for_status()
            whatsapp(page, url)
    with careless_story() as url, chromium() as page:
        passport(page, url)
    with TemporaryDirectory() as folder, chromium() as page:
        report(page, Path(folder))


if __name__ == "__main__":
    main()
