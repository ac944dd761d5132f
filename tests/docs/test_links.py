"""Links lead somewhere."""

import re
from urllib.parse import unquote

import pytest

from tests.docs.pages import PAGES, Page

LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_resolves(page: Page) -> None:
    assert [link for link in links(page) if not resolves(page, link)] == []


def links(page: Page) -> list[str]:
    found = [one or other for one, other in LINK.findall(page.prose)]
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def resolves(page: Page, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.path.parent / unquote(path)).resolve() if path else page.path
    if not target.exists():
        return False
    return not anchor or anchor in anchors(target.read_text(encoding="utf-8"))


def anchors(text: str) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
