"""Making, copying and resetting worlds over HTTP."""

import http.client
import json
import time
from collections.abc import Mapping
from statistics import median

from benchmarks import data, subjects
from benchmarks.report import Figure, at_most
from benchmarks.setup import Setup

TIMES = 200
TARGET = at_most(5, " ms")


def worlds(setup: Setup) -> list[Figure]:
    """Each time a world is made, forked and reset."""
    taken: dict[str, list[float]] = {"create": [], "fork": [], "reset": []}
    first = f"/chase{data.ACCOUNTS}"
    with subjects.running(subjects.sandbank(setup.dataset, [first]), setup.dataset.token, setup.work) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.connect()
        for _ in range(TIMES):
            made, seconds = post(connection, "/_sandbox/worlds", {})
            taken["create"].append(seconds)
            world = made["id"]
            forked, seconds = post(connection, f"/_sandbox/worlds/{world}/fork", {})
            taken["fork"].append(seconds)
            _, seconds = post(connection, f"/_sandbox/worlds/{forked['id']}/reset", {})
            taken["reset"].append(seconds)
        connection.close()
    return [
        Figure(f"{name} a world", f"{took:.2f} ms", f"median of {TIMES}", took, TARGET, unit=" ms")
        for name, took in ((name, median(seconds) * 1e3) for name, seconds in taken.items())
    ]


def post(connection: http.client.HTTPConnection, path: str, body: Mapping[str, object]) -> tuple[dict[str, str], float]:
    began = time.perf_counter()
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    response = connection.getresponse()
    answer = json.loads(response.read())
    took = time.perf_counter() - began
    assert response.status in (200, 201), f"POST {path} answers {response.status}: {answer}"
    return answer, took
