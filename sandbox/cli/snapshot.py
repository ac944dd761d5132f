"""sandbank snapshot"""

import json
from pathlib import Path
from typing import Any

import click

from sandbox.cli.failures import Failure
from sandbox.cli.remote import Json, Remote, at, dump, in_world, talking


@click.group()
def command() -> None:
    """Keep worlds as they stand, put them back, compare them, carry them in files."""


@command.command()
@click.argument("name")
@click.option("--note", help="What somebody should know of it.")
@click.option("--replace", is_flag=True, help="In the place of the one of that name.")
@in_world
@talking
def save(remote: Remote, as_json: bool, world: str, **wish: Any) -> None:
    """Keep a world as it stands."""
    told = remote.post(at("worlds", world, "snapshots"), _said(wish))
    dump(told) if as_json else click.echo(f"saved {told['name']}: {_contents(told)}")


@command.command("list")
@in_world
@talking
def list_snapshots(remote: Remote, as_json: bool, world: str) -> None:
    """A world's snapshots, the oldest first."""
    told = remote.get(at("worlds", world, "snapshots"))
    if as_json:
        dump(told)
        return
    from sandbox.cli import tables

    rows = ((one["name"], one["now"], _contents(one), one["note"]) for one in told["snapshots"])
    tables.table(("snapshot", "now", "holds", "note"), rows)


@command.command()
@click.argument("name")
@in_world
@talking
def restore(remote: Remote, as_json: bool, world: str, name: str) -> None:
    """Put a world back to where a snapshot was taken."""
    told = remote.post(at("worlds", world, "snapshots", name, "restore"))
    dump(told) if as_json else click.echo(f"{world} is as it was at {told['now']}")


@command.command()
@click.argument("snapshot", metavar="NAME")
@click.option("--id", "id", help="The new world's id. [random]")
@click.option("--name", help="What people call it.")
@in_world
@talking
def fork(remote: Remote, as_json: bool, world: str, snapshot: str, **wish: Any) -> None:
    """Make another world that begins where a snapshot was taken."""
    _made(remote.post(at("worlds", world, "snapshots", snapshot, "fork"), _said(wish)), as_json)


@command.command()
@click.argument("name")
@click.argument("other", default="now")
@in_world
@talking
def diff(remote: Remote, as_json: bool, world: str, name: str, other: str) -> None:
    """What has changed since a snapshot, until another one or until now. Exit code 1 where something has."""
    told = remote.call("GET", at("worlds", world, "snapshots", name, "diff"), {"with": other, "limit": 1000})
    if as_json:
        dump(told)
    else:
        for line in _differences(told):
            click.echo(line)
    if not told["same"]:
        raise click.exceptions.Exit(1)


@command.command()
@click.argument("name")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it. [stdout]")
@in_world
@talking
def export(remote: Remote, as_json: bool, world: str, name: str, out: Path | None) -> None:
    """Write a snapshot as a file, the same each time, without anybody's secrets."""
    told = remote.get(at("worlds", world, "snapshots", name, "export"))
    text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    out.write_text(text, encoding="utf-8")
    click.echo(f"wrote {out}" + _stays(told["left_out"]), err=as_json)


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--id", "id", help="The new world's id. [random]")
@click.option("--name", help="What people call it. [the snapshot's name]")
@talking
def import_snapshot(remote: Remote, as_json: bool, file: Path, **wish: Any) -> None:
    """Make a world from a snapshot's file. Its client's secret is shown here and never again."""
    try:
        snapshot = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Failure(f"{file} is no snapshot: {error}") from None
    _made(remote.post("/snapshots", {"snapshot": snapshot, **_said(wish)}), as_json)


@command.command()
@click.argument("name")
@in_world
@talking
def delete(remote: Remote, as_json: bool, world: str, name: str) -> None:
    """Forget a snapshot."""
    remote.delete(at("worlds", world, "snapshots", name))
    dump({"deleted": name}) if as_json else click.echo(f"deleted {name}")


def _said(wish: Json) -> Json:
    return {name: value for name, value in wish.items() if value is not None}


def _made(told: Json, as_json: bool) -> None:
    if as_json:
        dump(told)
        return
    from sandbox.cli import tables

    clients, left_out, notes = (told.pop(name) for name in ("clients", "left_out", "notes"))
    tables.pairs(told)
    for client in list(clients.values())[:1]:
        click.echo(f"\nclient at every bank: {client['client_id']} / {client['client_secret']}")
    if left_out:
        click.echo(_stays(left_out).removeprefix("; "))
    for note in notes:
        click.echo(note)


def _stays(left_out: dict[str, int]) -> str:
    return f"; left out: {_counts(left_out)}" if left_out else ""


def _contents(told: Json) -> str:
    return _counts(told["contents"]) or "nothing but its clock"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in counts.items())


SIGNS = {"added": "+", "changed": "~", "removed": "-"}


def _differences(told: Json) -> list[str]:
    if told["same"]:
        return [f"{told['from']['name']} and {told['to']['name']} are the same"]
    clocks = [told["from"]["now"], told["to"]["now"]]
    lines = [f"~ clock: {' → '.join(clocks)}"] if len(set(clocks)) > 1 else []
    lines += [f"{SIGNS[one['change']]} {one['kind']} {one['key']}{_what(one)}" for one in told["differences"]]
    return [*lines, f"and {told['more']} more"] if told["more"] else lines


def _what(one: dict[str, Any]) -> str:
    if one["members"]:
        return f": {', '.join(one['members'])}"
    value = (one.get("after") or one.get("before") or {}).get("detail")
    return f": {value['description']}" if value else ""
