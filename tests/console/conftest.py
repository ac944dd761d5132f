"""One browser for all tests of a process, and a fresh view of it for each test."""

from collections.abc import Iterator

import pytest

from tests.console import chromium


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
