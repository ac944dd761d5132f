"""What a person does with messages on the phone: answers them, reacts, edits, encloses a file, comes by a link."""

from pathlib import Path

from tests.console.handset import Bot, Handset, enclose, told
from tests.messenger.listener import Listener
from tests.messenger.test_people import PIXEL


def test_a_message_is_answered(phone: Handset, bot: Bot, hook: Listener) -> None:
    phone.open()
    phone.write("Which account?")
    sent = bot.send({"text": "Household, or Rainy day?"})
    phone.act("Household", "Reply")
    phone.sees("Answering “Household, or Rainy day?”", "#draft")
    phone.write("The first")
    phone.until("document.getElementById('draft').hidden")
    phone.sees("Household, or Rainy day?", ".quoted")
    with hook.changed:
        assert hook.changed.wait_for(lambda: b'"reply_to"' in b"".join(one.body for one in hook.heard), 10)
    answers = [one.event["message"] for one in hook.heard if "reply_to" in one.event.get("message", {})]
    assert answers[0]["reply_to"]["mid"] == sent["message_id"]


def test_an_answer_is_thought_better_of(phone: Handset, bot: Bot) -> None:
    phone.open()
    phone.write("Hello")
    bot.send({"text": "Good morning"})
    phone.act("Good morning", "Reply")
    phone.tap("Cancel")
    phone.until("document.getElementById('draft').hidden")
    phone.write("Never mind")
    phone.sees("Never mind")
    assert phone.page.evaluate("document.querySelectorAll('.quoted').length") == 0


def test_what_was_written_is_edited(phone: Handset, hook: Listener) -> None:
    phone.open()
    phone.write("What is my balence?")
    phone.act("balence", "Edit")
    phone.page.evaluate("document.getElementById('text').value = ''")
    phone.write("What is my balance?")
    phone.sees("Edited")
    phone.sees("What is my balance?")
    assert told(hook, "message_edit")["text"] == "What is my balance?"


def test_a_reaction_shows_and_can_be_taken_back(phone: Handset, bot: Bot, hook: Listener) -> None:
    phone.open()
    phone.write("Hello")
    bot.send({"text": "Your salary is there."})
    phone.act("salary", "React with 👍")
    phone.sees("👍", ".reaction")
    phone.until("document.activeElement.matches('.actions-of > summary')")
    phone.act("salary", "Take 👍 back")
    phone.until("!document.querySelector('.reaction')")
    with hook.changed:
        assert hook.changed.wait_for(lambda: b'"unreact"' in b"".join(one.body for one in hook.heard), 10)


def test_what_others_change_is_seen_at_once(phone: Handset, bot: Bot) -> None:
    phone.open()
    phone.write("What is my balence?")
    mid = phone.until("document.querySelector('.from-person')?.dataset.mid")
    bot.world.control("POST", "/messenger/users/maya/edit", json={"mid": mid, "text": "What is my balance?"})
    phone.sees("What is my balance?")
    bot.send({"text": "2,418.07 USD"})
    bot.world.control("POST", "/messenger/users/maya/react", json={"emoji": "😮"})
    phone.sees("😮", ".reaction")


def test_a_picture_is_enclosed(phone: Handset, hook: Listener, tmp_path: Path) -> None:
    phone.open()
    enclose(phone, tmp_path, "receipt.png", PIXEL)
    phone.sees("With receipt.png", "#draft")
    phone.write("What is this?")
    phone.until("document.querySelector('#thread img')?.naturalWidth === 1")
    phone.sees("What is this?")
    heard = hook.wait(1)[0].event["message"]
    assert heard["attachments"][0]["type"] == "image"
    assert heard["attachments"][0]["payload"]["url"].startswith(f"{phone.server}/_sandbox/messenger/attachments/")


def test_a_file_that_is_too_large_stays_where_it_is(phone: Handset, tmp_path: Path) -> None:
    phone.open()
    enclose(phone, tmp_path, "film.mp4", "data:video/mp4;base64," + "AAAA" * 250_000)
    phone.sees("film.mp4 is too large", "#note")
    phone.until("document.getElementById('draft').hidden")


def test_somebody_comes_by_a_link(phone: Handset, bot: Bot, hook: Listener) -> None:
    phone.open(ref="spring")
    assert told(hook, "referral")["ref"] == "spring"
    phone.until("!window.location.search.includes('ref=')")
    phone.focus("#ref")
    phone.page.type("summer")
    phone.page.press("Enter")
    with hook.changed:
        assert hook.changed.wait_for(lambda: b'"summer"' in b"".join(one.body for one in hook.heard), 10)


def test_a_file_by_its_address_alone_is_told_as_it_was(bot: Bot, hook: Listener) -> None:
    enclosed = {"attachments": [{"type": "file", "payload": {"url": "https://bank.example/june.pdf"}}]}
    assert bot.world.control("POST", "/messenger/users/maya/say", json=enclosed).status_code == 200
    assert hook.wait(1)[0].event["message"]["attachments"] == enclosed["attachments"]
