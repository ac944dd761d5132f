"""sandbank clock"""

import click

from sandbox.cli.remote import Json, Remote, dump, in_world, talking


class Showing(click.Group):
    """A group that shows where nothing else is asked."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Showing)
def command() -> None:
    """Read and move a world's clock. Without a subcommand: show it."""


@command.command()
@in_world
@talking
def show(remote: Remote, world: str, as_json: bool) -> None:
    """What time it is."""
    _say(remote.get("/clock", world=world), as_json)


@command.command("set")
@click.argument("now")
@in_world
@talking
def set_to(remote: Remote, now: str, world: str, as_json: bool) -> None:
    """Move the clock forward to NOW, an ISO 8601 instant."""
    _say(remote.put("/clock", {"now": now}, world=world), as_json)


@command.command()
@click.argument("by")
@in_world
@talking
def advance(remote: Remote, by: str, world: str, as_json: bool) -> None:
    """Move the clock forward BY a duration: 1d2h, P1DT2H."""
    _say(remote.post("/clock/advance", {"by": by}, world=world), as_json)


@command.command()
@in_world
@talking
def freeze(remote: Remote, world: str, as_json: bool) -> None:
    """Stop the clock."""
    _say(remote.post("/clock/freeze", world=world), as_json)


@command.command()
@in_world
@talking
def run(remote: Remote, world: str, as_json: bool) -> None:
    """Let a frozen clock run again."""
    _say(remote.post("/clock/freeze", {"frozen": False}, world=world), as_json)


@command.command()
@click.argument("factor", type=click.FloatRange(0, 100_000))
@in_world
@talking
def speed(remote: Remote, factor: float, world: str, as_json: bool) -> None:
    """Let the clock run FACTOR times as fast as time does."""
    _say(remote.post("/clock/speed", {"speed": factor}, world=world), as_json)


def _say(clock: Json, as_json: bool) -> None:
    if as_json:
        dump(clock)
        return
    pace = "frozen" if clock["frozen"] else "" if clock["speed"] == 1 else f"{clock['speed']:g} times as fast"
    click.echo(f"{clock['now']}{f' ({pace})' if pace else ''}")
