"""A browser without JavaScript: it follows redirects, reads forms and sends them, and stops where a client listens."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import requests


class _Forms(HTMLParser):
    """The fields of the page's form, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: list[tuple[str, str]] = []
        self.ticked: list[tuple[str, str]] = []
        self.offered: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given.get("action", "")
        if tag == "input" and given.get("type") == "hidden":
            self.fields.append((given["name"], given.get("value", "")))
        if tag == "input" and given.get("type") == "checkbox" and "disabled" not in given:
            self.offered.append(given.get("value", ""))
        if given.get("type") in ("checkbox", "radio") and "checked" in given:
            self.ticked.append((given["name"], given.get("value", "")))

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())


@dataclass
class Browser:
    """`response` is the page one is on; once off to the client, `landed` is the URL it was sent to."""

    client_host: str = "127.0.0.1:8912"
    session: requests.Session = field(default_factory=requests.Session)
    response: requests.Response = field(default_factory=requests.Response)
    landed: str = ""

    def open(self, url: str) -> "Browser":
        return self._follow(self.session.get(url, allow_redirects=False, timeout=30))

    def send(self, action: str = "continue", **fields: str | list[str]) -> "Browser":
        """Send the page's form with these fields and the button's action. Boxes stay as the page ticked them, but for
        those of fields that are given."""
        form = self.form
        data: list[tuple[str, str]] = [*form.fields, ("action", action)]
        data += [(name, value) for name, value in form.ticked if name not in fields]
        for name, value in fields.items():
            data += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        url = urljoin(self.response.url, form.action)
        return self._follow(self.session.post(url, data=data, allow_redirects=False, timeout=30))

    def sign_in(self, username: str, password: str = "sandbank", otp: str = "123456") -> "Browser":
        return self.send(username=username, password=password).send(otp=otp)

    def consent(self, username: str) -> "Browser":
        """All the way, sharing every account on offer."""
        self.sign_in(username)
        return self.send(account=self.form.offered).send()

    @property
    def form(self) -> _Forms:
        form = _Forms()
        form.feed(self.response.text)
        return form

    @property
    def text(self) -> str:
        return " ".join(word for word in self.form.words if word)

    @property
    def answer(self) -> dict[str, str]:
        """The query that came with the redirect to the client."""
        assert self.landed, f"still at the bank: {self.response.status_code} {self.text[:300]}"
        return {name: values[0] for name, values in parse_qs(urlsplit(self.landed).query).items()}

    def _follow(self, response: requests.Response) -> "Browser":
        while response.is_redirect:
            target = urljoin(response.url, response.headers["Location"])
            if urlsplit(target).netloc == self.client_host:
                self.landed = target
                break
            response = self.session.get(target, allow_redirects=False, timeout=30)
        self.response = response
        return self
