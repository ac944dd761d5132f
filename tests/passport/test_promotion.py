"""Advertising: only where it may be, and only for who agreed to it."""

from typing import Any

from tests.messenger.sent import template as message
from tests.passport.conftest import Story

LANGUAGE = {"code": "en_US"}
COUPON = message(
    {
        "template_type": "coupon",
        "title": "10 for you",
        "coupon_code": "TEN",
        "payload": "coupon",
        "coupon_url": "https://shop.example",
    }
)


def registered(story: Story, name: str, text: str) -> dict[str, Any]:
    """A utility template, as a message names it."""
    made = {"name": name, "language": "en_US", "category": "UTILITY", "components": [{"type": "BODY", "text": text}]}
    answer = story.bot.post("/me/message_templates", made)
    assert answer.ok, answer.text
    return {"template": {"name": name, "language": LANGUAGE}}


def offers(story: Story, *targetings: str) -> list[dict[str, Any]]:
    """Of banks to people, by what they were chosen."""
    given = story.links(marketing=True, targeting=True)
    told = given.get("/commerce/v1/offers")
    assert told.ok, told.text
    story.withdraws(given)
    story.world.advance("PT1M")
    return [one for one in told.json()["offers"] if one["targeting_basis"] in targetings]


def test_a_utility_message_that_advertises(story: Story) -> None:
    fine = registered(story, "parcel", "Your parcel will be there tomorrow.")
    story.asks()
    story.answers(fine, messaging_type="UTILITY")
    assert story.outcome("promotion.utility") == "pass"
    assert story.outcome("promotion.templates") == "pass"
    story.answers(registered(story, "sale", "Your parcel is there. Get 20% off today!"), messaging_type="UTILITY")
    assert "20% off" in story.finding("promotion.utility")["text"]
    assert story.finding("promotion.templates")["evidence"] == ["template:sale"]


def test_a_tagged_message_that_advertises(story: Story) -> None:
    story.bot.behave(tags="classic")
    story.asks()
    story.answers("Your order was shipped.", messaging_type="MESSAGE_TAG", tag="POST_PURCHASE_UPDATE")
    assert story.outcome("promotion.utility") == "pass"
    story.answers("Save up to $50 now!", messaging_type="MESSAGE_TAG", tag="POST_PURCHASE_UPDATE")
    assert story.outcome("promotion.utility") == "fail"


def test_an_offer_to_who_agreed_and_to_who_did_not(story: Story) -> None:
    [offer, *_] = offers(story, "none")
    story.links(marketing=True)
    story.asks()
    story.answers(f"{offer['title']}, if you like.")
    assert story.outcome("offers.consent") == "pass"
    story.links(who="jon")
    story.asks(who="jon")
    story.answers(COUPON, who="jon")
    assert story.finding("offers.consent")["text"] == "A coupon was sent to somebody who has not agreed to offers."


def test_where_the_clock_stands_still_a_withdrawal_does_not_reach_back(story: Story) -> None:
    [offer, *_] = offers(story, "none")
    access = story.links(marketing=True)
    story.asks()
    story.answers(offer["title"])
    story.withdraws(access)
    assert story.outcome("offers.consent") == "pass"


def test_an_offer_is_known_by_its_id_in_a_payload(story: Story) -> None:
    [offer, *_] = offers(story, "none")
    story.links()
    story.asks()
    replies = [{"content_type": "text", "title": "Take it", "payload": f"activate {offer['offer_id']}"}]
    story.answers({"text": "Something nice", "quick_replies": replies})
    assert offer["title"] in story.finding("offers.consent")["text"]


def test_a_box_that_was_unticked_counts_from_then_on(story: Story) -> None:
    [offer, *_] = offers(story, "none")
    access = story.links(marketing=True)
    story.asks()
    story.answers(offer["title"])
    story.world.advance("PT1H")
    amended = story.world.control("PATCH", f"/consents/{access.consent_id}", json={"marketing": False})
    assert amended.ok, amended.text
    assert story.outcome("offers.consent") == "pass"
    story.world.advance("PT1H")
    story.answers(offer["title"])
    assert len(story.stamp("offers.consent")["findings"]) == 1


def test_an_offer_that_was_chosen_by_data(story: Story) -> None:
    [offer, *_] = offers(story, "purchase_data", "declared")
    agreed = story.links(marketing=True, targeting=True)
    story.asks()
    story.answers(offer["title"])
    assert story.outcome("offers.targeting") == "pass"
    story.world.advance("PT1M")
    story.withdraws(agreed)
    story.links(marketing=True)
    story.world.advance("PT1M")
    story.answers(offer["title"])
    assert story.outcome("offers.consent") == "pass"
    assert "has not agreed to" in story.finding("offers.targeting")["text"]
