"""sandbank seed"""

import click

from sandbox.cli import seed_customers, seed_export, seed_import


@click.group()
def command() -> None:
    """Export people, import rows, create customers in bulk."""


command.add_command(seed_export.command, "export")
command.add_command(seed_import.command, "import")
command.add_command(seed_customers.command, "customers")
