"""sandbank certs"""

from pathlib import Path

import click

from sandbox.cli.remote import Remote, dump, talking

TRUST = "NODE_EXTRA_CA_CERTS={ca} REQUESTS_CA_BUNDLE={ca} SSL_CERT_FILE={ca}"
"""What makes clients in Node and Python trust the CA."""


@click.command()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("certs"), help="Where to. [certs]"
)
@click.option("--client", "clients", multiple=True, metavar="NAME", help="A client's certificate as well. Repeatable.")
@talking
def command(remote: Remote, out: Path, clients: tuple[str, ...], as_json: bool) -> None:
    """Write the server's CA and certificates for clients, by which they can prove themselves (RFC 8705)."""
    authority = remote.get("/certificates")
    issued = {name: remote.post("/certificates", {"name": name}) for name in clients}
    out.mkdir(parents=True, exist_ok=True)
    (out / "ca.pem").write_text(authority["ca"])
    for name, told in issued.items():
        (out / f"{_file(name)}.pem").write_text(told["certificate"])
        key = out / f"{_file(name)}.key"
        key.touch(mode=0o600)
        key.write_text(told["private_key"])
    if as_json:
        dump({"ca": str(out / "ca.pem"), "clients": {name: told["subject_dn"] for name, told in issued.items()}})
        return
    click.echo(f"{out / 'ca.pem'}: whom to trust")
    for name, told in issued.items():
        click.echo(f"{out / _file(name)}.pem, .key: {told['subject_dn']}")
    if authority["messenger_tls"]:
        click.echo(f"\nAs graph.facebook.com, at port {authority['messenger_tls']}: {TRUST.format(ca=out / 'ca.pem')}")
    if authority["tls_port"] or not authority["messenger_tls"]:
        _explain(remote, out, clients, authority["tls_port"])


def _explain(remote: Remote, out: Path, clients: tuple[str, ...], tls_port: int | None) -> None:
    if tls_port is None:
        click.echo("\nThe server has no TLS port: start it with --tls-port to use these.")
        return
    from sandbox.oauth.mtls import https

    url, name = f"{https(remote.url, tls_port)}/_sandbox/info", _file(clients[0]) if clients else ""
    shown = f" --cert {out / name}.pem --key {out / name}.key" if name else ""
    pair = f', cert=("{out / name}.pem", "{out / name}.key")' if name else ""
    click.echo(f"\ncurl --cacert {out / 'ca.pem'}{shown} {url}")
    click.echo(f'requests.get("{url}", verify="{out / "ca.pem"}"{pair})')


def _file(name: str) -> str:
    """A file's name for a client's, whatever characters that has."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name)
