"""sandbank serve: from settings to a listening server. What takes long to import waits until the port is ours."""

import logging
import os
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from sandbox.cli import ports
from sandbox.cli.failures import Unusable
from sandbox.cli.starting import LEVELS, build, checked
from sandbox.settings import Settings, SettingsInvalid


@click.command(context_settings={"max_content_width": 110})
@click.option("--host", help="The address to listen on. [127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; 0 picks a free one. [8080]")
@click.option("--data", metavar="FILE|URL", help="Keep everything in a SQLite file or a postgresql:// database.")
@click.option("--seed", type=click.IntRange(0, 2**53 - 1), help="Another seed, another world. [1]")
@click.option("--now", metavar="ISO", help="Where the default world's clock starts. [the machine's time]")
@click.option("--freeze/--no-freeze", default=None, help="Let that clock stand still.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that share the port; more need --data. [1]")
@click.option("--seed-data", metavar="DIR", help="A folder of your own personas and merchants.")
@click.option("--public-url", metavar="URL", help="What clients call this server, behind a proxy that does not say.")
@click.option("--control-token", metavar="TOKEN", help="Lets callers from other machines use the control API.")
@click.option("--allow-outbound", metavar="HOST[:PORT],…", help="Where clients' jwks_uri may lead. [nowhere]")
@click.option(
    "--tls-port", type=click.IntRange(0, 65535), help="A port for HTTPS, where clients may show certificates."
)
@click.option(
    "--messenger-tls", type=click.IntRange(0, 65535), help="A port at which HTTPS clients find graph.facebook.com."
)
@click.option("--tls-cert", metavar="FILE", help="The server's certificate, PEM. [made by the sandbox's own CA]")
@click.option("--tls-key", metavar="FILE", help="Its private key.")
@click.option("--trust-client-cert-header", metavar="NAME", help="Believe a proxy's header: Client-Cert, for one.")
@click.option("--trusted-proxies", metavar="ADDRESS,…", help="Where such a proxy is. [this machine]")
@click.option("--no-levers", is_flag=True, default=None, help="Ignore `Prefer` and `__` parameters, as the bank would.")
@click.option(
    "--journal-bytes", type=click.IntRange(min=0), help="How much of each world's exchanges is kept. [64 MiB]"
)
@click.option("--log-level", type=click.Choice(LEVELS), help="How much to log on stderr. [warning]")
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="A TOML file with a table [sandbank].")
def command(config: Path | None, **flags: Any) -> None:
    """Start the server.

    Every flag is also a variable SANDBANK_<FLAG> and a key of the file's table [sandbank]; flags win over variables,
    and these over the file. When the server answers, the line `SANDBANK READY {json}` appears on stdout.
    """
    try:
        settings = checked(Settings.read(file=config, **flags))
    except SettingsInvalid as error:
        raise Unusable(str(error)) from None
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    with ExitStack() as held:
        sockets = [held.enter_context(ports.bound(settings.host, settings.port))]
        if settings.tls_port is not None:
            sockets.append(held.enter_context(ports.bound(settings.host, settings.tls_port)))
            settings = replace(settings, tls_port=sockets[-1].getsockname()[1])
        if settings.messenger_tls is not None:
            sockets.append(held.enter_context(ports.bound(settings.host, settings.messenger_tls)))
            settings = replace(settings, messenger_tls=sockets[-1].getsockname()[1])
        run = serve_with_workers if settings.workers > 1 else serve
        run(settings, sockets)


def serve(settings: Settings, sockets: "list[ports.Socket]") -> None:
    """The first socket is for HTTP, those behind it for HTTPS."""
    from sandbox.cli import banner
    from sandbox.cli.listening import Server

    app = build(settings)
    url = ports.url(settings.host, sockets[0])
    click.echo(banner.text(app.services, url))
    banner.warn_if_exposed(settings)

    def ready() -> None:
        announce(settings, url, list(app.services.banks))

    Server.of(app, ready, sockets[1:]).run(sockets=sockets[:1])


def serve_with_workers(settings: Settings, sockets: "list[ports.Socket]") -> None:
    from sandbox.cli import banner
    from sandbox.cli.workers import supervise

    app = build(settings)
    url, banks = ports.url(settings.host, sockets[0]), list(app.services.banks)
    click.echo(banner.text(app.services, url))
    banner.warn_if_exposed(settings)
    app.services.database.close()
    supervise(settings, sockets, ready=lambda: announce(settings, url, banks))


def announce(settings: Settings, url: str, banks: list[str]) -> None:
    """The line that scripts wait for."""
    import json

    from sandbox.oauth.mtls import https

    ports = {"tls_url": settings.tls_port, "graph_url": settings.messenger_tls}
    tls = {name: https(url, port) for name, port in ports.items() if port}
    click.echo(f"SANDBANK READY {json.dumps({'url': url, **tls, 'pid': os.getpid(), 'banks': banks})}")
    sys.stdout.flush()
