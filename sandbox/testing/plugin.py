"""The pytest plugin: fixtures for tests against Sandbank, there as soon as the package is installed.

Nothing starts before a test asks for a fixture. One server serves all tests of a process, so each worker of
pytest-xdist has its own; `--sandbank-url` or SANDBANK_URL names one for all. Either way every test has a world of its
own.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from sandbox.testing.wishes import BANKS, MARKER, NOW, Slug, Wishes, only_banks

if TYPE_CHECKING:
    from sandbox.testing import (
        Bank,
        Clock,
        Consent,
        Journal,
        MessengerInbox,
        Persona,
        Sandbank,
        Server,
        WebhookInbox,
        World,
    )


SHARED = pytest.StashKey["Server"]()
"""The server that pytest-xdist's workers share."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("sandbank", "Sandbank, the open-banking sandbox")
    group.addoption(
        "--sandbank-url", metavar="URL", help="A running server for all tests. [SANDBANK_URL, else one of our own]"
    )
    group.addoption(
        "--sandbank-shared",
        action="store_true",
        help="With pytest-xdist: one server for all workers. [each has its own]",
    )
    group.addoption(
        "--sandbank-banks", metavar="SLUG,…", type=only_banks, help="Only these banks for tests with `bank`. [all]"
    )
    group.addoption("--sandbank-now", metavar="ISO", default=NOW, help=f"Where worlds' clocks stand. [{NOW}]")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out tests at banks that the command line or a test's marker does not name."""
    chosen: tuple[str, ...] = config.getoption("--sandbank-banks") or _banks_of_run() or BANKS
    left_out = [item for item in items if not _is_wanted(item, chosen)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _banks_of_run() -> tuple[str, ...]:
    """Those of `sandbank contract run`, where it runs these tests."""
    return tuple(filter(None, os.environ.get("SANDBANK_BANKS", "").split(",")))


def _is_wanted(item: pytest.Item, chosen: tuple[str, ...]) -> bool:
    at = item.callspec.params.get("bank") if isinstance(item, pytest.Function) and hasattr(item, "callspec") else None
    return not isinstance(at, Slug) or (at in chosen and at in Wishes.of(item).banks)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Before a worker of pytest-xdist starts: it is told of the server that all share."""
    config: pytest.Config = node.config
    if not config.getoption("--sandbank-shared") or _named(config):
        return
    if SHARED not in config.stash:
        served = ExitStack()
        config.stash[SHARED] = served.enter_context(_own(config))
        config.add_cleanup(served.close)
    node.workerinput["sandbank_url"] = config.stash[SHARED].url


@pytest.fixture(scope="session")
def sandbank(pytestconfig: pytest.Config) -> "Iterator[Server]":
    """The server: the one that is named, else one in this process."""
    from sandbox.testing import Server

    url = _named(pytestconfig) or getattr(pytestconfig, "workerinput", {}).get("sandbank_url")
    if url:
        yield Server(url)
        return
    with _own(pytestconfig) as server:
        yield server


def _named(config: pytest.Config) -> str | None:
    """The server that somebody else runs."""
    return config.getoption("--sandbank-url") or os.environ.get("SANDBANK_URL") or None


def _own(config: pytest.Config) -> "Sandbank":
    from sandbox.settings import Settings
    from sandbox.testing import Sandbank

    return Sandbank(Settings(now=config.getoption("--sandbank-now"), freeze=True))


@pytest.fixture(scope="session")
def _world_of_run(sandbank: "Server", pytestconfig: pytest.Config) -> "World | None":
    from sandbox.testing.runs import world_of_run

    return world_of_run(sandbank, os.environ, pytestconfig)


@pytest.fixture
def world(sandbank: "Server", request: pytest.FixtureRequest) -> "Iterator[World]":
    """A fresh world for this test, whose clock stands still."""
    wishes = Wishes.of(request.node)
    run = None if wishes.another_world else request.getfixturevalue("_world_of_run")
    if run is not None:
        from sandbox.testing.runs import START

        run.restore(START)
        yield run
        return
    if wishes.snapshot is not None:
        with sandbank.load(_beside(request, wishes.snapshot)) as made:
            yield made
        return
    now = wishes.now or request.config.getoption("--sandbank-now")
    with sandbank.world(now=now, frozen=wishes.frozen, seed=wishes.seed) as made:
        yield made


def _beside(request: pytest.FixtureRequest, name: str) -> Path:
    """The file, which is named from the test's folder or from pytest's root. Raises UsageError."""
    for folder in (request.path.parent, request.config.rootpath):
        if (folder / name).is_file():
            return folder / name
    raise pytest.UsageError(f"{request.node.nodeid}: there is no snapshot {name} beside the test or below the root")


@pytest.fixture
def clock(world: "World") -> "Clock":
    """The time in this test's world."""
    return world.clock


@pytest.fixture(params=[Slug(slug) for slug in BANKS])
def bank(world: "World", request: pytest.FixtureRequest) -> "Bank":
    """The test runs once at every bank; this is one of them, as the world's client knows it."""
    return world.bank(cast(Slug, request.param))


@pytest.fixture
def persona(world: "World", request: pytest.FixtureRequest) -> "Persona":
    """Maya, or whom the marker names."""
    return world.persona(Wishes.of(request.node).persona)


@pytest.fixture
def consent(bank: "Bank", persona: "Persona") -> "Consent":
    """What the persona shares at the bank: all accounts, with everything that the bank can share of them."""
    return persona.consent(bank.slug)


@pytest.fixture
def journal(world: "World") -> "Journal":
    """What clients asked in this test's world, and were answered."""
    return world.journal


@pytest.fixture
def webhook_inbox(world: "World") -> "Iterator[WebhookInbox]":
    """An address to which the banks' webhooks come, once `subscribe` has asked for them."""
    from sandbox.testing import WebhookInbox

    with closing(WebhookInbox(world)) as inbox:
        yield inbox


@pytest.fixture
def messenger_inbox(world: "World", request: pytest.FixtureRequest) -> "Iterator[MessengerInbox]":
    """The phone of the persona, who talks to the page of this test's world; and the webhook of the page's bot."""
    from sandbox.testing import MessengerInbox

    with closing(MessengerInbox(world, Wishes.of(request.node).persona)) as inbox:
        yield inbox
