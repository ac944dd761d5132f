"""sandbank client"""

import json
from typing import IO, Any

import click

from sandbox.cli.remote import Json, Remote, at, dump, in_world, talking
from sandbox.ledger.clients import Profile


@click.group()
def command() -> None:
    """Register, list, show and strike off the clients of a world."""


@command.command("list")
@in_world
@click.option("--bank", help="Only at this bank.")
@talking
def list_clients(remote: Remote, as_json: bool, **query: Any) -> None:
    """The clients of a world, bank by bank."""
    told = remote.get("/clients", **query)
    if as_json:
        dump(told)
        return
    from sandbox.cli import tables

    tables.table(
        ("bank", "client", "name", "profile", "proves itself by"),
        ((one["bank"], one["client_id"], one["name"], one["profile"], _method(one)) for one in told["clients"]),
    )


@command.command()
@click.argument("bank")
@click.argument("name")
@click.argument("redirect_uris", nargs=-1, required=True)
@in_world
@click.option("--client-id", help="Its id. [random]")
@click.option("--profile", type=click.Choice([one.value for one in Profile]), help="What is asked of it. [easy]")
@click.option("--public", is_flag=True, help="Without a secret.")
@click.option("--scope", help="What it may ask for. [all that the bank offers]")
@click.option("--auth-method", "token_endpoint_auth_method", help="How it proves itself. [its secret, either way]")
@click.option("--jwks", type=click.File(), help="A file with its public keys.")
@click.option("--jwks-uri", help="Where its public keys stand.")
@talking
def add(remote: Remote, world: str, jwks: IO[str] | None, as_json: bool, **wish: Any) -> None:
    """Register a client at BANK. Its secret is shown here and never again."""
    body = {name: value for name, value in wish.items() if value}
    if jwks is not None:
        body["jwks"] = _keys(jwks)
    _say(remote.post("/clients", body, world=world), as_json)


@command.command()
@click.argument("bank")
@click.argument("client_id")
@talking
def show(remote: Remote, bank: str, client_id: str, as_json: bool) -> None:
    """One client."""
    _say(remote.get(at("clients", bank, client_id)), as_json)


@command.command("rotate-secret")
@click.argument("bank")
@click.argument("client_id")
@talking
def rotate_secret(remote: Remote, bank: str, client_id: str, as_json: bool) -> None:
    """Give a client another secret. The old one is of no use from now on."""
    _say(remote.post(at("clients", bank, client_id, "secret")), as_json)


@command.command()
@click.argument("bank")
@click.argument("client_id")
@talking
def delete(remote: Remote, bank: str, client_id: str, as_json: bool) -> None:
    """Strike a client off. Consents that were given to it are withdrawn."""
    remote.delete(at("clients", bank, client_id))
    dump({"deleted": client_id}) if as_json else click.echo(f"deleted {client_id}")


def _keys(file: IO[str]) -> Json:
    try:
        keys: Json = json.load(file)
    except ValueError as error:
        raise click.BadParameter(f"{file.name} is not JSON: {error}", param_hint="--jwks") from None
    return keys


def _method(client: Json) -> str:
    return str(client.get("token_endpoint_auth_method") or ("none" if client["public"] else "its secret"))


def _say(client: Json, as_json: bool) -> None:
    if as_json:
        dump(client)
        return
    from sandbox.cli import tables

    tables.pairs({name: json.dumps(value) if isinstance(value, dict) else value for name, value in client.items()})
