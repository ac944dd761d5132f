"""What never belongs in a chat."""

import base64
from typing import Any

import pytest

from tests.messenger.sent import buttons, generic
from tests.passport.conftest import Story

Json = dict[str, Any]


def spaced(number: str) -> str:
    return f"{number[:4]} {number[4:8]}-{number[8:]}"


def test_an_empty_world_has_seen_nothing_and_passes_nothing(story: Story) -> None:
    passport = story.passport()
    assert passport["outcome"] == "not_seen"
    assert {one["outcome"] for one in passport["rules"]} == {"not_seen"}
    assert all(one["missing"] for one in passport["rules"])


def test_an_account_number_in_a_text_names_its_account_and_its_row(story: Story) -> None:
    account = story.account()
    story.asks()
    story.answers(f"Your account ending in {account['last4']} has $2,418.07.")
    assert story.outcome("leak.numbers") == "pass"
    mid = story.answers(f"Your account {account['number']} has $2,418.07.")
    found = story.finding("leak.numbers")
    assert found["evidence"] == [f"mid:{mid}"]
    assert found["where"] == "/text"
    assert "maya's `" in found["text"]
    assert "maya.yaml, accounts/0" in found["text"]
    assert account["number"] not in found["text"]


@pytest.mark.parametrize(
    ("place", "where"),
    [
        (lambda leak: {"text": spaced(leak)}, "/text"),
        (lambda leak: {"text": "Hi", "metadata": f"acct={leak}"}, "/metadata"),
        (lambda leak: {"text": "Hi", "metadata": base64.b64encode(f"acct={leak}".encode()).decode()}, "/metadata"),
        (
            lambda leak: {"text": "Hi", "quick_replies": [{"content_type": "text", "title": "A", "payload": leak}]},
            "/quick_replies/0/payload",
        ),
        (
            lambda leak: buttons({"type": "postback", "title": "More", "payload": f'{{"account":"{leak}"}}'}),
            "/attachment/payload/buttons/0/payload",
        ),
        (
            lambda leak: buttons({"type": "web_url", "title": "Open", "url": f"https://bot.example/a%2F{leak}"}),
            "/attachment/payload/buttons/0/url",
        ),
        (
            lambda leak: generic(image_url=f"https://pictures.example/{leak}.png"),
            "/attachment/payload/elements/0/image_url",
        ),
    ],
)
def test_a_number_is_found_wherever_it_stands(story: Story, place: Any, where: str) -> None:
    story.asks()
    story.answers(place("4411"))
    assert story.outcome("leak.numbers") == "pass"
    story.answers(place(story.account()["number"]))
    assert story.finding("leak.numbers")["where"] == where


def test_somebody_elses_number_is_found_as_well(story: Story) -> None:
    story.asks()
    story.answers(f"Send it to {story.account('citi', 'henry')['number']}.")
    assert "henry's `" in story.finding("leak.numbers")["text"]


def test_routing_and_tokenised_numbers_are_found(story: Story) -> None:
    given = story.world.consent("chase")
    story.asks()
    story.answers(f"Pay to {given['accounts'][0]['tan']}.")
    assert story.finding("leak.numbers")["text"].startswith("The tokenised account number …")
    story.answers(f"Our routing number is {story.account()['routing']}.")
    assert any("routing number" in one["text"] for one in story.stamp("leak.numbers")["findings"])


@pytest.mark.parametrize(
    "leak",
    ["Card 4111 1111 1111 1111", "SSN 219-09-9999", "Routing number 021000021"],
)
def test_what_looks_like_a_number_that_nobody_here_has(story: Story, leak: str) -> None:
    story.asks()
    story.answers("Order 4111111111111112 of 2026-06-15, parcel 021000021, call 503-555-0100.")
    assert story.outcome("leak.shapes") == "pass"
    story.answers(leak)
    assert story.finding("leak.shapes")["text"].startswith("What looks like")


def test_a_token_in_a_payload(story: Story) -> None:
    access = story.links()
    story.asks()
    story.answers(buttons({"type": "postback", "title": "More", "payload": "ticket-Zb83kd92kdkw02kdjs"}))
    assert story.outcome("leak.secrets") == "pass"
    story.answers(buttons({"type": "postback", "title": "More", "payload": f"more|{access.token}"}))
    story.answers(f"Debug: {story.bot.token}")
    texts = [one["text"] for one in story.stamp("leak.secrets")["findings"]]
    assert len(texts) == 2
    assert texts[0].startswith("The access token of ")
    assert texts[1].startswith("The page token of ")
    assert access.token not in str(texts)


def test_a_name_in_the_address_of_a_picture_at_a_third_host(story: Story) -> None:
    person = story.world.control("GET", "/customers/maya").json()
    story.asks()
    story.answers(generic(image_url="https://charts.example/balance.png"))
    assert story.outcome("leak.urls") == "pass"
    assert story.passport()["third_hosts"] == [{"host": "charts.example", "times": 1}]
    own = {"type": "web_url", "title": "You", "url": f"http://127.0.0.1:9000/you?email={person['email']}"}
    story.answers(buttons(own))
    assert story.outcome("leak.urls") == "pass"
    story.answers(generic(image_url=f"https://charts.example/c.png?for={person['email'].replace('@', '%40')}"))
    assert story.finding("leak.urls")["text"] == "The person's email address goes to charts.example, in the image."
