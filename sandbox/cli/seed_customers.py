"""sandbank seed customers"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from sandbox.cli.failures import Unusable
from sandbox.cli.remote import dump

if TYPE_CHECKING:
    from sandbox.worlds.stories import Order
    from sandbox.worlds.worlds import World, Worlds


@click.command()
@click.argument("count", type=click.IntRange(1, 999_999))
@click.option("--data", envvar="SANDBANK_DATA", required=True, metavar="FILE|URL", help="The database to fill.")
@click.option("--bank", "banks", multiple=True, help="At which bank; repeatable. [every bank]")
@click.option("--first", type=click.IntRange(1, 999_999), default=1, help="The number of the first. [1]")
@click.option("--seed", type=click.IntRange(0), help="The world's seed. [1, or the database's]")
@click.option("--now", metavar="ISO", help="Where the world's clock starts, in a new database. [the machine's time]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    *, count: int, data: str, banks: tuple[str, ...], first: int, seed: int | None, now: str | None, as_json: bool
) -> None:
    """Create COUNT synthetic customers with all their rows: synthetic-000001 and so on.

    Serve them with `sandbank serve --data` and the same file. Doing it again, or going on after a stop, is harmless.
    """
    from sandbox.cli.local import Local
    from sandbox.cli.tellers import told
    from sandbox.seeding.synthetic import PREFIX
    from sandbox.settings import Settings
    from sandbox.worlds.worlds import DEFAULT

    if first + count - 1 > 999_999:
        raise Unusable("there are 999,999 synthetic customers, not more")
    local = Local(Settings(data=data, now=now, seed=1 if seed is None else seed))
    try:
        services = local.app.services
        world = services.worlds.world(DEFAULT)
        if seed is not None and world.stored.seed != seed:
            raise Unusable(f"{data} holds a world of seed {world.stored.seed}; give it that seed, or a new file")
        if strange := [slug for slug in banks if slug not in services.banks]:
            raise Unusable(f"there is no bank {strange[0]!r}; there are {', '.join(services.banks)}")
        slugs = [f"{PREFIX}{number:06}" for number in range(first, first + count)]
        wanted = [(slug, bank) for slug in slugs for bank in banks or services.banks]
        with _progress(len(wanted), quiet=as_json) as advance:
            for made in told(_missing(services.worlds, world, wanted, advance)):
                services.worlds.store(world, made)
                advance()
    finally:
        local.close()
    done = {
        "customers": count,
        "first": slugs[0],
        "last": slugs[-1],
        "data": data,
        "banks": list(banks or services.banks),
    }
    dump(done) if as_json else click.echo(f"{count} customers are in {data}: {slugs[0]} to {slugs[-1]}")


def _missing(
    worlds: "Worlds", world: "World", wanted: list[tuple[str, str]], advance: Callable[[], None]
) -> "Iterator[Order]":
    """Orders for what is not there yet; what is, counts as done."""
    for slug, bank in wanted:
        order = worlds.wanting(world, slug, bank)
        if order is None:
            advance()
        else:
            yield order


@contextmanager
def _progress(total: int, *, quiet: bool) -> Iterator[Callable[[], None]]:
    """A bar on stderr, which counts one timeline (a customer at a bank) with every call."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("customers"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=sys.stderr), disable=quiet, refresh_per_second=5) as progress:
        task = progress.add_task("customers", total=total)
        yield lambda: progress.advance(task)
