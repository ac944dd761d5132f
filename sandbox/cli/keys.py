"""sandbank keys"""

import click

from sandbox.cli.remote import Json, Remote, dump, talking

bank = click.option("--bank", required=True, help="The bank.")


@click.group()
def command() -> None:
    """The keys by which the banks sign: list, rotate and retire them."""


@command.command("list")
@click.option("--bank", help="Only this bank's.")
@talking
def list_keys(remote: Remote, bank: str | None, as_json: bool) -> None:
    """Every key: kind by kind, oldest first."""
    _say(remote.get("/keys", bank=bank), as_json)


@command.command()
@bank
@click.option("--publish-only", is_flag=True, help="Announce new keys; they sign after the next rotation.")
@talking
def rotate(remote: Remote, bank: str, publish_only: bool, as_json: bool) -> None:
    """Let new keys sign. What the old ones signed still holds."""
    _say(remote.post("/keys/rotate", {"bank": bank, "publish_only": publish_only}), as_json)


@command.command()
@bank
@click.option("--kid", help="Only this key. [all that sign no more]")
@talking
def retire(remote: Remote, bank: str, kid: str | None, as_json: bool) -> None:
    """Take keys out of the set. The tokens that they signed end."""
    _say(remote.post("/keys/retire", {"bank": bank} | ({"kid": kid} if kid else {})), as_json)


def _say(told: Json, as_json: bool) -> None:
    if as_json:
        dump(told)
        return
    from sandbox.cli import tables

    tables.table(
        ("bank", "kid", "kind", "signs by", "state", "made"),
        ((one["bank"], one["kid"], one["kty"], one["algs"], one["state"], one["made_at"]) for one in told["keys"]),
    )
