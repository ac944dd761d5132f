"""Webhooks: what happens on shared accounts is posted to the client, signed, in order, once, and again until it is
taken."""

from collections.abc import Iterator
from threading import Event

import pytest
import requests
from standardwebhooks import WebhookVerificationError

from tests.conftest import World
from tests.events.receiver import Post, receiving
from tests.events.webhooks import Hooks, until

WAITS = ("PT5S", "PT5M", "PT30M", "PT2H", "PT5H", "PT10H", "PT10H")
"""Before each further attempt."""


@pytest.fixture
def hooks(world: World) -> Hooks:
    return Hooks(world, "chase")


def test_a_ping_comes_signed(hooks: Hooks) -> None:
    with receiving() as receiver:
        subscription = hooks.subscribe(receiver.url)
        message_id = hooks.ping(subscription)
        (post,) = receiver.wait(lambda posts: len(posts) == 1)
        told = post.verified(subscription["secret"])
        assert told["type"] == "sandbox.webhook.ping"
        assert told["id"] == post.id == message_id
        tried = hooks.settled(subscription, message_id, "delivered")
        assert tried["body"].encode() == post.body
        assert tried["tries"][0]["headers"]["webhook-signature"] == post.headers["webhook-signature"]


def test_what_happens_on_shared_accounts_is_posted_in_order_and_once(world: World, hooks: Hooks) -> None:
    with receiving() as receiver:
        subscription = hooks.subscribe(receiver.url)
        world.consent("chase")
        world.advance("P3D")
        posts = receiver.wait(lambda posts: len(posts) > 8)
        told = [post.verified(subscription["secret"]) for post in posts]
        assert "sandbox.consent.granted" in {one["type"] for one in told}
        for account in {one["data"].get("account_id") for one in told}:
            times = [one["time"] for one in told if one["data"].get("account_id") == account]
            assert times == sorted(times)
        assert len({post.id for post in posts}) == len(posts)


def test_what_is_not_taken_comes_again_with_its_id_and_is_dead_in_the_end(world: World, hooks: Hooks) -> None:
    with receiving(lambda _post: 503) as receiver:
        subscription = hooks.subscribe(receiver.url)
        message_id = hooks.ping(subscription)
        for attempts, wait in enumerate(WAITS, start=1):
            told = hooks.settled(subscription, message_id, "queued", attempts)
            assert told["tries"][-1]["problem"] == "the receiver answered 503"
            world.advance(wait)
        hooks.settled(subscription, message_id, "dead", 8)
        assert receiver.ids() == [message_id] * 8
        assert [one["message_id"] for one in hooks.deliveries(subscription, state="dead")] == [message_id]

        receiver.answers = lambda _post: 200
        assert hooks.replay(subscription, state="dead") == 1
        hooks.settled(subscription, message_id, "delivered", 9)


def test_the_log_of_a_world_is_bounded_and_says_what_it_lost(
    world: World, hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = world.server.app.services.subscribers.deliveries
    monkeypatch.setattr(log, "most", 8)
    with receiving() as receiver:
        one, quiet = hooks.subscribe(receiver.url), hooks.subscribe(receiver.url, event_types=["card.*"])
        sent = [hooks.ping(quiet)]
        hooks.settled(quiet, sent[0], "delivered")
        for _ in range(20):
            sent.append(hooks.ping(one))
            hooks.settled(one, sent[-1], "delivered")
    page = hooks.page(one)
    kept = [told["message_id"] for told in page["deliveries"]]
    assert kept == sent[: -len(kept) - 1 : -1], "the latest are kept"
    assert page["lost"] == 20 - len(kept)
    assert 7 <= len(kept) <= 9
    assert [told["message_id"] for told in hooks.deliveries(quiet)] == sent[:1], "nobody loses their latest"
    assert hooks.page(quiet)["lost"] == 0
    gone = hooks.call("GET", f"/subscriptions/{one['subscription_id']}/deliveries/{sent[1]}")
    assert gone.status_code == 404
    assert "not in the log any more" in gone.text


def test_nobody_who_answers_is_told_in_the_log(hooks: Hooks) -> None:
    with receiving() as receiver:
        nobody = receiver.url
    subscription = hooks.subscribe(nobody)
    told = hooks.settled(subscription, hooks.ping(subscription), "queued")
    assert told["tries"][0]["status"] is None
    assert "refused" in told["tries"][0]["problem"].lower()


def test_who_is_gone_hears_nothing_more_until_it_is_active_again(world: World, hooks: Hooks) -> None:
    with receiving(lambda _post: 410) as gone, receiving() as other:
        subscription, second = hooks.subscribe(gone.url), hooks.subscribe(other.url)
        message_id = hooks.ping(subscription)
        hooks.settled(subscription, message_id, "dead")
        (post,) = other.wait(lambda posts: len(posts) == 1)
        told = post.verified(second["secret"])
        assert told["type"] == "sandbox.webhook.disabled"
        assert told["data"]["endpoint_id"] == subscription["subscription_id"]

        path = f"/subscriptions/{subscription['subscription_id']}"
        assert hooks.call("GET", path).json()["status"] == "disabled"
        assert hooks.call("POST", f"{path}/ping").status_code == 409
        world.consent("chase")
        other.wait(lambda posts: any("consent.granted" in post.message["type"] for post in posts))
        assert gone.ids() == [message_id]

        gone.answers = lambda _post: 204
        assert hooks.call("PATCH", path, json={"status": "active"}).json()["disabled_reason"] is None
        gone.wait(lambda posts: any("consent.granted" in post.message["type"] for post in posts))


@pytest.mark.parametrize(
    "secret", ["whsec_", "whsec_c2hvcnQ=", "whsec_\u00ff" + "A" * 43, "c2VjcmV0" * 6, "whsec_!!!!" * 8]
)
def test_what_is_no_secret_of_standard_webhooks_is_refused(hooks: Hooks, secret: str) -> None:
    wish = {"url": "http://127.0.0.1:9", "secret": secret}
    assert hooks.call("POST", "/subscriptions", json=wish).status_code == 400


def test_while_a_secret_is_rotated_both_sign(world: World, hooks: Hooks) -> None:
    with receiving() as receiver:
        subscription = hooks.subscribe(receiver.url)
        path = f"/subscriptions/{subscription['subscription_id']}/secret"
        rotated = hooks.call("POST", path).json()
        assert rotated["secret"] != subscription["secret"]
        hooks.ping(subscription)
        (both,) = receiver.wait(lambda posts: len(posts) == 1)
        for secret in (subscription["secret"], rotated["secret"]):
            both.verified(secret)
        world.advance("P1D")
        hooks.ping(subscription)
        post = receiver.wait(lambda posts: len(posts) == 2)[1]
        post.verified(rotated["secret"])
        with pytest.raises(WebhookVerificationError):
            post.verified(subscription["secret"])


def test_filters_let_pass_what_they_name_and_the_consent_itself(world: World, hooks: Hooks) -> None:
    account = world.control("GET", "/customers/maya/accounts", params={"bank": "chase"}).json()["accounts"][0]
    with receiving() as receiver:
        over = {"amount": "100.00", "currency": "USD"}
        hooks.subscribe(receiver.url, event_types=["sandbox.transaction.*"], amount_over=over, merchant="BLUE")
        world.consent("chase")
        receiver.wait(lambda posts: posts)
        for amount, name in (("-99.00", "BLUE LAMP"), ("-101.00", "BLUE LAMP"), ("-300.00", "RED LAMP")):
            row = {"amount": amount, "description": name, "counterparty": name}
            path = f"/accounts/{account['account_id']}/transactions"
            assert world.control("POST", path, json=row).status_code == 201
        world.control("POST", "/clock/advance", json={"by": "PT1S"})
        posts = receiver.wait(lambda posts: any("transaction" in post.message["type"] for post in posts))
        rows = [post.message for post in posts if "transaction" in post.message["type"]]
        assert {(row["data"]["amount"]["amount"], row["data"]["merchant_name"]) for row in rows} == {
            ("101.00", "BLUE LAMP")
        }
        assert {post.message["type"].split(".")[1] for post in posts} == {"consent", "transaction"}


def test_the_banks_own_notification_holds_an_id_and_nothing_to_read(world: World, hooks: Hooks) -> None:
    with receiving() as receiver:
        subscription = hooks.subscribe(receiver.url, format="bank")
        consent = world.consent("chase")
        revoked = world.control("POST", f"/consents/{consent['consent_id']}/revoke", json={})
        assert revoked.status_code == 200, revoked.text
        posts = receiver.wait(lambda posts: any(post.message["type"] == "CONSENT_REVOKED" for post in posts))
        told = posts[-1].verified(subscription["secret"])
        assert told["category"] == "CONSENT"
        assert told["notificationPayload"]["id"] == consent["consent_id"]
        assert told["notificationPayload"]["customFields"]["name"] == "INITIATOR"
        assert told["notificationId"] == posts[-1].id


def test_a_client_sees_its_own_subscriptions_only(world: World, hooks: Hooks) -> None:
    answer = world.control(
        "POST",
        "/clients",
        json={
            "bank": "chase",
            "client_id": "nosy-" + world.world_id,
            "name": "N",
            "redirect_uris": ["http://127.0.0.1/"],
        },
    )
    nosy = answer.json()
    subscription = hooks.subscribe("http://127.0.0.1:9/")
    url = f"{world.server.url}/chase/events/v1/subscriptions"
    credentials = (nosy["client_id"], nosy["client_secret"])
    assert requests.get(url, auth=credentials, timeout=30).json() == {"subscriptions": []}
    assert requests.get(f"{url}/{subscription['subscription_id']}", auth=credentials, timeout=30).status_code == 404
    assert requests.get(url, timeout=30).status_code == 401
    assert hooks.call("DELETE", f"/subscriptions/{subscription['subscription_id']}").status_code == 204
    assert hooks.call("GET", "/subscriptions").json() == {"subscriptions": []}


def test_a_slow_answer_is_noted(hooks: Hooks) -> None:
    let_go = Event()

    def slowly(_post: Post) -> int:
        let_go.wait(1.1)
        return 204

    with receiving(slowly) as receiver:
        subscription = hooks.subscribe(receiver.url)
        told = hooks.settled(subscription, hooks.ping(subscription), "delivered")
        assert told["tries"][0]["slow"]
        assert told["tries"][0]["took_ms"] > 1000


# --- Misbehaviour -------------------------------------------------------------------------------------------------


def test_a_bad_signature_does_not_verify_and_the_retry_does(world: World, hooks: Hooks) -> None:
    with receiving() as receiver:
        subscription = hooks.subscribe(receiver.url)

        def strict(post: Post) -> int:
            try:
                post.verified(subscription["secret"])
            except WebhookVerificationError:
                return 401
            return 204

        receiver.answers = strict
        for fault in ("bad_signature", "stale_timestamp"):
            hooks.misbehave(subscription, **{fault: 1})
            message_id = hooks.ping(subscription)
            assert hooks.settled(subscription, message_id, "queued")["faults"] == [fault]
            world.advance("PT5S")
            hooks.settled(subscription, message_id, "delivered", 2)
        hooks.misbehave(subscription, rotated_secret=1)
        hooks.settled(subscription, hooks.ping(subscription), "delivered")
        assert receiver.posts[-1].headers["webhook-signature"].count("v1,") == 2


def test_messages_are_lost_doubled_and_late_on_request(world: World, hooks: Hooks) -> None:
    with receiving() as receiver:
        subscription = hooks.subscribe(receiver.url)
        hooks.misbehave(subscription, drop=1)
        lost = hooks.ping(subscription)
        hooks.settled(subscription, lost, "dropped", 0)
        hooks.misbehave(subscription, duplicate=1)
        double = hooks.ping(subscription)
        hooks.settled(subscription, double, "delivered", 2)
        hooks.misbehave(subscription, delay=1, delay_seconds=90)
        late = hooks.ping(subscription)
        assert hooks.delivery(subscription, late)["next_attempt_at"] == "2026-06-15T15:01:30Z"
        world.advance("PT90S")
        hooks.settled(subscription, late, "delivered")
        assert receiver.ids() == [double, double, late]
        assert hooks.replay(subscription, message_ids=[lost]) == 1
        hooks.settled(subscription, lost, "delivered")


def test_a_flaky_run_can_be_played_again(world: World, hooks: Hooks) -> None:
    """What befalls a message follows from the seed and its id, which are the same for both subscriptions."""
    with receiving() as first, receiving() as again:
        both = [hooks.subscribe(receiver.url) for receiver in (first, again)]
        for subscription in both:
            hooks.misbehave(subscription, seed=7, drop=0.3, duplicate=0.3, reorder=0.3)
        world.consent("chase")
        world.advance("P5D")
        whole = _whole(hooks, both[0])
        assert whole == _whole(hooks, both[1])
        states = {state for _, state, _ in whole}
        assert states == {"delivered", "dropped"}
        assert any(attempts == 2 for _, _, attempts in whole)
        assert sorted(first.ids()) == sorted(again.ids())
        assert _by_account(first.posts) == _by_account(again.posts)
        order = [post.message["time"] for post in first.posts]
        assert order != sorted(order)


def _whole(hooks: Hooks, subscription: dict[str, str]) -> list[tuple[str, str, int]]:
    told = until(
        lambda: hooks.deliveries(subscription, limit=200),
        lambda told: len(told) > 20 and all(one["state"] != "queued" for one in told),
    )
    return [(one["message_id"], one["state"], one["attempts"]) for one in told]


def _by_account(posts: list[Post]) -> dict[str, list[str]]:
    order: dict[str, list[str]] = {}
    for post in posts:
        order.setdefault(post.message["data"].get("account_id", ""), []).append(post.id)
    return order


# --- Attacks ------------------------------------------------------------------------------------------------------


def test_case_50_what_a_stranger_posts_does_not_verify(hooks: Hooks) -> None:
    with receiving() as receiver:
        subscription = hooks.subscribe(receiver.url)
        hooks.ping(subscription)
        (post,) = receiver.wait(lambda posts: len(posts) == 1)
        for name, value in forged(post):
            with pytest.raises(WebhookVerificationError):
                Post(post.path, {**post.headers, name: value}, post.body).verified(subscription["secret"])
        with pytest.raises(WebhookVerificationError):
            Post(post.path, post.headers, post.body + b" ").verified(subscription["secret"])


def forged(post: Post) -> Iterator[tuple[str, str]]:
    yield "webhook-id", "evt_another"
    yield "webhook-timestamp", str(int(post.headers["webhook-timestamp"]) + 1)
    yield "webhook-timestamp", str(int(post.headers["webhook-timestamp"]) - 3600)
    yield "webhook-signature", "v1,AAAA"


def test_case_50_after_a_revocation_nothing_that_was_queued_is_sent(world: World, hooks: Hooks) -> None:
    with receiving(lambda _post: 503) as receiver:
        subscription = hooks.subscribe(receiver.url)
        consent = world.consent("chase")
        granted = until(
            lambda: hooks.deliveries(subscription, limit=200),
            lambda told: len(told) > 0 and all(one["attempts"] == 1 for one in told),
        )
        world.advance("P2D")
        again = {one["message_id"] for one in granted}  # what was told at the grant is due once more by then
        until(
            lambda: hooks.deliveries(subscription, limit=200),
            lambda told: len(told) > 5 and all(one["attempts"] == 1 + (one["message_id"] in again) for one in told),
        )
        receiver.answers = lambda _post: 204
        world.control("POST", f"/consents/{consent['consent_id']}/revoke", json={})
        receiver.wait(lambda posts: posts[-1].message["type"] == "sandbox.consent.revoked")
        before = len(receiver.posts)
        world.advance("P2D")
        ping = hooks.ping(subscription)
        hooks.settled(subscription, ping, "delivered")
        assert receiver.ids()[before:] == [ping]
        purged = hooks.deliveries(subscription, state="purged", limit=200)
        assert purged
        assert hooks.replay(subscription, message_ids=[one["message_id"] for one in purged]) == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://bot.example/hooks",
        "http://10.0.0.5/hooks",
        "http://2130706433/hooks",
        "http://0x7f.1/hooks",
        "http://user:word@127.0.0.1/hooks",
        "file:///etc/passwd",
    ],
)
def test_case_49_webhooks_go_to_this_machine_and_to_whom_the_setting_names(hooks: Hooks, url: str) -> None:
    answer = hooks.call("POST", "/subscriptions", json={"url": url})
    assert answer.status_code == 400, answer.text
    assert hooks.call("GET", "/subscriptions").json() == {"subscriptions": []}


def test_case_49_a_webhooks_redirect_is_not_followed(hooks: Hooks) -> None:
    with receiving(lambda _post: 307) as receiver:
        subscription = hooks.subscribe(receiver.url)
        told = hooks.settled(subscription, hooks.ping(subscription), "queued")
        assert told["tries"][0]["problem"] == "the receiver answered 307"
        assert len(receiver.posts) == 1


# --- FDX ----------------------------------------------------------------------------------------------------------

FDX = {"chase": "/jpmc/servicing/inquiry-maintenance/fdx/v4", "wellsfargo": "/fdx/v6"}


@pytest.mark.parametrize("bank", FDX)
def test_an_fdx_subscription_hears_of_its_type_alone(world: World, bank: str) -> None:
    access, client = world.access(bank), world.clients[bank]
    wish = {"type": "CONSENT_REVOKED", "category": "CONSENT", "subscriber": {"name": "me", "type": "DATA_RECIPIENT"}}
    with receiving() as receiver:
        path = f"{FDX[bank]}/notification-subscriptions"
        refused = access.request("POST", path, json={**wish, "callbackUrl": "http://10.0.0.5/"})
        assert refused.status_code == 400, refused.text
        made = access.request("POST", path, json={**wish, "callbackUrl": receiver.url})
        assert made.status_code == 201, made.text
        told = made.json()
        shown = access.get(f"{path}/{told['subscriptionId']}")
        assert shown.json() == {name: value for name, value in told.items() if name != "secret"}

        world.advance("P2D")
        world.control("POST", f"/consents/{access.consent_id}/revoke", json={})
        (post,) = receiver.wait(lambda posts: posts)
        notification = post.verified(told["secret"])
        assert notification["type"] == "CONSENT_REVOKED"
        assert notification["notificationPayload"]["id"] == access.consent_id

        basic = (client["client_id"], client["client_secret"])
        gone = requests.delete(
            f"{access.base}{path}/{told['subscriptionId']}", auth=basic, headers=access.headers, timeout=30
        )
        assert gone.status_code == 204, gone.text
