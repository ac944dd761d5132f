"""A server that is killed while it posts webhooks goes on with them when it is back: none is lost, and the log knows
each of them once."""

from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
import requests

from tests.e2e.processes import Serving, frozen, serving
from tests.events.receiver import Post, receiving
from tests.events.webhooks import until

ENOUGH = 40
"""So many have come when the server is killed."""
PATIENCE = 60.0


def delivered(server: Serving, subscription: str) -> list[dict[str, Any]]:
    path = f"/webhooks/{subscription}/deliveries"
    told: list[dict[str, Any]] = server.call("GET", path, params={"limit": 1000})["deliveries"]
    return told


@pytest.mark.parametrize("workers", [1, 2])
def test_webhooks_go_on_after_sigkill(data: str, workers: int) -> None:
    flags = frozen("--data", data, "--workers", str(workers))
    with receiving() as receiver:
        with serving(*flags) as server:

            def kill_in_the_middle(_post: Post) -> int:
                if len(receiver.posts) == ENOUGH:
                    server.kill()
                return 204

            receiver.answers = kill_in_the_middle
            server.consent("chase")
            wish = {"bank": "chase", "url": receiver.url}
            subscription = server.call("POST", "/webhooks", json=wish, status=201)["subscription_id"]
            with suppress(requests.ConnectionError):  # the kill may come before the answer
                server.call("POST", "/clock/advance", json={"by": "P14D"})
            receiver.wait(lambda posts: len(posts) >= ENOUGH)
            until(lambda: server.alive, lambda alive: not alive)
            receiver.left_alone()
            before = set(receiver.ids())
        receiver.answers = lambda _post: 204
        with serving(*flags) as server:
            told = until(
                lambda: delivered(server, subscription),
                lambda told: len(told) >= ENOUGH and {one["state"] for one in told} == {"delivered"},
                PATIENCE,
            )
            ids = [one["message_id"] for one in told]
            assert len(ids) == len(set(ids))
            assert set(ids) == set(receiver.ids())
            again = {message_id for message_id, count in Counter(receiver.ids()).items() if count > 1}
            assert again <= before  # what was on its way when the server was killed, with the same ids
            assert max(Counter(receiver.ids()).values()) <= 2
