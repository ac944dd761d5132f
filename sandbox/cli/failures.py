"""How a command fails: in one line on stderr, with an exit code that a script can tell apart."""

from typing import IO, Any

import click


class Failure(click.ClickException):
    """Refused, or a problem was found. The text says what is wrong and what would do."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"sandbank: {self.message}", file=file, err=file is None)


class Unusable(Failure):
    """What was asked for cannot be started or used so."""

    exit_code = 2


class Unreachable(Failure):
    """No server answers."""

    exit_code = 3
