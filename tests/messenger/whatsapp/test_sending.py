"""A number sends on WhatsApp: what arrives, and what is refused with which code."""

from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.messenger.whatsapp import magic
from tests.messenger.whatsapp.conftest import Line, refusal


def test_a_text_within_the_window_is_sent(line: Line) -> None:
    line.says()
    answer = line.text("Your balance is 12 USD.")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["messaging_product"] == "whatsapp"
    assert told["contacts"][0]["input"] == told["contacts"][0]["wa_id"] == line.phone()
    assert told["messages"][0]["id"].startswith("wamid.")


def test_outside_the_window_only_templates_go(line: Line) -> None:
    status, code, details = refusal(line.text())
    assert (status, code) == (400, 131047)
    assert "more than 24 hours" in details
    line.says()
    line.world.advance("PT23H59M")
    assert line.text().status_code == 200
    line.world.advance("PT2M")
    assert refusal(line.text())[1] == 131047
    answer = line.template("hello_world")
    assert answer.json()["messages"][0]["message_status"] == "accepted"


def test_a_refusal_is_explained_behind_its_trace(line: Line) -> None:
    error = line.text().json()["error"]
    assert error["message"] == "(#131047) Re-engagement message"
    assert error["type"] == "OAuthException"
    why = requests.get(f"{line.world.server.url}/_sandbox/why/{error['fbtrace_id']}", timeout=30).json()
    assert why["error"] == "WindowClosed"
    assert "template" in why["hint"]


@pytest.mark.parametrize("writing", ["+{0}", "{0}", "+{1} ({2}) {3}-{4}"])
def test_a_recipient_may_be_written_in_any_way(line: Line, writing: str) -> None:
    line.says()
    phone = line.phone()
    to = writing.format(phone, phone[0], phone[1:4], phone[4:7], phone[7:])
    assert line.text(to=to).json()["contacts"] == [
        {"input": to, "wa_id": phone, "user_id": line.text().json()["contacts"][0]["user_id"]}
    ]


def test_a_recipient_may_be_the_id_that_the_business_knows(line: Line) -> None:
    line.says()
    user_id = line.text().json()["contacts"][0]["user_id"]
    wish = {"messaging_product": "whatsapp", "recipient": user_id, "type": "text", "text": {"body": "Hello"}}
    answer = line.call("POST", f"{line.number}/messages", json=wish)
    assert answer.json()["contacts"][0]["wa_id"] == line.phone()


REPLY = {"type": "reply", "reply": {"id": "yes", "title": "Yes"}}
ROW = {"id": "1", "title": "Checking"}


def interactive(kind: str, action: dict[str, Any], text: str = "Which?") -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action}}


def rows(count: int) -> list[dict[str, Any]]:
    return [{"id": str(place), "title": f"Account {place}"} for place in range(count)]


GOOD: list[dict[str, Any]] = [
    {"type": "text", "text": {"body": "x" * 4096, "preview_url": True}},
    {"text": {"body": "without a type"}},
    {"type": "image", "image": {"link": "https://bank.example/card.png", "caption": "Your card"}},
    {"type": "document", "document": {"link": "https://bank.example/may.pdf", "filename": "may.pdf"}},
    {"type": "audio", "audio": {"link": "https://bank.example/a.mp3"}},
    {"type": "location", "location": {"latitude": "40.7", "longitude": -74.0, "name": "Branch"}},
    {"type": "contacts", "contacts": [{"name": {"formatted_name": "Card services"}}]},
    interactive("button", {"buttons": [REPLY]}),
    interactive("list", {"button": "Choose", "sections": [{"rows": [ROW]}]}),
    interactive("list", {"button": "Choose", "sections": [{"rows": [ROW]}]}, text="x" * 4096),
    interactive("cta_url", {"name": "cta_url", "parameters": {"display_text": "Pay", "url": "https://bank.example"}}),
    interactive("location_request_message", {"name": "send_location"}),
]


@pytest.mark.parametrize("message", GOOD, ids=lambda message: message.get("type", "none"))
def test_every_type_of_message_goes(line: Line, message: dict[str, Any]) -> None:
    line.says()
    answer = line.send(**message)
    assert answer.status_code == 200, answer.text


WRONG: list[tuple[int, str, dict[str, Any]]] = [
    (131008, "The parameter text is required", {"type": "text"}),
    (131008, "The parameter text[body] is required", {"type": "text", "text": {}}),
    (131009, "4096", {"type": "text", "text": {"body": "x" * 4097}}),
    (131009, "text[body]", {"type": "text", "text": {"body": ""}}),
    (131009, "text[body]", {"type": "text", "text": {"body": 12}}),
    (131051, "poll", {"type": "poll", "poll": {}}),
    (131051, "carousel", interactive("carousel", {})),
    (131009, "either id or link", {"type": "image", "image": {"caption": "nothing"}}),
    (131009, "either id or link", {"type": "image", "image": {"id": "1", "link": "https://bank.example/a.png"}}),
    (131009, "no media attachment", {"type": "image", "image": {"id": "712345678901234"}}),
    (131009, "image[link]", {"type": "image", "image": {"link": "file:///etc/passwd"}}),
    (131009, "1024", {"type": "image", "image": {"link": "https://bank.example/a.png", "caption": "x" * 1025}}),
    (131008, "location[longitude]", {"type": "location", "location": {"latitude": 1}}),
    (131009, "reaction", {"type": "reaction", "reaction": {"message_id": "wamid.nothing", "emoji": "x"}}),
    (131008, "buttons", interactive("button", {})),
    (131009, "at most 3", interactive("button", {"buttons": [REPLY] * 4})),
    (131009, "Button id has to be unique", interactive("button", {"buttons": [REPLY, REPLY]})),
    (131009, "20", interactive("button", {"buttons": [{"type": "reply", "reply": {"id": "1", "title": "x" * 21}}]})),
    (131009, "1024", interactive("button", {"buttons": [REPLY]}, text="x" * 1025)),
    (131009, "max allowed count: 10", interactive("list", {"button": "Choose", "sections": [{"rows": rows(11)}]})),
    (131008, "Section title", interactive("list", {"button": "a", "sections": [{"rows": [ROW]}, {"rows": rows(1)}]})),
    (131009, "Row id", interactive("list", {"button": "Choose", "sections": [{"rows": [ROW, ROW]}]})),
    (131008, "button", interactive("list", {"sections": [{"rows": [ROW]}]})),
    (131008, "['url']", interactive("cta_url", {"parameters": {"display_text": "Pay"}})),
    (131009, "a link", interactive("cta_url", {"parameters": {"display_text": "Pay", "url": "ftp://bank.example"}})),
    (131009, "groups", {"type": "text", "text": {"body": "x"}, "recipient_type": "group"}),
]


@pytest.mark.parametrize(("code", "part", "message"), WRONG)
def test_every_wrong_message_has_its_code(line: Line, code: int, part: str, message: dict[str, Any]) -> None:
    line.says()
    status, told, details = refusal(line.send(**message))
    assert (status, told) == (400, code), details
    assert part in details


def test_a_call_names_its_product(line: Line) -> None:
    answer = line.call("POST", f"{line.number}/messages", json={"to": line.phone(), "text": {"body": "x"}})
    assert refusal(answer) == (400, 100, "The parameter messaging_product is required, and is whatsapp.")


def test_a_token_is_needed(line: Line) -> None:
    answer = requests.post(f"{line.graph}/{line.number}/messages", json={}, timeout=30)
    assert refusal(answer)[:2] == (401, 190)


@pytest.mark.parametrize("to", ["15559998877", "abc", "12", ""])
def test_who_is_nobody_cannot_be_reached(line: Line, to: str) -> None:
    wish = {"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": "x"}}
    code = refusal(line.call("POST", f"{line.number}/messages", json=wish))[1]
    assert code == (131026 if to.isdecimal() and len(to) > 6 else 131009)


@pytest.mark.parametrize("phone", [phone for phone, _ in magic.numbers()])
def test_a_magic_number_makes_its_error_happen(line: Line, phone: str) -> None:
    code, answer = int(phone[-6:]), line.text(to=phone)
    assert refusal(answer)[1] == code
    assert answer.headers["Content-Type"] == "application/json"
    assert "Sandbank-Contract" not in answer.headers


def test_a_number_that_is_not_registered_cannot_send(line: Line) -> None:
    second = line.second()
    assert refusal(second.text())[:2] == (400, 133010)
    pin = {"messaging_product": "whatsapp", "pin": "123456"}
    assert second.call("POST", f"{second.number}/register", json=pin).json() == {"success": True}
    second.says()
    assert second.text().status_code == 200
    assert second.call("POST", f"{second.number}/deregister").json() == {"success": True}
    assert refusal(second.text())[1] == 133010
    wrong = second.call("POST", f"{second.number}/register", json={**pin, "pin": "654321"})
    assert refusal(wrong)[1] == 133005


def test_the_windows_of_two_numbers_are_two(line: Line) -> None:
    line.says()
    second = line.second()
    second.call("POST", f"{second.number}/register", json={"messaging_product": "whatsapp", "pin": "123456"})
    assert line.text().status_code == 200
    assert refusal(second.text())[1] == 131047


def test_a_test_number_reaches_its_list_alone(line: Line) -> None:
    line.says()
    line.says(username="henry")
    line.conducts(allowed=(line.phone("henry"),))
    assert line.text(to=line.phone("henry")).status_code == 200
    assert refusal(line.text())[:2] == (400, 131030)


def test_a_locked_account_cannot_send(line: Line) -> None:
    line.conducts(locked=True)
    assert refusal(line.text())[:2] == (403, 131031)


def test_a_number_cannot_write_to_itself(line: Line) -> None:
    assert refusal(line.text(to="15550120001"))[1] == 131021


def test_too_many_messages_in_a_second_are_refused(line: Line) -> None:
    line.says()
    line.conducts(throughput=1)
    codes = [answer.status_code for answer in (line.text() for _ in range(5))]
    assert 429 in codes


def test_a_message_of_a_person_is_marked_as_read(line: Line) -> None:
    mid = line.says()
    tick = {"messaging_product": "whatsapp", "status": "read", "message_id": mid, "typing_indicator": {"type": "text"}}
    assert line.call("POST", f"{line.number}/messages", json=tick).json() == {"success": True}
    thread = line.thread()
    assert thread["typing"]
    assert thread["seen_at"] == thread["now"]
    line.text("One moment.")
    assert not line.thread()["typing"]
    own = line.text().json()["messages"][0]["id"]
    for wrong in (own, "wamid.nothing"):
        assert refusal(line.call("POST", f"{line.number}/messages", json={**tick, "message_id": wrong}))[1] == 131009


def test_what_a_person_taps_answers_the_message(line: Line) -> None:
    line.says()
    line.send(**interactive("button", {"buttons": [REPLY, {"type": "reply", "reply": {"id": "no", "title": "No"}}]}))
    tapped = line.does("tap", button="No")["message"]["content"]
    assert tapped["interactive"] == {"type": "button_reply", "button_reply": {"id": "no", "title": "No"}}
    line.send(**interactive("list", {"button": "Choose", "sections": [{"rows": rows(3)}]}))
    chosen = line.does("tap", button=2)["message"]["content"]
    assert chosen["interactive"]["list_reply"] == {"id": "2", "title": "Account 2"}
    line.send(**interactive("cta_url", {"parameters": {"display_text": "Pay", "url": "https://bank.example/pay"}}))
    assert line.does("tap", button="Pay")["opens"] == "https://bank.example/pay"


def test_what_is_not_on_the_screen_cannot_be_tapped(line: Line) -> None:
    params = {"channel": "whatsapp"}
    tap = line.world.control("POST", "/messenger/users/maya/tap", params=params, json={"button": "Yes"})
    assert tap.status_code == 409
    edit = line.world.control("POST", "/messenger/users/maya/edit", params=params, json={"mid": "x", "text": "y"})
    assert edit.json()["error"] == "CannotDo"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**31) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ("to", "type", "text", "image", "interactive", "template", "reaction", "contacts", "status", "message_id",
     "recipient", "recipient_type", "context", "body", "name", "language", "components")
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(NAMES, JSON | st.dictionaries(NAMES, JSON, max_size=4), max_size=6))
def test_no_input_breaks_it(line: Line, wish: dict[str, Any]) -> None:
    line.conducts(throughput=0)
    answer = line.call("POST", f"{line.number}/messages", json={"messaging_product": "whatsapp", **wish})
    assert answer.status_code < 500
    assert "Sandbank-Contract" not in answer.headers
