"""Absolute URLs lead back to where the client found the server: by its request, a proxy's headers, or --public-url."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.e2e import wire
from tests.e2e.places import BANKS
from tests.e2e.processes import Serving, frozen, serving
from tests.e2e.wire import Answer

CALLBACK = "http://127.0.0.1:8912/callback"


def get(server: Serving, path: str, host: str, *headers: str) -> Answer:
    return wire.send(server, wire.request("GET", path, headers, host=host))


def assert_at_home(server: Serving, slug: str, base: str, prefix: str, host: str, *headers: str) -> None:
    """Everything a bank says of its own whereabouts begins with `base`, where the client sees it; `prefix` is what
    stands before the bank's paths in the request."""
    bank = BANKS[slug]
    for name in ("oauth-authorization-server", "openid-configuration"):
        metadata = get(server, f"{prefix}/.well-known/{name}", host, *headers).json()
        assert metadata["issuer"] == base
        endpoints = [value for key, value in metadata.items() if key.endswith(("_endpoint", "_uri"))]
        assert endpoints
        assert all(endpoint.startswith(f"{base}/") for endpoint in endpoints)
    assert metadata["token_endpoint"] == base + bank.oauth.token_path

    query = f"response_type=code&client_id=demo-app&redirect_uri={CALLBACK}&state=s"
    page = get(server, f"{prefix}{bank.oauth.authorization_path}?{query}", host, *headers)
    assert page.headers["location"].startswith(f"{base}/signin/")
    journey = page.headers["location"].removeprefix(base)
    form = get(server, f"{prefix}{journey}", host, *headers)
    assert f'action="{base}{journey}"' in form.text

    refused = get(server, f"{prefix}{bank.oauth.authorization_path}?{query}&response_mode=x", host, *headers)
    if refused.status == 302 and "location" in refused.headers:
        answer = parse_qs(urlsplit(refused.headers["location"]).query)
        assert answer.get("iss", [base]) == [base]


@pytest.mark.parametrize("slug", sorted(BANKS))
def test_a_bank_is_where_the_request_found_it(alone: Serving, slug: str) -> None:
    assert_at_home(alone, slug, f"{alone.url}/{slug}", f"/{slug}", f"127.0.0.1:{alone.port}")
    assert_at_home(alone, slug, f"http://localhost:9/{slug}", f"/{slug}", "localhost:9")


@pytest.mark.parametrize("slug", sorted(BANKS))
def test_a_bank_has_a_host_of_its_own(alone: Serving, slug: str) -> None:
    assert_at_home(alone, slug, f"http://{slug}.localhost:{alone.port}", "", f"{slug}.localhost:{alone.port}")
    assert_at_home(alone, slug, f"http://{slug}.localhost", "", f"{slug}.localhost")
    here = get(alone, BANKS[slug].accounts_path, f"{slug.upper()}.LocalHost:80")
    there = get(alone, f"/{slug}{BANKS[slug].accounts_path}", "localhost")
    assert here.status == there.status == 401
    assert get(alone, f"/{slug}{BANKS[slug].accounts_path}", f"{slug}.localhost").status == 404


@pytest.mark.parametrize("slug", sorted(BANKS))
def test_links_in_data_lead_back(alone: Serving, slug: str) -> None:
    token = alone.consent(slug, "omar")["access_token"]
    for base, path, host in (
        (f"{alone.url}/{slug}", f"/{slug}", f"127.0.0.1:{alone.port}"),
        (f"http://{slug}.localhost:{alone.port}", "", f"{slug}.localhost:{alone.port}"),
    ):
        answer = requests.get(
            f"{alone.url}{path}/openapi.json", headers={"Host": host, "Authorization": f"Bearer {token}"}, timeout=30
        )
        (server,) = answer.json()["servers"]
        assert f"http://{host}{server['url']}".rstrip("/") == base


def test_a_bank_behind_a_proxy_is_where_the_proxy_says(alone: Serving) -> None:
    for slug in BANKS:
        for base, headers in {
            "https://sandbank.example": ["X-Forwarded-Proto: https", "X-Forwarded-Host: sandbank.example"],
            "https://127.0.0.1": ["X-Forwarded-Proto: https"],
            "https://a.example:8443": [
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: a.example",
                "X-Forwarded-Port: 8443",
            ],
            "https://b.example": [
                "X-Forwarded-Proto: https, http",
                "X-Forwarded-Host: b.example, 10.0.0.7",
                "X-Forwarded-Port: 443",
            ],
            "http://c.example/banks": ["X-Forwarded-Host: c.example", "X-Forwarded-Prefix: /banks/"],
        }.items():
            assert_at_home(alone, slug, f"{base}/{slug}", f"/{slug}", "127.0.0.1", *headers)


def test_a_host_of_a_banks_own_may_have_a_public_name(alone: Serving) -> None:
    headers = ["X-Forwarded-Proto: https", "X-Forwarded-Host: api.bank.example"]
    assert_at_home(alone, "usbank", "https://api.bank.example", "", "usbank.localhost", *headers)


def test_what_no_proxy_would_say_is_not_repeated(alone: Serving) -> None:
    for line in (
        "X-Forwarded-Proto: javascript",
        'X-Forwarded-Host: a"b',
        "X-Forwarded-Host: user@evil.example",
        "X-Forwarded-Host: evil.example/path?",
        "X-Forwarded-Port: 80:80",
        "X-Forwarded-Prefix: //evil.example",
        "X-Forwarded-Prefix: /a b",
    ):
        assert_at_home(alone, "chase", "http://127.0.0.1/chase", "/chase", "127.0.0.1", line)


def test_control_tells_of_every_bank_where_it_is(alone: Serving) -> None:
    for host in (f"127.0.0.1:{alone.port}", "localhost:81", "[::1]:82", "chase.localhost:83", "citi.localhost"):
        origin = f"http://{host.removeprefix('chase.').removeprefix('citi.')}"
        told = get(alone, "/_sandbox/info", host).json()
        assert told["base_url"] == origin
        for bank in told["banks"]:
            assert bank["base_url"] == bank["issuer"] == f"{origin}/{bank['slug']}"
            assert bank["accounts_url"] == bank["base_url"] + BANKS[bank["slug"]].accounts_path
            assert bank["token_endpoint"].startswith(f"{bank['issuer']}/")


def test_the_public_url_goes_before_all(tmp_path: object) -> None:
    with serving(*frozen("--public-url", "https://play.example/sandbank/")) as server:
        public = "https://play.example/sandbank"
        for slug in BANKS:
            assert_at_home(server, slug, f"{public}/{slug}", f"/{slug}", "127.0.0.1", "X-Forwarded-Host: b.example")
            assert_at_home(server, slug, f"{public}/{slug}", "", f"{slug}.localhost")
        assert get(server, "/_sandbox/info", "play.example").json()["base_url"] == public
