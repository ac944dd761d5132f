"""sandbank contract export"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli.failures import Failure
from sandbox.cli.remote import DEFAULT_URL, Json, Remote, in_world

if TYPE_CHECKING:
    from sandbox.ledger.exchanges import Exchange

FORMATS = ("openapi-subset", "har", "pytest", "pact")


@click.command()
@in_world
@click.option("--url", envvar="SANDBANK_URL", default=DEFAULT_URL, help=f"The server. [{DEFAULT_URL}]")
@click.option("--from", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A journal as a file: NDJSON, or an HTTP Archive. Needs no server.")  # fmt: skip
@click.option("--bank", help="The bank. [the only one that was called]")
@click.option("--client", help="Only what this client did.")
@click.option("--format", "form", type=click.Choice(FORMATS), default=FORMATS[0], show_default=True,
              help="What is written.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file to write it to. [standard output]")
def command(
    *, world: str, url: str, file: Path | None, bank: str | None, client: str | None, form: str, out: Path | None
) -> None:
    """The consumer contract: what a client used of a bank's document, as its exchanges tell."""
    from sandbox.cli.contract_sources import document, journal

    exchanges = journal(file, Remote(url), world)
    if client:
        exchanges = [one for one in exchanges if one.client == client]
    called = sorted({one.channel for one in exchanges if one.channel})
    chosen = bank or (called[0] if len(called) == 1 else None)
    if chosen is None:
        raise Failure(f"say with --bank which one is meant: {', '.join(called) or 'nobody was called'}")
    exchanges = [one for one in exchanges if one.channel in (chosen, "")]
    if not exchanges:
        raise Failure(f"nobody called {chosen}; called were {', '.join(called) or 'none'}")
    text = WRITERS[form](chosen, document(chosen), exchanges)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        click.echo(f"{out}: {form} of {len(exchanges)} exchanges at {chosen}")


def _openapi(_slug: str, document: Mapping[str, Any], exchanges: "list[Exchange]") -> str:
    from sandbox.proof.consumer import contract
    from sandbox.proof.flows import calls, sent_back
    from sandbox.proof.outline import Outline

    outline = Outline(document)
    return _json(contract(outline, exchanges, sent_back=sent_back(calls(outline, exchanges))))


def _har(_slug: str, _document: Mapping[str, Any], exchanges: "list[Exchange]") -> str:
    from sandbox import __version__
    from sandbox.proof.showing import archive

    return _json(archive(exchanges, __version__))


def _pytest(slug: str, document: Mapping[str, Any], exchanges: "list[Exchange]") -> str:
    from sandbox.proof.outline import Outline
    from sandbox.proof.replaying import module

    return module(slug, Outline(document), exchanges)


def _pact(slug: str, document: Mapping[str, Any], exchanges: "list[Exchange]") -> str:
    from sandbox.proof.outline import Outline
    from sandbox.proof.pacts import pact

    return _json(pact(slug, Outline(document), exchanges))


def _json(value: Json) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


WRITERS: Mapping[str, Callable[[str, Mapping[str, Any], "list[Exchange]"], str]] = {
    "openapi-subset": _openapi,
    "har": _har,
    "pytest": _pytest,
    "pact": _pact,
}
