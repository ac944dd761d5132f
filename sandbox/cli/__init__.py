"""The command `sandbank`. Each command is a file, imported when it is used: `--version` and `--help` are instant."""

from importlib import import_module

import click

from sandbox import __version__

COMMANDS = {
    "serve": "Start the server.",
    "info": "What a running server is.",
    "world": "Make, list, fork, reset and delete worlds.",
    "snapshot": "Keep worlds as they stand, put them back, compare them.",
    "clock": "Read and move a world's clock.",
    "consent": "Give, list and withdraw consents without a browser.",
    "client": "Register, list, show and strike off clients.",
    "audit": "Who read what, and the proof that the record is whole.",
    "contract": "Prove that an integration honours the banks' contracts.",
    "pact": "Verify pacts against the banks.",
    "passport": "What bots did with people's data, judged from both ends.",
    "keys": "List, rotate and retire the keys by which the banks sign.",
    "certs": "The server's CA, and certificates for clients.",
    "why": "Explain why a request was refused.",
    "explain": "Explain a rule, an error, or a way in which things go wrong.",
    "personas": "The people one can sign in as.",
    "persona": "Write and check personas of one's own.",
    "scenario": "Play stories with steps and expectations.",
    "events": "What happened, what became of it, and how to send it again.",
    "fault": "Order what goes wrong.",
    "listen": "Have events posted to an address, and watch them go.",
    "trigger": "Make an event happen.",
    "messenger": "Be the person who talks to a bot.",
    "demo": "Play a story with a timeline on screen.",
    "seed": "Export people, import rows, create customers in bulk.",
    "doctor": "Look for what could keep Sandbank from working here.",
    "version": "Print the version.",
}


class LazyGroup(click.Group):
    """Knows its commands by name, and imports `sandbox.cli.<name>` for the one that runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"sandbox.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from sandbox.kernel.names import did_you_mean

            hint = did_you_mean(args[0], COMMANDS)
            raise click.UsageError(f"there is no command {args[0]!r}. {hint}".rstrip(), ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="sandbank", message="%(prog)s %(version)s")
def main() -> None:
    """Sandbank: an open-banking sandbox. Several banks' APIs over one made-up world, on this machine.

    \b
    Exit codes: 0 done; 1 refused, or a problem was found; 2 wrong usage, or the server cannot start;
    3 no server answers.
    """
