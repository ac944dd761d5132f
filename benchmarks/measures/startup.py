"""From the start of the process to the first page that it answers."""

import http.client
import json
from collections.abc import Callable
from statistics import median

from benchmarks import data, subjects
from benchmarks.machine import CannotMeasure, Process, free_port
from benchmarks.measures.pages import both
from benchmarks.peers import prism
from benchmarks.report import Figure, at_most, skipped
from benchmarks.rounds import alternate, ratio
from benchmarks.setup import Setup
from benchmarks.subjects import Subject, answers

STEP = 0.004
TARGET = at_most(0.35)


def startup(setup: Setup) -> list[Figure]:
    what = "from start to first page, all banks"
    ours = setup.sandbank()
    newborn = Subject("Sandbank newborn", subjects.serve(), [])
    try:
        peer = subjects.prism_static(prism.chase(), [page.path() for page in setup.pages])
    except CannotMeasure as reason:
        return [skipped(what, reason, TARGET)]

    def start(subject: Subject) -> float:
        if subject is newborn:
            return time_to(setup, subject, first_page_of_a_newborn)
        return time_to(setup, subject, lambda port: answers(port, subject.paths[0], setup.dataset.token))

    start(peer)  # whatever its first start ever leaves behind for the next ones
    with_data, without, theirs = alternate(setup.rounds, [ours, newborn, peer], start)
    beside = f"Prism, Chase's document alone: {median(theirs):.2f} s"
    from_nothing = "the same from nothing: a new world, a consent, a story told"
    return [
        Figure(name, f"{median(taken):.2f} s", beside, ratio(taken, theirs), target, rounds=both(taken, theirs))
        for name, taken, target in ((what, with_data, TARGET), (from_nothing, without, None))
    ]


def time_to(setup: Setup, subject: Subject, ready: Callable[[int], bool]) -> float:
    port = free_port()
    with Process(subject.command(port), setup.work / "start.log", subject.env) as process:
        return process.wait(lambda: ready(port), step=STEP)


def first_page_of_a_newborn(port: int) -> bool:
    """Gives consent through the control API and reads a page of the persona's first account."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        asked = json.dumps({"bank": "chase", "customer": "maya"})
        connection.request("POST", "/_sandbox/consents", asked, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer = json.loads(response.read())
        connection.close()
    except OSError:
        return False
    assert response.status == 201, f"POST /_sandbox/consents answers {response.status}: {answer}"
    token = answer["access_token"]
    listed = data.get(port, f"/chase{data.ACCOUNTS}", token)["accounts"]
    ref = next(iter(listed[0].values()))["accountId"]
    data.get(port, f"/chase{data.ACCOUNTS}/{ref}/transactions", token)
    return True
