"""The phone's page in the browser, and the bot at its other end."""

import json
from dataclasses import dataclass
from typing import Any

import requests

from tests.conftest import World
from tests.console.chromium import Page
from tests.messenger.listener import Listener

Json = dict[str, Any]

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
    world: World

    def open(self, user: str = "maya") -> None:
        self.page.open(f"{self.world.server.url}/_sandbox/phone?world={self.world.world_id}&user={user}")
        self.until("document.getElementById('status').textContent !== 'Connecting …'")

    def until(self, what: str, seconds: float = 10) -> Any:
        """The value of a JavaScript expression, once it is true."""
        return self.page.evaluate(UNTIL.format(what=what, shown=json.dumps(what), seconds=seconds))

    def sees(self, text: str, where: str = "#thread") -> None:
        self.until(f"document.querySelector({where!r}).innerText.includes({json.dumps(text)})")

    def focus(self, what: str) -> None:
        """The element that a selector names, once it is there."""
        self.until(f"document.querySelector({what!r})")
        self.page.evaluate(f"document.querySelector({what!r}).focus()")

    def tap(self, title: str, where: str = "main") -> None:
        """A button with that title, by the keyboard."""
        found = (
            f"[...document.querySelectorAll('{where} button, {where} summary')].findLast(one => "
            f"(one.ariaLabel ?? one.innerText) === {json.dumps(title)} && one.checkVisibility())"
        )
        self.until(found)
        self.page.evaluate(f"({found}).focus()")
        self.page.press("Enter")

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
