"""Where the commands of `sandbank contract` have exchanges and documents from."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli.failures import Failure
from sandbox.cli.remote import Remote

if TYPE_CHECKING:
    from sandbox.ledger.exchanges import Exchange


def journal(file: Path | None, remote: Remote, world: str) -> "list[Exchange]":
    """Of a file, else of a world. What is not in it is said. Raises Failure."""
    from sandbox.proof import reading

    if file is None:
        if lost := remote.get("/requests", world=world, limit=1)["cut"]:
            _warn(f"the journal was full, and has lost {lost['exchanges']} exchanges: nothing is known of them")
        found = reading.lines(remote.text("/requests/export", world=world, format="ndjson").encode())
    else:
        try:
            found = reading.either(file.read_bytes())
        except reading.Unreadable as error:
            raise Failure(f"{file}: {error}") from None
    if unread := sum(bool(one.cut) for one in found):
        _warn(f"{unread} exchanges have bodies that are not kept whole: nothing is known of what stood in them")
    return found


def _warn(text: str) -> None:
    click.echo(f"sandbank: {text}", err=True)


def document(named: str) -> Mapping[str, Any]:
    """A bank's document by its slug, or the one in a file, JSON or YAML. Raises Failure."""
    path = Path(named)
    if not path.is_file():
        from sandbox.contract.documents import DocumentBroken, load

        try:
            return load(named).raw
        except DocumentBroken as error:
            raise Failure(f"there is neither a file nor a bank {named!r}. {error.hint}".rstrip()) from None
    import yaml

    try:
        told = yaml.safe_load(path.read_bytes())
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Failure(f"{path} is neither JSON nor YAML: {error}") from None
    if not isinstance(told, dict) or not str(told.get("openapi", "")).startswith("3.") or "info" not in told:
        raise Failure(f"{path} is no OpenAPI 3 document")
    return told
