"""sandbank seed export"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from sandbox.cli.failures import Failure
from sandbox.cli.personas import seed_data_option
from sandbox.cli.remote import DEFAULT_URL, Json, Remote, at
from sandbox.seeding import exports
from sandbox.seeding.exports import Export

PAGE = 1000


@click.command()
@click.option("--persona", "slugs", multiple=True, help="Whom; repeatable. [everybody]")
@click.option("--bank", help="Where. [every bank]")
@click.option("--format", "form", type=click.Choice(list(exports.WRITERS)), default="json", help="[json]")
@click.option("--now", metavar="ISO", help="As of when. [the machine's time]")
@click.option("--seed", type=click.IntRange(0), help="Which world's people. [1]")
@click.option("--world", help="Take a world of a running server as it stands, with all that was done in it.")
@click.option("--url", envvar="SANDBANK_URL", default=DEFAULT_URL, help=f"That server. [{DEFAULT_URL}]")
@seed_data_option
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="The file. [standard output]")
def command(slugs: tuple[str, ...], bank: str | None, form: str, output: Path | None, **source: Any) -> None:
    """Write people's accounts and rows as JSON, CSV, OFX or SQL. Needs no server, unless --world is given."""
    with _source(**source) as (remote, world):
        found = _gather(remote, world, slugs, bank)
    if form == "ofx" and (left_out := exports.left_out_of_ofx(found)):
        click.echo(f"sandbank: OFX has no place for {', '.join(left_out)}: left out", err=True)
    text = exports.written(found, form)
    if output is None:
        click.echo(text.encode(), nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failure(f"{output} cannot be written: {error.strerror}") from None
    click.echo(f"{output}: {len(found.accounts)} accounts, {len(found.transactions)} rows", err=True)


@contextmanager
def _source(
    *, world: str | None, url: str, now: str | None, seed: int | None, seed_data: Path | None
) -> Iterator[tuple[Remote, str]]:
    """The API to ask, and the world in it."""
    if world is not None:
        if now is not None or seed is not None:
            raise Failure("--now and --seed are the world's own where --world is given")
        yield Remote(url), world
        return
    from sandbox.cli.local import Local
    from sandbox.settings import Settings

    folder = str(seed_data) if seed_data else None
    local = Local(Settings(now=now, freeze=True, seed=1 if seed is None else seed, seed_data=folder))
    try:
        yield local, "default"
    finally:
        local.close()


def _gather(remote: Remote, world: str, slugs: tuple[str, ...], bank: str | None) -> Export:
    standing = remote.get(at("worlds", world))
    for slug in slugs:
        remote.get(at("personas", slug))  # says which names are near, where there is no such persona
    people = remote.get("/customers", world=world)["customers"]
    chosen = [one for one in people if not slugs or one["persona"] in slugs]
    accounts: dict[str, Json] = {}
    for person in chosen:
        told = remote.get(at("customers", person["username"], "accounts"), world=world, bank=bank)
        accounts |= {account["account_id"]: account for account in told["accounts"]}
    if not accounts:
        raise Failure("there is no account to export there")
    rows = [row for account_id in accounts for row in _rows(remote, world, account_id)]
    return Export(
        as_of=standing["now"],
        seed=standing["seed"],
        fingerprint=remote.get("/fingerprint", world=world)["fingerprint"],
        customers=chosen,
        accounts=list(accounts.values()),
        transactions=rows,
    )


def _rows(remote: Remote, world: str, account_id: str) -> Iterator[Json]:
    cursor = None
    while True:
        page = remote.get(at("accounts", account_id, "transactions"), world=world, limit=PAGE, cursor=cursor)
        yield from page["transactions"]
        cursor = page.get("next_cursor")
        if cursor is None:
            return
