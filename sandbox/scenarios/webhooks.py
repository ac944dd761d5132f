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
GONE = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
PATIENCE, BREATH = 10.0, 0.05
"""Seconds by the machine's clock: how long a delivery may take, and between two looks."""


def ping(stage: Stage) -> tuple[Any, str]:
    """Every endpoint that the client has."""
    found: list[Json] = stage.own("GET", SUBSCRIPTIONS)["subscriptions"]
    if not found:
        raise Unknown(f"{stage.client_id} has no subscription at {stage.setting.bank}; `sandbank listen` makes one")
    for one in found:
        stage.own("POST", f"{SUBSCRIPTIONS}/{one['subscription_id']}/ping")
    return found[0], f"{len(found)} endpoint{'s are' if len(found) > 1 else ' is'} pinged"


def disable(stage: Stage) -> tuple[Any, str]:
    """An endpoint is made that answers 410, and so is not used any more."""
    with _gone() as url:
        made: Json = stage.own("POST", SUBSCRIPTIONS, {"url": url, "event_types": ["webhook.*"]})
        path = f"{SUBSCRIPTIONS}/{made['subscription_id']}"
        stage.own("POST", f"{path}/ping")
        for _ in range(int(PATIENCE / BREATH)):
            found: Json = stage.own("GET", path)
            if found["status"] != "active":
                return found, f"{url} answered 410 and is not used any more"
            time.sleep(BREATH)
    raise Unknown(f"{url} was not disabled within {PATIENCE:g} seconds")


@contextmanager
def _gone() -> Iterator[str]:
    """The address of an endpoint that is gone, and says so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    connection.sendall(GONE)

        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/gone"
        listener.shutdown(socket.SHUT_RDWR)


DEEDS: Mapping[str, Callable[[Stage], tuple[Any, str]]] = {"ping": ping, "disable": disable}
