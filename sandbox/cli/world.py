"""sandbank world"""

from typing import Any

import click

from sandbox.cli.remote import Json, Remote, at, dump, talking


@click.group()
def command() -> None:
    """Make, list, fork, reset and delete worlds."""


@command.command("list")
@talking
def list_worlds(remote: Remote, as_json: bool) -> None:
    """All worlds, the oldest first."""
    told = remote.get("/worlds")
    if as_json:
        dump(told)
        return
    from sandbox.cli import tables

    tables.table(
        ("world", "name", "seed", "now", ""),
        (
            (world["id"], world["name"], world["seed"], world["now"], "frozen" if world["frozen"] else "")
            for world in told["worlds"]
        ),
    )


@command.command()
@click.argument("world")
@talking
def show(remote: Remote, world: str, as_json: bool) -> None:
    """One world."""
    _say(remote.get(at("worlds", world)), as_json)


@command.command()
@click.option("--id", "id", help="Its id. [random]")
@click.option("--name", help="What people call it.")
@click.option("--seed", type=int, help="Its seed. [the server's]")
@click.option("--now", help="Where its clock starts (ISO 8601). [as the server was started]")
@click.option("--anchor", help="The date on which its people's stories hang. [the day of --now]")
@click.option("--freeze/--no-freeze", "frozen", default=None, help="Whether its clock stands still.")
@click.option("--speed", type=float, help="How much faster than time its clock runs.")
@talking
def create(remote: Remote, as_json: bool, **wish: Any) -> None:
    """Make a world. Its client's secret is shown here and never again."""
    _say(remote.post("/worlds", _said(wish)), as_json)


@command.command()
@click.argument("world")
@click.option("--id", "id", help="The copy's id. [random]")
@click.option("--name", help="What people call the copy.")
@talking
def fork(remote: Remote, world: str, as_json: bool, **wish: Any) -> None:
    """Copy a world as it stands."""
    _say(remote.post(at("worlds", world, "fork"), _said(wish)), as_json)


@command.command()
@click.argument("world")
@click.option("--now", help="Where its clock begins anew. [where it began]")
@talking
def reset(remote: Remote, world: str, as_json: bool, **wish: Any) -> None:
    """Forget what was done in a world."""
    _say(remote.post(at("worlds", world, "reset"), _said(wish)), as_json)


@command.command()
@click.argument("world")
@talking
def delete(remote: Remote, world: str, as_json: bool) -> None:
    """Delete a world with everything in it."""
    remote.delete(at("worlds", world))
    dump({"deleted": world}) if as_json else click.echo(f"deleted {world}")


def _said(wish: Json) -> Json:
    return {name: value for name, value in wish.items() if value is not None}


def _say(world: Json, as_json: bool) -> None:
    if as_json:
        dump(world)
        return
    from sandbox.cli import tables

    clients = world.pop("clients", {})
    tables.pairs(world)
    for client in list(clients.values())[:1]:
        click.echo(f"\nclient at every bank: {client['client_id']} / {client['client_secret']}")
