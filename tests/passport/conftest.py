"""A bot that is played by calls to the Send API, what people do by the control API, and the passport of it all."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import Access, World
from tests.messenger.conftest import Bot, bot
from tests.messenger.listener import Listener, listening

__all__ = ["Story", "bot", "listener", "story", "until"]

Json = dict[str, Any]


@dataclass(frozen=True)
class Story:
    bot: Bot

    @property
    def world(self) -> World:
        return self.bot.world

    def does(self, deed: str, who: str = "maya", **how: Any) -> Json:
        """What a person does."""
        answer = self.world.control("POST", f"/messenger/users/{who}/{deed}", json=how)
        assert answer.ok, answer.text
        told: Json = answer.json()
        return told

    def asks(self, text: str = "What is my balance?", who: str = "maya") -> None:
        self.does("say", who, text=text)

    def answers(self, message: str | Json, who: str = "maya", **more: Any) -> str:
        """The bot does. The mid."""
        content = {"text": message} if isinstance(message, str) else message
        wish = {"messaging_type": "RESPONSE", **more}
        answer = self.bot.send(content, to=self.bot.psid(who), **wish)
        assert answer.ok, answer.text
        return str(answer.json()["message_id"])

    def passport(self, **query: Any) -> Json:
        answer = self.world.control("GET", "/passport", params=query)
        assert answer.ok, answer.text
        told: Json = answer.json()
        return told

    def stamp(self, rule: str, **query: Any) -> Json:
        return next(one for one in self.passport(**query)["rules"] if one["rule"] == rule)

    def outcome(self, rule: str, **query: Any) -> str:
        return str(self.stamp(rule, **query)["outcome"])

    def finding(self, rule: str) -> Json:
        """The one."""
        [found] = self.stamp(rule)["findings"]
        return dict(found)

    def links(self, bank: str = "chase", who: str = "maya", **more: Any) -> Access:
        """The person has consented that the bot reads there."""
        return self.world.access(bank, who, **more)

    def withdraws(self, access: Access) -> None:
        answer = self.world.control("POST", f"/consents/{access.consent_id}/revoke", json={})
        assert answer.ok, answer.text

    def account(self, bank: str = "chase", who: str = "maya") -> Json:
        answer = self.world.control("GET", f"/customers/{who}/accounts", params={"bank": bank})
        found: Json = answer.json()["accounts"][0]
        return found


@pytest.fixture
def story(bot: Bot) -> Story:
    return Story(bot)


@pytest.fixture
def listener(story: Story) -> Iterator[Listener]:
    """The bot's webhook, subscribed to everything that is about people."""
    with listening() as heard:
        fields = ["messages", "messaging_postbacks", "messaging_account_linking", "messaging_handovers"]
        wish = {"callback_url": heard.url, "fields": fields, "subscribed_fields": fields}
        answer = story.world.control("PATCH", "/messenger/pages/ready", json=wish)
        assert answer.ok, answer.text
        yield heard


def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    """What a webhook leaves behind is written a moment after it was answered."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it does not come about"
        time.sleep(0.02)
