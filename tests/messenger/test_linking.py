"""A person links their bank account: from the Log In button over the app's login page and the bank's real consent back
to the platform. The app is the smallest that can do it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import requests

from tests.conftest import SESSION
from tests.messenger.conftest import Bot
from tests.messenger.listener import Listener, Page, listening

CODE = "made-by-the-app"


class App:
    """A login page that sends people to Chase, and a callback that exchanges the code."""

    def __init__(self, bot: Bot, hook: Listener) -> None:
        self.bot, self.hook = bot, hook
        self.origin = hook.url.removesuffix("/webhook")
        self.server = bot.world.server.url
        self.client = bot.world.clients["chase"]
        self.backs = dict[str, str]()
        self.tokens = list[str]()
        self.people = list[str]()
        hook.pages |= {"/login": self.login, "/choose": self.choose, "/callback": self.callback}

    def offer(self, path: str = "/login") -> None:
        """Listens, and sends the button."""
        answer = self.bot.world.control("PATCH", "/messenger/pages/ready", json={"callback_url": self.hook.url})
        assert answer.status_code == 200, answer.text
        self.bot.hear()
        button = {"type": "account_link", "url": self.origin + path}
        payload = {"template_type": "button", "text": "Link your bank", "buttons": [button]}
        sent = self.bot.send({"attachment": {"type": "template", "payload": payload}})
        assert sent.status_code == 200, sent.text

    def choose(self, query: dict[str, str]) -> Page:
        ways = "".join(f"<a href='/login?{urlencode(query)}'>{name}</a>" for name in ("Chase", "Another bank"))
        return 200, {"Content-Type": "text/html"}, f"<h1>Your bank?</h1>{ways}"

    def login(self, query: dict[str, str]) -> Page:
        token = query["account_linking_token"]
        if "redirect_uri" not in query:
            return 400, {}, "There is no redirect_uri."
        asked = {"fields": "recipient", "account_linking_token": token}
        self.people.append(self.bot.get("/me", params=asked).json()["recipient"])
        self.backs[token] = query["redirect_uri"]
        wish = {
            "response_type": "code",
            "client_id": self.client["client_id"],
            "redirect_uri": f"{self.origin}/callback",
            "state": token,
        }
        return 302, {"Location": f"{self.server}/chase/aggregator-oauth/v1/authorize?{urlencode(wish)}"}, ""

    def callback(self, query: dict[str, str]) -> Page:
        back = self.backs[query["state"]]
        if "code" not in query:
            return 302, {"Location": back}, ""
        form = {"grant_type": "authorization_code", "code": query["code"], "redirect_uri": f"{self.origin}/callback"}
        credentials = (self.client["client_id"], self.client["client_secret"])
        metadata = SESSION.get(f"{self.server}/chase/.well-known/oauth-authorization-server", timeout=30).json()
        told = requests.post(metadata["token_endpoint"], data=form, auth=credentials, timeout=30).json()
        self.tokens.append(told["access_token"])
        return 302, {"Location": f"{back}&authorization_code={CODE}"}, ""


@pytest.fixture
def app(bot: Bot) -> Iterator[App]:
    with listening() as hook:
        yield App(bot, hook)


def link(bot: Bot, **wish: Any) -> dict[str, Any]:
    answer = bot.world.control("POST", "/messenger/users/maya/link", json=wish)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def events(app: App, name: str) -> list[Any]:
    return [heard.event[name] for heard in app.hook.heard if name in heard.event]


def test_the_whole_way_from_the_button_through_the_banks_consent(bot: Bot, app: App) -> None:
    app.offer()
    told = link(bot)
    assert told["linked"], told
    assert [step["step"] for step in told["link"]["steps"]] == [
        "tap", "open", "login page", "bank", "callback", "return", "event",
    ]  # fmt: skip
    assert app.people == [bot.psid()]
    assert len(app.tokens) == 1
    wanted = {"status": "linked", "authorization_code": CODE}
    with app.hook.changed:
        assert app.hook.changed.wait_for(lambda: wanted in events(app, "account_linking"), 10)
    assert bot.world.control("GET", "/messenger/users/maya").json()["linked_at"] == "2026-06-15T15:00:00Z"


def test_a_login_page_with_a_choice_is_followed_by_what_the_person_clicks(bot: Bot, app: App) -> None:
    app.offer("/choose")
    stuck = link(bot)
    assert stuck["failed"]["step"] == "login page"
    assert "'Chase', 'Another bank'. Say in `follow`" in stuck["failed"]["why"]
    assert link(bot, follow=["chase"])["linked"]


@pytest.mark.parametrize(
    ("wish", "behaviour", "step", "words"),
    [
        ({"decision": "deny"}, {}, "return", "without authorization_code"),
        ({"password": "wrong"}, {}, "bank", "The bank refuses"),
        ({"leave_at": "review"}, {}, "bank", "left the bank's pages at review"),
        ({}, {"region": "eu"}, "open", "not offered in Europe"),
        ({}, {"surface": "desktop"}, "open", "iOS and Android alone"),
        ({}, {"link_omits": "redirect_uri"}, "login page", "answers 400: There is no redirect_uri."),
    ],
)
def test_a_link_that_fails_says_at_which_step_and_why(
    bot: Bot, app: App, *, wish: dict[str, Any], behaviour: dict[str, Any], step: str, words: str
) -> None:
    app.offer()
    bot.behave(**behaviour)
    told = link(bot, **wish)
    assert not told["linked"]
    assert (told["failed"]["step"], told["link"]["state"]) == (step, "failed")
    assert words in told["failed"]["why"]
    kept = bot.world.control("GET", "/messenger/users/maya/links").json()["links"]
    assert kept == [told["link"]]


def test_a_login_page_that_is_not_there_is_named(bot: Bot, app: App) -> None:
    app.offer("/nowhere")
    told = link(bot)
    assert told["failed"]["step"] == "login page"
    assert f"GET {app.origin}/nowhere answers 403" in told["failed"]["why"]


def test_by_browser_a_token_is_good_once_and_for_five_minutes(bot: Bot, app: App) -> None:
    app.offer()

    def tapped() -> str:
        opens = bot.world.control("POST", "/messenger/users/maya/tap", json={"button": "Log In"}).json()["opens"]
        assert urlsplit(opens).path == "/login"
        requests.get(opens, allow_redirects=False, timeout=30)
        return app.backs[list(app.backs)[-1]]

    back = tapped()
    first = requests.get(f"{back}&authorization_code=one", timeout=30)
    assert (first.status_code, "You are logged in" in first.text) == (200, True)
    again = requests.get(f"{back}&authorization_code=two", timeout=30)
    assert (again.status_code, "Account Linking Failed" in again.text) == (400, True)
    late = tapped()
    bot.world.advance("PT6M")
    answer = requests.get(f"{late}&authorization_code=three", timeout=30)
    assert "good for five minutes" in answer.text
    token = list(app.backs)[-1]
    asked = bot.get("/me", params={"fields": "recipient", "account_linking_token": token})
    assert asked.json()["error"]["message"] == "(#100) Invalid account_linking_token"


def test_logging_out_is_told(bot: Bot, app: App) -> None:
    app.offer()
    assert link(bot)["linked"]
    assert bot.world.control("POST", "/messenger/users/maya/unlink").json()["unheard"] == []
    with app.hook.changed:
        assert app.hook.changed.wait_for(lambda: {"status": "unlinked"} in events(app, "account_linking"), 10)
    assert bot.world.control("GET", "/messenger/users/maya").json()["linked_at"] is None
