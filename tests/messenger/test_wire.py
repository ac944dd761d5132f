"""The wire: why a signature does not fit, and the calls that were made."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
import requests

from tests.messenger.conftest import Bot


def told(bot: Bot) -> dict[str, Any]:
    """A webhook with an accent in it, that nobody takes."""
    bot.world.control("PATCH", "/messenger/pages/ready", json={"callback_url": "http://127.0.0.1:9/webhook"})
    said = bot.world.control("POST", "/messenger/users/maya/say", json={"text": "Grüße"}).json()
    found: dict[str, Any] = bot.world.control("GET", f"/messenger/deliveries/{said['deliveries'][0]}").json()
    return found


def signature(secret: str, body: str, algorithm: str = "sha256") -> str:
    return f"{algorithm}={hmac.new(secret.encode(), body.encode(), algorithm).hexdigest()}"


def verdict(bot: Bot, delivery: dict[str, Any], given: str) -> Any:
    query = {"delivery": delivery["delivery_id"], "signature": given}
    answer = bot.world.control("GET", "/messenger/verify", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_right_signature_is_right(bot: Bot) -> None:
    delivery = told(bot)
    for algorithm in ("sha256", "sha1"):
        assert verdict(bot, delivery, signature(bot.page.app.secret, delivery["body"], algorithm))["valid"]


def test_usual_mistakes_are_named(bot: Bot) -> None:
    delivery, secret = told(bot), bot.page.app.secret
    value = json.loads(delivery["body"])
    raw = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    digest = hmac.new(secret.encode(), delivery["body"].encode(), hashlib.sha256).digest()
    mistakes = {
        "the bytes are the body parsed and written anew, in UTF-8, without spaces": signature(secret, raw),
        "escaped to ASCII, with spaces": signature(secret, json.dumps(value)),
        "the key is the verify token": signature(bot.page.app.verify_token, delivery["body"]),
        "the key is the page's access token": signature(bot.token, delivery["body"]),
        "in base64": base64.b64encode(digest).decode(),
        "a plain hash": hashlib.sha256(delivery["body"].encode()).hexdigest(),
        "None of the usual mistakes": signature("something else", delivery["body"]),
    }
    for words, given in mistakes.items():
        found = verdict(bot, delivery, given)
        assert not found["valid"]
        assert words in found["why"]


def test_any_bytes_can_be_verified(bot: Bot) -> None:
    body = '{"object":"page"}'
    wish = {"body": body, "signature": signature(bot.page.app.secret, body)}
    assert bot.world.control("POST", "/messenger/verify", json=wish).json()["valid"]
    wish = {"body_base64": base64.b64encode(b"\xff\x00").decode()}
    found = bot.world.control("POST", "/messenger/verify", json=wish).json()
    assert found["body"] == {"bytes": 2, "sha256": hashlib.sha256(b"\xff\x00").hexdigest()}
    assert "give the signature" in found["why"]


def test_calls_are_kept_without_their_tokens(bot: Bot) -> None:
    bot.send({"text": "too early"})
    query = {"access_token": bot.token, "recipient": f"{{id:{bot.psid()}}}", "message": "{text:'x'}"}
    bot.hear()
    requests.post(f"{bot.graph}/v2.6/me/messages", params=query, timeout=30)
    calls = bot.world.control("GET", "/messenger/calls").json()["calls"]
    assert [(one["method"], one["path"], one["status"], one["code"]) for one in calls] == [
        ("POST", "/messenger/v2.6/me/messages", 200, None),
        ("POST", "/messenger/me/messages", 400, 10),
    ]
    assert bot.token not in json.dumps(calls)
    assert calls[0]["page_id"] == bot.page.page_id
    why = requests.get(f"{bot.world.server.url}/_sandbox/why/{calls[1]['trace']}", timeout=30).json()
    assert why["error"] == "OutsideWindow"


def test_calls_are_kept_with_their_answers(bot: Bot) -> None:
    bot.send({"text": "too early"})
    bot.hear()
    assert bot.send({"text": "x" * 20_000}).status_code == 400
    long, early = bot.world.control("GET", "/messenger/calls").json()["calls"]
    assert json.loads(early["answer"])["error"]["code"] == 10
    assert (early["channel"], early["content_type"], early["cut"]) == ("messenger", "application/json", False)
    assert long["cut"]


def test_a_batch_is_kept_where_its_parts_belong(bot: Bot) -> None:
    parts = [{"method": "GET", "relative_url": "me?fields=id"}]
    assert bot.post("/", {"batch": parts}).status_code == 200
    call = bot.world.control("GET", "/messenger/calls").json()["calls"][0]
    assert (call["path"], call["page_id"]) == ("/messenger/", bot.page.page_id)
    assert bot.page.page_id in call["answer"]


INSIDE = [
    'batch=[{"method":"GET","relative_url":"me?access_token%%3D%s"}]',
    r'{"batch": "[{\"access_token\": \"%s\"}, {\"body\": \"access_token=%s&x=1\"}]"}',
    "batch=%%5B%%7B%%22access_token%%22%%3A%%22%s%%22%%7D%%5D",
    "client_secret=%s&grant_type=client_credentials",
    "input_token=12%%7C%s",
]


@pytest.mark.parametrize("form", INSIDE)
def test_a_secret_within_something_else_is_not_kept(bot: Bot, form: str) -> None:
    kind = "application/json" if form.startswith("{") else "application/x-www-form-urlencoded"
    headers = {"Authorization": f"Bearer {bot.token}", "Content-Type": kind}
    secret = bot.page.app.secret
    data = form % ((secret,) * form.count("%s"))
    requests.post(f"{bot.graph}/me/messages", data=data, headers=headers, timeout=30)
    kept = bot.world.control("GET", "/messenger/calls").json()["calls"][0]["body"]
    assert "…" in kept
    assert secret not in kept


@pytest.mark.parametrize("form", ["access_token=%s", '{"access_token": "%s"}', "batch=[]&access_token=%s"])
def test_a_token_in_a_body_is_not_kept(bot: Bot, form: str) -> None:
    kind = "application/json" if form.startswith("{") else "application/x-www-form-urlencoded"
    requests.post(f"{bot.graph}/me/messages", data=form % bot.token, headers={"Content-Type": kind}, timeout=30)
    call = bot.world.control("GET", "/messenger/calls").json()["calls"][0]
    assert "access_token" in call["body"]
    assert bot.token not in call["body"]


@pytest.mark.parametrize("document", ["messenger/openapi.json", "whatsapp/openapi.json", "whatsapp/openapi.yaml"])
def test_the_documents_of_both_channels_are_read_without_a_token(bot: Bot, document: str) -> None:
    read = requests.get(f"{bot.world.server.url}/{document}", timeout=30)

    assert read.status_code == 200
    assert "openapi" in read.text[:200]


def test_an_edge_names_the_methods_that_it_takes(bot: Bot) -> None:
    refused = bot.request("PUT", "/debug_token")

    assert (refused.status_code, refused.headers["Allow"]) == (400, "GET, HEAD")
