"""A message answered: a person says something, the webhook reaches a bot, the bot answers by the Send API, and the
phone's thread shows the answer. What the bot itself takes in between is taken off."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from benchmarks import subjects
from benchmarks.machine import Process, free_port
from benchmarks.measures.roundtrip import lives
from benchmarks.peers.bot import THOUGHT, answering
from benchmarks.report import Figure, at_most
from benchmarks.setup import Setup

TIMES = 200
FIRST = 20
"""Messages that are not counted: the first of everything opens connections and reads documents."""
PATIENCE = 30.0
USER = "/_sandbox/messenger/users/maya"
JSON = {"Content-Type": "application/json"}


def talk(setup: Setup) -> list[Figure]:
    port = free_port()
    with Process(subjects.serve()(port), setup.work / "talk.log") as process:
        process.wait(lambda: lives(port))
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        page = call(line, "GET", "/_sandbox/messenger/pages/ready")
        with answering(port, page["page_token"], page["app_secret"]) as bot, watched(port) as phone:
            wish = {"callback_url": bot.url, "behaviour": {"rate_limits": False}}  # one person alone, who says a lot
            call(line, "PATCH", "/_sandbox/messenger/pages/ready", wish)
            beyond, own = list[float](), list[float]()
            for number in range(TIMES + FIRST):
                text, began = f"message {number}", time.perf_counter()
                call(line, "POST", f"{USER}/say", {"text": text})
                shown = phone.wait(THOUGHT + text)
                own.append(bot.own_time(text) * 1e3)
                beyond.append((shown - began) * 1e3 - own[-1])
    line.close()
    taken, slowest = median(beyond[FIRST:]), max(beyond[FIRST:])
    beside = f"the bot itself: {median(own[FIRST:]):.1f} ms; the slowest of {TIMES}: {slowest:.1f} ms"
    what = "a message answered: a person says it, a bot answers, the phone shows it"
    return [Figure(what, f"{taken:.1f} ms", beside, taken, at_most(30, " ms"), unit=" ms")]


class Phone:
    """What a thread shows, as its stream tells it."""

    def __init__(self) -> None:
        self.shown: dict[str, float] = {}
        """When the page's text was there."""
        self.news = threading.Condition()

    def wait(self, text: str) -> float:
        with self.news:
            assert self.news.wait_for(lambda: text in self.shown, PATIENCE), f"the phone does not show {text!r}"
            return self.shown[text]

    def watch(self, stream: http.client.HTTPResponse) -> None:
        while line := stream.readline():
            if not line.startswith(b"data: "):
                continue
            now, thread = time.perf_counter(), json.loads(line[6:])
            with self.news:
                for message in thread["messages"]:
                    if message["sender"] == "page":
                        self.shown[message["content"]["text"]] = now
                self.news.notify_all()


@contextmanager
def watched(port: int) -> Iterator[Phone]:
    phone, line = Phone(), http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    line.request("GET", f"{USER}/thread/stream")
    stream = line.getresponse()
    assert stream.status == 200, stream.read()
    threading.Thread(target=phone.watch, args=(stream,), daemon=True).start()
    yield phone


def call(line: http.client.HTTPConnection, method: str, path: str, body: object = None) -> Any:
    line.request(method, path, None if body is None else json.dumps(body), JSON)
    answer = line.getresponse()
    told = answer.read()
    assert answer.status < 300, told
    return json.loads(told)
