"""One browser for all tests of a process, and a fresh view of it for each test."""

from collections.abc import Iterator

import pytest

from tests.conftest import World
from tests.console import chromium
from tests.console.handset import Bot, Handset
from tests.messenger.listener import Listener, listening


@pytest.fixture(scope="session")
def browser() -> Iterator[chromium.Page]:
    if chromium.PROGRAM is None:
        pytest.skip("these tests need Chromium: apt-get install chromium")
    with chromium.chromium() as page:
        yield page


@pytest.fixture
def page(browser: chromium.Page) -> chromium.Page:
    browser.script(allowed=True)
    browser.open("about:blank")
    browser.look(1280, 800)
    browser.complaints.clear()
    browser.requests.clear()
    return browser


@pytest.fixture
def hook() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture
def bot(world: World, hook: Listener) -> Bot:
    return Bot.of(world, hook)


@pytest.fixture
def phone(page: chromium.Page, world: World, bot: Bot) -> Iterator[Handset]:
    yield Handset.of(page, world)
    assert page.complaints == []
    assert all(url.startswith((world.server.url, "data:")) for url in page.requests)
    page.open("about:blank")
