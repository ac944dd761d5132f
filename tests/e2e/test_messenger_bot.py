"""The reference bot's whole story at every bank, and what must never happen in it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from examples.messenger_bot import receipts
from examples.messenger_bot.app import Service
from examples.messenger_bot.banks import BANKS
from tests.conftest import World
from tests.e2e.chat import Person, running_bot, until

AUTOMATED = "automated assistant"
INBOX = "263902037430900"
"""The platform's own app, in which people answer."""


@pytest.fixture
def bot(world: World) -> Iterator[Service]:
    with running_bot(world) as service:
        yield service


@pytest.fixture
def maya(world: World) -> Person:
    return Person(world, "maya")


def linked(person: Person, bank: str, **decided: Any) -> None:
    """The person has said hello and linked the bank."""
    person.says("hi")
    person.sees("account_link", BANKS[bank].name)
    person.links(BANKS[bank].name, **decided)
    person.sees(f"{BANKS[bank].name} is linked")


def psid(world: World, username: str = "maya") -> str:
    return str(world.control("GET", f"/messenger/users/{username}").json()["psid"])


# --- The story -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bank", BANKS)
def test_the_whole_story(bot: Service, world: World, bank: str) -> None:
    maya = Person(world, "maya")
    name = BANKS[bank].name
    maya.says("hi")
    maya.sees("Hello!", AUTOMATED)
    maya.sees("account_link", name)
    maya.links(name, marketing=True)
    maya.sees(f"{name} is linked")

    maya.says("what is my balance?")
    maya.sees("Household", "$2,718.86")
    maya.says("what happened lately")
    maya.sees(f"The latest at {name}", "Rosefield Electric")

    maya.says("my purchases")
    maya.sees("generic", "Bramblebox: $14.31")
    maya.taps("Show more")
    maya.sees("generic", "Earlier purchases")
    maya.taps("Something is wrong", card="Cloudkeep Storage")
    maya.sees("What is wrong with it?")
    maya.taps("Wrong amount")
    maya.sees("has opened a dispute over $2.99")

    maya.says("where is my parcel")
    maya.sees("generic", "Expected")
    maya.taps("Details")
    maya.sees("At the carrier")
    maya.says("which bills are due")
    maya.sees("Wheelhouse Auto Cover: $118.40")
    maya.says("any offers?")
    maya.sees("$5 back at Willowcart")
    maya.sees("notification_messages")
    maya.taps("Activate", card="$5 back at Willowcart")
    maya.sees("is active until")

    maya.says("what did you read")
    maya.sees(f"On record at {name}", "listPurchases")
    maya.says("unlink")
    maya.sees("I have forgotten what I had from your banks")
    world.advance("PT1M")
    maya.says("balance")
    maya.sees("You have not linked a bank yet")
    assert broken(world) == []


def broken(world: World) -> list[str]:
    """The rules of the privacy passport that the bot broke."""
    passport = world.control("GET", "/passport").json()
    return [one["rule"] for one in passport["rules"] if one["outcome"] == "fail"]


@pytest.mark.parametrize("bank", BANKS)
def test_a_frozen_card_is_unfrozen_after_a_fresh_sign_in(bot: Service, world: World, maya: Person, bank: str) -> None:
    linked(maya, bank)
    maya.says("cards")
    maya.sees("Freeze")
    maya.taps("Freeze")
    maya.sees("is frozen now")
    world.advance("PT20M")  # longer than a sign-in is fresh, and at some banks than an access token lives
    maya.says("cards")
    maya.sees("Unfreeze")
    maya.taps("Unfreeze")
    maya.sees("wants you to sign in again")
    maya.signs_in(maya.taps("Log In")["opens"])
    maya.sees("is active now")


def test_a_receipt_comes_as_the_platform_draws_it_and_as_often_as_it_is_asked_for(bot: Service, maya: Person) -> None:
    linked(maya, "chase")
    for times in (1, 2):
        maya.says("purchases")
        maya.sees("Bramblebox: $14.31")
        maya.taps("Receipt")
        drawn = maya.sees("receipt", "recipient_name")["attachment"]["payload"]
        assert drawn["merchant_name"] == "Bramblebox"
        assert drawn["summary"]["total_cost"] == 14.31
        assert drawn["order_number"].endswith("(2)") == (times == 2)
        link = maya.sees("Open", "by-link")["attachment"]["payload"]["buttons"][0]["url"]
        assert requests.get(link, timeout=30).status_code == 200


# --- Alerts ----------------------------------------------------------------------------------------------------------


def checking(world: World, bank: str, customer: str = "maya") -> str:
    listed = world.control("GET", f"/customers/{customer}/accounts", params={"bank": bank}).json()["accounts"]
    return str(next(one["account_id"] for one in listed if one["kind"] == "CHECKING"))


def charge(world: World, account: str, amount: str, **more: Any) -> None:
    row = {"amount": amount, "description": "GRANITE TOOLS", **more}
    answer = world.control("POST", f"/accounts/{account}/transactions", json=row)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("bank", BANKS)
def test_a_large_charge_is_told_at_once_and_can_be_disputed(
    bot: Service, world: World, maya: Person, bank: str
) -> None:
    linked(maya, bank)
    charge(world, checking(world, bank), "-730.00")
    maya.sees("$730.00 was charged", "It was me")
    maya.taps("Dispute")
    maya.sees("has opened a dispute over $730.00")


def test_after_a_day_of_silence_an_alert_comes_as_a_utility_template(bot: Service, world: World, maya: Person) -> None:
    linked(maya, "chase")
    world.advance("P2D")
    charge(world, checking(world, "chase"), "-2650.00")
    told = maya.sees("large_charge", "$2,650.00")
    assert told["template"]["name"] == "large_charge"
    maya.sees("low_balance")
    assert {one["messaging_type"] for one in maya.everything()[-2:]} == {"UTILITY"}


def test_offers_are_sent_to_those_alone_who_agreed_to_both(bot: Service, world: World) -> None:
    eager, shy = Person(world, "omar"), Person(world, "maya")
    for person in (eager, shy):
        linked(person, "chase", marketing=True)
    eager.says("offers")
    eager.sees("notification_messages")
    eager.opts_in()
    eager.sees("I will tell you when there is an offer")
    world.advance("P14D")
    eager.sees("generic", "back")
    assert not [one for one in shy.reads() if "back at" in json.dumps(one)]
    eager.opts_out()
    until(lambda: not bot.memory.offers_token(psid(world, "omar")), "the bot has let the token go")


def test_without_consent_to_offers_none_are_shown(bot: Service, maya: Person) -> None:
    linked(maya, "usbank")
    maya.says("offers")
    maya.sees("You have not told U.S. Bank that you want offers")


# --- Privacy ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bank", BANKS)
def test_no_account_id_and_no_token_is_ever_said(bot: Service, world: World, maya: Person, bank: str) -> None:
    linked(maya, bank)
    for wish in ("balance", "what happened", "purchases", "parcels", "bills", "cards"):
        maya.says(wish)
        until(maya.reads, f"there is an answer to {wish}", maya)
    [link] = bot.memory.links(psid(world))
    [shared] = bot.bot.desk.banks(link.psid)
    ids = [account.account_id for account in shared.accounts()]
    said = json.dumps(maya.everything())
    for secret in (link.token["access_token"], link.token["refresh_token"], *ids):
        assert secret not in said


def test_after_a_revocation_at_the_bank_nothing_is_known_any_more(bot: Service, world: World, maya: Person) -> None:
    linked(maya, "citi")
    [link] = bot.memory.links(psid(world))
    revoked = world.control("POST", f"/consents/{link.consent}/revoke")
    assert revoked.status_code == 200, revoked.text
    until(lambda: bot.memory.link_of_consent(link.consent) is None, "the bot has forgotten the link")
    maya.says("balance")
    maya.sees("You have not linked a bank yet")


def test_who_logs_out_is_unlinked(bot: Service, world: World, maya: Person) -> None:
    linked(maya, "usbank")
    maya.says("privacy")
    maya.sees("account_unlink")
    maya.taps("Log Out")
    until(lambda: not bot.memory.links(psid(world)), "the bot has forgotten the link")
    maya.says("balance")
    maya.sees("You have not linked a bank yet")


def test_who_wants_to_be_forgotten_is(bot: Service, world: World, maya: Person) -> None:
    linked(maya, "wellsfargo")
    [link] = bot.memory.links(psid(world))
    maya.says("forget me")
    maya.sees("is deleted")
    assert world.control("GET", f"/consents/{link.consent}").json()["status"] == "REVOKED"
    assert bot.memory.links(link.psid) == []
    maya.says("hi")
    maya.sees("Hello!", AUTOMATED)


def test_it_says_again_that_it_is_automated_after_a_long_silence(bot: Service, world: World, maya: Person) -> None:
    maya.says("hi")
    maya.sees("Hello!", AUTOMATED)
    maya.says("privacy")
    maya.sees("Forget me")
    assert AUTOMATED not in json.dumps(maya.reads())
    world.advance("P2D")
    maya.says("privacy")
    maya.sees("Hello again!", AUTOMATED)


def test_it_keeps_quiet_while_a_person_answers(bot: Service, world: World, maya: Person) -> None:
    maya.says("can I talk to a human?")
    maya.sees("A person takes over now")
    until(lambda: maya.owner() == INBOX, "the inbox has the thread")
    maya.is_answered("This is Ada. How can I help?")
    maya.says("what is my balance")
    maya.is_answered("Let me have a look. Bye!", done=True)
    maya.sees("I am back", AUTOMATED)
    said = [one["content"]["text"] for one in maya.everything() if one["sender"] == "page" and "text" in one["content"]]
    assert not [one for one in said if "not linked" in one]


# --- What others try -------------------------------------------------------------------------------------------------


def test_a_webhook_that_is_not_signed_by_the_platform_is_refused(bot: Service, maya: Person) -> None:
    maya.says("hi")
    maya.sees("account_link")
    forged = {
        "object": "page",
        "entry": [{"messaging": [{"sender": {"id": "1"}, "message": {"mid": "m", "text": "x"}}]}],
    }
    for headers in ({}, {"X-Hub-Signature-256": "sha256=" + "0" * 64}, {"X-Hub-Signature": "sha1=" + "0" * 40}):
        answer = requests.post(f"{bot.settings.bot_url}/webhook", json=forged, headers=headers, timeout=30)
        assert answer.status_code == 403


def test_a_webhook_of_a_bank_that_is_not_signed_is_refused(bot: Service) -> None:
    event = {"id": "evt_1", "type": "sandbox.balance.low", "data": {"consent_id": "x"}}
    answer = requests.post(f"{bot.settings.bot_url}/bank-events/chase", json=event, timeout=30)
    assert answer.status_code == 401


def test_what_is_told_twice_is_answered_once(bot: Service, world: World, maya: Person) -> None:
    changed = world.control("PATCH", "/messenger/pages/ready", json={"behaviour": {"duplicate_rate": 1}})
    assert changed.status_code == 200, changed.text
    maya.says("privacy")
    maya.sees("Forget me")
    maya.says("balance")
    maya.sees("You have not linked a bank yet")
    said = [json.dumps(one["content"]) for one in maya.everything() if one["sender"] == "page"]
    assert sum("Forget me" in one for one in said) == 1
    assert sum("not linked a bank" in one for one in said) == 1


def test_what_was_answered_is_not_answered_again_after_a_restart(world: World, maya: Person, tmp_path: Path) -> None:
    database = str(tmp_path / "bot.db")
    with running_bot(world, database):
        maya.says("privacy")
        maya.sees("Forget me")
    [delivery] = world.control("GET", "/messenger/deliveries", params={"state": "delivered"}).json()["deliveries"]
    with running_bot(world, database):
        world.control("POST", f"/messenger/deliveries/{delivery['delivery_id']}/replay").raise_for_status()
        maya.says("balance")
        maya.sees("You have not linked a bank yet")
        assert "Forget me" not in json.dumps(maya.reads())


def test_a_button_works_for_the_person_alone_whom_it_was_sent_to(bot: Service, world: World, maya: Person) -> None:
    priya = Person(world, "priya")
    for person in (maya, priya):
        person.says("hi")
        person.sees("account_link", "Chase")
    mayas, priyas = maya.taps("Log In", card="Chase")["opens"], priya.taps("Log In", card="Chase")["opens"]
    stolen = f"{mayas.partition('?')[0]}?{priyas.partition('?')[2]}"
    answer = requests.get(stolen, allow_redirects=False, timeout=30)
    assert answer.status_code == 400
    assert "made for somebody else" in answer.text


def test_who_says_no_at_the_bank_has_linked_nothing(bot: Service, maya: Person) -> None:
    maya.says("link")
    maya.sees("account_link", "Chase")
    page = maya.links("Chase", decision="deny")
    assert "Account Linking Failed" in page
    maya.says("balance")
    maya.sees("You have not linked a bank yet")


# --- Receipts --------------------------------------------------------------------------------------------------------


def test_every_purchase_is_drawn_so_that_its_sums_add_up(world: World) -> None:
    """Priya's life has the ugly ones: tips, discounts, gift cards, over a hundred items, none, accents, other money."""
    access, cursor, seen = world.access("chase", "priya"), "", 0
    while True:
        query = {"limit": 100, **({"cursor": cursor} if cursor else {})}
        page = access.get("/commerce/v1/purchases", params=query).json()
        for purchase in page["purchases"]:
            drawn = receipts.drawn(purchase)
            summary, items = drawn["summary"], drawn["elements"]
            less = sum(one["amount"] for one in drawn.get("adjustments", []))
            parts = summary["subtotal"] + summary["shipping_cost"] + summary["total_tax"] - less
            assert parts == pytest.approx(summary["total_cost"])
            assert len(items) <= receipts.MOST_ITEMS
            if items:
                assert sum(one["price"] for one in items) == pytest.approx(summary["subtotal"])
            assert set(receipts.ADDRESS) <= set(drawn.get("address", receipts.ADDRESS))
            seen += 1
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert seen > 100
