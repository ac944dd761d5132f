"""The console's pages and the assets that they are made of."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin, urlsplit

import flask
import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from sandbox.console.pages import blueprint
from sandbox.dialect.policy import Skin
from sandbox.kernel.errors import BankNotFound, NotFound
from sandbox.oauth.magic import LOGINS
from tests.console.chromium import Page
from tests.console.consent_pages import BANKS, HOSTILE
from tests.console.markup import Markup
from tests.console.serving import serving

BASE = "https://sandbank.example"
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Bank A — Sandbank imitation", "version": "1"},
    "servers": [{"url": "/a"}],
    "paths": {"/ping": {"get": {"operationId": "ping", "summary": "Is it alive", "responses": {}}}},
}


def info(base_url: str) -> dict[str, Any]:
    banks = [
        {
            "slug": slug,
            "name": f"Bank {slug.upper()}",
            "base_url": f"{base_url}/{slug}",
            "accounts_url": f"{base_url}/{slug}/acc",
        }
        for slug in "ab"
    ]
    return {
        "version": "1.2.3",
        "seed": 7,
        "base_url": base_url,
        "clock": {"now": "2026-11-23T09:30:00Z", "speed": 0, "frozen": True},
        "not_affiliated": "Sandbank is not affiliated with any bank.",
        "fingerprint": "0123456789abcdef",
        "banks": banks,
        "personas": [{"username": "maya", "story": HOSTILE}],
        "demo_client": {"client_id": "demo-app", "client_secret": "demo-secret", "redirect_uris": "http://localhost:*"},
    }


@pytest.fixture(scope="module")
def app() -> flask.Flask:
    skins: dict[str, Skin] = {"a": next(iter(BANKS.values())).skin} if BANKS else {}
    app = flask.Flask(__name__, static_folder=None)
    app.testing = True
    app.register_blueprint(blueprint(info, skins))
    for slug in ("a", "b", "_sandbox"):
        app.add_url_rule(f"/{slug}/openapi.json", slug, lambda: DOCUMENT)
    inner = app.wsgi_app

    def as_sandbank_calls_it(environ: Any, start_response: Any) -> Any:
        base_url = BASE if environ["HTTP_HOST"] == "localhost" else f"http://{environ['HTTP_HOST']}"
        environ["sandbank.request"] = SimpleNamespace(notes={"base_url": base_url})
        return inner(environ, start_response)

    app.wsgi_app = as_sandbank_calls_it  # type: ignore[method-assign]
    return app


@pytest.fixture
def client(app: flask.Flask) -> FlaskClient:
    return app.test_client()


def test_home_shows_the_banks_as_the_client_addresses_them(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    page = Markup(answer.text)
    assert page.one("h1").text == "Two banks, one made-up world"
    assert [card.text for card in page.all("h3")][:2] == ["Bank A", "Bank B"]
    links = {link.get("href") for link in page.all("a")}
    for slug in "ab":
        assert f"{BASE}/{slug}" in page.text
        assert f"curl -s {BASE}/{slug}/acc" in page.text
        assert {f"{slug}/docs", f"{slug}/openapi.json", f"{slug}/.well-known/openid-configuration"} <= links
    assert f"curl -s {BASE}/_sandbox/consents" in page.text
    assert "_sandbox/docs" in links


def test_home_says_how_to_begin(client: FlaskClient) -> None:
    page = Markup(client.get("/").text)
    for words in (
        "demo-app",
        "http://localhost:*",
        "frozen",
        "demo-secret",
        "sandbank",
        "123456",
        "2026-11-23T09:30:00Z",
        "1.2.3",
        "0123456789ab",
        *LOGINS,
    ):
        assert words in page.text
    assert "Sandbank is not affiliated with any bank" in page.text


@pytest.mark.parametrize("path", ["/", "/a/docs", "/_sandbox/docs", "/_sandbox/phone", "/_sandbox/phone/templates"])
def test_pages_take_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    page = Markup(answer.text)
    for element in page.elements:
        assert not [name for name in element.attributes if name.startswith("on") or name == "style"]
        assert element.tag != "script" or element.get("src")
        for attribute in ("src", "href"):
            address = urlsplit(element.get(attribute))
            assert address.scheme in ("", "data")
            assert not address.netloc
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy


def test_words_of_a_seed_file_stay_words(client: FlaskClient) -> None:
    page = Markup(client.get("/").text)
    assert not page.all("script")
    assert page.all("td")[0].text == " ".join(HOSTILE.split())


@pytest.mark.parametrize(("slug", "name"), [("a", "Bank A"), ("b", "Bank B"), ("_sandbox", "Control API")])
def test_docs_show_the_document_beside_them(client: FlaskClient, slug: str, name: str) -> None:
    page = Markup(client.get(f"/{slug}/docs").text)
    assert page.one("h1").text == f"{name} API documentation"
    place = page.one("div", id="swagger-ui")
    assert place.get("data-document") == "openapi.json"
    assert "not affiliated with" in page.text


def test_docs_of_an_unknown_bank_name_the_known_ones(client: FlaskClient) -> None:
    with pytest.raises(BankNotFound) as caught:
        client.get("/c/docs")
    assert {"a", "b"} <= set(re.findall(r"\w+", caught.value.hint))


def test_assets_are_kept_for_long_and_asked_for_by_content(client: FlaskClient) -> None:
    page = Markup(client.get("/a/docs").text)
    paths = [e.get("src") for e in page.all("script")] + [e.get("href") for e in page.all("link", rel="stylesheet")]
    assert len(paths) == 5
    for path in paths:
        address = urljoin("/a/docs", path)
        with client.get(address) as first:
            assert first.status_code == 200
            assert {"public", "max-age=31536000"} == set(first.headers["Cache-Control"].split(", "))
        with client.get(address, headers={"If-None-Match": first.headers["ETag"]}) as again:
            assert (again.status_code, again.data) == (304, b"")


def test_an_asset_without_its_version_is_kept_for_an_hour(client: FlaskClient) -> None:
    with client.get("/_sandbox/assets/console.css") as answer:
        assert "max-age=3600" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["nothing.js", "../pages.py", "..%2fpages.py", "swagger/LICENSE", "swagger/../../pages.py"]
)
def test_only_assets_are_served(client: FlaskClient, name: str) -> None:
    with pytest.raises((NotFound, HTTPException)):
        client.get(f"/_sandbox/assets/{name}")


# --- In a browser ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def url(app: flask.Flask) -> Iterator[str]:
    with serving(app) as url:
        yield url


def test_home_fits_a_phone_and_a_desk(page: Page, url: str) -> None:
    page.open(f"{url}/")
    for size in ((320, 640), (360, 740), (1280, 800)):
        page.look(*size)
        assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    assert page.complaints == []
    assert all(address.startswith((url, "data:")) for address in page.requests)


def test_swagger_ui_shows_the_operations_offline(page: Page, url: str) -> None:
    page.open(f"{url}/a/docs")
    assert page.evaluate(OPERATIONS) == "Is it alive"
    assert page.evaluate("document.querySelector('.swagger-ui .title').innerText").startswith("Bank A")
    assert page.complaints == []
    assert all(address.startswith((url, "data:")) for address in page.requests)


OPERATIONS = """new Promise(done => {
  const look = () => {
    const found = document.querySelector('.opblock-summary-description');
    found ? done(found.innerText) : setTimeout(look, 20);
  };
  look();
})"""
