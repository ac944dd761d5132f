"""How the messenger's person becomes the bank's customer."""

from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from tests.messenger.listener import Listener
from tests.messenger.sent import buttons
from tests.passport.conftest import Story


def journey(story: Story, **more: str) -> str:
    """Where maya's browser lands after she agreed."""
    client = story.world.clients["chase"]["client_id"]
    asked = {"response_type": "code", "client_id": client, "redirect_uri": "http://127.0.0.1:9000/callback", **more}
    url = f"/chase/aggregator-oauth/v1/authorize?{urlencode(asked)}"
    wish = {"url": url, "customer": "maya", "decision": "approve"}
    answer = story.world.control("POST", "/authorize", json=wish)
    assert answer.ok, answer.text
    return str(answer.json()["redirect"])


CHALLENGE = {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}


def test_a_journey_without_a_state_or_with_anothers(story: Story) -> None:
    journey(story, state="one", **CHALLENGE)
    assert story.outcome("linking.state") == "pass"
    journey(story, state="two")
    assert story.outcome("linking.state") == "warn", "no code challenge"
    journey(story, state="one", **CHALLENGE)
    journey(story, **CHALLENGE)
    failed = [one["text"] for one in story.stamp("linking.state")["findings"] if one["severity"] == "fail"]
    assert len(failed) == 2
    assert any("with the same state" in text for text in failed)
    assert any("without a state" in text for text in failed)


def code(story: Story, state: str) -> str:
    return parse_qs(urlsplit(journey(story, state=state, **CHALLENGE)).query)["code"][0]


def exchange(story: Story, code: str) -> requests.Response:
    client = story.world.clients["chase"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": "http://127.0.0.1:9000/callback",
        "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    }
    secret = (client["client_id"], client["client_secret"])
    url = f"{story.world.server.url}/chase/aggregator-oauth/v1/token"
    return requests.post(url, data=form, auth=secret, timeout=30)


def test_a_code_that_is_exchanged_late(story: Story) -> None:
    assert exchange(story, code(story, "one")).ok
    assert story.outcome("linking.code") == "pass"
    late = code(story, "two")
    story.world.advance("PT2M")
    exchange(story, late)
    assert "after 120 s" in story.finding("linking.code")["text"]


def test_a_code_that_is_presented_twice(story: Story) -> None:
    assert story.outcome("linking.replay") == "not_seen"
    first = code(story, "one")
    assert exchange(story, first).ok
    assert story.outcome("linking.replay") == "pass"
    assert exchange(story, first).status_code == 400
    found = story.finding("linking.replay")
    assert found["text"].endswith("presented a code of chase again after it was exchanged.")
    assert found["evidence"][0].startswith("consent:")


def links(story: Story, listener: Listener, code: str, who: str = "maya", url: str = "https://bot.example/in") -> None:
    """The person taps Log In, and the login page sends the browser back with that code."""
    story.asks("Hi", who)
    story.answers(buttons({"type": "account_link", "url": url}), who)
    opened = story.does("tap", who, button="Log In")["opens"]
    back = parse_qs(urlsplit(opened).query)["redirect_uri"][0]
    heard = len(listener.heard)
    assert requests.get(f"{back}&{urlencode({'authorization_code': code})}", timeout=30).ok
    listener.wait(heard + 1)


def test_an_authorization_code_that_two_people_get(story: Story, listener: Listener) -> None:
    links(story, listener, "ticket-1")
    assert story.outcome("linking.once") == "pass"
    links(story, listener, "ticket-2", "jon")
    assert story.outcome("linking.once") == "pass"
    links(story, listener, "ticket-1", "jon")
    assert story.finding("linking.once")["text"] == "An authorization_code was used again, for another person."


def test_a_bank_token_as_the_authorization_code(story: Story, listener: Listener) -> None:
    access = story.links()
    links(story, listener, "ticket-1")
    assert story.outcome("linking.secrets") == "pass"
    links(story, listener, access.token)
    assert story.finding("linking.secrets")["where"] == "/account_linking/authorization_code"
    links(story, listener, "ticket-3", url=f"https://bot.example/in?account={story.account()['number']}")
    assert len(story.stamp("linking.secrets")["findings"]) == 2
