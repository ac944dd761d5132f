"""sandbank info"""

import click

from sandbox.cli.remote import Remote, dump, in_world, talking

MESSENGER = (
    ("URL", "base_url"),
    ("page", "page_id"),
    ("page token", "page_token"),
    ("app", "app_id"),
    ("app secret", "app_secret"),
    ("verify token", "verify_token"),
    ("WhatsApp account", "waba_id"),
    ("WhatsApp number", "phone_number_id"),
)
"""What a bot is configured with."""


@click.command()
@in_world
@talking
def command(remote: Remote, world: str, as_json: bool) -> None:
    """What a running server is: version, seed, clock, banks, and the messenger's page that is ready."""
    told = remote.get("/info", world=world)
    if as_json:
        dump(told)
        return
    from sandbox.cli import tables

    client = told["demo_client"]
    tables.pairs(
        {
            "server": f"{told['base_url']} (Sandbank {told['version']})",
            **({"https": f"{told['tls_url']} (sandbank certs)"} if "tls_url" in told else {}),
            "clock": f"{told['clock']['now']}{' (frozen)' if told['clock']['frozen'] else ''}",
            "seed": f"{told['seed']}, anchored at {told['anchor']}",
            "data": told["fingerprint"],
            "client": f"{client['client_id']} / {client['client_secret']}",
            **{f"messenger {name}": told["messenger"][member] for name, member in MESSENGER},
            "people": [person["username"] for person in told["personas"]],
        }
    )
    click.echo()
    tables.table(
        ("bank", "name", "base URL", "dashboard", "scope"),
        (
            (bank["slug"], bank["name"], bank["base_url"], bank["dashboard_url"], bank["default_scope"])
            for bank in told["banks"]
        ),
    )
