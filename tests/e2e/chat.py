"""A person with a phone, and the reference bot on the other side: both ends of the conversation over HTTP."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
from werkzeug.serving import make_server

from examples.messenger_bot.app import Service, create_app
from examples.messenger_bot.sandbank import settings_at
from tests.conftest import World

LOG_IN, LOG_OUT = "Log In", "Log Out"
"""What the platform writes on the buttons that link and unlink an account."""
PATIENCE = 15
"""Seconds to wait for what has to happen."""
Said = dict[str, Any]
"""The content of a message as on the wire."""


@contextmanager
def running_bot(world: World, database: str = ":memory:") -> Iterator[Service]:
    """The bot of `examples/messenger_bot`, unmodified, in a thread."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    service = Service(settings_at(world.server.url, address, world=world.world_id, database=database))
    server = make_server("127.0.0.1", port, create_app(service), threaded=True, fd=listener.fileno())
    listener.close()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        service.start()
        yield service
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
        service.stop()


@dataclass
class Person:
    """A customer in front of the page's thread."""

    world: World
    username: str
    place: int = 0
    """Up to where the thread was read."""
    screen: list[dict[str, Any]] = field(default_factory=list)
    """Messages of the page since the person last did something."""

    # --- What a person does ----------------------------------------------------------------------------------------

    def says(self, text: str) -> None:
        self._does("say", text=text)

    def taps(self, title: str, card: str = "") -> dict[str, Any]:
        """A button that is on the screen, the first with that title, on the card that begins so."""
        on_cards = [one for one in self._buttons() if one["title"] == title and one["card"].startswith(card)]
        if not on_cards:
            return self._does("tap", button=title)  # a quick reply, or the menu
        return self._does("tap", button=on_cards[0]["place"], mid=on_cards[0]["mid"])

    def links(self, bank: str, **decided: Any) -> str:
        """Taps Log In at a bank's card, signs in and decides there; the page on which the browser ends."""
        return self.signs_in(self.taps(LOG_IN, card=bank)["opens"], **decided)

    def signs_in(self, opened: str, **decided: Any) -> str:
        to_bank = requests.get(opened, allow_redirects=False, timeout=30)
        assert to_bank.status_code == 302, to_bank.text
        wish = {"url": to_bank.headers["Location"], "customer": self.username, **decided}
        answer = self.world.control("POST", "/authorize", json=wish)
        assert answer.status_code == 200, answer.text
        return requests.get(answer.json()["redirect"], timeout=30).text

    def opts_in(self) -> None:
        """To what the page asked to be allowed."""
        self._does("opt-in")

    def is_answered(self, text: str, *, done: bool = False) -> None:
        """By somebody of flesh and blood, who gives the thread back when it is `done`."""
        self._does("agent", text=text, done=done)

    def opts_out(self) -> None:
        self._does("opt-out")

    # --- What a person sees ----------------------------------------------------------------------------------------

    def sees(self, *words: str) -> Said:
        """A message of the page, since the person last did something, that has all these words in it."""
        found: Said = until(lambda: self._found(words), f"{self.username} sees {words}", self)
        return found

    def reads(self) -> list[Said]:
        """Everything new from the page, as it stands now."""
        self._read()
        return [one["content"] for one in self.screen]

    def _buttons(self) -> list[dict[str, Any]]:
        """{title, card, place, mid}: of those on cards, with the card's title."""
        self._read()
        found = []
        for message in self.screen:
            payload = message["content"].get("attachment", {}).get("payload", {})
            cards = payload.get("elements", [payload])
            every = [(card, one) for card in cards for one in card.get("buttons", [])]
            for place, (card, one) in enumerate(every):
                title = one.get("title") or {"account_link": LOG_IN, "account_unlink": LOG_OUT}[one["type"]]
                on = card.get("title", card.get("text", ""))
                found.append({"title": title, "card": on, "place": place, "mid": message["mid"]})
        return found

    def owner(self) -> str:
        """The app that has the thread."""
        return str(self.world.control("GET", f"/messenger/users/{self.username}/thread").json()["owner"])

    def everything(self) -> list[dict[str, Any]]:
        """The whole thread."""
        answer = self.world.control("GET", f"/messenger/users/{self.username}/thread", params={"limit": 200})
        assert answer.status_code == 200, answer.text
        said: list[dict[str, Any]] = answer.json()["messages"]
        return said

    # --- Calls -----------------------------------------------------------------------------------------------------

    def _does(self, deed: str, **wish: Any) -> dict[str, Any]:
        self._read()
        answer = self.world.control("POST", f"/messenger/users/{self.username}/{deed}", json=wish)
        assert answer.status_code == 200, answer.text
        self.screen = []
        told: dict[str, Any] = answer.json()
        return told

    def _found(self, words: tuple[str, ...]) -> Said | None:
        self._read()
        for message in self.screen:
            text = json.dumps(message["content"], ensure_ascii=False)
            if all(one in text for one in words):
                content: Said = message["content"]
                return content
        return None

    def _read(self) -> None:
        query = {"after": self.place, "limit": 200}
        answer = self.world.control("GET", f"/messenger/users/{self.username}/thread", params=query)
        assert answer.status_code == 200, answer.text
        for one in answer.json()["messages"]:
            self.place = max(self.place, one["place"])
            if one["sender"] == "page":
                self.screen.append(one)


def until(found: Any, what: str, person: Person | None = None) -> Any:
    """Waits until `found` finds something."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        value = found()
        if value:
            return value
        threading.Event().wait(0.02)
    seen = json.dumps(person.screen, ensure_ascii=False)[:2000] if person else ""
    raise AssertionError(f"waited in vain until {what}; on the screen: {seen}")
