"""What arrives while a test looks: webhooks of banks, messages of bots, calls of clients."""

from collections.abc import Iterator
from contextlib import closing

import pytest
import requests

from sandbox.testing import MessengerInbox, Refused, WebhookInbox, World
from sandbox.testing import Server as Client
from tests.conftest import NOW, Server


@pytest.fixture
def world(server: Server) -> Iterator[World]:
    with Client(server.url).world(now=NOW, frozen=True) as made:
        yield made


@pytest.fixture
def inbox(world: World) -> Iterator[WebhookInbox]:
    with closing(WebhookInbox(world)) as opened:
        yield opened


@pytest.fixture
def phone(world: World) -> Iterator[MessengerInbox]:
    with closing(MessengerInbox(world, "maya")) as opened:
        yield opened


def test_webhooks_come_signed_in_their_order(world: World, inbox: WebhookInbox) -> None:
    inbox.subscribe(world.bank("chase"), "purchase.*")
    consent = world.consent("chase")
    inbox.wait("consent.granted")
    consent.revoke()
    [granted, *_] = inbox.wait("consent.*", count=2)
    [revoked] = inbox.wait("consent.revoked")
    assert granted.type == "consent.granted"
    assert granted.signed
    assert revoked.signed
    assert revoked.data["consent_id"] == consent.id
    assert revoked.id != granted.id


def test_a_webhook_that_is_refused_comes_again_by_the_worlds_clock(world: World, inbox: WebhookInbox) -> None:
    inbox.subscribe("usbank")
    inbox.answer(503)
    world.consent("usbank")
    [first] = inbox.wait("consent.granted")
    one = inbox.subscriptions[0]["subscription_id"]
    world.control("POST", "/wait-for", {"delivery": {"channel": "usbank", "state": "queued"}, "timeout": "PT5S"})
    inbox.answer(lambda webhook: 204 if webhook.signed else 401)
    world.clock.advance("PT6S")
    [_, again] = inbox.wait("consent.granted", count=2)
    assert again.id == first.id
    waited = world.control("POST", "/wait-for", {"delivery": {"channel": "usbank", "id": one}, "timeout": "PT10S"})
    assert waited["met"], waited


def test_a_webhook_signed_by_somebody_else_is_told_apart(inbox: WebhookInbox) -> None:
    inbox.subscribe("chase")
    headers = {"webhook-id": "m1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
    requests.post(inbox.url, json={"type": "sandbox.consent.revoked"}, headers=headers, timeout=30)
    [forged] = inbox.wait()
    assert (forged.type, forged.signed) == ("consent.revoked", False)


def test_what_does_not_come_is_said_with_what_came(inbox: WebhookInbox) -> None:
    with pytest.raises(AssertionError, match=r"1 of offer\.redeemed did not come in 0\.05 s; nothing came"):
        inbox.wait("offer.redeemed", timeout=0.05)


def test_what_a_bot_sends_arrives_on_the_phone(phone: MessengerInbox) -> None:
    def bot_says(text: str) -> None:
        message = {"recipient": {"id": phone.psid}, "message": {"text": text}, "messaging_type": "RESPONSE"}
        url, query = f"{phone.graph_url}/me/messages", {"access_token": phone.page_token}
        assert requests.post(url, params=query, json=message, timeout=30).status_code == 200

    phone.say("What is my balance?")
    bot_says("Let me look.")
    bot_says("You have $2,715.34.")
    assert phone.wait()["content"] == {"text": "Let me look."}
    assert phone.wait("2,715")["content"]["text"] == "You have $2,715.34."
    assert [one["content"]["text"] for one in phone.messages] == ["Let me look.", "You have $2,715.34."]
    with pytest.raises(AssertionError, match="since the last one came"):
        phone.wait(timeout=0.05)


def test_what_a_person_does_comes_to_the_bots_webhook(phone: MessengerInbox) -> None:
    phone.listen()
    phone.say("Hi")
    event = phone.wait_for_webhook("message")
    assert event["message"]["text"] == "Hi"
    assert event["sender"]["id"] == phone.psid
    with pytest.raises(AssertionError, match="a webhook with postback did not come"):
        phone.wait_for_webhook("postback", timeout=0.05)


def test_the_journal_is_read_waited_for_and_held_against_expectations(world: World) -> None:
    consent, journal = world.consent("chase"), world.journal
    assert journal.requests() == []
    consent.get()
    [called] = journal.wait(bank="chase", operation="searchForAccounts")
    assert (called["status"], called["client_id"]) == (200, world.bank("chase").client_id)
    requests.get(f"{consent.bank.url}/nowhere", timeout=30)
    assert [one["status"] for one in journal.requests(channel="chase")] == [200]
    journal.expect(bank="chase", status=200, times=1)
    journal.expect(bank="chase", status="5xx", never=True)
    with pytest.raises(AssertionError, match=r"expected exactly 2 of .*found 1"):
        journal.expect(bank="chase", operation="searchForAccounts", times=2)
    with pytest.raises(AssertionError, match="status: wanted exactly 404, and 200 came"):
        journal.expect(bank="chase", status=404)
    with pytest.raises(AssertionError):
        journal.wait(bank="citi", timeout=0.05)
    with pytest.raises(Refused):
        journal.expect(banc="chase")
