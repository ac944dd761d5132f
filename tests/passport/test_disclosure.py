"""Whoever writes to a machine is told so."""

from sandbox.messenger.pages import INBOX_APP
from tests.messenger.listener import Listener
from tests.passport.conftest import Story

BOT = "Hello! I am an automated assistant."


def test_at_first_contact(story: Story) -> None:
    story.asks("Hi")
    story.answers("One moment.")
    story.answers(BOT)
    assert story.outcome("disclosure.first") == "pass"
    story.asks("Hi", "jon")
    story.answers("Hello, this is Sarah.", "jon")
    story.asks("Hi Sarah", "jon")
    story.answers(BOT, "jon")
    assert story.finding("disclosure.first")["text"].startswith("The first that Jon hears")


def test_after_a_human_has_answered(story: Story) -> None:
    story.asks("Hi")
    story.answers(BOT)
    assert story.outcome("disclosure.human") == "not_seen"
    story.answers("Sarah here, let me look.", messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT")
    story.asks("Thanks")
    story.answers("The bot is back.")
    assert story.outcome("disclosure.human") == "pass"
    story.answers("Sarah once more.", messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT")
    story.asks("And my balance?")
    story.answers("You have $5.")
    assert story.outcome("disclosure.human") == "fail"


def test_after_the_inbox_gave_the_thread_back(story: Story, listener: Listener) -> None:
    story.asks("Hi")
    story.answers(BOT)
    for reply in (BOT, "You have $5."):
        story.does("agent", text="This is Ada. How can I help?")
        story.does("agent", done=True)
        story.world.advance("PT1M")
        story.asks("And my balance?")
        story.answers(reply)
        assert story.outcome("disclosure.human") == ("pass" if reply == BOT else "fail")
    assert story.stamp("disclosure.human")["cases"] == 2


def test_a_thread_that_comes_back_without_a_humans_word(story: Story, listener: Listener) -> None:
    story.asks("Hi")
    story.answers(BOT)
    recipient = {"recipient": {"id": story.bot.psid()}, "target_app_id": INBOX_APP}
    assert story.bot.post("/me/pass_thread_control", recipient).ok
    story.does("agent", done=True)
    story.world.advance("PT1M")
    story.asks("And my balance?")
    story.answers("You have $5.")
    assert story.outcome("disclosure.human") == "fail"


def test_after_a_long_silence(story: Story) -> None:
    story.asks("Hi")
    story.answers(BOT)
    story.world.advance("P8D")
    story.asks("Hi again")
    story.answers(BOT)
    assert story.outcome("disclosure.silence") == "pass"
    story.world.advance("P8D")
    story.asks("Hi again")
    story.answers("You have $5.")
    assert story.finding("disclosure.silence")["text"].startswith("After 8 days of silence")
    assert story.outcome("disclosure.silence", silence=30) == "not_seen"
