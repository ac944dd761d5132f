"""sandbank contract run"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli.contract_world import RunWorld, fresh, print_environment
from sandbox.cli.remote import Remote

if TYPE_CHECKING:
    from sandbox.ledger.exchanges import Exchange

FAILING = {
    "violation": "a request broke the bank's document",
    "unmatched": "a call that no operation has",
    "nothing": "no call at all",
}
"""What `--fail-on` can name."""


def listed(known: Mapping[str, str] | None = None) -> Callable[..., tuple[str, ...]]:
    """Reads words with commas between them, all of `known` where that is given; `never` is none."""

    def read(_context: click.Context, _option: click.Parameter, value: str) -> tuple[str, ...]:
        chosen = tuple(part.strip() for part in value.split(",") if part.strip() not in ("", "never"))
        unknown = [one for one in chosen if known is not None and one not in known]
        if unknown:
            raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join((*(known or ()), 'never'))}")
        return chosen

    return read


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("--bank", "banks", metavar="SLUG,…", callback=listed(), default="", help="These banks alone. [all]")
@click.option("--client", help="Register the client under this id. [the world's own client]")
@click.option("--redirect-uri", "redirect_uris", multiple=True, help="Of that client; may be repeated. [loopback]")
@click.option("--consent", "customer", metavar="PERSONA", help="Give a consent of this person at every bank.")
@click.option("--profile", help="Faults for the whole run: slow-bank, flaky …")
@click.option("--surprises", is_flag=True, help="Let answers surprise, as far as the documents allow.")
@click.option("--now", help="Where the world's clock starts (ISO 8601). [as the server was started]")
@click.option("--seed", type=int, help="The world's seed. [the server's]")
@click.option("--freeze/--no-freeze", "frozen", default=None, help="Whether its clock stands still.")
@click.option(
    "--fail-on", metavar="WHAT,…", callback=listed(FAILING), default="violation,unmatched,nothing", show_default=True,
    help=f"When the exit code is 1: {', '.join(FAILING)}, or never.",
)  # fmt: skip
@click.option("--min-operations", type=click.IntRange(0), default=0, help="So many have to be called, at least. [0]")
@click.option("--report", "folder", type=click.Path(file_okay=False, path_type=Path), default="sandbank-report",
              show_default=True, help="Where the files are written.")  # fmt: skip
@click.option("--show-env", is_flag=True, help="Print what the command is given.")
@click.option("--keep", is_flag=True, help="Leave the world on the server.")
@click.option("--url", envvar="SANDBANK_URL", help="A running server. [one is started for the run]")
@click.argument("words", metavar="CMD…", nargs=-1, required=True, type=click.UNPROCESSED)
def command(
    *,
    banks: tuple[str, ...],
    client: str | None,
    redirect_uris: tuple[str, ...],
    customer: str | None,
    profile: str | None,
    surprises: bool,
    fail_on: tuple[str, ...],
    min_operations: int,
    folder: Path,
    show_env: bool,
    keep: bool,
    url: str | None,
    words: tuple[str, ...],
    **wish: Any,
) -> None:
    """Run CMD against a fresh world, and report what it did there.

    \b
    CMD is told of its world by SANDBANK_URL, SANDBANK_WORLD, SANDBANK_CONTROL_URL, SANDBANK_BANKS, and for each bank
    SANDBANK_<BANK>_URL, _TOKEN_URL, _CLIENT_ID, _CLIENT_SECRET … (--show-env prints them).

    Exit code: CMD's own where it failed; else 1 where --fail-on or --min-operations says so.
    """
    from sandbox.cli import child

    with _server(url) as address:
        remote = Remote(address)
        made = fresh(remote, banks, {"name": "contract run", **wish})
        try:
            if client:
                made.add_client(client, redirect_uris)
            if customer:
                made.add_consents(customer)
            made.disturb(profile, surprises=surprises)
            if show_env:
                print_environment(made.environment())
            code = child.run(words, {**os.environ, **made.environment()})
            failed = _report(made, folder, fail_on, min_operations)
        finally:
            if url and not keep:
                made.delete()
    if code or failed:
        raise SystemExit(code or 1)


@contextmanager
def _server(url: str | None) -> Iterator[str]:
    """The server that is named, else one of our own, made by the settings in the environment."""
    if url:
        yield url
        return
    from sandbox.cli.failures import Unusable
    from sandbox.cli.own_server import own_server
    from sandbox.cli.starting import checked
    from sandbox.settings import Settings, SettingsInvalid

    try:
        settings = checked(Settings.read())
    except SettingsInvalid as error:
        raise Unusable(str(error)) from None
    with own_server(settings) as address:
        yield address


def _report(made: RunWorld, folder: Path, fail_on: tuple[str, ...], min_operations: int) -> bool:
    """Writes the files, says what is in them, and whether the run has failed."""
    from sandbox.proof.reading import lines

    folder.mkdir(parents=True, exist_ok=True)
    for name, form in (("journal.ndjson", "ndjson"), ("journal.har", "har")):
        text = made.remote.text("/requests/export", world=made.world, format=form)
        (folder / name).write_text(text, encoding="utf-8")
    exchanges = [one for one in lines((folder / "journal.ndjson").read_bytes()) if one.channel in made.banks]
    click.echo(f"\nContract run in the world {made.world}:")
    for slug in made.banks:
        _say(slug, [one for one in exchanges if one.channel == slug])
    failing = [FAILING[name] for name in fail_on if FAILS[name](exchanges)]
    operations = len({(one.channel, one.operation) for one in exchanges if one.operation})
    if operations < min_operations:
        failing.append(f"{operations} operations were called, and --min-operations is {min_operations}")
    for line in failing:
        click.echo(f"✗ {line}")
    click.echo(f"The files are in {folder}: {', '.join(sorted(one.name for one in folder.iterdir()))}")
    return bool(failing)


def _say(slug: str, exchanges: "list[Exchange]") -> None:
    from collections import Counter

    operations = len({one.operation for one in exchanges if one.operation})
    statuses = Counter(one.status for one in exchanges)
    told = ", ".join(f"{status} ×{times}" for status, times in sorted(statuses.items()))
    click.echo(f"  {slug:<11} {len(exchanges)} calls of {operations} operations" + (f": {told}" if told else ""))
    for one in exchanges:
        for violation in one.violations:
            where = f"{violation['location']} {violation['name']}"
            click.echo(f"    ✗ {one.operation} [{one.id}] {where}: {violation['message']}")


FAILS = {
    "violation": lambda exchanges: any(one.violations for one in exchanges),
    "unmatched": lambda exchanges: any(not one.matched and one.error for one in exchanges),
    "nothing": lambda exchanges: not exchanges,
}
