"""Files: uploaded by address or as bytes, sent by id or with the message, and served back."""

from typing import Any

import pytest
import requests

from sandbox.messenger.magic import MAGIC
from tests.messenger.conftest import Bot
from tests.messenger.sent import refusal, template

URL = "https://bank.example/chart.png"
PNG = b"\x89PNG\r\n\x1a\n0000"


def upload(bot: Bot, kind: str = "image", path: str = "/me/message_attachments", **payload: Any) -> requests.Response:
    return bot.post(path, {"message": {"attachment": {"type": kind, "payload": payload}}})


def uploaded(bot: Bot, name: str, media_type: str, kind: str = "image") -> str:
    """As curl -F does it. The attachment's id."""
    form = {"message": f'{{"attachment":{{"type":"{kind}","payload":{{"is_reusable":true}}}}}}'}
    files = {"filedata": (name, PNG, media_type)}
    answer = bot.request("POST", "/me/message_attachments", data=form, files=files)
    assert answer.status_code == 200, answer.text
    attachment_id: str = answer.json()["attachment_id"]
    return attachment_id


def on_thread(bot: Bot) -> Any:
    return bot.said()[-1].content["attachment"]["payload"]


def test_what_was_uploaded_by_address_is_sent_by_its_id(bot: Bot) -> None:
    bot.hear()
    attachment_id = upload(bot, url=URL, is_reusable=True).json()["attachment_id"]
    sent = bot.send({"attachment": {"type": "image", "payload": {"attachment_id": attachment_id}}})
    assert sent.status_code == 200, sent.text
    assert on_thread(bot) == {"attachment_id": attachment_id, "url": URL}
    media = {"template_type": "media", "elements": [{"media_type": "image", "attachment_id": attachment_id}]}
    assert bot.send(template(media)).status_code == 200


def test_bytes_that_were_uploaded_are_served_at_the_address_that_the_phone_sees(bot: Bot) -> None:
    bot.hear()
    attachment_id = uploaded(bot, "chart.png", "image/png")
    bot.send({"attachment": {"type": "image", "payload": {"attachment_id": attachment_id}}})
    served = requests.get(on_thread(bot)["url"], timeout=30)
    assert (served.status_code, served.headers["content-type"], served.content) == (200, "image/png", PNG)


def test_what_a_browser_could_run_is_not_served_as_what_it_is(bot: Bot) -> None:
    attachment_id = uploaded(bot, "x.svg", "image/svg+xml")
    served = bot.world.control("GET", f"/messenger/attachments/{attachment_id}")
    assert served.headers["content-type"] == "application/octet-stream"
    assert served.headers["x-content-type-options"] == "nosniff"


def test_a_file_can_come_with_its_message(bot: Bot) -> None:
    bot.hear()
    form = {
        "recipient": f'{{"id":"{bot.psid()}"}}',
        "message": '{"attachment":{"type":"image","payload":{"is_reusable":true}}}',
    }
    sent = bot.request("POST", "/me/messages", data=form, files={"filedata": ("chart.png", PNG, "image/png")})
    assert sent.status_code == 200, sent.text
    assert requests.get(on_thread(bot)["url"], timeout=30).content == PNG
    again = {"attachment": {"type": "image", "payload": {"attachment_id": sent.json()["attachment_id"]}}}
    assert bot.send(again).status_code == 200


def test_an_address_that_is_sent_as_reusable_gets_an_id(bot: Bot) -> None:
    bot.hear()
    sent = bot.send({"attachment": {"type": "file", "payload": {"url": URL, "is_reusable": "true"}}})
    assert sent.json()["attachment_id"].isdecimal()
    assert "attachment_id" not in bot.send({"attachment": {"type": "file", "payload": {"url": URL}}}).json()


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({}, (400, 100, None)),
        ({"attachment_id": "1"}, (400, 100, None)),
        ({"url": "https://nowhere.invalid/x.png"}, (400, 100, 2018008)),
    ],
)
def test_an_upload_needs_a_source(bot: Bot, payload: Any, expected: tuple[int, int, int | None]) -> None:
    assert refusal(upload(bot, **payload)) == expected


def test_an_attachment_is_of_its_kind_and_page(bot: Bot) -> None:
    bot.hear()
    attachment_id = upload(bot, url=URL).json()["attachment_id"]
    for kind, name in (("video", attachment_id), ("image", "1")):
        wrong = {"attachment": {"type": kind, "payload": {"attachment_id": name}}}
        assert refusal(bot.send(wrong)) == (400, 100, None)


def test_a_file_that_is_only_told_of_is_none(bot: Bot) -> None:
    bot.hear()
    message = {"attachment": {"type": "image", "payload": {}}}
    assert refusal(bot.send(message, filedata={"filename": "x.png"})) == (400, 100, None)


def test_the_oldest_attachment_is_forgotten_for_the_two_hundred_and_first(bot: Bot) -> None:
    bot.behave(rate_limits=False)
    first = uploaded(bot, "a.png", "image/png")
    for _ in range(199):
        upload(bot, url=URL)
    assert bot.world.control("GET", f"/messenger/attachments/{first}").status_code == 200
    upload(bot, url=URL)
    assert bot.world.control("GET", f"/messenger/attachments/{first}").status_code == 404


def test_magic_recipients_are_listed(bot: Bot) -> None:
    listed = requests.get(f"{bot.world.server.url}/_sandbox/messenger/magic", timeout=30).json()["recipients"]
    assert [one["psid"] for one in listed] == list(MAGIC)
    late = next(one for one in listed if one["error"] == "OutsideWindow")
    assert refusal(bot.send({"text": "x"}, to=late["psid"])) == (late["status"], late["code"], late["subcode"])
