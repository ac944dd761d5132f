"""sandbank doctor"""

import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click

from sandbox.cli.remote import dump

OLDEST: tuple[int, ...] = (3, 11)
OK, HINT, PROBLEM = "ok", "hint", "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    level: str
    """ok, hint or problem."""
    check: str
    text: str


Checks = Iterator[Finding]


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), envvar="SANDBANK_PORT", default=8080, help="[8080]")
@click.option("--host", envvar="SANDBANK_HOST", default="127.0.0.1", help="[127.0.0.1]")
@click.option("--data", envvar="SANDBANK_DATA", metavar="FILE|URL", help="The database that would be served.")
@click.option("--seed-data", envvar="SANDBANK_SEED_DATA", metavar="DIR", help="A folder of your own personas.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(port: int, host: str, data: str | None, seed_data: str | None, as_json: bool) -> None:
    """Look for what could keep Sandbank from working here. Exit code 1 where there is a problem."""
    checks: Mapping[str, Callable[[], Checks]] = {
        "python": python,
        "settings": variables,
        "port": lambda: port_is_free(host, port),
        "data": lambda: data_file(data),
        "cache": cache_folder,
        "documents": documents,
        "seed data": lambda: seeds(seed_data),
        "clock": machine_clock,
        "proxy": lambda: proxies(os.environ),
        "container": lambda: container(host),
    }
    findings = []
    for name, check in checks.items():
        try:
            findings += list(check())
        except Exception as error:
            findings.append(Finding(PROBLEM, name, f"the check itself failed: {type(error).__name__}: {error}"))
    bad = any(finding.level == PROBLEM for finding in findings)
    if as_json:
        dump({"sound": not bad, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            click.echo(f"{finding.level:<8} {finding.check:<10} {finding.text}")
    sys.exit(1 if bad else 0)


def python() -> Checks:
    running = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST:
        yield Finding(OK, "python", f"Python {running}")
    else:
        yield Finding(PROBLEM, "python", f"Python {running}; 3.11 or newer is needed")


def variables() -> Checks:
    from sandbox.cli.starting import checked
    from sandbox.settings import Settings, SettingsInvalid

    try:
        checked(Settings.read())
    except SettingsInvalid as error:
        yield Finding(PROBLEM, "settings", str(error))
    else:
        yield Finding(OK, "settings", "the variables that are set can be used")


def port_is_free(host: str, port: int) -> Checks:
    from sandbox.cli import ports
    from sandbox.cli.failures import Unusable

    try:
        with ports.bound(host, port):
            yield Finding(OK, "port", f"{host}:{port} is free")
    except Unusable as error:
        yield Finding(PROBLEM, "port", error.message)


def data_file(data: str | None) -> Checks:
    if data is None:
        yield Finding(OK, "data", "a temporary file, gone when the server stops; --data keeps it")
        return
    if "://" not in data and not Path(data).exists():
        folder = Path(data).resolve().parent
        if folder.is_dir() and os.access(folder, os.W_OK):
            yield Finding(OK, "data", f"{data} will be made")
        else:
            yield Finding(PROBLEM, "data", f"{folder} is not a folder that can be written to")
        return
    from sandbox.kernel.errors import DataFileForeign
    from sandbox.store.database import Database

    try:
        Database.open(data).close()
    except DataFileForeign as error:
        yield Finding(PROBLEM, "data", f"{error.detail} {error.hint}".strip())
    else:
        yield Finding(OK, "data", f"{data} is Sandbank's")


def cache_folder() -> Checks:
    from sandbox.contract import cache

    folder = cache.folder()
    if folder is None:
        yield Finding(HINT, "cache", "no home folder, so every start is a cold one; set SANDBANK_CACHE_DIR")
        return
    nearest = next(one for one in (folder, *folder.parents) if one.exists())
    if os.access(nearest, os.W_OK):
        yield Finding(OK, "cache", f"{folder} can be written to")
    else:
        yield Finding(
            HINT, "cache", f"{folder} cannot be written to, so every start is a cold one; set SANDBANK_CACHE_DIR"
        )


def documents() -> Checks:
    from sandbox.contract.documents import load
    from sandbox.dialect.bank import discover
    from sandbox.kernel.errors import SandbankError

    names = [*discover(), "control"]
    sound = []
    for name in names:
        try:
            load(name)
            sound.append(name)
        except SandbankError as error:
            yield Finding(PROBLEM, "documents", error.detail)
    yield Finding(OK, "documents", f"{', '.join(sound)} can be served")


def seeds(seed_data: str | None) -> Checks:
    from sandbox.kernel.errors import SeedDataInvalid
    from sandbox.seeding.stories import SeedStories

    try:
        stories = SeedStories(seed_data)
        stories.read()
        sold = f"{len(stories.shelves)} shelves of goods, {len(stories.offer_plans)} offers"
        people = f"{len(stories.personas)} personas, {len(stories.catalogue)} merchants"
        yield Finding(OK, "seed data", f"{people}, {sold}")
    except SeedDataInvalid as error:
        for problem in error.problems:
            yield Finding(PROBLEM, "seed data", problem)


def machine_clock() -> Checks:
    from sandbox.kernel.clock import from_millis, iso, wall

    now = from_millis(wall())
    if 2024 <= now.year < 2100:
        yield Finding(OK, "clock", f"this machine says {iso(now)}")
    else:
        yield Finding(PROBLEM, "clock", f"this machine says {iso(now)}; set it right, or start with --now")


def proxies(environment: Mapping[str, str]) -> Checks:
    """A client that sends loopback calls to a proxy gets the proxy's errors, and blames the server."""
    names = [name for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy") if environment.get(name)]
    spared = {part.strip() for part in (environment.get("NO_PROXY") or environment.get("no_proxy") or "").split(",")}
    if not names:
        yield Finding(OK, "proxy", "none is set")
    elif "*" in spared or {"127.0.0.1", "localhost"} <= spared:
        yield Finding(OK, "proxy", f"{names[0]} is set, and NO_PROXY spares this machine")
    else:
        proxy = urlsplit(environment[names[0]]).netloc.rpartition("@")[2] or "a proxy"
        text = f"{names[0]} sends clients to {proxy} even for this machine; export NO_PROXY=127.0.0.1,localhost"
        yield Finding(HINT, "proxy", text)


def container(host: str) -> Checks:
    inside = Path("/.dockerenv").exists() or Path("/run/.containerenv").exists()
    if not inside:
        yield Finding(OK, "container", "none")
    elif host in ("127.0.0.1", "localhost", "::1"):
        yield Finding(
            HINT,
            "container",
            "this is a container, and nothing outside it reaches 127.0.0.1; serve with --host 0.0.0.0",
        )
    else:
        other = "set SANDBANK_CONTROL_TOKEN to use the control API from outside"
        yield Finding(OK, "container", f"this is a container ({socket.gethostname()}); {other}")
