"""Somebody's command, run as a shell would: its own output, its own exit code, and signals passed on."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

from sandbox.cli.failures import Failure

BY_SIGNAL = 128
"""A shell's exit codes: this and the signal's number, and those of the two failures."""
PASSED_ON = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class NotFound(Failure):
    """There is no such command."""

    exit_code = 127


class NotExecutable(Failure):
    """It cannot be run."""

    exit_code = 126


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Its exit code; 128 and the signal's number where one ended it. Raises NotFound or NotExecutable."""
    try:
        process = subprocess.Popen(command, env=dict(environment))
    except FileNotFoundError:
        raise NotFound(f"there is no command {command[0]!r}") from None
    except OSError as error:
        raise NotExecutable(f"{command[0]!r} cannot be run: {error.strerror}") from None
    with _passing_on(process):
        while (code := _ended(process)) is None:
            pass
    return code if code >= 0 else BY_SIGNAL - code


def _ended(process: subprocess.Popen[bytes]) -> int | None:
    """Its exit code, if it ends soon. A wait without an end would not end for a signal that another thread got."""
    try:
        return process.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        return None


@contextmanager
def _passing_on(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Whatever asks us to stop asks the command, and we wait for it: what it did is still to be reported."""

    def pass_on(number: int, _frame: FrameType | None) -> None:
        if process.poll() is None and not (number == signal.SIGINT and _has_terminal()):
            process.send_signal(number)

    before = {one: signal.signal(one, pass_on) for one in PASSED_ON}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _has_terminal() -> bool:
    """Whether Ctrl-C comes from a terminal in whose foreground we are: then the command has heard it as well."""
    if not hasattr(os, "tcgetpgrp"):
        return sys.stdin.isatty()
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False
