"""sandbank events"""

import click

from sandbox.cli.remote import Json, Remote, at, dump, in_world, talking


@click.group()
def command() -> None:
    """What happened in a world, and what became of the webhooks that told it."""


@command.command("list")
@click.option("--type", "kind", metavar="TYPE", help="Only of this type, as purchase.created.")
@click.option("--after", default=0, metavar="NUMBER", help="Only those behind this one. [0]")
@click.option("--lines", "-n", default=100, help="How many at most. [100]")
@in_world
@talking
def list_events(remote: Remote, world: str, *, kind: str | None, after: int, lines: int, as_json: bool) -> None:
    """What happened in a world, the oldest first. Rows are told once somebody listens to their account."""
    told = remote.get("/events", world=world, type=kind, after=after, limit=lines)
    if as_json:
        dump(told)
        return
    from sandbox.cli import tables

    names = ("number", "at", "type", "bank", "account", "event")
    tables.table(
        names,
        (
            (str(one["number"]), one["at"], one["type"], one["bank"], one.get("account_id") or "-", one["event_id"])
            for one in told["events"]
        ),
    )


@command.command()
@click.argument("subscription", required=False)
@click.option("--state", type=click.Choice(["queued", "delivered", "dead", "purged", "dropped"]), help="Only in this.")
@click.option("--lines", "-n", default=20, help="How many of the latest. [20]")
@in_world
@talking
def deliveries(  # noqa: PLR0917
    remote: Remote, world: str, subscription: str | None, state: str | None, lines: int, as_json: bool
) -> None:
    """What was sent to a SUBSCRIPTION, the newest last; without one, all subscriptions."""
    if subscription is None:
        _subscriptions(remote.get("/webhooks", world=world), as_json)
        return
    query = {"world": world, "limit": lines, "state": state}
    page = remote.get(f"{at('webhooks', subscription)}/deliveries", **query)
    latest = page["deliveries"][::-1]
    if as_json:
        dump({"deliveries": latest, "lost": page["lost"]})
        return
    from sandbox.cli import tables

    names = ("made", "type", "message", "state", "attempts", "next", "on purpose")
    tables.table(names, (_row(one) for one in latest))
    if page["lost"]:
        click.echo(f"{page['lost']:,} older ones are lost: a world's log keeps 20,000.", err=True)


@command.command()
@click.argument("subscription")
@click.argument("messages", nargs=-1)
@click.option("--state", type=click.Choice(["delivered", "dead", "dropped"]), help="All in this state. [dead]")
@in_world
@talking
def replay(
    remote: Remote, world: str, *, subscription: str, messages: tuple[str, ...], state: str | None, as_json: bool
) -> None:
    """Send MESSAGES again, or all of a state."""
    wish: Json = {"message_ids": list(messages)} if messages else {"state": state or "dead"}
    told = remote.post(f"{at('webhooks', subscription)}/replay", wish, world=world)
    dump(told) if as_json else click.echo(f"{told['replayed']} queued again")


def _subscriptions(told: Json, as_json: bool) -> None:
    if as_json:
        dump(told)
        return
    from sandbox.cli import tables

    tables.table(
        ("subscription", "bank", "client", "status", "url", "deliveries"),
        (
            (
                one["subscription_id"],
                one["bank"],
                one["client_id"],
                one["status"],
                one["url"],
                ", ".join(f"{count} {state}" for state, count in sorted(one["deliveries"].items())) or "-",
            )
            for one in told["webhooks"]
        ),
    )


def _row(one: Json) -> tuple[str, ...]:
    return (
        one["created_at"],
        one["type"],
        one["message_id"],
        one["state"],
        str(one["attempts"]),
        one["next_attempt_at"] or "-",
        " ".join(one["faults"]) or "-",
    )
