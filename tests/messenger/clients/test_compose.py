"""The Compose file, as far as that can be told without Docker."""

from pathlib import Path

import click
import yaml

from sandbox.cli import certs, serve
from sandbox.http.hosts import GRAPH

FILE = Path(__file__).parents[3] / "examples" / "compose" / "messenger.yaml"


def test_the_names_lead_to_the_server_and_its_commands_are_right() -> None:
    services = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    assert services["sandbank"]["networks"]["default"]["aliases"] == list(GRAPH)
    commands: dict[str, tuple[click.Command, str]] = {
        "sandbank": (serve.command, "serve"),
        "certificates": (certs.command, "certs"),
    }
    for service, (command, name) in commands.items():
        word, *arguments = services[service]["command"]
        assert word == name
        command.make_context(name, arguments)  # raises UsageError where an option is wrong
    mounted = {
        service["volumes"][0].partition(":")[2].removesuffix(":ro")
        for service in services.values()
        if "volumes" in service
    }
    trusted = services["bot"]["environment"]["NODE_EXTRA_CA_CERTS"]
    assert {str(Path(trusted).parent)} == mounted
