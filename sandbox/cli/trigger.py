"""sandbank trigger"""

import click

from sandbox.cli.failures import Failure, Unreachable
from sandbox.cli.remote import DEFAULT_URL, dump, in_world


@click.command()
@click.argument("event", required=False)
@click.option("--persona", default="maya", help="To whom it happens. [maya]")
@click.option("--bank", default="chase", help="At which bank. [chase]")
@click.option("--client", "client_id", help="The client that listens. [the one that came with the world]")
@click.option("--secret", help="Its secret, for events about the client itself. [the demo client's]")
@click.option("--list", "listing", is_flag=True, help="List the events, and what each needs.")
@click.option("--url", envvar="SANDBANK_URL", default=DEFAULT_URL, help=f"The server. [{DEFAULT_URL}]")
@in_world
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    event: str | None,
    *,
    persona: str,
    bank: str,
    client_id: str | None,
    secret: str | None,
    listing: bool,
    url: str,
    world: str,
    as_json: bool,
) -> None:
    """Make EVENT happen: purchase.created, shipment.delayed, consent.revoked … It is done and not faked: what the event
    tells of is there, and can be read."""
    from sandbox.events.catalogue import TYPES
    from sandbox.kernel.names import did_you_mean

    if listing or event is None:
        _list(as_json)
        return
    kind = event.removeprefix("sandbox.")
    if kind not in TYPES:
        hint = did_you_mean(kind, TYPES) or "`sandbank trigger --list` tells which there are."
        raise Failure(f"there is no event {event!r}. {hint}")
    from sandbox.scenarios.door import Door, NoServer, Refused
    from sandbox.scenarios.triggers import Listener, NothingTold, recipes, trigger
    from sandbox.seeding.stories import SeedStories

    steps = recipes(frozenset(SeedStories().catalogue.by_slug)).get(kind)
    if steps is None:
        raise Failure(f"nothing in Sandbank makes {kind} happen yet")
    known = client_id or ("demo-app" if world == "default" else f"demo-app-{world}")
    listener = Listener(world, bank, persona, known, secret or "demo-secret")
    try:
        told, lines = trigger(Door(url), listener, kind, steps)
    except NoServer as error:
        raise Unreachable(str(error)) from None
    except (NothingTold, Refused) as error:
        raise Failure(str(error)) from None
    if as_json:
        dump(told)
        return
    for line in lines:
        click.echo(f"  {line.text}")
    click.echo(f"{told['type']} {told['id']} {told['time']}")


def _list(as_json: bool) -> None:
    from sandbox.events.catalogue import TYPES

    if as_json:
        dump({"events": [{"type": name, "text": one.text} for name, one in TYPES.items()]})
        return
    from sandbox.cli import tables

    tables.table(
        ("event", "what happened", "needs"),
        (
            (
                name,
                one.text,
                " and ".join(filter(None, (one.cluster, "offers" if one.marketing else ""))) or "any consent",
            )
            for name, one in TYPES.items()
        ),
    )
