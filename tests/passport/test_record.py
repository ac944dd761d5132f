"""The wire, the reads, and the record of them."""

from sqlalchemy import literal_column, update

from sandbox.store.database import param
from sandbox.store.schema import access as access_table
from tests.messenger.listener import Listener
from tests.passport.conftest import Story, until

ACCOUNTS = "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts"
PURCHASES = "/commerce/v1/purchases"


def test_a_bot_that_takes_what_is_wrongly_signed(story: Story, listener: Listener) -> None:
    def hears(how: str, status: int) -> None:
        story.bot.behave(signature=how, retry_clock="world")
        listener.statuses.append(status)
        next_one = len(listener.heard) + 1  # it may arrive before the call returns
        story.asks("Hi")
        listener.wait(next_one)

    hears("good", 200)
    assert story.outcome("webhook.signature") == "not_seen"
    hears("wrong", 403)
    hears("missing", 403)
    until(lambda: story.stamp("webhook.signature")["cases"] == 2)
    assert story.outcome("webhook.signature") == "pass"
    hears("wrong", 200)
    until(lambda: story.outcome("webhook.signature") == "fail")
    assert "wrongly signed, and answered 200" in story.finding("webhook.signature")["text"]


def test_what_is_read_and_never_told(story: Story) -> None:
    access = story.links()
    story.asks()
    assert access.get(PURCHASES).ok
    story.answers("You bought a lamp.")
    assert story.outcome("minimal.reads") == "pass"
    story.world.advance("PT10M")
    assert access.get(ACCOUNTS).ok
    found = story.finding("minimal.reads")
    assert found["severity"] == "warn"
    assert "was read 1 × at chase for Maya, and no message followed. It holds " in found["text"]


def test_what_is_granted_and_never_read(story: Story) -> None:
    access = story.links()
    story.asks()
    assert story.outcome("minimal.grants") == "not_seen"
    assert access.get(PURCHASES).ok
    assert "TRANSACTIONS" in story.finding("minimal.grants")["text"]


def test_a_record_that_was_altered(story: Story) -> None:
    access = story.links()
    access.get(PURCHASES)
    assert story.outcome("audit.whole") == "pass"
    database, column = story.world.server.app.services.database, access_table.c
    database.prepare(
        update(access_table).where(column.world_id == param("of_world")).values(status=literal_column("500"))
    ).run(of_world=story.world.world_id)
    assert story.finding("audit.whole")["text"].startswith("The audit trail is broken: altered")
