"""The world of a contract run: what it is made of, and how a command is told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import click

from sandbox.cli.failures import Failure
from sandbox.cli.remote import Json, Remote, at

CALLBACK = "http://127.0.0.1/callback"
"""The redirect URI of a client with an id of its own; at the loopback interface any port will do."""
ENDPOINTS = {
    "URL": "base_url",
    "ISSUER": "issuer",
    "AUTHORIZATION_URL": "authorization_endpoint",
    "TOKEN_URL": "token_endpoint",
    "REVOCATION_URL": "revocation_endpoint",
    "ACCOUNTS_URL": "accounts_url",
    "OPENAPI_URL": "openapi_url",
}
"""What comes behind SANDBANK_<BANK>_, and the member of `GET /_sandbox/banks` that it is."""


@dataclass
class RunWorld:
    remote: Remote
    world: str
    banks: dict[str, Json]
    clients: dict[str, Json]
    """By bank."""
    consents: dict[str, Json] = field(default_factory=dict)
    """By bank, where one was asked for."""

    def environment(self) -> dict[str, str]:
        """What the command finds: every name is SANDBANK_… ."""
        told = {
            "URL": self.remote.url,
            "WORLD": self.world,
            "CONTROL_URL": f"{self.remote.url}/_sandbox",
            "BANKS": ",".join(self.banks),
        }
        for slug, bank in self.banks.items():
            client, given = self.clients[slug], self.consents.get(slug, {})
            of_bank = {name: bank[member] for name, member in ENDPOINTS.items()}
            of_bank |= {"CLIENT_ID": client["client_id"], "CLIENT_SECRET": client["client_secret"]}
            members = ("consent_id", "access_token", "refresh_token")
            of_bank |= {member.upper(): given[member] for member in members if given.get(member)}
            told |= {f"{slug.upper()}_{name}": value for name, value in of_bank.items()}
        return {f"SANDBANK_{name}": value for name, value in told.items()}

    def add_client(self, client_id: str, redirect_uris: Sequence[str]) -> None:
        """A client with this id at every bank, in place of the world's own."""
        for slug in self.banks:
            wish = {"bank": slug, "client_id": client_id, "name": client_id}
            body = wish | {"redirect_uris": list(redirect_uris) or [CALLBACK]}
            self.clients[slug] = self.remote.post("/clients", body, world=self.world)

    def add_consents(self, customer: str) -> None:
        for slug in self.banks:
            wish = {"bank": slug, "client_id": self.clients[slug]["client_id"], "customer": customer}
            self.consents[slug] = self.remote.post("/consents", wish)

    def disturb(self, profile: str | None, *, surprises: bool) -> None:
        """Let calls fail as a profile has it, and answers surprise."""
        if profile:
            self.remote.put("/faults", {"profile": profile}, world=self.world)
        if surprises:
            self.remote.post("/faults", {"fault": "surprise"}, world=self.world)

    def delete(self) -> None:
        self.remote.delete(at("worlds", self.world))


def fresh(remote: Remote, banks: Sequence[str], wish: Mapping[str, Any]) -> RunWorld:
    """`wish` are members of `POST /_sandbox/worlds`. Raises Failure for a bank that the server has not."""
    known = {bank["slug"]: bank for bank in remote.get("/banks")["banks"]}
    if unknown := [slug for slug in banks if slug not in known]:
        raise Failure(f"there is no bank {unknown[0]!r}; there are {', '.join(known)}")
    made = remote.post("/worlds", {name: value for name, value in wish.items() if value is not None})
    chosen = {slug: known[slug] for slug in banks or known}
    clients = {slug: made["clients"][slug] for slug in chosen}
    return RunWorld(remote, made["id"], chosen, clients)


def print_environment(environment: Mapping[str, str]) -> None:
    """As a shell reads it."""
    import shlex

    for name, value in environment.items():
        click.echo(f"export {name}={shlex.quote(value)}")
