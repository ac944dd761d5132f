"""A business's side of WhatsApp: the account that every world has, its numbers, and calls as clients make them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import requests

from tests.conftest import SESSION, World
from tests.messenger.listener import Listener, listening


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

    def phone(self, username: str = "maya") -> str:
        params = {"channel": "whatsapp"}
        told: str = self.world.control("GET", f"/messenger/users/{username}", params=params).json()["phone"]
        return told

    def does(self, deed: str, username: str = "maya", **wish: Any) -> dict[str, Any]:
        """What a person does with the phone in the hand."""
        params = {"channel": "whatsapp", "page": self.number}
        answer = self.world.control("POST", f"/messenger/users/{username}/{deed}", params=params, json=wish or None)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def says(self, text: str = "Hello", username: str = "maya") -> str:
        """Which opens the window. Answers the message's id."""
        mid: str = self.does("say", username, text=text)["message"]["mid"]
        return mid

    def thread(self, username: str = "maya") -> dict[str, Any]:
        """What the person's phone shows."""
        params = {"channel": "whatsapp", "page": self.number}
        told: dict[str, Any] = self.world.control("GET", f"/messenger/users/{username}/thread", params=params).json()
        return told

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
        answer = self.world.control("PATCH", f"/messenger/whatsapp/numbers/{self.number}", json={"conduct": how})
        assert answer.status_code == 200, answer.text

    def second(self) -> "Line":
        """The account's other number, which has to be registered first."""
        return replace(self, number=account(self.world)["numbers"][1]["phone_number_id"])


def account(world: World) -> dict[str, Any]:
    told: dict[str, Any] = world.control("GET", "/messenger/whatsapp").json()
    return told


@pytest.fixture
def line(world: World) -> Line:
    told = account(world)
    return Line(world, told["access_token"], told["numbers"][0]["phone_number_id"], told["waba_id"])


@pytest.fixture
def hook() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def refusal(answer: requests.Response) -> tuple[int, int, str]:
    """(status, code, details)."""
    error = answer.json()["error"]
    return answer.status_code, error["code"], error.get("error_data", {}).get("details", error["message"])
