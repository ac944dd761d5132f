"""What a server takes once it has served a while: the proportional set size of its processes."""

from collections.abc import Callable

from benchmarks.machine import CannotMeasure
from benchmarks.measures.pages import CONNECTIONS
from benchmarks.report import Figure, at_most, skipped
from benchmarks.setup import Setup
from benchmarks.subjects import Subject, running


def memory(setup: Setup) -> list[Figure]:
    what, target = "memory after load (PSS)", at_most(0.5)
    try:
        ours, theirs = taken(setup, setup.sandbank), taken(setup, setup.prism)
    except CannotMeasure as reason:
        return [skipped(what, reason, target)]
    return [Figure(what, f"{ours:,.0f} MB", f"Prism: {theirs:,.0f} MB", ours / theirs, target)]


def taken(setup: Setup, subject: Callable[[], Subject]) -> float:
    with running(subject(), setup.dataset.token, setup.work) as server:
        server.press(CONNECTIONS, setup.seconds)
        return server.process.memory()
