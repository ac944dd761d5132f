"""A bot's side of the messenger: the page that every world has, its token, and calls as clients make them."""

import hmac
from dataclasses import dataclass, replace
from typing import Any

import pytest
import requests

from sandbox.messenger import tokens
from sandbox.messenger.desk import Desk
from sandbox.messenger.pages import Page, ready
from sandbox.messenger.people import Person, psid_of
from sandbox.messenger.threads import Message
from sandbox.worlds.worlds import World as StoredWorld
from tests.conftest import SESSION, World


@dataclass(frozen=True)
class Bot:
    world: World
    page: Page
    token: str

    @property
    def graph(self) -> str:
        return f"{self.world.server.url}/messenger"

    @property
    def proof(self) -> str:
        return hmac.new(self.page.app.secret.encode(), self.token.encode(), "sha256").hexdigest()

    def psid(self, username: str = "maya") -> str:
        return psid_of(self.world.world_id, self.page.page_id, username)

    def post(self, path: str, body: dict[str, Any], **more: Any) -> requests.Response:
        return SESSION.post(
            self.graph + path, json=body, headers={"Authorization": f"Bearer {self.token}"}, timeout=30, **more
        )

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.request("GET", path, **more)

    def delete(self, path: str, **more: Any) -> requests.Response:
        return self.request("DELETE", path, **more)

    def request(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return SESSION.request(method, self.graph + path, headers=headers, timeout=30, **more)

    def send(self, message: dict[str, Any] | None = None, to: str = "", **more: Any) -> requests.Response:
        wish = {"recipient": {"id": to or self.psid()}, **more}
        return self.post("/me/messages", wish | ({"message": message} if message is not None else {}))

    def hear(self, username: str = "maya") -> None:
        """The person writes, so that the window is open."""
        self.desk.hear(self.at(), self.page, self.psid(username))

    @property
    def desk(self) -> Desk:
        return self.world.server.app.services.desk

    def at(self) -> StoredWorld:
        """The world as it is now."""
        return self.desk.worlds.world(self.world.world_id)

    def person(self, username: str = "maya") -> Person:
        return self.desk.person_called(self.at(), self.page, username)

    def said(self, username: str = "maya") -> list[Message]:
        """On the thread, oldest first."""
        return [message for _, message in self.desk.messages(self.at(), self.psid(username))]

    def change(self, **changes: Any) -> None:
        """Of the page."""
        page = self.desk.page(self.at(), self.page.page_id)
        assert page is not None
        self.desk.set_page(self.at(), replace(page, **changes))

    def behave(self, **how: Any) -> None:
        """The platform behaves to the page as is wished."""
        page = self.desk.page(self.at(), self.page.page_id)
        assert page is not None
        self.change(behaviour=replace(page.behaviour, **how))


@pytest.fixture
def bot(world: World) -> Bot:
    page = ready(world.world_id)
    return Bot(world, page, tokens.page_token(world.world_id, page))
