"""Takes the pictures of the documents anew, from a server of its own: python -m docs.screenshots

It needs Chromium, and follows a genuine authorization URL of the demo client through each bank's pages.
"""

import json
from pathlib import Path
from urllib.parse import urlencode

import requests

from docs.parts.serving import serving
from tests.console.chromium import Page, chromium

IMAGES = Path(__file__).parent / "images"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636, appendix B


def submit(page: Page, **fields: str) -> None:
    """Fill in the form and press its first button."""
    for name, value in fields.items():
        page.evaluate(f"document.querySelector('[name={name}]').value = {json.dumps(value)}")
    page.evaluate("setTimeout(() => document.querySelector('form button[value=continue]').click(), 0); 0")
    page.wait_for("Page.loadEventFired")


def shoot(page: Page, name: str, *, whole: bool = True) -> None:
    page.screenshot(IMAGES / f"{name}.png", whole=whole)
    print(IMAGES / f"{name}.png")


def journey(page: Page, bank: dict[str, str], *, every_page: bool) -> None:
    query = {
        "response_type": "code",
        "client_id": "demo-app",
        "redirect_uri": "http://127.0.0.1:9000/callback",
        "scope": bank["default_scope"],
        "state": "s1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    steps: list[tuple[str, dict[str, str]]] = [
        ("login", {"username": "maya", "password": "sandbank"}),
        ("otp", {"otp": "123456"}),
        ("accounts", {}),
        ("review", {}),
    ]
    page.open(f"{bank['authorization_endpoint']}?{urlencode(query)}")
    for step, fields in steps:
        if step == "accounts":
            boxes = "document.querySelectorAll('input[type=checkbox]:not([disabled])')"
            page.evaluate(f"{boxes}.forEach(box => box.checked = true)")
        if every_page or step == "review":
            shoot(page, f"consent-{bank['slug']}-{step}")
        if step != "review":
            submit(page, **fields)


def main() -> None:
    with serving() as url, chromium() as page:
        page.look(1120, 800)
        page.open(f"{url}/")
        shoot(page, "console-home", whole=False)
        for bank in requests.get(f"{url}/_sandbox/banks", timeout=30).json()["banks"]:
            journey(page, bank, every_page=bank["slug"] == "chase")


if __name__ == "__main__":
    main()
