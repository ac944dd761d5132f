"""The Compose file, as far as that can be told without Docker: it says what commands, image and bot take."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
import yaml

from sandbox.cli import certs, serve
from sandbox.http.hosts import GRAPH
from sandbox.settings import Settings

ROOT = Path(__file__).parents[3]
IMAGE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PORT = re.findall(r"SANDBANK_PORT=(\d+)", IMAGE)[0]
COMMANDS: dict[str, tuple[click.Command, str]] = {
    "sandbank": (serve.command, "serve"),
    "certificates": (certs.command, "certs"),
}
Json = dict[str, Any]


@pytest.fixture
def services() -> Json:
    file = ROOT / "examples" / "compose" / "messenger.yaml"
    found: Json = yaml.safe_load(file.read_text(encoding="utf-8"))["services"]
    return found


def given(services: Json, service: str) -> Json:
    """The options of a service's command, as the command reads them. Raises UsageError where one is wrong."""
    command, name = COMMANDS[service]
    word, *arguments = services[service]["command"]
    assert word == name
    return dict(command.make_context(name, arguments).params)


def environment(services: Json, service: str) -> dict[str, str]:
    """With what Compose puts in place of `${NAME:?why}`."""
    return {
        name: re.sub(r"\$\{\w+:\?.*\}", "filled-in", text) for name, text in services[service]["environment"].items()
    }


def test_the_platforms_names_lead_to_the_server(services: Json) -> None:
    assert services["sandbank"]["networks"]["default"]["aliases"] == list(GRAPH)


def test_the_server_starts_with_what_it_is_told(services: Json) -> None:
    flags = {name: one for name, one in given(services, "sandbank").items() if name in Settings.__dataclass_fields__}
    settings = Settings.read(environment(services, "sandbank") | {"SANDBANK_PORT": PORT}, **flags)
    assert settings.messenger_tls == 443, "bots know no other port of graph.facebook.com"
    assert settings.control_token == "filled-in", "whoever serves others than this machine needs one"
    assert settings.host == "0.0.0.0"
    assert services["sandbank"]["sysctls"] == {"net.ipv4.ip_unprivileged_port_start": str(settings.messenger_tls)}
    assert settings.allow_outbound == "bot", "webhooks go to the service of that name"
    assert "bot" in services


def test_the_host_reaches_the_port_that_the_image_serves_at(services: Json) -> None:
    [published] = services["sandbank"]["ports"]
    assert published == f"127.0.0.1:{PORT}:{PORT}"
    assert f"EXPOSE {PORT}" in IMAGE
    assert "HEALTHCHECK" in IMAGE, "`service_healthy` waits for it"


def test_the_certificates_come_from_the_server_and_go_where_the_bot_looks(services: Json) -> None:
    asked = services["certificates"]["command"]
    url = urlsplit(asked[asked.index("--url") + 1])
    assert (url.hostname, str(url.port)) == ("sandbank", PORT)
    assert environment(services, "certificates") == environment(services, "sandbank"), "they share the control token"
    out = given(services, "certificates")["out"]
    for service in ("certificates", "bot"):
        volume, _, path = services[service]["volumes"][0].removesuffix(":ro").partition(":")
        assert (volume, path) == ("certs", str(out))
    assert {Path(path) for path in services["bot"]["environment"].values()} == {out / "ca.pem"}


def test_each_waits_for_the_one_before(services: Json) -> None:
    assert services["certificates"]["depends_on"] == {"sandbank": {"condition": "service_healthy"}}
    assert services["bot"]["depends_on"] == {"certificates": {"condition": "service_completed_successfully"}}
