"""The report of a contract run: 200 calls of a client held against the bank's document, in each of its forms, over HTTP
as `sandbank contract run` asks for them once its command has ended."""

import http.client
import json
import time
from statistics import median

from benchmarks import data, subjects
from benchmarks.measures.worlds import post
from benchmarks.report import Figure, at_most
from benchmarks.setup import Setup

CALLS = 200
TIMES = 5
FORMS = ("/_sandbox/requests/export?format=ndjson", "/_sandbox/requests/export?format=har",
         *(f"/_sandbox/report?format={form}" for form in ("html", "json", "markdown", "junit")))  # fmt: skip


def contract(setup: Setup) -> list[Figure]:
    first = f"/chase{data.ACCOUNTS}"
    with subjects.running(subjects.sandbank(setup.dataset, [first]), setup.dataset.token, setup.work) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        made, _ = post(connection, "/_sandbox/worlds", {})
        wish = {"bank": "chase", "client_id": made["clients"]["chase"]["client_id"], "customer": "maya"}
        consent, _ = post(connection, "/_sandbox/consents", wish)
        bearer = {"Authorization": f"Bearer {consent['access_token']}"}
        wrapped = json.loads(get(connection, first, bearer))["accounts"][0]
        account = next(iter(wrapped.values()))["accountId"]
        for number in range(CALLS - 1):
            get(connection, f"{first}/{account}/transactions?limit={number % 100 + 1}", bearer)
        taken = []
        for _ in range(TIMES):
            began = time.perf_counter()
            for form in FORMS:
                get(connection, f"{form}&world={made['id']}", {})
            taken.append((time.perf_counter() - began) * 1e3)
        connection.close()
    beside = f"{len(FORMS)} files; the slowest of {TIMES}: {max(taken):.0f} ms"
    what = f"a contract run's report on {CALLS} calls"
    return [Figure(what, f"{median(taken):.0f} ms", beside, median(taken), at_most(1000, " ms"), unit=" ms")]


def get(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> bytes:
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, f"GET {path} answers {response.status}: {body[:300]!r}"
    return body
