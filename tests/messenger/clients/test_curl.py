"""The platform's documented calls, as one types them: by curl."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.messenger.clients.conftest import seen
from tests.messenger.conftest import Bot

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


def curl(*arguments: str) -> Any:
    ran = subprocess.run(["curl", "-sS", *arguments], check=True, capture_output=True, text=True, timeout=30)
    return json.loads(ran.stdout)


FORMS = {
    "json": [
        "-X", "POST", "-H", "Content-Type: application/json",
        "-d", '{"recipient": {"id": "PSID"}, "messaging_type": "RESPONSE", "message": {"text": "Hello, world"}}',
        "GRAPH/v19.0/PAGE/messages?access_token=TOKEN",
    ],
    "form": [
        "-X", "POST", "-d", "recipient={'id':'PSID'}", "-d", "messaging_type=RESPONSE",
        "-d", "message={'text':'Hello, world'}", "-d", "access_token=TOKEN", "GRAPH/v19.0/PAGE/messages",
    ],
    "bare keys": [
        "-X", "POST", "-g", "-d", "recipient={id:PSID}", "-d", "message={text:'Hello, world'}",
        "GRAPH/me/messages?access_token=TOKEN",
    ],
    "query": [
        "-X", "POST", "-G", "--data-urlencode", 'recipient={"id": "PSID"}',
        "--data-urlencode", 'message={"text": "Hello, world"}', "-d", "messaging_type=RESPONSE",
        "-d", "access_token=TOKEN", "GRAPH/v25.0/me/messages",
    ],
    "bearer": [
        "-H", "Authorization: Bearer TOKEN", "--json",
        '{"recipient": {"id": "PSID"}, "messaging_type": "RESPONSE", "message": {"text": "Hello, world"}}',
        "GRAPH/me/messages",
    ],
}  # fmt: skip


def filled(bot: Bot, arguments: list[str]) -> list[str]:
    words = {"GRAPH": bot.graph, "PAGE": bot.page.page_id, "TOKEN": bot.token, "PSID": bot.psid()}
    for word, value in words.items():
        arguments = [argument.replace(word, value) for argument in arguments]
    return arguments


@pytest.mark.parametrize("form", FORMS)
def test_a_message_is_sent_in_every_form(bot: Bot, form: str) -> None:
    bot.hear()
    answer = curl(*filled(bot, FORMS[form]))
    assert answer["recipient_id"] == bot.psid(), answer
    assert seen(bot) == [{"text": "Hello, world"}]


def test_a_button_for_getting_started(bot: Bot) -> None:
    profile = f"{bot.graph}/v2.6/me/messenger_profile"
    wish = '{"get_started": {"payload": "<postback_payload>"}}'
    set_up = curl(
        "-X", "POST", "-H", "Content-Type: application/json", "-d", wish, f"{profile}?access_token={bot.token}"
    )
    assert set_up == {"result": "success"}
    read = curl("-X", "GET", f"{profile}?fields=get_started&access_token={bot.token}")
    assert read == {"data": [{"get_started": {"payload": "<postback_payload>"}}]}
    gone = curl(
        "-X", "DELETE", "-H", "Content-Type: application/json", "-d", '{"fields": ["get_started"]}',
        f"{profile}?access_token={bot.token}",
    )  # fmt: skip
    assert gone == {"result": "success"}


def test_a_person_is_looked_up(bot: Bot) -> None:
    fields = "first_name,last_name,profile_pic"
    told = curl("-X", "GET", f"{bot.graph}/{bot.psid()}?fields={fields}&access_token={bot.token}")
    assert told["first_name"] == "Maya"


def test_a_file_is_uploaded_and_sent(bot: Bot, tmp_path: Path) -> None:
    picture = tmp_path / "shirt.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    told = curl(
        "-F", 'message={"attachment":{"type":"image", "payload":{"is_reusable":true}}}',
        "-F", f"filedata=@{picture};type=image/png",
        f"{bot.graph}/v2.6/me/message_attachments?access_token={bot.token}",
    )  # fmt: skip
    assert told["attachment_id"]
    bot.hear()
    sent = bot.send({"attachment": {"type": "image", "payload": {"attachment_id": told["attachment_id"]}}})
    assert sent.status_code == 200, sent.text


def test_a_batch_in_a_form(bot: Bot) -> None:
    batch = f'[{{"method":"GET", "relative_url":"me"}},{{"method":"GET", "relative_url":"{bot.psid()}"}}]'
    told = curl("-F", f"access_token={bot.token}", "--form-string", f"batch={batch}", f"{bot.graph}/")
    assert [one["code"] for one in told] == [200, 200]
    told = curl("-d", f"access_token={bot.token}", "--data-urlencode", f"batch={batch}", f"{bot.graph}/v19.0/")
    assert [one["code"] for one in told] == [200, 200]
