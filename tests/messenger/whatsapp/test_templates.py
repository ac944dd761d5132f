"""Templates: what is approved, what is not and with which code, and how one is filled in when it is sent."""

from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.messenger.whatsapp.conftest import Line, refusal


def test_a_template_is_made_listed_edited_and_deleted(line: Line) -> None:
    made = line.create("balance", "Your balance is {{1}} now.").json()
    assert (made["status"], made["category"]) == ("APPROVED", "UTILITY")
    edge = f"{line.waba}/message_templates"
    assert [one["name"] for one in line.call("GET", edge).json()["data"]] == ["hello_world", "balance"]
    found = line.call("GET", edge, params={"name": "bal", "fields": "name", "category": "UTILITY,MARKETING"}).json()
    assert found["data"] == [{"id": made["id"], "name": "balance"}]
    assert line.call("GET", edge, params={"status": "PAUSED"}).json() == {"data": []}
    body = {"type": "BODY", "text": "You have {{1}} left.", "example": {"body_text": [["1"]]}}
    edited = line.call("POST", made["id"], json={"components": [body]})
    assert edited.json() == {"success": True, "id": made["id"], "name": "balance", "category": "UTILITY"}
    assert line.call("GET", made["id"]).json()["components"][0]["text"] == "You have {{1}} left."
    assert line.call("DELETE", edge, params={"name": "balance"}).json() == {"success": True}
    assert refusal(line.call("GET", made["id"]))[1] == 100
    assert refusal(line.template("balance", "1"))[1] == 132001
    again = line.create("balance", "Your balance is {{1}} again.").json()
    assert again["id"] != made["id"]


def test_templates_come_in_pages(line: Line) -> None:
    for name in ("a", "b", "c"):
        line.create(name, "Hello.")
    first = line.call("GET", f"{line.waba}/message_templates", params={"limit": 2}).json()
    assert [one["name"] for one in first["data"]] == ["hello_world", "a"]
    bearer = {"Authorization": f"Bearer {line.token}"}
    second = requests.get(first["paging"]["next"], headers=bearer, timeout=30).json()
    assert [one["name"] for one in second["data"]] == ["b", "c"]
    assert "next" not in second["paging"]


def quick(*titles: str) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": title} for title in titles]}


URL = {"type": "URL", "text": "Open", "url": "https://bank.example/{{1}}", "example": ["x"]}

WRONG: list[tuple[int, int | None, str, str, dict[str, Any]]] = [
    (131009, None, "Not Small", "Hello.", {}),
    (131009, None, "sort", "Hello.", {"category": "NEWS"}),
    (100, 2388299, "edge", "{{1}} is your balance.", {}),
    (100, 2388299, "edge", "Your balance is {{1}}", {}),
    (100, 2388072, "numbers", "You have {{1}} and {{3}} left.", {}),
    (100, 2388072, "names", "You have {{amount}} left.", {}),
    (100, 2388072, "names", "You have {{Amount}} left.", {"parameter_format": "NAMED"}),
    (100, 2388040, "long", "x" * 1025, {}),
    (100, 2388047, "head", "Hello.", {"components": [{"type": "HEADER", "format": "TEXT", "text": "{{1}} of {{2}}"}]}),
    (100, 2388047, "head", "Hello.", {"components": [{"type": "HEADER", "format": "IMAGE"}]}),
    (100, 2388040, "head", "Hello.", {"components": [{"type": "HEADER", "format": "TEXT", "text": "x" * 61}]}),
    (100, 2388073, "foot", "Hello.", {"components": [{"type": "FOOTER", "text": "Since {{1}} here"}]}),
    (131009, None, "parts", "Hello.", {"components": [{"type": "CAROUSEL"}]}),
    (131009, None, "twice", "Hello.", {"components": [{"type": "BODY", "text": "Hello again."}]}),
    (131009, None, "buttons", "Hello.", {"components": [quick(*"abcdefghijk")]}),
    (100, 2388040, "buttons", "Hello.", {"components": [quick("x" * 26)]}),
    (131009, None, "links", "Hello.", {"components": [{"type": "BUTTONS", "buttons": [URL] * 3}]}),
    (131009, None, "links", "Hello.", {"components": [{"type": "BUTTONS", "buttons": [{**URL, "url": "nowhere"}]}]}),
    (100, 2388024, "hello_world", "Hello.", {}),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong[2]} {wrong[1] or wrong[0]}")
def test_every_wrong_template_has_its_code(line: Line, wrong: tuple[int, int | None, str, str, dict[str, Any]]) -> None:
    code, subcode, name, text, more = wrong
    answer = line.create(name, text, **more)
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert (error["code"], error.get("error_subcode")) == (code, subcode), error


def test_a_template_without_an_example_is_not_approved(line: Line) -> None:
    body = {"type": "BODY", "text": "You have {{1}} left."}
    wish = {"name": "bare", "language": "en_US", "category": "UTILITY", "components": [body]}
    error = line.call("POST", f"{line.waba}/message_templates", json=wish).json()["error"]
    assert error["error_subcode"] == 2388072
    assert "example" in error["error_data"]["details"]


def test_a_template_gets_as_many_parameters_as_it_has_variables(line: Line) -> None:
    line.create("balance", "You have {{1}} in {{2}} now.")
    assert line.template("balance", "12 USD", "Checking").status_code == 200
    assert line.thread()["messages"][-1]["content"]["shown"] == {"body": "You have 12 USD in Checking now."}
    status, code, details = refusal(line.template("balance", "12 USD"))
    assert (status, code) == (400, 132000)
    assert details == "body: number of localizable_params (1) does not match the expected number of params (2)"
    assert refusal(line.template("balance", "12 USD", "two\nlines"))[1] == 132012
    assert refusal(line.template("balance", "x" * 1000, "y" * 100))[1] == 132005
    assert refusal(line.template("balance", "1", "2", language="de"))[:2] == (404, 132001)


def test_a_header_of_media_and_buttons_are_filled_in(line: Line) -> None:
    header = {"type": "HEADER", "format": "DOCUMENT", "example": {"header_handle": ["4::aW"]}}
    buttons = {
        "type": "BUTTONS",
        "buttons": [URL, {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550100"}],
    }
    assert line.create("statement", "Your statement is here.", components=[header, buttons]).status_code == 200
    link = {"link": "https://bank.example/may.pdf"}
    given = [
        {"type": "header", "parameters": [{"type": "document", "document": link}]},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "may"}]},
    ]
    template = {"name": "statement", "language": {"code": "en_US"}, "components": given}
    assert line.send(type="template", template=template).status_code == 200
    shown = line.thread()["messages"][-1]["content"]["shown"]
    assert shown["header"] == {"type": "document", "document": link}
    assert [one.get("url", one.get("phone_number")) for one in shown["buttons"]] == [
        "https://bank.example/may",
        "+15550100",
    ]
    assert line.does("tap", button="Open")["opens"] == "https://bank.example/may"
    picture = {"type": "header", "parameters": [{"type": "image", "image": link}]}
    wrong = line.send(type="template", template={**template, "components": [picture, given[1]]})
    assert refusal(wrong)[1] == 132012


def test_a_one_time_password_has_the_platforms_text(line: Line) -> None:
    otp = {"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy code"}
    components = [
        {"type": "BODY", "add_security_recommendation": True},
        {"type": "FOOTER", "code_expiration_minutes": 5},
        {"type": "BUTTONS", "buttons": [otp]},
    ]
    wish = {"name": "code", "language": "en_US", "category": "AUTHENTICATION", "components": components}
    assert line.call("POST", f"{line.waba}/message_templates", json=wish).status_code == 200
    code = [{"type": "text", "text": "845301"}]
    given = [
        {"type": "body", "parameters": code},
        {"type": "button", "sub_type": "url", "index": 0, "parameters": code},
    ]
    template = {"name": "code", "language": {"code": "en_US"}, "components": given}
    assert line.send(type="template", template=template).status_code == 200
    shown = line.thread()["messages"][-1]["content"]["shown"]
    assert shown["body"].startswith("Your verification code is 845301.")
    assert shown["footer"] == "This code expires in 5 minutes."
    assert line.does("tap", button="Copy code")["opens"] == "845301"


def test_offers_go_only_to_whoever_agreed(line: Line) -> None:
    line.create("offer", "Get {{1}} back at the bookshop.", category="MARKETING")
    status, code, details = refusal(line.template("offer", "5%"))
    assert (status, code) == (400, 131050)
    assert "not agreed" in details
    line.does("opt-in")
    assert line.template("offer", "5%").status_code == 200
    line.does("opt-out")
    assert "stopped" in refusal(line.template("offer", "5%"))[2]
    line.does("opt-in")
    line.conducts(marketing="open")
    assert line.template("offer", "5%").status_code == 200
    assert line.template("offer", "5%", to=line.phone("henry")).status_code == 200


def test_only_the_account_has_templates(line: Line) -> None:
    assert refusal(line.call("GET", f"{line.number}/message_templates"))[:2] == (400, 100)


MEMBERS = st.sampled_from(
    ("type", "text", "format", "example", "buttons", "body_text", "header_text", "header_handle", "url", "phone_number",
     "otp_type", "add_security_recommendation", "code_expiration_minutes")
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**31) | st.sampled_from(("{{1}}", "a {{1}} b", "URL", "x", "")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=3),
    max_leaves=8,
)
KINDS = st.sampled_from(("HEADER", "BODY", "FOOTER", "BUTTONS"))
COMPONENTS = st.lists(
    st.builds(lambda part, kind: {**part, "type": kind}, st.dictionaries(MEMBERS, JSON, max_size=4), KINDS), max_size=4
)
CATEGORIES = st.sampled_from(("UTILITY", "AUTHENTICATION", "marketing"))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(COMPONENTS, CATEGORIES, st.sampled_from(("NAMED", "positional")))
def test_no_template_breaks_it(line: Line, components: list[Any], category: str, form: str) -> None:
    line.conducts(throughput=0)
    wish = {"name": "any", "language": "en_US", "category": category, "parameter_format": form}
    answer = line.call("POST", f"{line.waba}/message_templates", json={**wish, "components": components})
    assert answer.status_code < 500
    assert "Sandbank-Contract" not in answer.headers
    if answer.ok:
        template = {"name": "any", "language": {"code": "en_US"}, "components": components}
        assert line.send(type="template", template=template).status_code < 500
        assert line.call("DELETE", f"{line.waba}/message_templates", params={"name": "any"}).ok
