"""sandbank contract run"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from sandbox.cli.contract_world import RunWorld, fresh, print_environment
from sandbox.cli.remote import Json, Remote

FORMS = {"report.html": "html", "report.json": "json", "report.md": "markdown", "junit.xml": "junit"}
JOURNALS = {"journal.ndjson": "ndjson", "journal.har": "har"}
"""The files of a report, and the forms in which the server gives them."""
MARKS = {"fail": "✗", "warn": "!"}


def listed(_context: click.Context, _option: click.Parameter, value: str) -> tuple[str, ...]:
    """Words with commas between them."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("--bank", "banks", metavar="SLUG,…", callback=listed, default="", help="These banks alone. [all]")
@click.option("--client", help="Register the client under this id. [the world's own client]")
@click.option("--redirect-uri", "redirect_uris", multiple=True, help="Of that client; may be repeated. [loopback]")
@click.option("--consent", "customer", metavar="PERSONA", help="Give a consent of this person at every bank.")
@click.option("--profile", help="Faults for the whole run: slow-bank, flaky …")
@click.option("--surprises", is_flag=True, help="Let answers surprise, as far as the documents allow.")
@click.option("--now", help="Where the world's clock starts (ISO 8601). [as the server was started]")
@click.option("--seed", type=int, help="The world's seed. [the server's]")
@click.option("--freeze/--no-freeze", "frozen", default=None, help="Whether its clock stands still.")
@click.option("--fail-on", metavar="WHAT,…", help="When the exit code is 1: violation, deprecated, resilience, "
              "security, a rule's id, or never. [all four]")  # fmt: skip
@click.option("--accept", metavar="ID,…", help="Rules that may be broken all the same: what they find is a warning.")
@click.option("--min-operations", type=click.IntRange(0), default=0, help="So many have to be called, at least. [0]")
@click.option("--min-coverage", type=click.FloatRange(0, 100), default=0, help="Per cent of all parts. [0]")
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
    fail_on: str | None,
    accept: str | None,
    min_operations: int,
    min_coverage: float,
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

    Exit code: CMD's own where it failed; else 1 where the report does not pass.
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
            limits = {
                "fail_on": fail_on,
                "accept": accept,
                "min_operations": min_operations,
                "min_coverage": min_coverage,
            }
            passed = _report(made, folder, limits, code)
        finally:
            if url and not keep:
                made.delete()
    if code or not passed:
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


def _report(made: RunWorld, folder: Path, limits: Mapping[str, object], code: int) -> bool:
    """Writes the files, says what is in them, and whether the run has passed. `code` is the command's."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, form in JOURNALS.items():
        text = made.remote.text("/requests/export", world=made.world, format=form)
        (folder / name).write_text(text, encoding="utf-8")
    asked = {"world": made.world, "bank": ",".join(made.banks), **limits}
    for name, form in FORMS.items():
        (folder / name).write_text(made.remote.text("/report", **asked, format=form), encoding="utf-8")
    told: Json = json.loads((folder / "report.json").read_bytes())
    _say(told, code)
    click.echo(f"The report is {folder / 'report.html'}; beside it are {', '.join(sorted({*FORMS, *JOURNALS}))}.")
    passed: bool = told["passed"]
    return passed


def _say(told: Json, code: int) -> None:
    from collections import Counter

    click.echo(f"\nContract run: {'passed' if told['passed'] else 'failed'}, {told['exchanges']} calls")
    for bank in told["coverage"]["banks"]:
        touched = ", ".join(f"{bank[name]['touched']}/{bank[name]['total']} {name}" for name in SHOWN)
        click.echo(f"  {bank['bank']:<11} {bank['percent']} % touched: {touched}")
    for rule in told["rules"]:
        if rule["outcome"] in MARKS:
            click.echo(f"{MARKS[rule['outcome']]} {rule['rule']} {rule['title']}")
        for finding in rule["findings"][:MOST]:
            click.echo(f"    {finding['text']} [{', '.join(finding['evidence'][:MOST])}]")
        if len(rule["findings"]) > MOST:
            click.echo(f"    … and {len(rule['findings']) - MOST} times more")
    if told["surprises"]:
        kinds = Counter(one["kind"] for one in told["surprises"])
        shown = ", ".join(f"{kind} ×{times}" for kind, times in sorted(kinds.items()))
        ended = "ended with 0 all the same: the client bears them, or its tests do not notice" if not code else (
            f"ended with {code}: one of them may be why"
        )  # fmt: skip
        click.echo(f"· {sum(kinds.values())} answers were not as usual ({shown}), and the command {ended}")
    for reason in told["reasons"]:
        click.echo(f"failed: {reason}")


SHOWN = ("operations", "statuses", "parameters", "enums")
MOST = 3
"""Findings of a rule that are said on screen; all are in the files."""
