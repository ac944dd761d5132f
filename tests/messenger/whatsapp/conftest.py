"""A business's side of WhatsApp: the account that every world has, its numbers, and calls as clients make them."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
import requests

from sandbox.messenger import tokens
from sandbox.messenger.pages import ready
from sandbox.messenger.whatsapp import business
from sandbox.messenger.whatsapp.deeds import Doer
from sandbox.messenger.whatsapp.office import Office
from sandbox.worlds.worlds import World as LiveWorld
from tests.conftest import SESSION, World


@dataclass(frozen=True)
class Line:
    """A number of the account."""

    world: World
    token: str
    number: str
    """Its id."""
    waba: str

    @property
    def graph(self) -> str:
        return f"{self.world.server.url}/messenger/v25.0"

    @property
    def office(self) -> Office:
        return self.world.server.app.services.office

    @property
    def live(self) -> LiveWorld:
        return self.office.desk.worlds.world(self.world.world_id)

    def phone(self, username: str = "maya") -> str:
        return self.person(username).person.phone

    def person(self, username: str = "maya") -> Doer:
        """With the phone in the hand."""
        number = self.office.number(self.live, self.number)
        page = self.office.page(self.live, number)
        return Doer(self.office, self.live, number, self.office.desk.person_called(self.live, page, username))

    def says(self, text: str = "Hello", username: str = "maya") -> str:
        """Which opens the window. Answers the message's id."""
        message = self.person(username).say({"type": "text", "text": {"body": text}}).message
        assert message is not None
        return message.mid

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return SESSION.request(method, f"{self.graph}/{path}", headers=headers, timeout=30, **more)

    def send(self, to: str = "", **message: Any) -> requests.Response:
        wish = {"messaging_product": "whatsapp", "to": to or self.phone(), **message}
        return self.call("POST", f"{self.number}/messages", json=wish)

    def text(self, body: str = "Hello", to: str = "", **more: Any) -> requests.Response:
        return self.send(to, type="text", text={"body": body}, **more)

    def template(self, name: str, *parameters: str, to: str = "", language: str = "en_US") -> requests.Response:
        body = {"type": "body", "parameters": [{"type": "text", "text": text} for text in parameters]}
        components = {"components": [body]} if parameters else {}
        return self.send(to, type="template", template={"name": name, "language": {"code": language}, **components})

    def create(self, name: str, text: str, category: str = "UTILITY", **more: Any) -> requests.Response:
        """A template with a body and as many examples as it has variables."""
        example = {"example": {"body_text": [["x"] * text.count("{{")]}} if "{{" in text else {}
        components = [{"type": "BODY", "text": text, **example}, *more.pop("components", [])]
        wish = {"name": name, "language": "en_US", "category": category, "components": components, **more}
        return self.call("POST", f"{self.waba}/message_templates", json=wish)

    def conducts(self, **how: Any) -> None:
        """The platform behaves to the number as is wished."""
        number = self.office.number(self.live, self.number)
        self.office.set_number(self.live, replace(number, conduct=replace(number.conduct, **how)))

    def second(self) -> "Line":
        return replace(self, number=business.numbers(self.world.world_id)[1].phone_number_id)


@pytest.fixture
def line(world: World) -> Line:
    token = tokens.page_token(world.world_id, ready(world.world_id))
    number, _ = business.numbers(world.world_id)
    return Line(world, token, number.phone_number_id, business.made(world.world_id).waba_id)


def refusal(answer: requests.Response) -> tuple[int, int, str]:
    """(status, code, details)."""
    error = answer.json()["error"]
    return answer.status_code, error["code"], error.get("error_data", {}).get("details", error["message"])
