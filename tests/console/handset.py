"""The phone's page in the browser, and the bot at its other end."""

import json
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import requests

from tests.conftest import World
from tests.console.chromium import Page
from tests.messenger.listener import Listener

Json = dict[str, Any]
PATIENCE = 10
"""Seconds to wait for what has to happen."""

UNTIL = """new Promise((done, fail) => {{
  const end = performance.now() + {seconds} * 1000;
  const look = () => {{
    const found = {what};
    if (found) done(found);
    else if (performance.now() > end) fail(new Error('never: ' + {shown} + '; ' + document.body.innerText));
    else setTimeout(look, 20);
  }};
  look();
}})"""


@dataclass(frozen=True)
class Handset:
    page: Page
    server: str
    """Its address."""
    world_id: str

    @classmethod
    def of(cls, page: Page, world: World) -> "Handset":
        return cls(page, world.server.url, world.world_id)

    def open(self, user: str = "maya", **query: str) -> None:
        """`query`: page, channel, ref."""
        self.page.open(f"{self.server}/_sandbox/phone?{urlencode({'world': self.world_id, 'user': user, **query})}")
        self.until("document.getElementById('status').textContent !== 'Connecting …'")

    def until(self, what: str, seconds: float = PATIENCE) -> Any:
        """The value of a JavaScript expression, once it is true."""
        return self.page.evaluate(UNTIL.format(what=what, shown=json.dumps(what), seconds=seconds))

    def sees(self, text: str, where: str = "#thread") -> None:
        self.until(f"document.querySelector({where!r})?.innerText.includes({json.dumps(text)})")

    def focus(self, what: str) -> None:
        """The element that a selector names, once it is there."""
        self.until(f"document.querySelector({what!r})")
        self.page.evaluate(f"document.querySelector({what!r}).focus()")

    def tap(self, title: str, where: str = "main", *, card: str = "") -> None:
        """The last button with that title, by the keyboard; of the card that has those words."""
        found = (
            f"[...document.querySelectorAll('{where} button, {where} summary')].findLast(one => "
            f"(one.ariaLabel ?? one.innerText) === {json.dumps(title)} && one.checkVisibility()"
            f" && (one.closest('.card-message')?.innerText ?? '').includes({json.dumps(card)}))"
        )
        self.until(found)
        self.page.evaluate(f"({found}).focus()")
        self.page.press("Enter")

    def act(self, message: str, title: str) -> None:
        """Behind the ⋯ of the last message that says so, by the keyboard."""
        found = (
            "[...document.querySelectorAll('#thread .message')].findLast(one => "
            f"one.innerText.includes({json.dumps(message)}))?.querySelector('.actions-of > summary')"
        )
        self.until(found)
        self.page.evaluate(f"({found}).focus()")
        self.page.press("Enter")
        self.tap(title, ".actions-of[open]")

    def write(self, text: str) -> None:
        self.focus("#text")
        self.page.type(text)
        self.page.press("Enter")
        self.until("document.getElementById('text').value === ''")


@dataclass(frozen=True)
class Bot:
    """The app behind the world's ready page."""

    world: World
    told: Json
    """GET /_sandbox/messenger/pages/ready"""

    @classmethod
    def of(cls, world: World, hook: Listener | None = None) -> "Bot":
        if hook is not None:
            answer = world.control("PATCH", "/messenger/pages/ready", json={"callback_url": hook.url})
            assert answer.status_code == 200, answer.text
        return cls(world, world.control("GET", "/messenger/pages/ready").json())

    def call(self, path: str, body: Json) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.told['page_token']}"}
        return requests.post(f"{self.world.server.url}/messenger/v25.0{path}", json=body, headers=headers, timeout=30)

    def psid(self, user: str = "maya") -> str:
        psid: str = self.world.control("GET", f"/messenger/users/{user}").json()["psid"]
        return psid

    def send(self, message: Json | None = None, **more: Any) -> Json:
        wish = {"recipient": {"id": self.psid()}, **more} | ({"message": message} if message else {})
        answer = self.call("/me/messages", wish)
        assert answer.status_code == 200, answer.text
        told: Json = answer.json()
        return told


def told(hook: Listener, kind: str) -> Any:
    """The first event of a kind, such as `postback`, once it is heard."""
    with hook.changed:
        assert hook.changed.wait_for(lambda: any(kind in one.event for one in hook.heard), 10), f"no {kind} was heard"
        return next(one.event[kind] for one in hook.heard if kind in one.event)


def enclose(phone: Handset, folder: Path, name: str, url: str) -> None:
    """A file whose bytes a data: URL has, chosen by the button beside the text."""
    path = folder / name
    path.write_bytes(b64decode(url.partition(",")[2]))
    phone.page.choose("#file", path)


def consent(window: Page, username: str = "maya") -> None:
    """Through the bank's pages: signs in, shares every account that can be shared, and approves."""
    send_form(window, "[name=username]", username=username, password="sandbank")
    send_form(window, "[name=otp]", otp="123456")
    send_form(window, "[name=account]")
    send_form(window, "form:not(:has([name=username], [name=otp], [name=account]))")


def send_form(window: Page, known_by: str, **fields: str) -> None:
    """The page on which there is such an element, once it is there: everything ticked, the fields filled in."""
    found, ends = f"document.querySelector({known_by!r})?.closest('form')", monotonic() + PATIENCE
    while not window.evaluate(f"Boolean({found}?.querySelector('button[value=continue]'))"):
        assert monotonic() < ends, f"no page with {known_by}"
        Event().wait(0.02)
    for name, value in fields.items():
        window.evaluate(f"document.querySelector('[name={name}]').value = {json.dumps(value)}")
    boxes = f"{found}.querySelectorAll('[name=account]:not([disabled])')"
    window.evaluate(f"{boxes}.forEach(box => {{ box.checked = true; }})")
    button = f"{found}.querySelector('button[value=continue]')"
    window.evaluate(f"(button => {{ setTimeout(() => button.click(), 0); }})({button})")
