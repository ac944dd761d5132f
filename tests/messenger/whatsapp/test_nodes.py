"""The account, its numbers and their media, by their ids."""

import json

import requests

from tests.messenger.whatsapp.conftest import Line, account, refusal


def test_a_number_tells_what_is_asked(line: Line) -> None:
    told = line.call("GET", line.number, params={"fields": "display_phone_number,quality_rating"}).json()
    assert told == {"id": line.number, "display_phone_number": "+1 555-012-0001", "quality_rating": "GREEN"}
    assert line.call("GET", line.waba).json()["id"] == line.waba


def test_both_doors_lead_there_with_any_version_or_none(line: Line) -> None:
    for door in ("messenger/v14.0", "messenger", "whatsapp/v25.0", "whatsapp"):
        url = f"{line.world.server.url}/{door}/{line.number}"
        assert requests.get(url, params={"access_token": line.token}, timeout=30).json()["id"] == line.number


def test_a_token_that_is_a_parameter_counts_before_the_header(line: Line) -> None:
    told = account(line.world)
    app = f"{line.graph}/oauth/access_token"
    wish = {"grant_type": "client_credentials", "client_id": told["app_id"], "client_secret": told["app_secret"]}
    headers = {"Authorization": f"Bearer {line.token}"}
    answer = requests.get(app, params=wish, headers=headers, timeout=30).json()
    assert answer == {"access_token": told["app_token"], "token_type": "bearer"}
    assert requests.get(app, params={**wish, "client_secret": "x"}, timeout=30).status_code == 401
    send = {"messaging_product": "whatsapp", "to": line.phone(), "text": {"body": "x"}, **answer}
    assert refusal(line.call("POST", f"{line.number}/messages", json=send))[1] == 131005  # the app's token cannot send


def test_what_is_not_there_is_refused_in_the_platforms_words(line: Line) -> None:
    assert refusal(line.call("GET", f"{line.number}/nothing"))[:2] == (400, 2500)
    assert refusal(line.call("POST", f"{line.waba}/register", json={"messaging_product": "whatsapp", "pin": "123456"}))[
        :2
    ] == (400, 100)


def test_a_profile_is_set(line: Line) -> None:
    edge = f"{line.number}/whatsapp_business_profile"
    wish = {"messaging_product": "whatsapp", "about": "Open all day", "email": "help@bank.example"}
    assert line.call("POST", edge, json=wish).json() == {"success": True}
    told = line.call("GET", edge, params={"fields": "about,email"}).json()
    assert told == {"data": [wish]}
    assert refusal(line.call("POST", edge, json={**wish, "about": "x" * 140}))[1] == 131009


def upload(line: Line, content: bytes = b"a picture", media_type: str = "image/png") -> requests.Response:
    files = {"file": ("card.png", content, media_type)}
    return line.call("POST", f"{line.number}/media", data={"messaging_product": "whatsapp"}, files=files)


def test_media_are_lent_for_five_minutes_to_whoever_has_the_token(line: Line) -> None:
    medium = upload(line).json()["id"]
    url = line.call("GET", medium).json()["url"]
    bearer = {"Authorization": f"Bearer {line.token}"}
    answer = requests.get(url, headers=bearer, timeout=30)
    assert (answer.content, answer.headers["Content-Type"]) == (b"a picture", "image/png")
    assert requests.get(url, timeout=30).status_code == 401
    assert refusal(requests.get(url + "x", headers=bearer, timeout=30))[1] == 131052
    line.world.advance("PT5M1S")
    assert refusal(requests.get(url, headers=bearer, timeout=30))[1] == 131052


def test_media_are_of_the_kinds_that_the_channel_takes(line: Line) -> None:
    assert refusal(upload(line, media_type="application/zip"))[1] == 131009
    assert refusal(line.call("POST", f"{line.number}/media", json={"messaging_product": "whatsapp"}))[1] == 131008
    assert upload(line, content=b"x" * (1 << 20)).status_code == 413
    line.says()
    medium = upload(line).json()["id"]
    assert refusal(line.send(type="video", video={"id": medium}))[1] == 131009
    assert line.send(type="image", image={"id": medium}).status_code == 200


def test_a_person_sends_media_that_the_business_can_download(line: Line) -> None:
    medium = upload(line).json()["id"]
    told = line.does("say", text="My card", attachments=[{"type": "image", "payload": {"id": medium}}])
    image = told["message"]["content"]["image"]
    assert (image["id"], image["mime_type"], image["caption"]) == (medium, "image/png", "My card")
    assert line.call("GET", image["id"]).json()["sha256"] == image["sha256"]


def test_a_stranger_has_a_number_of_their_own(line: Line) -> None:
    params = {"channel": "whatsapp"}
    made = line.world.control("POST", "/messenger/users", params=params, json={"first_name": "Ada"}).json()
    line.says(username=made["psid"])
    sent = line.text(to=made["phone"]).json()
    assert sent["contacts"][0]["wa_id"] == made["phone"]
    by_id = {"messaging_product": "whatsapp", "recipient": sent["contacts"][0]["user_id"], "text": {"body": "x"}}
    assert line.call("POST", f"{line.number}/messages", json=by_id).json()["contacts"][0]["wa_id"] == made["phone"]


def test_a_batch_says_no_as_whatsapp_does(line: Line) -> None:
    call = {"messaging_product": "whatsapp", "to": line.phone(), "text": {"body": "x"}}
    parts = [
        {"method": "GET", "relative_url": line.number},
        {"method": "POST", "relative_url": f"{line.number}/messages"},
    ]
    told = line.call("POST", "", json={"batch": [parts[0], {**parts[1], "body": json.dumps(call)}]}).json()
    assert [one["code"] for one in told] == [200, 400]
    error = json.loads(told[1]["body"])["error"]
    assert (error["message"], "24 hours" in error["error_data"]["details"]) == ("(#131047) Re-engagement message", True)


def test_a_reset_forgets_what_was_said_and_set(line: Line) -> None:
    line.says()
    line.create("balance", "Hello.")
    line.conducts(locked=True)
    answer = requests.post(f"{line.world.server.url}/_sandbox/worlds/{line.world.world_id}/reset", timeout=30)
    assert answer.status_code == 200, answer.text
    assert line.thread()["messages"] == []
    assert [one["name"] for one in line.call("GET", f"{line.waba}/message_templates").json()["data"]] == ["hello_world"]
    assert refusal(line.text())[1] == 131047
