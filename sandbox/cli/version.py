"""sandbank version"""

import json

import click

from sandbox import __version__


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with what Sandbank runs on.")
def command(as_json: bool) -> None:
    """Print the version."""
    if not as_json:
        click.echo(f"sandbank {__version__}")
        return
    import platform
    from importlib.metadata import version

    libraries = ("connexion", "flask", "jsonschema-rs", "marshmallow", "sqlalchemy", "uvicorn")
    told = {"sandbank": __version__, "python": platform.python_version()}
    click.echo(json.dumps(told | {name: version(name) for name in libraries}))
