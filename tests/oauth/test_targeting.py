"""Offers chosen by the customer's data: a box beneath the one for offers, and nothing without that."""

from typing import Any

import pytest

from tests.conftest import World
from tests.control.words import refused, told
from tests.oauth.browser import Browser
from tests.oauth.conftest import App, application, register
from tests.oauth.grants import only_consent


def willing(world: World, bank: str) -> App:
    return application(world, bank, register(world, bank, asks_for_marketing=True))


def agreed(app: App, **boxes: str) -> dict[str, Any]:
    """The consent of somebody who ticked these boxes on the review page."""
    page = Browser().open(app.start()).send(username="omar", password="sandbank").send(otp="123456")
    page.send(account=page.form.offered).send(**boxes)
    return only_consent(app)


@pytest.mark.parametrize(
    ("boxes", "marketing", "targeting"),
    [
        ({}, False, False),
        ({"marketing": "yes"}, True, False),
        ({"marketing": "yes", "targeting": "yes"}, True, True),
        ({"targeting": "yes"}, False, False),
    ],
)
def test_the_review_page_asks_for_it_apart(
    world: World, boxes: dict[str, str], marketing: bool, targeting: bool
) -> None:
    consent = agreed(willing(world, "usbank"), **boxes)
    assert (consent["marketing"], consent["targeting"]) == (marketing, targeting)


def test_without_a_browser_it_is_said_as_well(world: World) -> None:
    app = willing(world, "chase")
    wish = {"url": app.start(), "customer": "omar", "marketing": True, "targeting": True}
    told(world.control("POST", "/authorize", json=wish))
    assert only_consent(app)["targeting"] is True


def test_it_is_not_given_without_offers(world: World) -> None:
    wish = {"bank": "chase", "customer": "maya", "client_id": world.clients["chase"]["client_id"], "targeting": True}
    refused(world.control("POST", "/consents", json=wish), 409, "TargetingAlone")
    given = world.consent("chase")["consent_id"]
    refused(world.control("PATCH", f"/consents/{given}", json={"targeting": True}), 409, "TargetingAlone")


def test_who_takes_offers_back_takes_it_back_too(world: World) -> None:
    given = world.consent("chase", marketing=True, targeting=True)["consent_id"]
    assert told(world.control("GET", f"/consents/{given}"))["targeting"] is True
    amended = told(world.control("PATCH", f"/consents/{given}", json={"marketing": False}))
    assert (amended["marketing"], amended["targeting"]) == (False, False)
    again = told(world.control("PATCH", f"/consents/{given}", json={"marketing": True}))
    assert again["targeting"] is False
