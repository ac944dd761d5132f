"""What a client does in its customer's name is told at once, and once."""

from sandbox.store.events import EventLog
from tests.commerce.words import does, each, read
from tests.conftest import World


def log(world: World) -> list[tuple[str, dict[str, object]]]:
    """Every event of the world so far: its type and its data."""
    told = EventLog(world.server.app.services.database).after(world.world_id, 0, 1000)
    return [(one.type, one.data) for _, one in told]


def test_deeds_become_events(world: World) -> None:
    access = world.access("chase", "priya", marketing=True)
    card = read(access, "/cards")["cards"][0]["card_id"]
    for _ in range(2):  # the second changes nothing
        does(access, f"/cards/{card}/freeze", reason="I cannot find it.")
    offer = next(one for one in each(access, "/offers") if one["activation"]["state"] == "available")["offer_id"]
    does(access, f"/offers/{offer}/activate", channel="chat")
    purchase = next(one for one in each(access, "/purchases", status="delivered") if len(one["transaction_ids"]) == 1)
    wish = {"transaction_id": purchase["transaction_ids"][0], "reason": "not_received"}
    dispute = does(access, "/disputes", 201, **wish)["dispute_id"]

    told = [(name, data) for name, data in log(world) if name.startswith(("card.", "offer.", "dispute."))]
    assert [name for name, _ in told] == ["card.status_changed", "offer.activated", "dispute.status_changed"]
    assert told[0][1] == {"card_id": card, "old": "active", "new": "frozen", "reason": "I cannot find it."}
    assert told[1][1]["offer_id"] == offer
    assert told[2][1]["dispute_id"] == dispute
