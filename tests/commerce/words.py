"""Words for tests of the commerce API."""

from collections.abc import Iterator
from typing import Any

import requests

from tests.conftest import Access

BASE = "/commerce/v1"
Json = dict[str, Any]


def told(answer: requests.Response, status: int = 200) -> Json:
    assert answer.status_code == status, answer.text
    assert "Sandbank-Contract" not in answer.headers
    said: Json = answer.json()
    return said


def read(access: Access, path: str, **query: Any) -> Json:
    return told(access.get(BASE + path, params=query))


def does(access: Access, path: str, status: int = 200, **wish: Any) -> Json:
    return told(access.request("POST", BASE + path, json=wish), status)


def each(access: Access, path: str, **query: Any) -> Iterator[Json]:
    """Every item of a list, page by page."""
    member = path.strip("/")
    cursor: str | None = None
    while True:
        page = read(access, path, **query, **({"cursor": cursor} if cursor else {}))
        yield from page[member]
        cursor = page["next_cursor"]
        if cursor is None:
            return


def refused(answer: requests.Response, error: str) -> Json:
    """Why a call was refused, as the sandbox explains it: the refusal kept to its document, and names its rule."""
    assert answer.status_code >= 400, answer.text
    assert "Sandbank-Contract" not in answer.headers, answer.text
    origin = "/".join(answer.url.split("/", 3)[:3])
    why: Json = requests.get(f"{origin}/_sandbox/why/{answer.headers['Sandbank-Trace']}", timeout=30).json()
    assert why["error"] == error, why
    return why
