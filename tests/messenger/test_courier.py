"""The courier: webhooks outlive the server, and leave once however many servers share the data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.settings import Settings
from tests.conftest import NOW, Server, serving
from tests.messenger.listener import Listener, listening


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=str(tmp_path / "sandbank.db"), now=NOW, freeze=True)


@pytest.fixture
def hook() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def control(server: Server, method: str, path: str, **more: Any) -> Any:
    answer = requests.request(method, f"{server.url}/_sandbox/messenger{path}", timeout=30, **more)
    assert answer.ok, answer.text
    return answer.json()


def texts(hook: Listener) -> list[str]:
    return [heard.event["message"]["text"] for heard in hook.heard]


def test_what_was_not_taken_is_sent_after_a_restart(settings: Settings, hook: Listener) -> None:
    with serving(settings) as server:
        page = {"callback_url": hook.url, "behaviour": {"retry_clock": "world"}}
        control(server, "PATCH", "/pages/ready", json=page)
        hook.statuses = [500]
        control(server, "POST", "/users/maya/say", json={"text": "Hello"})
        hook.wait(1)
    with serving(settings) as server:
        requests.post(f"{server.url}/_sandbox/clock/advance", json={"by": "PT2S"}, timeout=30)
        hook.wait(2)
        assert texts(hook) == ["Hello", "Hello"]


def test_of_several_servers_one_carries_each_webhook(settings: Settings, hook: Listener) -> None:
    with serving(settings) as one, serving(settings) as other:
        control(one, "PATCH", "/pages/ready", json={"callback_url": hook.url})
        for number in range(20):
            control((one, other)[number % 2], "POST", "/users/maya/say", json={"text": str(number)})
        hook.wait(20)
        pending = {"state": "pending"}
        while control(one, "GET", "/deliveries", params=pending)["deliveries"]:
            continue
        assert sorted(texts(hook), key=int) == [str(number) for number in range(20)]


def test_a_reset_takes_back_what_was_still_to_leave(settings: Settings, hook: Listener) -> None:
    with serving(settings) as server:
        page = {"callback_url": hook.url, "behaviour": {"retry_clock": "world"}}
        control(server, "PATCH", "/pages/ready", json=page)
        hook.statuses = [500]
        control(server, "POST", "/users/maya/say", json={"text": "Forgotten"})
        hook.wait(1)
        requests.post(f"{server.url}/_sandbox/worlds/default/reset", json={"now": NOW}, timeout=30).raise_for_status()
        assert control(server, "GET", "/pages/ready")["callback_url"] is None
        requests.post(f"{server.url}/_sandbox/clock/advance", json={"by": "PT1H"}, timeout=30)
        control(server, "PATCH", "/pages/ready", json={"callback_url": hook.url})
        control(server, "POST", "/users/maya/say", json={"text": "New"})
        hook.wait(2)
        assert texts(hook) == ["Forgotten", "New"]
