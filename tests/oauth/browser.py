"""A browser without JavaScript: it follows redirects, reads forms and sends them, and stops where a client listens."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import requests


@dataclass
class Form:
    """A form: its hidden fields, the boxes that can be ticked and those that are, and its buttons' actions."""

    action: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    ticked: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    """The forms of a page, its links, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag == "button" and given.get("name") == "action":
            self.forms[-1].buttons.append(given.get("value", ""))
        if tag == "input" and given.get("type") == "hidden":
            self.forms[-1].fields.append((given["name"], given.get("value", "")))
        if tag == "input" and given.get("type") == "checkbox" and "disabled" not in given:
            self.forms[-1].offered.append(given.get("value", ""))
        if tag == "input" and given.get("type") in ("checkbox", "radio") and "checked" in given:
            self.forms[-1].ticked.append((given["name"], given.get("value", "")))

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
        """Send the form that has the button (the first form, if none has) with these fields. Boxes stay as the page
        ticked them, but for those of fields that are given."""
        form = next((form for form in self.page.forms if action in form.buttons), self.form)
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
    def page(self) -> _Page:
        page = _Page()
        page.feed(self.response.text)
        return page

    @property
    def form(self) -> Form:
        """The page's first form."""
        return next(iter(self.page.forms), Form())

    @property
    def text(self) -> str:
        return " ".join(word for word in self.page.words if word)

    def follow(self, ending: str = "") -> "Browser":
        """The first link of the page that leads somewhere else and ends so."""
        links = (link for link in self.page.links if not link.startswith("#") and link.endswith(ending))
        return self.open(urljoin(self.response.url, next(links)))

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
