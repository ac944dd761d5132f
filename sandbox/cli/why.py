"""sandbank why"""

import click

from sandbox.cli.remote import Json, Remote, at, dump, talking


@click.command()
@click.argument("trace")
@talking
def command(remote: Remote, trace: str, as_json: bool) -> None:
    """Explain why a request was refused. TRACE is the header Sandbank-Trace of the answer."""
    told = remote.get(at("why", trace))
    if as_json:
        dump(told)
        return
    from sandbox.cli import tables

    request = told["request"]
    tables.pairs(
        {
            "request": f"{request['method']} {request['path']} was answered {told['status']}",
            "error": told["error"],
            "rule": told["rule"],
            "detail": told.get("detail"),
            "hint": told.get("hint"),
            **{name: told.get(name) for name in ("operation", "world_id", "client_id", "consent_id", "persona")},
            **{f"fact: {name}": value for name, value in told.get("facts", {}).items()},
        }
    )
    for violation in told.get("violations", []):
        click.echo(_line(violation))


def _line(violation: Json) -> str:
    place = f"{violation['location']} {violation['name']}".strip()
    return f"  {place}: {violation['message']} [{violation['rule']}]"
