"""Who is measured: Sandbank itself and its peers, each as a command that serves the same pages on a port."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks import data
from benchmarks.load import Load, press
from benchmarks.machine import Process, free_port
from benchmarks.peers import prism

Command = Callable[[int], Sequence[str]]
"""For a port."""
UVICORN = ("-m", "uvicorn", "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning")


@dataclass(frozen=True)
class Subject:
    name: str
    command: Callable[[int], Sequence[str]]
    """For a port."""
    paths: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Running:
    subject: Subject
    process: Process
    port: int
    token: str

    def press(self, connections: int, seconds: float) -> Load:
        before = self.process.processor_time()
        load = press(self.port, self.subject.paths, self.token, connections=connections, seconds=seconds)
        return replace(load, core=(self.process.processor_time() - before) / load.done * 1e6)


@contextmanager
def running(subject: Subject, token: str, work: Path) -> Iterator[Running]:
    """Raises CannotMeasure where it does not start."""
    port = free_port()
    log = work / f"{subject.name.replace(' ', '-')}.log"
    with Process(subject.command(port), log, subject.env) as process:
        process.wait(lambda: answers(port, subject.paths[0], token))
        yield Running(subject, process, port, token)


def answers(port: int, path: str, token: str) -> bool:
    try:
        data.get(port, path, token)
    except (OSError, AssertionError):
        return False
    return True


def serve(*arguments: str, module: str = "sandbox") -> Callable[[int], Sequence[str]]:
    return lambda port: [sys.executable, "-m", module, "serve", "--port", str(port), *arguments]


def sandbank(dataset: data.Dataset, paths: Sequence[str]) -> Subject:
    return Subject("Sandbank", serve("--data", dataset.file), paths)


def unchecked(dataset: data.Dataset, paths: Sequence[str]) -> Subject:
    return Subject(
        "Sandbank without response validation",
        serve("--data", dataset.file, module="benchmarks.peers.unchecked"),
        paths,
    )


def forgetful(dataset: data.Dataset, paths: Sequence[str]) -> Subject:
    return Subject("Sandbank without a journal", serve("--data", dataset.file, "--journal-bytes", "0"), paths)


def starlette(described: Path, paths: Sequence[str]) -> Subject:
    app = "benchmarks.peers.starlette_app:app"
    return Subject("bare Starlette", lambda port: _uvicorn(app, port), paths, {data.VARIABLE: str(described)})


def connexion(described: Path, paths: Sequence[str]) -> Subject:
    app = "benchmarks.peers.connexion_app:app"
    return Subject("stock Connexion", lambda port: _uvicorn(app, port), paths, {data.VARIABLE: str(described)})


def prism_static(document: Path, paths: Sequence[str]) -> Subject:
    """Raises CannotMeasure where Prism cannot be installed."""
    program = prism.install()
    return Subject("Prism", lambda port: prism.command(program, document, port), paths, {"NODE_ENV": "production"})


def authlib() -> Command:
    return lambda port: _uvicorn("benchmarks.peers.authlib_app:app", port)


def _uvicorn(app: str, port: int) -> Sequence[str]:
    return [sys.executable, *UVICORN, "--port", str(port), app]
