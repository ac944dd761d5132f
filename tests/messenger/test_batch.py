"""Many calls in one."""

import json
from typing import Any

import requests

from tests.messenger.conftest import Bot
from tests.messenger.sent import refusal


def part(bot: Bot, **more: Any) -> dict[str, Any]:
    return {"method": "GET", "relative_url": bot.psid(), **more}


def test_a_part_may_come_with_a_token_of_its_own(bot: Bot) -> None:
    other = Bot(bot.world, bot.page, "nonsense")
    parts = [part(bot), part(bot, relative_url=f"{bot.psid()}?access_token={bot.token}"), part(bot, access_token="x")]
    assert [one["code"] for one in other.post("/", {"batch": parts}).json()] == [401, 200, 401]


def test_a_webhook_is_not_named_within_a_batch(bot: Bot) -> None:
    """Its handshake takes seconds, for which the other parts would wait."""
    app = bot.page.app
    url = f"{app.app_id}/subscriptions?object=page&callback_url=http://localhost:1&verify_token=x&fields=messages"
    parts = [part(bot, method="POST", relative_url=url, access_token=f"{app.app_id}|{app.secret}"), part(bot)]
    refused, answered = bot.post("/", {"batch": parts}).json()
    assert refused["code"] == 400
    assert json.loads(refused["body"])["error"]["message"] == "(#100) This call cannot be part of a batch"
    assert answered["code"] == 200


def test_the_proof_of_a_batch_is_its_parts(bot: Bot) -> None:
    bot.behave(require_proof=True)
    told = requests.post(
        f"{bot.graph}/",
        json={"access_token": bot.token, "batch": [part(bot)]},
        params={"appsecret_proof": bot.proof},
        timeout=30,
    ).json()
    assert [one["code"] for one in told] == [200]


def test_a_part_that_depends_on_a_failed_one_is_left_out(bot: Bot) -> None:
    parts = [
        part(bot, name="good"),
        part(bot, depends_on="good"),
        part(bot, name="bad", relative_url="1"),
        part(bot, depends_on="bad"),
    ]
    told = bot.post("/", {"batch": parts, "include_headers": False}).json()
    assert [one and one["code"] for one in told] == [None, 200, 400, None]
    kept = bot.post("/", {"batch": [{**parts[0], "omit_response_on_success": False}, parts[1]]}).json()
    assert [one["code"] for one in kept] == [200, 200]


def test_what_is_not_supported_is_refused_clearly(bot: Bot) -> None:
    for more in ({"attached_files": "file1"}, {"body": "id={result=one:$.id}"}):
        answer = bot.post("/", {"batch": [part(bot, **more)]})
        assert refusal(answer)[1] == 100
        assert "not supported" in answer.json()["error"]["message"]
    assert refusal(bot.post("/", {"batch": [part(bot)] * 51}))[1] == 100


def test_the_refusal_of_a_part_is_explained_behind_its_trace(bot: Bot) -> None:
    told = bot.post("/", {"batch": [part(bot, relative_url="1")]}).json()
    trace = json.loads(told[0]["body"])["error"]["fbtrace_id"]
    why = requests.get(f"{bot.world.server.url}/_sandbox/why/{trace}", timeout=30).json()
    assert why["error"] == "NodeUnknown", why


def test_some_nodes_are_read_at_once_by_their_ids(bot: Bot) -> None:
    page, person = bot.page.page_id, bot.psid()
    told = bot.get("/", params={"ids": f"{person},{page},{person}"}).json()
    assert list(told) == [person, page]
    assert told[person] == bot.get(f"/{person}").json()
    assert told[page]["name"] == bot.page.name
    named = bot.get("/", params={"ids": f"{person},me", "fields": "id"}).json()
    assert (named[person], named["me"]["id"]) == ({"id": person}, page)


def test_a_node_that_cannot_be_read_is_the_answer_to_all(bot: Bot) -> None:
    refused = bot.get("/", params={"ids": f"{bot.psid()},1"})
    assert refused.json()["error"]["message"] == bot.get("/1").json()["error"]["message"]
    assert refused.status_code == 400
    assert refusal(bot.get("/", params={"ids": ","}))[1] == 100
    assert refusal(bot.get("/", params={"ids": ",".join(map(str, range(51)))}))[1] == 100
