"""The client's endpoints for webhooks, as a scenario makes them speak."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sandbox.scenarios.references import Unknown
from sandbox.scenarios.stage import Stage

Json = dict[str, Any]
SUBSCRIPTIONS = "/events/v1/subscriptions"
ANSWER = "HTTP/1.1 {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
THERE, GONE = "204 No Content", "410 Gone"
PATIENCE, BREATH = 10.0, 0.05
"""Seconds by the machine's clock: how long a delivery may take, and between two looks."""


def ping(stage: Stage) -> tuple[Any, str]:
    """Every endpoint that the client has; where it has none, one that is made for the purpose and goes with it."""
    found: list[Json] = stage.own("GET", SUBSCRIPTIONS)["subscriptions"]
    for one in found:
        stage.own("POST", f"{SUBSCRIPTIONS}/{one['subscription_id']}/ping")
    if found:
        return found[0], f"{len(found)} endpoint{'s are' if len(found) > 1 else ' is'} pinged"
    with _endpoint(THERE) as url:
        made: Json = stage.own("POST", SUBSCRIPTIONS, {"url": url, "event_types": ["webhook.*"]})
        path = f"{SUBSCRIPTIONS}/{made['subscription_id']}"
        try:
            message_id = stage.own("POST", f"{path}/ping")["message_id"]
            delivery = f"{path}/deliveries/{message_id}"
            _until(lambda: stage.own("GET", delivery), lambda told: told["state"] == "delivered", f"{url} got no ping")
        finally:
            stage.own("DELETE", path)
    return made, f"{url}, made for this, was pinged and answered"


def disable(stage: Stage) -> tuple[Any, str]:
    """An endpoint is made that answers 410, and so is not used any more."""
    with _endpoint(GONE) as url:
        made: Json = stage.own("POST", SUBSCRIPTIONS, {"url": url, "event_types": ["webhook.*"]})
        path = f"{SUBSCRIPTIONS}/{made['subscription_id']}"
        stage.own("POST", f"{path}/ping")
        found = _until(
            lambda: stage.own("GET", path), lambda told: told["status"] != "active", f"{url} was not disabled"
        )
    return found, f"{url} answered 410 and is not used any more"


def _until(look: Callable[[], Json], fits: Callable[[Json], bool], problem: str) -> Json:
    """What is seen once it fits. Raises Unknown."""
    for _ in range(int(PATIENCE / BREATH)):
        if fits(seen := look()):
            return seen
        time.sleep(BREATH)
    raise Unknown(f"{problem} within {PATIENCE:g} seconds")


@contextmanager
def _endpoint(status: str) -> Iterator[str]:
    """The address of an endpoint that answers so to everything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    connection.sendall(ANSWER.format(status).encode())

        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
        listener.shutdown(socket.SHUT_RDWR)


DEEDS: Mapping[str, Callable[[Stage], tuple[Any, str]]] = {"ping": ping, "disable": disable}
