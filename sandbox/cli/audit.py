"""sandbank audit"""

import click

from sandbox.cli.failures import Failure
from sandbox.cli.remote import Json, Remote, at, dump, in_world, talking


@click.group()
def command() -> None:
    """Who read what, and the proof that the record of it is whole."""


@command.command()
@in_world
@click.option(
    "--head", "heads", multiple=True, metavar="CHAIN:NUMBER:HASH", help="A head that was noted earlier. Repeatable."
)
@talking
def verify(remote: Remote, world: str, heads: tuple[str, ...], as_json: bool) -> None:
    """Walk every chain of a world. Ends with 1 where one breaks. Note the heads, to verify against them later."""
    told = remote.post("/audit/verify", {"heads": [_head(text) for text in heads]}, world=world)
    if as_json:
        dump(told)
    else:
        click.echo(f"{told['records']} records in {told['chains']} chains of the world {told['world']}")
        for head in told["heads"]:
            click.echo(f"  {head['chain']}:{head['number']}:{head['hash']}")
    if not told["intact"]:
        breaks = (f"chain {one['chain']}, link {one['number']}: {one['problem']}" for one in told["broken"])
        raise Failure("the record is not whole. " + "; ".join(breaks))


@command.command()
@in_world
@click.option("--consent", help="Only of this consent.")
@click.option("--lines", "-n", default=20, help="How many of the latest. [20]")
@talking
def tail(remote: Remote, world: str, consent: str | None, lines: int, as_json: bool) -> None:
    """The latest accesses, the newest last."""
    path = at("consents", consent, "accesses") if consent else "/audit/accesses"
    told = remote.get(path, limit=lines, world=None if consent else world)
    latest = told["accesses"][::-1]
    if as_json:
        dump({"accesses": latest})
        return
    from sandbox.cli import tables

    names = ("at", "bank", "client", "consent", "operation", "for", "accounts", "outcome")
    tables.table(names, (_row(one) for one in latest))


def _head(text: str) -> Json:
    chain, _, rest = text.partition(":")
    number, _, digest = rest.partition(":")
    if not number.isdecimal():
        raise click.BadParameter(f"{text!r} does not read CHAIN:NUMBER:HASH", param_hint="--head")
    return {"chain": chain, "number": int(number), "hash": digest}


def _row(one: Json) -> tuple[str, ...]:
    outcome = f"{one['status']} {one.get('error', '')}".strip()
    purposes, accounts = " ".join(one["purposes"]) or "-", str(len(one["accounts"]))
    return one["at"], one["bank"], one["client_id"], one["consent_id"], one["operation"], purposes, accounts, outcome
