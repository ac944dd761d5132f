"""sandbank listen"""

import time
from collections.abc import Iterator

import click

from sandbox.cli.remote import Json, Remote, at, dump, in_world, talking

FORMS = ("cloudevents", "bank")
PAUSE = 0.3
"""Seconds between two looks at the log."""


@click.command()
@click.option("--forward-to", "target", required=True, metavar="URL", help="Where events are posted.")
@click.option("--bank", default="chase", help="The bank. [chase]")
@click.option("--client", "client_id", help="The client. [the world's demo client]")
@click.option(
    "--event", "events", multiple=True, metavar="TYPE", help="Only of this type, or `shipment.*`. Repeatable."
)
@click.option(
    "--format", "form", type=click.Choice(["cloudevents", "bank"]), default="cloudevents", help="[cloudevents]"
)
@click.option("--secret", help="Sign by this secret. [one that is made and printed]")
@click.option("--once", is_flag=True, help="End after the first event that was delivered.")
@in_world
@talking
def command(
    remote: Remote,
    world: str,
    *,
    target: str,
    bank: str,
    client_id: str | None,
    events: tuple[str, ...],
    form: str,
    secret: str | None,
    once: bool,
    as_json: bool,
) -> None:
    """Have a client's events posted to an address, and watch them go, until Ctrl-C.

    The server posts them itself, so it has to reach the address: one on its own machine, or one that --allow-outbound
    names.
    """
    wish = {"bank": bank, "client_id": client_id, "url": target, "event_types": list(events), "format": form}
    wish |= {"secret": secret, "description": "sandbank listen", "retry_clock": "machine"}
    made = remote.post("/webhooks", {name: value for name, value in wish.items() if value is not None}, world=world)
    path = at("webhooks", made["subscription_id"])
    if as_json:
        dump(made)
    else:
        click.echo(f"Events of {made['client_id']} at {bank} go to {target}\nSigned by {made['secret']}")
    try:
        for told in _deliveries(remote, path, world):
            if as_json:
                dump(told)
            else:
                click.echo(_line(told))
            if once and told["state"] == "delivered":
                return
    except KeyboardInterrupt:
        click.echo("")
    finally:
        remote.delete(path, world=world)


def _deliveries(remote: Remote, path: str, world: str) -> Iterator[Json]:
    """Each message with its tries, whenever another one was made."""
    seen: dict[str, int] = {}
    while True:
        page = remote.get(f"{path}/deliveries", world=world, limit=200)
        for one in reversed(page["deliveries"]):
            if one["attempts"] > seen.get(one["message_id"], 0):
                seen[one["message_id"]] = one["attempts"]
                yield remote.get(f"{path}/deliveries/{one['message_id']}", world=world)
        time.sleep(PAUSE)


def _line(told: Json) -> str:
    last = told["tries"][-1]
    outcome = last["problem"] or last["status"]
    again = f", again at {told['next_attempt_at']}" if told["state"] == "queued" else ""
    return f"{last['at']}  {told['type']:<36} {told['message_id']}  {outcome} in {last['took_ms']} ms{again}"
