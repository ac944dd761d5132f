"""sandbank fault"""

from typing import Any

import click

from sandbox.cli.remote import Json, Remote, at, dump, in_world, talking

KINDS = ["latency", "status", "reset", "empty", "truncated", "dribble", "gateway", "drift", "surprise"]
MATCHES = ("bank", "operation", "method", "path", "client", "consent", "persona", "channel")


@click.group()
def command() -> None:
    """Order what goes wrong: slow answers, refusals, broken connections, drift and surprises."""


@command.command()
@click.argument("fault", type=click.Choice(KINDS))
@click.option("--bank", help="Only at this bank.")
@click.option("--operation", help="Only this operationId; * stands for anything.")
@click.option("--method", type=click.Choice(["GET", "POST", "PUT", "PATCH", "DELETE"]), help="Only this method.")
@click.option("--path", help="Only this path, below the bank's prefix.")
@click.option("--client", help="Only this client_id's calls.")
@click.option("--consent", help="Only this consent's calls.")
@click.option("--persona", help="Only this persona's data.")
@click.option(
    "--channel", type=click.Choice(["bank", "oauth", "messenger", "whatsapp"]), help="Only there. [everywhere]"
)
@click.option("--status", type=int, help="Of a refusal: the status, in the bank's own words.")
@click.option("--error", help="Of a refusal: the error by its name, in place of a status.")
@click.option("--retry-after", type=int, help="Seconds, told by a 429 or 503.")
@click.option("--milliseconds", type=float, help="Of a latency: how long, or the median.")
@click.option("--distribution", type=click.Choice(["fixed", "uniform", "lognormal"]), help="Of a latency. [fixed]")
@click.option("--low", type=float, help="Of a uniform latency, in milliseconds.")
@click.option("--high", type=float, help="Of a uniform latency, in milliseconds.")
@click.option("--sigma", type=float, help="Of a log-normal latency. [0.5]")
@click.option("--bytes-per-second", type=int, help="Of a dribbled answer. [256]")
@click.option("--kind", "kinds", multiple=True, help="Of drift and surprises (`sandbank fault kinds`). Repeatable.")
@click.option("--acted/--not-acted", default=None, help="Whether the call does its work all the same.")
@click.option("--probability", type=float, help="Of befalling a call, from 0 to 1. [1]")
@click.option("--times", type=int, help="How often it acts in all. [without end]")
@click.option("--after", type=int, help="So many calls are spared at first. [0]")
@click.option("--seed", type=int, help="Another seed, another luck. [0]")
@click.option("--begins", help="By the world's clock: an instant, now, +PT2H.")
@click.option("--ends", help="By the world's clock.")
@in_world
@talking
def add(remote: Remote, world: str, as_json: bool, **wish: Any) -> None:
    """Order one FAULT for every call that matches."""
    said = {name: list(value) if isinstance(value, tuple) else value for name, value in wish.items() if value != ()}
    body = {name: value for name, value in said.items() if value is not None and name not in MATCHES}
    body["match"] = {name: said[name] for name in MATCHES if said[name] is not None}
    fault = remote.post("/faults", body, world=world)
    if as_json:
        dump(fault)
        return
    _say([fault])


@command.command("list")
@in_world
@talking
def list_faults(remote: Remote, world: str, as_json: bool) -> None:
    """What is on order, and how often it acted."""
    told = remote.get("/faults", world=world)
    if as_json:
        dump(told)
        return
    _say(told["faults"])


@command.command()
@click.argument("fault_id", required=False)
@in_world
@talking
def clear(remote: Remote, fault_id: str | None, world: str, as_json: bool) -> None:
    """Take one fault away, or all."""
    remote.delete("/faults" if fault_id is None else f"/faults{at(fault_id)}", world=world)
    if as_json:
        dump({})


@command.command()
@click.argument("name", required=False)
@click.option("--bank", help="Only at this bank.")
@click.option("--seed", type=int, help="Another seed, another luck. [the world's]")
@in_world
@talking
def profile(remote: Remote, name: str | None, world: str, as_json: bool, **wish: Any) -> None:
    """Put a profile in the place of all that is on order; without NAME list the profiles."""
    if name is None:
        _list(remote.get("/faults/profiles"), "profiles", ("profile", "description"), as_json)
        return
    body: Json = {"profile": name, "match": {"bank": wish["bank"]} if wish["bank"] else {}}
    if wish["seed"] is not None:
        body["seed"] = wish["seed"]
    told = remote.put("/faults", body, world=world)
    if as_json:
        dump(told)
        return
    _say(told["faults"])


@command.command()
@talking
def kinds(remote: Remote, as_json: bool) -> None:
    """The kinds of drift and surprises."""
    _list(remote.get("/faults/kinds"), "kinds", ("kind", "legal", "title", "copies"), as_json)


def _list(told: Json, member: str, columns: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        dump(told)
        return
    from sandbox.cli import tables

    tables.table(columns, ([one[name] for name in columns] for one in told[member]))


FIXED = ("id", "fault", "match", "probability", "times", "after", "seed", "seen", "acted_on", "profile")


def _say(faults: list[Json]) -> None:
    from sandbox.cli import tables

    tables.table(
        ("id", "fault", "how", "for", "probability", "times", "seen", "acted"),
        (
            (
                one["id"],
                one["fault"],
                {name: value for name, value in one.items() if name not in FIXED},
                one["match"] or "every call",
                one["probability"],
                one["times"] or "",
                one["seen"],
                one["acted_on"],
            )
            for one in faults
        ),
    )
