"""This machine: one core serves, another one asks; starting processes, stopping them, and what they take."""

import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
PINNED = len(CORES) > 1 and shutil.which("taskset") is not None
SERVING, ASKING = (CORES[0], CORES[1]) if PINNED else (None, None)
ROOT = Path(__file__).resolve().parent.parent


class CannotMeasure(Exception):
    """A figure cannot be had here; the text says why. It is named in the table, never left out."""


def pinned(command: Sequence[str], core: int | None) -> list[str]:
    return list(command) if core is None else ["taskset", "-c", str(core), *command]


def ask_from_here() -> None:
    """Puts this process on the core that asks."""
    if ASKING is not None:
        os.sched_setaffinity(0, {ASKING})


@contextmanager
def every_core() -> Iterator[None]:
    """For work that is spread over processes; afterwards this process asks again."""
    if CORES:
        os.sched_setaffinity(0, CORES)
    yield
    ask_from_here()


def describe() -> str:
    cores = f"server on core {SERVING}, load on core {ASKING}" if PINNED else "NOT PINNED: needs two cores and taskset"
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {cores}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Process:
    """A server on the serving core, in a session of its own, stopped with everything that it started."""

    def __init__(self, command: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> None:
        self.log = log
        self.started = time.perf_counter()
        with log.open("wb") as output:
            self.popen = subprocess.Popen(
                pinned(command, SERVING),
                env={**os.environ, **(env or {})},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def wait(self, ready: Callable[[], bool], limit: float = 60.0, step: float = 0.05) -> float:
        """Seconds from the start until `ready`. Raises CannotMeasure with what the process said."""
        while not ready():
            if self.popen.poll() is not None or time.perf_counter() - self.started > limit:
                said = self.log.read_text(errors="replace").strip()[-1500:]
                raise CannotMeasure(f"{' '.join(map(str, self.popen.args))} did not get ready:\n{said}")  # type: ignore[arg-type]
            time.sleep(step)
        return time.perf_counter() - self.started

    def stop(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.popen.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def memory(self) -> float:
        """Megabytes (PSS) of the process and all its children."""
        return sum(_pss(pid) for pid in _family(self.popen.pid)) / 1024

    def processor_time(self) -> float:
        """Seconds that the process and its children have had of their core; 0 where there is no /proc."""
        return sum(_ticks(pid) for pid in _family(self.popen.pid)) / os.sysconf("SC_CLK_TCK")


def _family(root: int) -> list[int]:
    """A process and its descendants."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(stat.parent.name))
    family = [root]
    for pid in family:
        family += parents.get(pid, [])
    return family


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError as error:
        if sys.platform != "linux":
            raise CannotMeasure("memory is read from /proc, which only Linux has") from error
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
