"""sandbank seed import"""

from pathlib import Path

import click

from sandbox.cli.failures import Failure
from sandbox.cli.remote import Json, Remote, at, dump, talking

AT_ONCE = 500


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--account", required=True, help="Into which account: its id (acc_…).")
@click.option("--world", default="default", help="In which world. [default]")
@click.option("--format", "form", type=click.Choice(["auto", "csv", "ofx"]), default="auto", help="[auto]")
@click.option("--dry-run", is_flag=True, help="Read the file and say what would be done.")
@talking
def command(*, remote: Remote, file: Path, account: str, world: str, form: str, dry_run: bool, as_json: bool) -> None:
    """Put the rows of a CSV or OFX FILE on an account of a running server."""
    from sandbox.kernel.errors import SeedDataInvalid
    from sandbox.seeding.imports import read_rows

    try:
        rows = read_rows(file, form)
    except SeedDataInvalid as error:
        raise Failure("\n".join(error.problems)) from None
    if dry_run:
        dump({"rows": rows}) if as_json else click.echo(f"{file}: {len(rows)} rows can be read")
        return
    balances: Json = {}
    for start in range(0, len(rows), AT_ONCE):
        path = at("accounts", account, "transactions")
        balances = remote.post(path, rows[start : start + AT_ONCE], world=world)["balances"]
    if as_json:
        dump({"rows": len(rows), "balances": balances})
    else:
        click.echo(f"{len(rows)} rows are on {account}; its balance is {balances['current']}")
