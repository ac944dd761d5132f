"""sandbank contract"""

import click

from sandbox.cli import contract_drift, contract_export, contract_proxy, contract_run, contract_verify


@click.group()
def command() -> None:
    """Prove that an integration honours the banks' contracts."""


command.add_command(contract_run.command, "run")
command.add_command(contract_export.command, "export")
command.add_command(contract_verify.command, "verify")
command.add_command(contract_drift.command, "drift")
command.add_command(contract_proxy.command, "proxy")
