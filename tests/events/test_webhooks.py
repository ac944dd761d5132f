"""Webhooks: what happens on shared accounts is posted to the client, signed, once."""

from tests.conftest import World
from tests.events.receiver import receiving
from tests.events.webhooks import Hooks


def test_a_ping_comes_signed(world: World) -> None:
    hooks = Hooks(world, "chase")
    with receiving() as receiver:
        subscription = hooks.subscribe(receiver.url)
        answer = hooks.call("POST", f"/subscriptions/{subscription['subscription_id']}/ping")
        assert answer.status_code == 202
        (post,) = receiver.wait(lambda posts: len(posts) == 1)
        told = post.verified(subscription["secret"])
        assert told["type"] == "sandbox.webhook.ping"
        assert told["id"] == post.id == answer.json()["message_id"]


def test_what_happens_on_a_shared_account_is_posted_in_order(world: World) -> None:
    hooks = Hooks(world, "chase")
    with receiving() as receiver:
        subscription = hooks.subscribe(receiver.url)
        world.consent("chase")
        receiver.wait(lambda posts: any(post.message["type"] == "sandbox.consent.granted" for post in posts))
        world.advance("P3D")
        posts = receiver.wait(lambda posts: len(posts) > 8)
        told = [post.verified(subscription["secret"]) for post in posts]
        for account in {one["data"].get("account_id") for one in told}:
            times = [one["time"] for one in told if one["data"].get("account_id") == account]
            assert times == sorted(times)
        assert len({post.id for post in posts}) == len(posts)
