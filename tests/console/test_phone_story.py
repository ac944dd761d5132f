"""The reference bot's story as a person sees it: in a browser, the bank's own consent pages in a second window."""

from collections.abc import Iterator

import pytest

from examples.messenger_bot.app import Service
from examples.messenger_bot.banks import BANKS
from tests.conftest import World
from tests.console.chromium import Page
from tests.console.handset import Handset, consent
from tests.e2e.chat import running_bot


@pytest.fixture
def bot(world: World) -> Iterator[Service]:
    with running_bot(world) as service:
        yield service


@pytest.fixture
def phone(page: Page, world: World, bot: Service) -> Iterator[Handset]:
    yield Handset.of(page, world)
    assert page.complaints == []
    page.open("about:blank")


@pytest.mark.parametrize("bank", BANKS)
def test_from_hello_to_a_receipt(phone: Handset, bank: str) -> None:
    name = BANKS[bank].name
    phone.open()
    phone.write("hi")
    phone.sees("automated assistant")
    phone.tap("Log In", card=name)
    consent(phone.page.opened())
    phone.sees("Account linked.", "#sheet")
    phone.tap("Close")
    phone.sees(f"{name} is linked")

    phone.write("what is my balance?")
    phone.sees("$2,718.86")
    phone.write("my purchases")
    phone.tap("Receipt", card="Bramblebox")
    phone.sees("$14.31", ".receipt")
    phone.write("unlink")
    phone.sees("I have forgotten what I had from your banks")
