"""sandbank contract verify"""

from pathlib import Path

import click

from sandbox.cli.remote import dump

FAILING = {"break": (True,), "risk": (True, False), "never": ()}


@click.command()
@click.argument("file", metavar="CONTRACT", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--against", metavar="FILE|SLUG", required=True, help="Another document, or the bank's as it is here.")
@click.option("--fail-on", type=click.Choice(list(FAILING)), default="break", show_default=True,
              help="When the exit code is 1.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(file: Path, against: str, fail_on: str, as_json: bool) -> None:
    """Hold a consumer contract against another version of the bank's document. Needs no server.

    CONTRACT is what `sandbank contract export` wrote. Each break is named: what the client sends and the other document
    does not take, what the client knows and the other document does not answer.
    """
    from sandbox.cli.contract_sources import document
    from sandbox.proof.comparing import compare
    from sandbox.proof.outline import Outline

    contract, other = Outline(document(str(file))), Outline(document(against))
    found = compare(contract, other)
    if as_json:
        told = {"contract": contract.version, "against": other.version, "operations": len(contract.operations)}
        dump({**told, "breaks": [one.as_dict() for one in found]})
    else:
        for one in found:
            click.echo(f"{'✗' if one.breaks else '!'} {one.kind}  {one.operation} {one.where}".rstrip())
            click.echo(f"    {one.text}")
        breaks = sum(one.breaks for one in found)
        click.echo(
            f"{len(contract.operations)} operations of {contract.version} against {other.title} {other.version}: "
            f"{breaks} breaks, {len(found) - breaks} risks"
        )
    if any(one.breaks in FAILING[fail_on] for one in found):
        raise SystemExit(1)
