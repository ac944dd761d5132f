"""The validating proxy: all passes as it is, and what breaks the document on either side is kept."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from flask import Flask, Response, request
from werkzeug.serving import make_server

from tests.cli.words import clean, command
from tests.conftest import Access, World

ACCOUNTS = "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts"


@contextmanager
def proxy(upstream: str, *options: object) -> Iterator[str]:
    asked = command("contract", "proxy", "--upstream", upstream, "--bank", "chase", "--port", 0, *options)
    with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True, env=clean()) as process:
        assert process.stdout is not None
        try:
            ready = process.stdout.readline().split()
            assert ready[:2] == ["PROXY", "READY"], ready
            yield ready[2]
        finally:
            process.terminate()
            process.communicate(timeout=30)


@contextmanager
def answering(answer: Callable[[str], Response]) -> Iterator[str]:
    """A server with one answer for all."""
    app = Flask("upstream")
    app.add_url_rule("/<path:path>", view_func=answer, methods=["GET", "POST"])
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture
def access(world: World) -> Access:
    return world.access("chase")


def kept(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_an_answer_passes_as_it_is_with_a_header_and_without_a_secret_in_the_journal(
    world: World, access: Access, tmp_path: Path
) -> None:
    file = tmp_path / "proxy.ndjson"
    headers = {"Authorization": f"Bearer {access.token}"}
    with proxy(f"{world.server.url}/chase", "--journal", file, "--bodies") as url:
        through = requests.get(f"{url}{ACCOUNTS}", headers=headers, params={"limit": "2"}, timeout=30)
    assert through.headers["sandbank-violations"] == "0; id=req_1"
    assert through.content == access.get(ACCOUNTS, params={"limit": "2"}).content
    [one] = kept(file)
    assert (one["operation"], one["status"], one["violations"]) == ("searchForAccounts", 200, [])
    assert one["response"]["body"] == through.json()
    assert access.token not in file.read_text()


def test_a_request_that_breaks_the_document_still_passes(world: World, access: Access, tmp_path: Path) -> None:
    file = tmp_path / "proxy.ndjson"
    with proxy(f"{world.server.url}/chase", "--journal", file) as url:
        headers = {"Authorization": f"Bearer {access.token}"}
        through = requests.get(f"{url}{ACCOUNTS}", headers=headers, params={"limit": "many"}, timeout=30)
        nowhere = requests.get(f"{url}/accounts", headers=headers, timeout=30)
    assert (through.status_code, nowhere.status_code) == (400, 404)
    assert through.headers["sandbank-violations"] == "1; id=req_1"
    refused, lost = kept(file)
    assert [(one["location"], one["name"]) for one in refused["violations"]] == [("query", "limit")]
    assert "many" not in json.dumps(refused["violations"])
    assert (lost["operation"], lost["error"]) == (None, "UnknownPath")
    assert refused["response"]["body"] in ("", None)


def test_an_answer_that_breaks_the_document_is_passed_on_and_told_by_its_place(tmp_path: Path) -> None:
    file = tmp_path / "proxy.ndjson"
    wrong = json.dumps({"page": {"totalElements": "3"}, "accounts": []})
    with (
        answering(lambda path: Response(wrong, content_type="application/json")) as upstream,
        proxy(upstream, "--journal", file) as url,
    ):
        through = requests.get(f"{url}{ACCOUNTS}", timeout=30)
    assert through.text == wrong
    [one] = kept(file)
    assert one["broken"] is True
    assert ("response", "/page/totalElements", "type") in {
        (each["location"], each["name"], each["rule"]) for each in one["violations"]
    }


def test_a_501_is_the_banks_own_and_a_body_goes_there_whole() -> None:
    """No other answer is put in its place, whatever the document says."""
    sent = b"0123456789" * 100_000
    with (
        answering(lambda path: Response(request.get_data(), 501, content_type="text/plain")) as upstream,
        proxy(upstream) as url,
    ):
        through = requests.post(f"{url}/anything", data=sent, timeout=30)
    assert (through.status_code, through.content) == (501, sent)


def test_what_comes_bit_by_bit_is_passed_on_bit_by_bit() -> None:
    """The second part is sent once the first has arrived at the client, or never."""
    arrived: list[bytes] = []

    def answer(path: str) -> Response:
        def parts() -> Iterator[str]:
            yield "data: one\n\n"
            while not arrived:
                yield ": wait\n\n"
            yield "data: two\n\n"

        return Response(parts(), content_type="text/event-stream")

    with (
        answering(answer) as upstream,
        proxy(upstream) as url,
        requests.get(f"{url}/events", stream=True, timeout=30) as through,
    ):
        for line in through.iter_lines():
            if line == b"data: one":
                arrived.append(line)
            if line == b"data: two":
                break
    assert arrived


def test_where_the_bank_cannot_be_reached_that_is_said() -> None:
    with proxy("http://127.0.0.1:1") as url:
        through = requests.get(f"{url}{ACCOUNTS}", timeout=30)
    assert through.status_code == 502
    assert "no answer from http://127.0.0.1:1" in through.json()["detail"]
