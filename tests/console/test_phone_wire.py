"""The wire beside the phone: what was asked and what was answered, and the same again by curl."""

import json
import shutil
import subprocess
from typing import Any

import pytest
import requests

from tests.console.handset import Bot, Handset
from tests.messenger.listener import Listener


def unfold(phone: Handset, title: str) -> None:
    """The newest entry of that title, as curl too."""
    found = f"[...document.querySelectorAll('#wire > li')].find(one => one.innerText.includes({title!r}))"
    phone.until(found)
    phone.page.evaluate(f"({found}).querySelector('details').open = true")
    phone.until(f"({found}).querySelector('.curl')")
    phone.page.evaluate(f"({found}).querySelector('.curl').open = true")


def run(phone: Handset, **environ: str) -> str:
    """What the command that is unfolded prints, in a shell of its own."""
    command = phone.until("document.querySelector('#wire .curl[open] pre')?.innerText")
    shell = ["/bin/sh", "-c", command.replace("curl ", "curl --silent --noproxy '*' ", 1)]
    return subprocess.run(
        shell, env=environ | {"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True
    ).stdout


needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="these tests need curl")


def test_what_came_before_the_page_was_opened_has_the_persons_hours(phone: Handset, bot: Bot) -> None:
    assert bot.call("/me/messages", {}).status_code == 400
    phone.open()
    phone.sees("10:00 AM", "#wire")


def test_both_ways_of_a_call_are_shown(phone: Handset, bot: Bot) -> None:
    phone.open()
    phone.write("Hello")
    sent = bot.send({"text": "Good morning"})
    unfold(phone, "POST /messenger/v25.0/me/messages")
    phone.sees("Good morning", "#wire .call")
    phone.sees("Answer", "#wire .call")
    phone.sees(sent["message_id"], "#wire .call")


FORMS: list[dict[str, Any]] = [
    {"json": {"recipient": {"id": "PSID"}, "message": {"text": "It's €5 “more”"}}},
    {"data": {"recipient": "{id:'PSID'}", "message": "{text:'It\\'s €5 “more”'}", "access_token": "TOKEN"}},
    {"params": {"recipient": "{id:'PSID'}", "message": "{text:'It is €5 “more”'}", "access_token": "TOKEN"}},
    {"json": {"recipient": {"id": "PSID"}, "message": {"text": "It's €5 “more”"}, "access_token": "TOKEN"}},
]


@needs_curl
@pytest.mark.parametrize("form", FORMS, ids=["json", "form", "query", "token in json"])
def test_a_call_is_made_again_by_curl(phone: Handset, bot: Bot, form: dict[str, Any]) -> None:
    token, psid = bot.told["page_token"], bot.psid()
    filled = json.loads(json.dumps(form).replace("PSID", psid).replace("TOKEN", token))
    headers = {} if "TOKEN" in json.dumps(form) else {"Authorization": f"Bearer {token}"}
    phone.open()
    phone.write("Hello")
    url = f"{phone.server}/messenger/v25.0/me/messages"
    assert requests.post(url, headers=headers, timeout=30, **filled).status_code == 200
    phone.sees("€5 “more”")
    unfold(phone, "POST /messenger/v25.0/me/messages")
    assert token not in phone.page.evaluate("document.body.innerText")
    assert "message_id" in run(phone, ACCESS_TOKEN=token)
    phone.until("document.querySelectorAll('#thread .from-page').length === 2")
    said = phone.page.evaluate("[...document.querySelectorAll('#thread .from-page .bubble')].map(one => one.innerText)")
    assert said[0] == said[1]


@needs_curl
def test_a_webhook_is_sent_again_by_curl(phone: Handset, hook: Listener) -> None:
    phone.open()
    phone.write("It's Grüße")
    first = hook.wait(1)[0]
    phone.until("document.querySelector('#wire .webhook.delivered')")
    unfold(phone, "messages")
    run(phone)
    with hook.changed:
        assert hook.changed.wait_for(lambda: [one.body for one in hook.heard].count(first.body) == 2, 10)
    signatures = [signature(one.headers) for one in hook.heard if one.body == first.body]
    assert signatures[0] == signatures[1] != ""


def signature(headers: dict[str, str]) -> str:
    return next((value for name, value in headers.items() if name.lower() == "x-hub-signature-256"), "")


def test_the_command_is_copied(phone: Handset, bot: Bot) -> None:
    phone.open()
    phone.write("Hello")
    bot.send({"text": "Good morning"})
    unfold(phone, "POST /messenger/v25.0/me/messages")
    phone.page.allow(phone.server, "clipboardReadWrite", "clipboardSanitizedWrite")
    phone.tap("Copy", "#wire")
    phone.sees("Copied", "#wire")
    copied = phone.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"curl -X POST '{phone.server}/messenger/v25.0/me/messages'")


def test_what_cannot_be_repeated_is_not_offered(phone: Handset, bot: Bot) -> None:
    headers = {"Authorization": f"Bearer {bot.told['page_token']}"}
    wish = {"message": '{"attachment":{"type":"file","payload":{}}}'}
    url = f"{phone.server}/messenger/v25.0/me/message_attachments"
    parts = {"filedata": ("a.txt", b"one", "text/plain")}
    assert requests.post(url, data=wish, files=parts, headers=headers, timeout=30).status_code == 200
    phone.open()
    phone.sees("message_attachments", "#wire")
    phone.focus("#wire summary")
    phone.page.press("Enter")
    phone.sees("attachment_id", "#wire")
    assert phone.page.evaluate("document.querySelectorAll('#wire .curl').length") == 0
