"""Making, copying and resetting worlds over HTTP. What is copied and reset holds rows of its own."""

import http.client
import json
import time
from statistics import median
from typing import Any

from benchmarks import data, subjects
from benchmarks.report import Figure, at_most
from benchmarks.setup import Setup

TIMES = 200
ROWS = [{"amount": "-4.20", "description": f"ROW {number} OF A TEST"} for number in range(30)]
TARGET = at_most(5, " ms")


def worlds(setup: Setup) -> list[Figure]:
    taken: dict[str, list[float]] = {"create": [], "fork": [], "reset": []}
    first = f"/chase{data.ACCOUNTS}"
    with subjects.running(subjects.sandbank(setup.dataset, [first]), setup.dataset.token, setup.work) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.connect()
        source = post(connection, "/_sandbox/worlds", {"from": "default"})[0]["id"]
        post(connection, f"/_sandbox/accounts/acc_bench_savings/transactions?world={source}", ROWS)
        for _ in range(TIMES):
            taken["create"].append(post(connection, "/_sandbox/worlds", {})[1])
            forked, seconds = post(connection, f"/_sandbox/worlds/{source}/fork", {})
            taken["fork"].append(seconds)
            taken["reset"].append(post(connection, f"/_sandbox/worlds/{forked['id']}/reset", {})[1])
        connection.close()
    return [
        Figure(f"{name} a world", f"{took:.2f} ms", f"median of {TIMES} over HTTP", took, TARGET, unit=" ms")
        for name, took in ((name, median(seconds) * 1e3) for name, seconds in taken.items())
    ]


def post(connection: http.client.HTTPConnection, path: str, body: object) -> tuple[dict[str, Any], float]:
    """The answer, and how many seconds it took."""
    began = time.perf_counter()
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    response = connection.getresponse()
    answer = json.loads(response.read())
    took = time.perf_counter() - began
    assert response.status in (200, 201), f"POST {path} answers {response.status}: {answer}"
    return answer, took
