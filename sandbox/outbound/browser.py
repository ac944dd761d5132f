"""As little of a browser as it takes to follow somebody's login page: cookies by host, redirects, links, plain forms.
It goes where the guard lets it."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from sandbox.outbound.documents import Heard, ask
from sandbox.outbound.guard import Guard

PATIENCE = 30.0
"""Seconds for one page."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Way:
    """A link, or a button of a form: where a page leads."""

    text: str
    url: str
    method: str = "GET"
    values: Mapping[str, str] = field(default_factory=dict)


class Browser:
    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._cookies = defaultdict[str, dict[str, str]](dict)

    async def go(self, way: Way) -> Heard:
        """What is answered there, in a thread, so that others are heard meanwhile. Raises Refused or Unreachable."""
        url, body = way.url, None
        if way.method == "POST":
            body = urlencode(way.values).encode()
        elif way.values:
            url = f"{url.partition('?')[0]}?{urlencode(way.values)}"
        host = urlsplit(url).netloc
        headers = {"Accept": "text/html,*/*", "User-Agent": "Sandbank phone", **(FORM if body is not None else {})}
        if self._cookies[host]:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies[host].items())
        heard = await asyncio.to_thread(ask, self.guard, url, headers, method=way.method, body=body, patience=PATIENCE)
        for line in heard.headers.get_all("Set-Cookie") or ():
            self._cookies[host] |= _cookie(line)
        return heard


def redirect(url: str, heard: Heard) -> str:
    """Where an answer sends the browser; empty where it stays."""
    where = heard.headers.get("Location", "")
    return urljoin(url, where) if 300 <= heard.status < 400 and where else ""


def ways(url: str, heard: Heard) -> list[Way]:
    """Where a page leads, in reading order."""
    reader = _Reader(url)
    reader.feed(heard.body.decode("utf-8", "replace"))
    return reader.found


def _cookie(line: str) -> dict[str, str]:
    """Until the end of the browser, which is near: lifetimes and paths are not kept."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(line).items()}
    except CookieError:
        return {}


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.found: list[Way] = []
        self._text: list[str] | None = None
        self._link = ""
        self._form = ("", "GET")
        self._hidden: dict[str, str] = {}
        self._button: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self._link, self._text = urljoin(self.url, given["href"]), []
        elif tag == "form":
            action = urljoin(self.url, given.get("action", ""))
            self._form, self._hidden = (action, given.get("method", "GET").upper()), {}
        elif tag == "input" and given.get("type") == "submit":
            self._submit(given, given.get("value", ""))
        elif tag == "input" and given.get("name") and given.get("type") not in ("radio", "checkbox"):
            self._hidden[given["name"]] = given.get("value", "")
        elif tag == "button":
            self._button, self._text = given, []

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("a", "button") or self._text is None:
            return
        text, self._text = " ".join("".join(self._text).split()), None
        if tag == "a":
            self.found.append(Way(text, self._link))
        else:
            self._submit(self._button, text)

    def _submit(self, given: Mapping[str, str], text: str) -> None:
        pressed = {given["name"]: given.get("value", "")} if given.get("name") else {}
        action, method = self._form
        self.found.append(Way(text, action, method, {**self._hidden, **pressed}))
