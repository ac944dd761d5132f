"""Whatever comes to /me/messages: the answer is one that the document has, and never a failure of ours."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import SESSION
from tests.messenger.conftest import Bot
from tests.messenger.sent import GENERIC, LINK, POSTBACK, RECEIPT, buttons, template
from tests.messenger.test_messages import GOOD
from tests.messenger.test_utility import NEW

NAMES = (
    "recipient", "message", "text", "attachment", "attachments", "payload", "type", "template_type", "elements",
    "buttons", "title", "url", "quick_replies", "content_type", "sender_action", "messaging_type", "tag", "persona_id",
    "reply_to", "mid", "id", "template", "name", "language", "code", "components", "filedata", "price", "summary",
)  # fmt: skip
WORDS = (
    "template", "generic", "button", "media", "receipt", "coupon", "image", "UTILITY", "MESSAGE_TAG", "HUMAN_AGENT",
    "react", "typing_on", "https://[", "https://a.example", "http://127.0.0.1", "9000100002018278", "1e999", "{", "",
)  # fmt: skip
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | st.text() | st.sampled_from(WORDS)
MEMBERS = st.sampled_from(NAMES) | st.text(max_size=5)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=4))
UPLOAD = {"message": {"attachment": {"type": "image", "payload": {"url": "https://a.example/x.png"}}}}
FOLLOW_UP = {"developer_action": "ENABLE_FOLLOWUP_MESSAGE", "recipient": {"notification_messages_token": "1"}}
MESSAGES = [*GOOD.values(), template(GENERIC), template(RECEIPT), buttons(LINK, POSTBACK)]


def places(value: Any) -> list[tuple[Any, Any]]:
    """(container, key) of everything inside."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [place for key in keys for place in ((value, key), *places(value[key]))]


@st.composite
def damaged(draw: st.DrawFn, *good: Any) -> Any:
    """One of the good ones, with one thing in it replaced."""
    value = json.loads(json.dumps(draw(st.sampled_from(good))))
    container, key = draw(st.sampled_from(places(value)))
    container[key] = draw(JSON)
    return value


def judge(answer: Any) -> None:
    told = answer.json()
    assert answer.status_code < 500, told
    assert "Sandbank-Contract" not in answer.headers, told
    assert ("error" in told) == (answer.status_code >= 400), told


@pytest.fixture
def listening(bot: Bot) -> Bot:
    bot.hear()
    return bot


ANYTHING = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ANYTHING
@given(message=damaged(*MESSAGES) | JSON, more=st.dictionaries(st.sampled_from(NAMES[9:20]), JSON, max_size=2))
def test_a_damaged_message(listening: Bot, message: Any, more: dict[str, Any]) -> None:
    judge(listening.post("/me/messages", {"recipient": {"id": listening.psid()}, "message": message, **more}))


@ANYTHING
@given(body=JSON)
def test_any_json(listening: Bot, body: Any) -> None:
    judge(listening.request("POST", "/me/messages", json=body))


@ANYTHING
@given(
    edge=st.sampled_from(["message_attachments", "message_templates", "notification_messages_dev_support"]),
    body=damaged(UPLOAD, NEW, FOLLOW_UP),
)
def test_damage_at_the_edges_beside(listening: Bot, edge: str, body: Any) -> None:
    judge(listening.request("POST", f"/me/{edge}", json=body))


@ANYTHING
@given(fields=st.dictionaries(MEMBERS, st.text() | JSON.map(json.dumps), max_size=4), in_query=st.booleans())
def test_any_form_and_query(listening: Bot, fields: dict[str, str], in_query: bool) -> None:
    # `method` would make another call of it, and `access_token` another caller.
    text = urlencode({name: value for name, value in fields.items() if name not in ("method", "access_token")})
    form = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Bearer {listening.token}"}
    url = f"{listening.graph}/me/messages"
    judge(SESSION.post(f"{url}?{text}" if in_query else url, data="" if in_query else text, headers=form, timeout=30))


@ANYTHING
@given(body=st.binary(max_size=200), kind=st.sampled_from(["application/json", "text/plain", "image/png", "x"]))
def test_any_bytes(listening: Bot, body: bytes, kind: str) -> None:
    headers = {"Content-Type": kind, "Authorization": f"Bearer {listening.token}"}
    judge(SESSION.post(f"{listening.graph}/me/messages", data=body, headers=headers, timeout=30))
