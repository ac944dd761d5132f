"""Each rule has a client that breaks it, and one that keeps it."""

from collections.abc import Callable

import pytest
import requests

from sandbox.proof.rules import BY_ID, RULES
from tests.conftest import Access, World
from tests.control.words import told
from tests.events.receiver import Post, receiving
from tests.events.webhooks import Hooks, until
from tests.oauth.conftest import App, application, register
from tests.proof.words import ACCOUNTS, report, stamp

BASE = "/jpmc/servicing/inquiry-maintenance/fdx/v4"
SUBSCRIPTIONS = "/fdx/v6/notification-subscriptions"
Client = Callable[[World], None]
BAD: dict[str, Client] = {}
GOOD: dict[str, Client] = {}


def bad(rule_id: str) -> Callable[[Client], Client]:
    return lambda client: BAD.setdefault(rule_id, client)


def good(rule_id: str) -> Callable[[Client], Client]:
    return lambda client: GOOD.setdefault(rule_id, client)


def reads(access: Access, **more: object) -> requests.Response:
    return access.get(ACCOUNTS["chase"], **more)


def app_of(world: World, bank: str = "chase", **registered: object) -> App:
    return application(world, bank, register(world, bank, **registered))


def refused(access: Access, code: int = 429) -> None:
    assert reads(access, headers={"Prefer": f"code={code}"}).status_code == code


@bad("SBX1001")
def comes_back_at_once(world: World) -> None:
    access = world.access("chase")
    refused(access)
    reads(access)


@good("SBX1001")
def waits(world: World) -> None:
    access = world.access("chase")
    refused(access)
    world.advance("PT30S")
    reads(access)


@bad("SBX1002")
def goes_on_with_an_old_token(world: World) -> None:
    access = world.access("chase")
    world.advance("P1D")
    assert reads(access).status_code == 401
    reads(access)


@good("SBX1002")
def refreshes_once(world: World) -> None:
    app = app_of(world)
    tokens = app.exchange(app.code("maya")).json()
    world.advance("P1D")
    assert reads(Access(app.base, "", tokens["access_token"])).status_code == 401
    fresh = app.refresh(tokens["refresh_token"]).json()
    assert reads(Access(app.base, "", fresh["access_token"])).status_code == 200


def revoked(world: World) -> Access:
    access = world.access("chase")
    reads(access)
    told(world.control("POST", f"/consents/{access.consent_id}/revoke"))
    return access


@bad("SBX1003")
def keeps_polling(world: World) -> None:
    access = revoked(world)
    for _ in range(4):
        reads(access)


@good("SBX1003")
def finds_out_and_stops(world: World) -> None:
    reads(revoked(world))


def subscribes(access: Access, **headers: str) -> None:
    wish = {
        "type": "CONSENT_REVOKED",
        "category": "CONSENT",
        "callbackUrl": "http://127.0.0.1:9/hook",
        "subscriber": {"name": "demo-app", "type": "DATA_ACCESS_PLATFORM"},
    }
    access.request("POST", SUBSCRIPTIONS, json=wish, headers={"Prefer": "code=500", **headers})


@bad("SBX1004")
def sends_it_again(world: World) -> None:
    access = world.access("wellsfargo")
    subscribes(access)
    subscribes(access)


@good("SBX1004")
def marks_the_repetition(world: World) -> None:
    access = world.access("wellsfargo")
    subscribes(access, **{"Idempotency-Key": "one"})
    subscribes(access, **{"Idempotency-Key": "one"})


def polls(world: World, times: int) -> None:
    client = register(world, "chase", unattended_reads=3)
    access = world.access("chase", client_id=client["client_id"])
    for _ in range(times):
        reads(access)


@bad("SBX1005")
def polls_on_after_a_refusal(world: World) -> None:
    polls(world, 6)


@good("SBX1005")
def polls_until_refused(world: World) -> None:
    polls(world, 4)


@bad("SBX1006")
def reads_the_first_page(world: World) -> None:
    body = reads(world.access("chase"), params={"limit": 2}).json()
    assert "nextOffset" in body["page"]


@good("SBX1006")
def reads_all_pages(world: World) -> None:
    access, query = world.access("chase"), {"limit": "2"}
    page = reads(access, params=query).json()["page"]
    while "nextOffset" in page:
        page = reads(access, params={**query, "offset": page["nextOffset"]}).json()["page"]


@bad("SBX1007")
def looks_for_deposit_accounts_everywhere(world: World) -> None:
    for bank in ("chase", "usbank"):
        access = world.access(bank)
        for account in access.get(ACCOUNTS[bank]).json()["accounts"]:
            if "depositAccount" in account:
                access.get(f"{ACCOUNTS[bank]}/{account['depositAccount']['accountId']}")


@good("SBX1007")
def reads_each_bank_as_it_is(world: World) -> None:
    looks_for_deposit_accounts_everywhere(world)
    access = world.access("usbank")
    accounts = access.get(ACCOUNTS["usbank"]).json()["accounts"]
    access.get(f"{ACCOUNTS['usbank']}/{accounts[0]['accountID']}")


def listens(world: World, answers: Callable[[Post, str], int], times: int = 1, **misbehaviour: float) -> None:
    """A ping to a receiver that answers so, by the post and its secret, until so many attempts are over."""
    secrets: list[str] = []
    with receiving(lambda post: answers(post, secrets[0])) as receiver:
        hooks = Hooks(world, "chase")
        subscription = hooks.subscribe(receiver.url)
        secrets.append(subscription["secret"])
        hooks.misbehave(subscription, **misbehaviour)
        message = hooks.ping(subscription)
        until(lambda: hooks.delivery(subscription, message), lambda told: len(told["tries"]) >= times)


def takes_anything(_post: Post, _secret: str) -> int:
    return 204


def takes_what_is_signed(post: Post, secret: str) -> int:
    try:
        post.verified(secret)
    except Exception:
        return 401
    return 204


@bad("SBX1008")
def takes_forged_webhooks(world: World) -> None:
    listens(world, takes_anything, bad_signature=1)


@good("SBX1008")
def refuses_forged_webhooks(world: World) -> None:
    listens(world, takes_what_is_signed, bad_signature=1)


def answers_twice(world: World, *, idempotent: bool) -> None:
    page = told(world.control("GET", "/messenger/pages/ready"))
    world.control("POST", "/messenger/users/maya/say", json={"text": "Tell me of everything"})
    psid = told(world.control("GET", "/messenger/users/maya"))["psid"]
    known: set[str] = set()

    def answer(post: Post, _secret: str) -> int:
        if post.id not in known or not idempotent:
            sent = {"recipient": {"id": psid}, "message": {"text": "Something happened"}, "messaging_type": "RESPONSE"}
            url = f"{world.server.url}/messenger/v19.0/me/messages"
            assert requests.post(url, json=sent, params={"access_token": page["page_token"]}, timeout=30).ok
        known.add(post.id)
        return 204

    listens(world, answer, 2, duplicate=1)


@bad("SBX1009")
def tells_people_twice(world: World) -> None:
    answers_twice(world, idempotent=False)


@good("SBX1009")
def tells_people_once(world: World) -> None:
    answers_twice(world, idempotent=True)


@bad("SBX1010")
def refuses_what_it_does_not_know(world: World) -> None:
    listens(world, lambda _post, _secret: 422)


@good("SBX1010")
def lets_it_pass(world: World) -> None:
    listens(world, takes_what_is_signed)


@bad("SBX1011")
def puts_the_token_into_the_address(world: World) -> None:
    access = world.access("chase")
    reads(access, params={"access_token": access.token}, headers={"Authorization": None})


@good("SBX1011")
def puts_the_token_into_the_header(world: World) -> None:
    reads(world.access("chase"))


@bad("SBX1012")
def sends_somebody_without_state(world: World) -> None:
    query = {"client_id": world.clients["chase"]["client_id"], "response_type": "code"}
    url = f"{world.server.url}/chase/aggregator-oauth/v1/authorize"
    requests.get(url, params=query, allow_redirects=False, timeout=30)


@good("SBX1012")
def sends_somebody_as_one_should(world: World) -> None:
    app_of(world).code("maya")


@bad("SBX1013")
def asks_for_everything_and_reads_little(world: World) -> None:
    app = app_of(world)
    reads(Access(app.base, "", app.exchange(app.code("maya")).json()["access_token"]))


@good("SBX1013")
def reads_what_it_asked_for(world: World) -> None:
    sends_somebody_as_one_should(world)
    client = told(world.control("GET", "/requests"))["requests"][0]["client_id"]
    reads(world.access("chase", client_id=client, clusters=["ACCOUNT_BASIC"]))


def redeems(world: World, times: int) -> None:
    app = app_of(world)
    code = app.code("maya")
    for _ in range(times):
        app.exchange(code)


@bad("SBX1014")
def redeems_a_code_twice(world: World) -> None:
    redeems(world, 2)


@good("SBX1014")
def redeems_a_code_once(world: World) -> None:
    redeems(world, 1)


@bad("SBX1015")
def goes_on_with_the_old_refresh_token(world: World) -> None:
    app = app_of(world, "usbank")
    tokens = app.exchange(app.code("maya")).json()
    app.refresh(tokens["refresh_token"])
    app.refresh(tokens["refresh_token"])


@good("SBX1015")
def goes_on_with_the_new_refresh_token(world: World) -> None:
    app = app_of(world, "usbank")
    tokens = app.exchange(app.code("maya")).json()
    app.refresh(app.refresh(tokens["refresh_token"]).json()["refresh_token"])


@bad("SBX1016")
def sends_what_nobody_knows(world: World) -> None:
    reads(world.access("chase"), params={"pageSize": 5})


@bad("SBX1017")
def sends_words_for_numbers(world: World) -> None:
    reads(world.access("chase"), params={"limit": "many"})


@bad("SBX1018")
def leaves_a_header_out(world: World) -> None:
    world.access("wellsfargo").get(ACCOUNTS["wellsfargo"], headers={"x-fapi-interaction-id": None})


@good("SBX1018")
def sends_all_headers(world: World) -> None:
    world.access("wellsfargo").get(ACCOUNTS["wellsfargo"])


def rows(world: World, **query: str) -> None:
    access = world.access("wellsfargo")
    account = access.get(ACCOUNTS["wellsfargo"]).json()["accounts"][0]["accountId"]
    access.get(f"{ACCOUNTS['wellsfargo']}/{account}/transactions", params=query)


@bad("SBX1019")
def uses_the_older_spelling(world: World) -> None:
    rows(world, startTime="2026-06-01", endTime="2026-06-10")


@good("SBX1019")
def uses_the_newer_spelling(world: World) -> None:
    rows(world, startDate="2026-06-01", endDate="2026-06-10")


@bad("SBX1020")
def calls_another_banks_path(world: World) -> None:
    world.access("chase").get("/fdx/v6/accounts")


for number in ("SBX1016", "SBX1017", "SBX1020"):
    GOOD[number] = puts_the_token_into_the_header


@pytest.mark.parametrize("rule_id", BY_ID)
def test_who_breaks_a_rule_is_found_with_proof(world: World, rule_id: str) -> None:
    BAD[rule_id](world)
    found = stamp(world, rule_id)
    assert found["outcome"] == "fail", found
    assert found["findings"][0]["evidence"]


@pytest.mark.parametrize("rule_id", BY_ID)
def test_who_keeps_a_rule_passes(world: World, rule_id: str) -> None:
    GOOD[rule_id](world)
    found = stamp(world, rule_id)
    assert found["outcome"] == "pass", found
    assert found["cases"] > 0


def test_of_a_world_in_which_nothing_happened_nothing_is_said(world: World) -> None:
    found = [(one["rule"], one["outcome"], one["missing"]) for one in report(world)["rules"]]
    assert found == [(rule.rule_id, "not_seen", rule.missing) for rule in RULES]


@pytest.mark.parametrize(("answer", "outcome"), [(200, "fail"), (403, "pass")])
@pytest.mark.parametrize("signature", ["wrong", "missing"])
def test_a_bot_that_takes_forged_webhooks_is_found(world: World, signature: str, answer: int, outcome: str) -> None:
    with receiving(lambda _post: answer) as receiver:
        set_up = {"callback_url": receiver.url, "behaviour": {"signature": signature}}
        told(world.control("PATCH", "/messenger/pages/ready", json=set_up))
        told(world.control("POST", "/messenger/users/maya/say", json={"text": "Hello"}))
        until(lambda: stamp(world, "SBX1008"), lambda one: one["outcome"] == outcome)
        findings = stamp(world, "SBX1008")["findings"]
        assert all("messages" in one["text"] for one in findings)


def test_who_refreshes_in_a_loop_is_found(world: World) -> None:
    app = app_of(world)
    tokens = app.exchange(app.code("maya")).json()
    world.advance("P1D")
    reads(Access(app.base, "", tokens["access_token"]))
    for _ in range(3):
        app.refresh(tokens["refresh_token"])
    [finding] = stamp(world, "SBX1002")["findings"]
    assert finding["text"] == "After one refusal of a token the client refreshed 3 times."
    assert len(finding["evidence"]) == 4


def test_the_flat_bank_is_named_with_what_it_does_not_have(world: World) -> None:
    looks_for_deposit_accounts_everywhere(world)
    [finding] = stamp(world, "SBX1007")["findings"]
    assert finding["text"].startswith("usbank listed")
    assert "`accounts[0].depositAccount.…`" in finding["text"]
    assert "flat" in finding["text"]
