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


def probe(story: Story) -> None:
    """Until both have been answered."""
    sent = story.world.control("POST", "/passport/probe").json()["deliveries"]
    assert [one["signature"] for one in sent] == ["wrong", "missing"]
    for one in sent:
        until(lambda one=one: status(story, one) != "pending")  # type: ignore[misc]


def status(story: Story, delivery: dict[str, str]) -> str:
    told: str = story.world.control("GET", f"/messenger/deliveries/{delivery['delivery_id']}").json()["state"]
    return told


def test_a_probe_finds_who_takes_anything(story: Story, listener: Listener) -> None:
    listener.statuses += [403, 403]
    probe(story)
    assert story.outcome("webhook.signature") == "pass"
    assert story.stamp("webhook.signature")["cases"] == 2
    probe(story)
    assert {one["text"] for one in story.stamp("webhook.signature")["findings"]} == {
        "The bot took a webhook that was wrongly signed, and answered 200.",
        "The bot took a webhook that was unsigned, and answered 200.",
    }
    assert len(listener.heard) == 4, "a probe is sent once"


def test_a_probe_finds_who_acts_behind_a_refusal(story: Story, listener: Listener) -> None:
    listener.statuses += [403, 403]
    probe(story)
    psid = listener.heard[0].event["sender"]["id"]
    assert story.bot.send({"text": "You have $12.00."}, to=psid).status_code == 400
    assert "only a wrongly signed webhook" in story.finding("webhook.signature")["text"]


def test_where_no_app_listens_there_is_nothing_to_probe(story: Story) -> None:
    assert story.world.control("POST", "/passport/probe").json() == {"deliveries": []}


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
