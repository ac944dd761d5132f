"""sandbank pact"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode, urlsplit

import click

from sandbox.cli.failures import Failure, Unusable
from sandbox.cli.remote import Json, Remote, dump

OUTLINE: Mapping[str, type] = {"consumer.name": str, "provider.name": str, "interactions": list}
"""What every pact has."""


@click.group()
def command() -> None:
    """Pacts: what clients expect of the banks. `sandbank contract export --format pact` writes them."""


@command.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--bank", help="The bank they are verified at. [the pact's provider]")
@click.option("--url", envvar="SANDBANK_URL", help="A running server. [one is started for the run]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(files: tuple[Path, ...], bank: str | None, url: str | None, *, as_json: bool) -> None:
    """Play each interaction of pacts, in the state that it is given, and hold the answers against them.

    It needs pact-python: pip install 'sandbank[pact]'. Every pact has a world of its own.
    """
    os.environ["PACT_DO_NOT_TRACK"] = "true"
    results: list[Json] = []
    with _server(url) as address:
        for file in files:
            pact = _read(file)
            results += _verified(Remote(address), file, pact, _slug(address, file, bank or pact["provider"]["name"]))
    wrong = [one for one in results if one["problems"]]
    if as_json:
        dump({"verified": not wrong, "interactions": results})
    else:
        for one in results:
            click.echo(f"{'no' if one['problems'] else 'ok'}  {one['interaction']}")
            for problem in one["problems"]:
                click.echo(f"      {problem}")
    if wrong:
        raise Failure(f"{len(wrong)} of {len(results)} interactions do not hold")


def _verified(remote: Remote, file: Path, pact: Json, slug: str) -> list[Json]:
    """[{file, interaction, problems}]. Raises Unusable where pact-python is missing."""
    verifier_of = _pact_python()
    from sandbox.proof.verifiable import verifiable

    playable = verifiable(pact)
    wish = {"now": pact.get("metadata", {}).get("sandbank", {}).get("now"), "frozen": True}
    made = remote.post("/worlds", {name: value for name, value in wish.items() if value is not None})
    where = {"world": made["id"], "bank": slug}
    try:
        _come_about(remote, file, playable, where)
        with TemporaryDirectory() as folder:
            played = Path(folder) / file.name
            played.write_text(json.dumps(playable), encoding="utf-8")
            verifier = verifier_of(slug, host=urlsplit(remote.url).hostname)
            verifier.add_transport(url=f"{remote.url}/{slug}").add_source(played).set_error_on_empty_pact()
            setup = f"{remote.url}/_sandbox/pact/states?{urlencode(where)}"
            verifier.state_handler(setup, teardown=True, body=True)
            with _told_on_stderr(), suppress(RuntimeError):  # the results say what does not hold
                verifier.verify()
            told = verifier.results
    finally:
        remote.delete(f"/worlds/{made['id']}")
    return list(_lines(file, told))


def _come_about(remote: Remote, file: Path, pact: Json, where: Mapping[str, str]) -> None:
    """Tries every state, since verifiers do not say why one was refused. Raises Failure, with the nearest ones."""
    from sandbox.proof.verifiable import states

    for state in states(pact):
        wish = {"action": "setup", "state": state.get("name", ""), "params": state.get("params")}
        try:
            remote.post("/pact/states", wish, **where)
        except Failure as error:
            raise Failure(f"{file}: {error.message}") from None
        remote.post("/pact/states", {**wish, "action": "teardown"}, **where)


def _lines(file: Path, told: Json) -> Iterator[Json]:
    problems: dict[str, list[str]] = {}
    for error in told.get("errors", ()):
        problems.setdefault(error["interaction"], []).extend(_problems(error["mismatch"]))
    for result in told.get("interactionResults", ()):
        name = result["description"]
        found = [text for key, texts in problems.items() if name in key for text in texts]
        failed = result["result"] != "OK"
        yield {"file": str(file), "interaction": name, "problems": found or (["it failed"] if failed else [])}


def _problems(mismatch: Any) -> Iterator[str]:
    """The sentences somewhere in what the verifier says of a mismatch."""
    if isinstance(mismatch, list):
        for one in mismatch:
            yield from _problems(one)
    elif isinstance(mismatch, dict):
        said = [mismatch[name] for name in ("mismatch", "message", "error") if isinstance(mismatch.get(name), str)]
        yield from said[:1]
        for value in mismatch.values():
            if isinstance(value, list | dict):
                yield from _problems(value)


def _pact_python() -> Any:
    try:
        from pact import Verifier
    except ImportError:
        raise Unusable("this needs pact-python: pip install 'sandbank[pact]'") from None
    return Verifier


def _read(file: Path) -> Json:
    """Raises Failure for what has not the outline of a pact."""
    try:
        pact = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Failure(f"{file} is no JSON: {error}") from None
    for path, kind in OUTLINE.items():
        value = pact
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        if not isinstance(value, kind):
            raise Failure(f"{file} is no pact: it has no {path}")
    if not all(isinstance(one, dict) for one in pact["interactions"]):
        raise Failure(f"{file} is no pact: its interactions have to be objects")
    metadata = pact.get("metadata")
    return {**pact, "metadata": metadata if isinstance(metadata, dict) else {}}


def _slug(address: str, file: Path, named: str) -> str:
    """The bank that a provider's name means: its slug, or a name that has the slug in it."""
    slugs = [bank["slug"] for bank in Remote(address).get("/banks")["banks"]]
    plain = "".join(letter for letter in named.lower() if letter.isalnum())
    found = [slug for slug in slugs if slug in plain]
    if len(found) != 1:
        raise Failure(f"{file}: which bank is {named!r}? Say it with --bank: {', '.join(slugs)}")
    return str(found[0])


@contextmanager
def _told_on_stderr() -> Iterator[None]:
    """The verifier's library writes its report to the process's standard output, which has ours."""
    sys.stdout.flush()
    ours = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(ours, 1)
        os.close(ours)


@contextmanager
def _server(url: str | None) -> Iterator[str]:
    if url is not None:
        yield url
        return
    from sandbox.cli.own_server import own_server
    from sandbox.settings import Settings

    with own_server(Settings()) as address:
        yield address
