"""The same rules for the other channel."""

from tests.messenger.whatsapp.conftest import Line, line
from tests.passport.conftest import Story

__all__ = ["line"]


def test_a_number_in_a_button_of_a_whatsapp_message(story: Story, line: Line) -> None:
    def asks(reply: str) -> None:
        button = {"type": "reply", "reply": {"id": reply, "title": "More"}}
        interactive = {"type": "button", "body": {"text": "I am a bot."}, "action": {"buttons": [button]}}
        answer = line.send(type="interactive", interactive=interactive)
        assert answer.ok, answer.text

    line.says("What is my balance?")
    asks("more")
    assert story.outcome("leak.numbers") == "pass"
    assert story.outcome("disclosure.first") == "pass"
    asks(f"more {story.account()['number']}")
    assert story.finding("leak.numbers")["where"].endswith("/reply/id")


def test_a_utility_template_that_advertises_on_whatsapp(story: Story, line: Line) -> None:
    line.says("Hi")
    for name, text, outcome in (("parcel", "Your parcel is there.", "pass"), ("sale", "Get 20% off today!", "fail")):
        assert line.create(name, text).ok
        assert line.template(name).ok
        assert story.outcome("promotion.utility") == outcome
