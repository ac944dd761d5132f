"""Several processes behind one port. They share the socket and the database, and nothing else."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from socket import socket
from types import FrameType

import click

from sandbox.settings import Settings

PATIENCE = 2.0
"""Seconds that workers have to end before they are killed."""


def supervise(settings: Settings, shared: list[socket], *, ready: Callable[[], None]) -> None:
    """Runs until SIGTERM or SIGINT. A worker that dies is replaced."""
    context = multiprocessing.get_context("spawn")
    started = context.Semaphore(0)
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    def spawn() -> BaseProcess:
        worker = context.Process(target=work, args=(settings, shared, started), daemon=True)
        worker.start()
        return worker

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    workers = [spawn() for _ in range(settings.workers)]
    answering = 0
    while not stopping:
        if answering < len(workers) and started.acquire(timeout=0.05):
            answering += 1
            if answering == len(workers):
                ready()
        elif answering == len(workers):
            time.sleep(0.1)
        for place, worker in enumerate(workers):
            if not worker.is_alive() and not stopping:
                if answering < len(workers):
                    raise click.ClickException("a worker could not start; its message stands above")
                click.echo(f"sandbank: worker {worker.pid} ended with {worker.exitcode}; another follows", err=True)
                workers[place] = spawn()
    end(workers)


def end(workers: list[BaseProcess]) -> None:
    for worker in workers:
        worker.terminate()
    last = time.perf_counter() + PATIENCE
    for worker in workers:
        worker.join(max(last - time.perf_counter(), 0))
        if worker.is_alive():
            worker.kill()


def work(settings: Settings, shared: list[socket], started: "multiprocessing.synchronize.Semaphore") -> None:
    """One worker, in a process of its own."""
    from sandbox.cli.listening import Server
    from sandbox.cli.starting import build

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all; the supervisor tells us to stop
    threading.Thread(target=_end_with_supervisor, daemon=True).start()
    server = Server.of(build(settings), started.release, shared[1:])
    server.run(sockets=shared[:1])


def _end_with_supervisor() -> None:
    """A supervisor that was killed could not tell its workers to stop; they would hold the port for ever."""
    supervisor = multiprocessing.parent_process()
    if supervisor is not None:
        supervisor.join()
        os.kill(os.getpid(), signal.SIGTERM)
