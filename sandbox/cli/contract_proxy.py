"""sandbank contract proxy"""

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

if TYPE_CHECKING:
    from sandbox.ledger.exchanges import Exchange


@click.command()
@click.option("--upstream", metavar="URL", required=True, help="The other server: what the bank's paths hang below.")
@click.option("--bank", metavar="SLUG", required=True, help="Whose document both directions are held against.")
@click.option("--host", default="127.0.0.1", help="The address to listen on. [127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), default=8090, help="The port; 0 picks a free one. [8090]")
@click.option("--journal", "file", type=click.Path(dir_okay=False, path_type=Path),
              help="A file to which every exchange is added, as a line of JSON.")  # fmt: skip
@click.option("--bodies", is_flag=True, help="Keep bodies in it: they may be somebody's data.")
def command(*, upstream: str, bank: str, host: str, port: int, file: Path | None, bodies: bool) -> None:
    """A proxy before another server, a real bank for one, that holds every exchange against the bank's document.

    Everything passes as it is; answers get the header Sandbank-Violations. Secrets are taken out of what is kept.
    Point the integration at the proxy instead of the bank.
    """
    import uvicorn

    from sandbox.cli import ports
    from sandbox.cli.failures import Failure
    from sandbox.contract.documents import DocumentBroken, load
    from sandbox.proof.proxy import Proxy

    parts = urlsplit(upstream)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        raise click.BadParameter("it has to be the address of a server", param_hint="--upstream")
    try:
        document = load(bank)
    except DocumentBroken as error:
        raise Failure(f"there is no bank {bank!r}. {error.hint}".rstrip()) from None
    keeper = Keeper(file, bodies=bodies)
    with ports.bound(host, port) as socket:
        socket.listen()
        click.echo(f"PROXY READY {ports.url(host, socket)} -> {upstream} ({document.title} {document.version})")
        config = uvicorn.Config(
            Proxy(document, upstream, keeper.keep), ws="none", lifespan="on", log_config=None, access_log=False,
            server_header=False, date_header=False,
        )  # fmt: skip
        uvicorn.Server(config).run(sockets=[socket])
    click.echo(f"{keeper.total} exchanges, {keeper.wrong} of them broke the document")


class Keeper:
    """Prints what passes, and adds it to a file."""

    def __init__(self, file: Path | None, *, bodies: bool) -> None:
        self.file = file
        self.bodies = bodies
        self.total = self.wrong = 0

    def keep(self, one: "Exchange") -> None:
        from sandbox.proof.showing import lines

        self.total += 1
        self.wrong += bool(one.violations or one.error)
        mark = "✗" if one.violations or one.error else "✓"
        click.echo(f"{mark} {one.id} {one.method} {one.path} {one.status} {one.operation or 'no such operation'}")
        for violation in one.violations:
            click.echo(f"    {violation['message']}")
        if self.file is not None:
            if not self.bodies:
                one.cut, one.request_body, one.response_body = ("request", "response"), b"", b""
            with self.file.open("ab") as out:
                out.write(lines([one]))
