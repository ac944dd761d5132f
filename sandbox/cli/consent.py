"""sandbank consent"""

from typing import Any

import click

from sandbox.cli.remote import Json, Remote, at, dump, talking


@click.group()
def command() -> None:
    """Give, list and withdraw consents without a browser."""


@command.command()
@click.argument("bank")
@click.argument("customer")
@click.option("--client-id", help="The client. [the one that came with the world]")
@click.option("--world", help="The world. [the client's]")
@click.option("--account", "accounts", multiple=True, help="An id, last four digits, nickname or product. Repeatable.")
@click.option("--scope", help="What the token is for. [all that the bank offers]")
@click.option("--cluster", "clusters", multiple=True, help="An FDX data cluster. Repeatable. [all of the bank's]")
@click.option("--lifetime-days", type=float, help="When the consent ends. [as the bank has it]")
@click.option("--lookback-days", type=int, help="How far back the client may read. [as the bank has it]")
@talking
def give(remote: Remote, world: str | None, as_json: bool, **wish: Any) -> None:
    """Consent in CUSTOMER's name at BANK, and print the access token."""
    body = {name: list(value) if isinstance(value, tuple) else value for name, value in wish.items() if value}
    told = remote.post("/consents", body, world=world)
    if as_json:
        dump(told)
        return
    from sandbox.cli import tables

    tables.pairs(
        {
            "consent": told["consent_id"],
            "access token": told["access_token"],
            "refresh token": told["refresh_token"],
            "lives for": f"{told['expires_in']} s",
            "scope": told["scope"],
            "accounts": [f"{account['name']} ··{account['last4']}" for account in told["accounts"]],
        }
    )
    click.echo(f"\ncurl -H 'Authorization: Bearer {told['access_token']}' '{told['accounts_url']}'")


@command.command("list")
@click.option("--world", default="default", help="The world. [default]")
@click.option("--bank", help="Only at this bank.")
@click.option("--customer", help="Only of this person.")
@click.option("--status", type=click.Choice(["ACTIVE", "SUSPENDED", "EXPIRED", "REVOKED"], case_sensitive=False))
@talking
def list_consents(remote: Remote, as_json: bool, **query: Any) -> None:
    """The consents of a world."""
    told = remote.get("/consents", **query)
    if as_json:
        dump(told)
        return
    from sandbox.cli import tables

    tables.table(
        ("consent", "bank", "customer", "client", "status", "until"),
        (
            (one["consent_id"], one["bank"], one["customer"], one["client_id"], one["status"], one["expires_at"] or "-")
            for one in told["consents"]
        ),
    )


@command.command()
@click.argument("consent_id")
@talking
def show(remote: Remote, consent_id: str, as_json: bool) -> None:
    """One consent."""
    _say(remote.get(at("consents", consent_id)), as_json)


@command.command()
@click.argument("consent_id")
@click.option("--reason", type=click.Choice(["USER_ACTION", "BUSINESS_RULE"]), default="USER_ACTION")
@click.option("--initiator", type=click.Choice(["INDIVIDUAL", "DATA_RECIPIENT", "DATA_PROVIDER"]), default="INDIVIDUAL")
@talking
def revoke(remote: Remote, consent_id: str, as_json: bool, **wish: str) -> None:
    """Withdraw a consent: its tokens are dead at once."""
    _say(remote.post(at("consents", consent_id, "revoke"), wish), as_json)


@command.command()
@click.argument("consent_id")
@click.option(
    "--reason",
    type=click.Choice(["SUSPECTED_FRAUD", "CUSTOMER_REVIEW", "BUSINESS_RULE"]),
    default="BUSINESS_RULE",
    show_default=True,
)
@talking
def suspend(remote: Remote, consent_id: str, as_json: bool, **wish: str) -> None:
    """Have the bank hold a consent back for a while."""
    _say(remote.post(at("consents", consent_id, "suspend"), wish), as_json)


@command.command()
@click.argument("consent_id")
@talking
def resume(remote: Remote, consent_id: str, as_json: bool) -> None:
    """Have the bank let a consent go on: its tokens work again."""
    _say(remote.post(at("consents", consent_id, "resume")), as_json)


def _say(consent: Json, as_json: bool) -> None:
    if as_json:
        dump(consent)
        return
    from sandbox.cli import tables

    tables.pairs(consent)
