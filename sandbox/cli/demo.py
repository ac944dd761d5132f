"""sandbank demo"""

import time
from typing import TYPE_CHECKING

import click

from sandbox.cli.failures import Unreachable

if TYPE_CHECKING:
    from rich.console import Console

    from sandbox.scenarios.runner import Line

STORY = "one-swipe"
PACE = 0.8
"""Seconds from one step to the next."""
QUIET = ("sandbox.balance.updated", "sandbox.transactions.sync_updates_available")
"""They go along with every row."""
MARKS = {"consent": "[green]●[/]", "revoke": "[red]●[/]", "advance": "[blue]◷[/]", "purchase": "[magenta]●[/]"}


@click.command()
@click.argument("name", default=STORY)
@click.option("--url", envvar="SANDBANK_URL", help="A running server. [one is started for the demo]")
@click.option("--bank", help="Play at another bank than the story's.")
@click.option("--pace", type=click.FloatRange(0, 10), default=PACE, help=f"Seconds from one step to the next. [{PACE}]")
def command(name: str, url: str | None, bank: str | None, pace: float) -> None:
    """Play a story (NAME) on screen: what happens, when, and of which events a client is told."""
    from rich.panel import Panel

    from sandbox.cli import tables
    from sandbox.cli.scenario import loaded, named, serving
    from sandbox.scenarios.door import Door, NoServer
    from sandbox.scenarios.runner import run

    scenario = named(loaded(None), name)
    screen = tables.console()
    setting = scenario.setting
    where = f"{setting.persona} at {bank or setting.bank}"
    screen.print(Panel(scenario.story, title=f"[bold]{scenario.name}[/]", subtitle=where, width=min(screen.width, 100)))

    def tell(line: "Line") -> None:
        _draw(screen, line)
        if line.step.word != "expect":
            time.sleep(pace)

    try:
        with serving(url, None) as address:
            report = run(scenario, Door(address), bank=bank or "", tell=tell)
    except NoServer as error:
        raise Unreachable(str(error)) from None
    if report.problem:
        raise SystemExit(1)
    seen = sum(line.step.word == "expect" for line in report.lines)
    told = sum(len(line.events) for line in report.lines)
    screen.print(
        f"\n{told} events, {seen} expectations met, in a world of its own. `sandbank scenario show {name}` has it."
    )


def _draw(screen: "Console", line: "Line") -> None:
    from datetime import datetime

    from rich.markup import escape

    at = f"{datetime.fromisoformat(line.at):%a %d %b %H:%M}"
    step = line.step
    if line.problem:
        screen.print(f"[dim]{at}[/]  [red]✗ {escape(line.problem)}[/]")
        return
    if step.word == "expect":
        if step.say:
            screen.print(f"[dim]{at}[/]  [green]✓[/] {escape(step.say)}")
        screen.print(f"{'':{len(at)}}  │   [green]✓[/] [dim]{escape(line.text)}[/]")
    else:
        screen.print(f"[dim]{at}[/]  {MARKS.get(step.word, '●')} [bold]{escape(step.say or line.text)}[/]")
        if step.say and step.word != "advance":
            screen.print(f"{'':{len(at)}}  │   {escape(line.text)}")
    for event in (one for one in line.events if one["type"] not in QUIET):
        screen.print(
            f"{'':{len(at)}}  │   [yellow]⚡ {event['type'].removeprefix('sandbox.')}[/]  {escape(_brief(event))}"
        )


def _brief(event: dict[str, object]) -> str:
    """What a lock screen would show of it."""
    data = event["data"]
    assert isinstance(data, dict)
    money = data.get("refund") or data.get("total") or data.get("amount") or data.get("amount_due")
    merchant = data.get("merchant") or {}
    words = [
        str(
            data.get("merchant_name")
            or data.get("biller")
            or (merchant.get("name", "") if isinstance(merchant, dict) else "")
        ),
        f"{money['amount']} {money['currency']}" if isinstance(money, dict) else "",
        str(data.get("status") or ""),
    ]
    return " · ".join(filter(None, words))
