"""sandbank scenario"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sandbox.cli.failures import Failure, Unreachable
from sandbox.cli.personas import seed_data_option
from sandbox.cli.remote import Json, dump

if TYPE_CHECKING:
    from sandbox.scenarios.runner import Line, Report
    from sandbox.scenarios.scenario import Scenario


@click.group()
def command() -> None:
    """Stories with steps and expectations: list, show, run and check them."""


@command.command("list")
@seed_data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_scenarios(seed_data: Path | None, as_json: bool) -> None:
    """The scenarios there are. Needs no server."""
    found = loaded(seed_data).values()
    if as_json:
        dump({"scenarios": [_json(one) for one in found]})
        return
    from sandbox.cli import tables

    rows = ((one.name, one.setting.persona, one.setting.bank, len(one.steps), one.shows) for one in found)
    tables.table(("scenario", "persona", "bank", "steps", "what it shows"), rows)


@command.command()
@click.argument("name")
@seed_data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(name: str, seed_data: Path | None, as_json: bool) -> None:
    """One scenario. Needs no server."""
    found = named(loaded(seed_data), name)
    if as_json:
        dump(_json(found) | {"steps": [asdict(step) for step in found.steps]})
        return
    from sandbox.cli import tables

    setting = found.setting
    where = f"{setting.persona} at {setting.bank}, {setting.now}"
    tables.pairs(
        {"scenario": found.name, "story": found.story, "shows": found.shows, "plays": where, "file": found.source}
    )
    click.echo()
    tables.table(
        ("line", "step", "", "said"),
        (
            (step.line, step.word, f"as {step.name}" if step.name else "", step.say or _brief(step.said))
            for step in found.steps
        ),
    )


@command.command()
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Run every scenario there is.")
@click.option("--url", envvar="SANDBANK_URL", help="A running server. [one is started for the run]")
@click.option("--bank", help="Play at another bank than the scenario's.")
@click.option("--keep", is_flag=True, help="Leave the worlds there, to look at them.")
@seed_data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def run(
    names: tuple[str, ...],
    *,
    everything: bool,
    url: str | None,
    bank: str | None,
    keep: bool,
    seed_data: Path | None,
    as_json: bool,
) -> None:
    """Play scenarios (NAMES), each in a world of its own. Exit code 1 where one is not as told."""
    from sandbox.scenarios.door import Door, NoServer, Refused
    from sandbox.scenarios.runner import as_json as as_json_of
    from sandbox.scenarios.runner import run as play

    found = loaded(seed_data)
    chosen = list(found.values()) if everything else [named(found, name) for name in names]
    if not chosen:
        raise Failure("name a scenario, or say --all; `sandbank scenario list` tells which there are")
    reports: list[Report] = []
    try:
        with serving(url, seed_data) as address:
            for scenario in chosen:
                if not as_json:
                    click.echo(f"{scenario.name}: {scenario.story}")
                tell = (lambda _: None) if as_json else _print
                reports.append(play(scenario, Door(address), bank=bank or "", keep=keep, tell=tell))
                if not as_json:
                    _print_end(reports[-1], keep=keep)
    except NoServer as error:
        raise Unreachable(str(error)) from None
    except Refused as error:
        raise Failure(str(error)) from None
    skipped = [report for report in reports if report.skipped]
    failed = [report.scenario.name for report in reports if not report.passed]
    if as_json:
        dump({"passed": not failed, "runs": [as_json_of(report) for report in reports]})
    else:
        played = len(reports) - len(skipped)
        parts = [f"{played - len(failed)} of {played} as told"]
        parts += [f"not: {', '.join(failed)}"] * bool(failed) + [f"{len(skipped)} skipped"] * bool(skipped)
        click.echo("; ".join(parts))
    if failed:
        raise SystemExit(1)


@command.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@seed_data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(paths: tuple[Path, ...], seed_data: Path | None, as_json: bool) -> None:
    """Check scenario files, or folders of them. Exit code 1 where something is wrong. Needs no server."""
    from sandbox.dialect.bank import discover
    from sandbox.kernel.errors import SeedDataInvalid
    from sandbox.scenarios.files import read_scenario_file
    from sandbox.seeding.stories import SeedStories

    seeds, banks, problems = SeedStories(str(seed_data) if seed_data else None), discover(), list[str]()
    files = [file for path in paths for file in (sorted(path.glob("*.yaml")) if path.is_dir() else [path])]
    for file in files:
        try:
            read_scenario_file(file, seeds, banks, str(file))
        except SeedDataInvalid as error:
            problems += error.problems
    if as_json:
        dump({"problems": problems})
    elif problems:
        click.echo("\n".join(problems), err=True)
    else:
        click.echo(f"{len(files)} {'file is' if len(files) == 1 else 'files are'} sound")
    if problems:
        raise SystemExit(1)


# --- Pieces --------------------------------------------------------------------------------------------------------


def loaded(seed_data: Path | None) -> "dict[str, Scenario]":
    from sandbox.dialect.bank import discover
    from sandbox.kernel.errors import SeedDataInvalid
    from sandbox.scenarios.files import load_scenarios
    from sandbox.seeding.stories import SeedStories

    try:
        return load_scenarios(SeedStories(str(seed_data) if seed_data else None), discover())
    except SeedDataInvalid as error:
        raise Failure("\n".join(error.problems)) from None


def named(found: "dict[str, Scenario]", name: str) -> "Scenario":
    if name not in found:
        from sandbox.kernel.names import did_you_mean

        raise Failure(f"there is no scenario {name!r}. {did_you_mean(name, found)}".rstrip())
    return found[name]


@contextmanager
def serving(url: str | None, seed_data: Path | None) -> Iterator[str]:
    """The server named, or one of our own."""
    if url:
        yield url
        return
    from sandbox.cli.own_server import own_server
    from sandbox.settings import Settings

    with own_server(Settings(seed_data=str(seed_data) if seed_data else None, freeze=True)) as address:
        yield address


def _print(line: "Line") -> None:
    click.echo(f"  {'✗' if line.problem else '✓'} {line.at[:16]}Z  {line.step.word:<9} {line.text or line.step.say}")
    if line.problem:
        click.echo(f"    {line.problem}")


def _print_end(report: "Report", *, keep: bool) -> None:
    if report.skipped:
        click.echo(f"  skipped: {report.skipped}")
    elif keep:
        click.echo(f"  world {report.world}")


def _brief(said: object) -> str:
    if isinstance(said, dict):
        return ", ".join(
            f"{name}: {_brief(value) if isinstance(value, dict) else value}" for name, value in said.items()
        )
    return str(said)


def _json(scenario: "Scenario") -> Json:
    setting = asdict(scenario.setting)
    return {
        "name": scenario.name,
        "story": scenario.story,
        "shows": scenario.shows,
        "world": setting,
        "not_at": dict(scenario.not_at),
        "file": scenario.source,
    }
