"""sandbank contract drift"""

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import click

from sandbox.cli.failures import Failure
from sandbox.cli.remote import DEFAULT_URL, Remote, in_world
from sandbox.proof.drifting import Answer

TOKEN = "SANDBANK_DRIFT_TOKEN"
PATIENCE = 30
"""Seconds for one answer."""
FAILING = {"break": (True,), "risk": (True, False), "never": ()}


def pairs(_context: click.Context, _option: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    """NAME=VALUE, several times."""
    if wrong := [one for one in value if "=" not in one]:
        raise click.BadParameter(f"{wrong[0]!r} is not NAME=VALUE")
    return dict(one.split("=", 1) for one in value)


@click.command()
@click.option("--target", required=True, help="The other server: what the bank's own paths hang below.")
@click.option("--bank", required=True, help="Whose document it is.")
@in_world
@click.option("--url", envvar="SANDBANK_URL", default=DEFAULT_URL, help=f"The server. [{DEFAULT_URL}]")
@click.option("--har", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A recording as a file: an HTTP Archive, or NDJSON. Needs no server.")  # fmt: skip
@click.option("--token", envvar=TOKEN, help=f"The access token for the other server; better in {TOKEN}.")
@click.option("--header", "headers", multiple=True, callback=pairs, metavar="NAME=VALUE",
              help="A header for every call; may be repeated.")  # fmt: skip
@click.option("--param", "parameters", multiple=True, callback=pairs, metavar="NAME=VALUE",
              help="A parameter's value over there; may be repeated.")  # fmt: skip
@click.option("--ignore", "ignored", multiple=True, metavar="PATTERN",
              help="Places that do not count: /accounts/*/nickname. May be repeated.")  # fmt: skip
@click.option("--most", type=click.IntRange(1, 1000), default=100, help="Calls at most. [100]")
@click.option(
    "--report", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write JSON, Markdown and HTML."
)
@click.option("--fail-on", type=click.Choice(list(FAILING)), default="break", help="When the exit code is 1. [break]")
def command(
    *,
    target: str,
    bank: str,
    world: str,
    url: str,
    file: Path | None,
    token: str | None,
    headers: dict[str, str],
    parameters: dict[str, str],
    ignored: tuple[str, ...],
    most: int,
    folder: Path | None,
    fail_on: str,
) -> None:
    """Repeat what a recording read at another server, a real bank for one, and compare the answers.

    Only GET, only what was read with a consent, nothing else. Shapes, types, enums, formats and statuses are compared,
    never values, and no value is written down. Redirects are not followed.
    """
    from sandbox.cli.contract_sources import document, journal
    from sandbox.proof import drift_forms
    from sandbox.proof.flows import calls
    from sandbox.proof.outline import Outline
    from sandbox.proof.reading import of_channel
    from sandbox.proof.repeating import Repeat

    outline = Outline(document(bank))
    recorded = calls(outline, of_channel(journal(file, Remote(url), world), bank))
    sent = headers | ({"Authorization": f"Bearer {token}"} if token else {})
    repeat = Repeat(Asking(target, sent), parameters, ignored, most)
    drift = drift_forms.Drift(
        bank, f"{outline.title} {outline.version}", _shown(target), tuple(repeat.run(outline, recorded))
    )
    if not drift.asked and not drift.left_out:
        raise Failure(f"the recording has nothing that was read at {bank} with a consent, and nothing else is repeated")
    click.echo(drift_forms.text(drift), nl=False)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        told = json.dumps(drift_forms.as_json(drift), indent=2, ensure_ascii=False)
        (folder / "drift.json").write_text(f"{told}\n", encoding="utf-8")
        for name, form in drift_forms.FORMS.items():
            (folder / name).write_text(form(drift), encoding="utf-8")
        click.echo(f"The files are in {folder}: drift.html, drift.json, drift.md")
    if not drift.asked or any(one.breaks in FAILING[fail_on] for one in drift.found):
        raise SystemExit(1)


class Asking:
    """Asks the other server. What it is told stays here."""

    def __init__(self, target: str, headers: Mapping[str, str]) -> None:
        import requests

        parts = urlsplit(target)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise click.BadParameter(f"{_shown(target)!r} is no address of a server", param_hint="--target")
        self.target = target.rstrip("/")
        self.headers = headers
        self._requests = requests
        self._session = requests.Session()
        self._session.trust_env = parts.hostname not in ("127.0.0.1", "localhost", "::1")

    def __call__(self, path: str, headers: Mapping[str, str]) -> Answer:
        from sandbox.proof.repeating import NotReached

        sent = {name: value for name, value in headers.items() if name not in {one.lower() for one in self.headers}}
        try:
            told = self._session.get(
                self.target + path, headers={**sent, **self.headers}, timeout=PATIENCE, allow_redirects=False
            )
        except self._requests.exceptions.RequestException as error:
            raise NotReached(f"{_shown(self.target)} gives no answer ({type(error).__name__})") from None
        return Answer(told.status_code, {name.lower(): value for name, value in told.headers.items()}, told.content)


def _shown(target: str) -> str:
    """Without a password."""
    parts = urlsplit(target)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
