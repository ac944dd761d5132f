"""Pages of 100 transactions from an account of 20,000, another page with every request."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from statistics import median

from benchmarks import data
from benchmarks.load import Load
from benchmarks.machine import CannotMeasure
from benchmarks.report import Figure, Target, at_least, at_most, skipped
from benchmarks.rounds import alternate, ratio
from benchmarks.setup import Setup
from benchmarks.subjects import Running, Subject, running

CONNECTIONS, MANY = 8, 64
WARM_UP = 2.0


def pages(setup: Setup) -> list[Figure]:
    peers: list[tuple[str, Callable[[], Subject], Target]] = [
        ("Prism, static example", setup.prism, at_least(2)),
        ("bare Starlette, same rows, no checks", setup.starlette, at_least(0.6)),
        ("stock Connexion FlaskApp, checked answers", setup.connexion, at_least(30)),
    ]
    what = "pages/s, {} connections"
    figures = []
    with ExitStack() as stack:
        ours = launch(setup, stack, setup.sandbank)
        up, absent = [ours], {}
        for name, subject, target in peers:
            try:
                up.append(launch(setup, stack, subject))
            except CannotMeasure as reason:
                absent[name] = skipped(f"{what.format(CONNECTIONS)}: {name}", reason, target)
        loads = under_load(setup, up, CONNECTIONS, setup.rounds)
    present = iter(zip(up[1:], loads[1:], strict=True))
    for name, _, target in peers:
        if name in absent:
            figures.append(absent[name])
        else:
            _, theirs = next(present)
            figures.append(rates(what.format(CONNECTIONS), loads[0], name, theirs, target))
    return figures


def tail(setup: Setup) -> list[Figure]:
    what, target = f"slowest page of a hundred (p99), {MANY} connections", at_most(0.1)
    with ExitStack() as stack:
        try:
            up = [launch(setup, stack, setup.sandbank), launch(setup, stack, setup.prism)]
            ours, theirs = under_load(setup, up, MANY, setup.rounds)
        except CannotMeasure as reason:
            return [skipped(what, reason, target)]
    a, b = [load.p99 for load in ours], [load.p99 for load in theirs]
    return [Figure(what, f"{median(a):,.0f} ms", f"Prism: {median(b):,.0f} ms", ratio(a, b), target, rounds=both(a, b))]


def validation(setup: Setup) -> list[Figure]:
    """Against Sandbank with the check of its answers taken out."""
    return [cost(setup, "what checking every answer costs", setup.unchecked, "the same without the check")]


def journal(setup: Setup) -> list[Figure]:
    """Against Sandbank that keeps no exchange."""
    return [cost(setup, "what keeping every exchange costs", setup.forgetful, "the same without a journal")]


def cost(setup: Setup, what: str, without: Callable[[], Subject], name: str) -> Figure:
    """Against Sandbank without it. The two are so near each other that processor time is compared, which a busy machine
    disturbs less than the rate, and in more rounds."""
    with ExitStack() as stack:
        up = [launch(setup, stack, setup.sandbank), launch(setup, stack, without)]
        loads = alternate(4 * setup.rounds, up, lambda server: server.press(CONNECTIONS, max(setup.seconds / 2, 1)))
    ours, theirs = ([load.core for load in taken] for taken in loads)
    if not all(theirs):
        raise CannotMeasure("processor time is read from /proc, which only Linux has")
    return Figure(
        what,
        f"{median(ours):,.0f} µs of its core a page",
        f"{name}: {median(theirs):,.0f} µs",
        (1 - 1 / ratio(ours, theirs)) * 100,
        at_most(15, " %"),
        unit=" % of pages/s",
        rounds=both(ours, theirs),
    )


def launch(setup: Setup, stack: ExitStack, subject: Callable[[], Subject]) -> Running:
    """Up, proven to answer with the same rows, and warm."""
    up = stack.enter_context(running(subject(), setup.dataset.token, setup.work))
    answers_alike = up.subject.name != "Prism"
    checked = setup.pages if answers_alike else [page.unknown() for page in setup.pages]
    data.check(up.port, checked, up.subject.paths, setup.dataset.token)
    up.press(CONNECTIONS, WARM_UP)
    return up


def under_load(setup: Setup, up: Sequence[Running], connections: int, rounds: int) -> list[list[Load]]:
    return alternate(rounds, up, lambda server: server.press(connections, setup.seconds))


def rates(what: str, ours: Sequence[Load], name: str, theirs: Sequence[Load], target: Target) -> Figure:
    a, b = [load.rate for load in ours], [load.rate for load in theirs]
    rounds = both(a, b) | {"our core": [load.core for load in ours], "their core": [load.core for load in theirs]}
    return Figure(what, f"{median(a):,.0f}", f"{name}: {median(b):,.0f}", ratio(a, b), target, rounds=rounds)


def both(ours: list[float], theirs: list[float]) -> dict[str, list[float]]:
    return {"ours": ours, "theirs": theirs}
