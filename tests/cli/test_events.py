"""sandbank listen and sandbank events."""

from tests.cli.words import asked, run
from tests.conftest import World
from tests.events.receiver import receiving
from tests.events.webhooks import Hooks


def test_listen_posts_events_until_it_ends(world: World) -> None:
    here = {"SANDBANK_URL": world.server.url, "SANDBANK_WORLD": world.world_id}
    world.consent("chase")
    world.advance("P3D")
    with receiving() as receiver:
        # What happened under a consent before anybody listened comes first: so there is something to end with.
        done = run("listen", "--forward-to", receiver.url, "--once", **here)
        assert done.exit_code == 0, done.output
        assert "Signed by whsec_" in done.output
        assert "204 in" in done.output
        secret = done.output.split("Signed by ")[1].split()[0]
        for post in receiver.posts:
            post.verified(secret)
    assert asked("events", "deliveries", **here) == {"webhooks": []}


def test_what_happened_and_what_became_of_it_is_listed_and_sent_again(world: World) -> None:
    here, hooks = {"SANDBANK_URL": world.server.url, "SANDBANK_WORLD": world.world_id}, Hooks(world, "chase")
    with receiving(lambda _post: 410) as receiver:
        subscription = hooks.subscribe(receiver.url)
        message_id = hooks.ping(subscription)
        hooks.settled(subscription, message_id, "dead")
        told = asked("events", "deliveries", subscription["subscription_id"], "--state", "dead", **here)
        assert [one["message_id"] for one in told["deliveries"]] == [message_id]
        assert "webhook.ping" in run("events", "deliveries", subscription["subscription_id"], **here).output
        assert asked("events", "replay", subscription["subscription_id"], **here) == {"replayed": 1}
        listed = asked("events", "list", "--type", "webhook.disabled", **here)["events"]
        assert [one["type"] for one in listed] == ["sandbox.webhook.disabled"]
        assert "webhook.disabled" in run("events", "list", **here).output
