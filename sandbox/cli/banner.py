"""What a person sees when the server starts: where things are, who is there, and two commands that read a balance."""

import textwrap
from pathlib import Path

import click

from sandbox.control import demo
from sandbox.control.info import NOT_AFFILIATED
from sandbox.control.services import Services
from sandbox.kernel.clock import iso
from sandbox.oauth.magic import OTP, PASSWORD
from sandbox.oauth.mtls import https
from sandbox.seeding.folders import folders, persona_files
from sandbox.settings import Settings
from sandbox.worlds.worlds import DEFAULT

LOOPBACK = ("127.0.0.1", "localhost", "::1")
DETAILS = {"chase": "?resultType=details", "wellsfargo": "?resultType=details"}
"""What a bank wants to hear before its list of accounts shows balances."""

PICK = """sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'"""


def text(services: Services, url: str) -> str:
    world = services.worlds.world(DEFAULT)
    running = "frozen" if world.stored.clock.frozen else "running"
    width = max(len(bank.name) for bank in services.banks.values())
    port, graph = services.settings.tls_port, services.settings.messenger_tls
    lines = [
        f"Sandbank {services.version}. {NOT_AFFILIATED}",
        "",
        f"  {'Console':<{width}}  {url}/",
        f"  {'Control':<{width}}  {url}/_sandbox/docs",
        *([f"  {'HTTPS':<{width}}  {https(url, port)}, with `sandbank certs`"] if port else []),
        *([f"  {'Graph API':<{width}}  {https(url, graph)}, with `sandbank certs`"] if graph else []),
        *(f"  {bank.name:<{width}}  {url}/{slug}" for slug, bank in services.banks.items()),
        "",
        f"  Client  {demo.CLIENT_ID} / {demo.SECRET}, any loopback redirect URI",
        *_wrapped("  People  ", f"{', '.join(people(services.settings))} (password {PASSWORD}, code {OTP})"),
        f"  Clock   {iso(world.now)}, {running}; seed {world.stored.seed}",
        "",
        "  A balance, in two commands:",
        "",
        *(f"    {line}" for line in sample(services, url)),
        "",
    ]
    return "\n".join(lines)


def sample(services: Services, url: str) -> list[str]:
    """Two lines for a POSIX shell."""
    slug = "chase" if "chase" in services.banks else next(iter(services.banks))
    wish = f'{{"bank": "{slug}", "client_id": "{demo.CLIENT_ID}", "customer": "maya"}}'
    accounts = f"{url}/{slug}{services.banks[slug].accounts_path}{DETAILS.get(slug, '')}"
    return [
        f"TOKEN=$(curl -s {url}/_sandbox/consents -H 'Content-Type: application/json' -d '{wish}' | {PICK})",
        f"curl -s '{accounts}' -H \"Authorization: Bearer $TOKEN\"",
    ]


def people(settings: Settings) -> list[str]:
    """The personas by the names of their files: nothing needs to be read for this."""
    extra = Path(settings.seed_data) if settings.seed_data else None
    return sorted({path.stem for folder in folders(extra) for path in persona_files(folder)})


def warn_if_exposed(settings: Settings) -> None:
    if settings.host in LOOPBACK:
        return
    guarded = (
        "the control API wants the control token from there"
        if settings.control_token
        else "the control API answers this machine only; --control-token lets others in"
    )
    click.secho(
        f"sandbank: WARNING: listening on {settings.host}, so other machines can reach this server. "
        f"Everybody's password is public; {guarded}.",
        err=True,
        bold=True,
    )


def _wrapped(head: str, words: str) -> list[str]:
    return textwrap.wrap(words, 100, initial_indent=head, subsequent_indent=" " * len(head))
