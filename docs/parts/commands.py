"""The command line, from the commands themselves."""

import re
from collections.abc import Iterator

import click

from docs.parts.markdown import code, table
from sandbox.cli import main

DEFAULT = re.compile(r" ?\[([^\[\]]+)\]$")
"""How the help of an option ends where it has a default."""


def walk(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with its words, in the order of the help."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path[-1])
        for name in command.list_commands(context):
            if inner := command.get_command(context, name):
                yield from walk(inner, (*path, name))


def every() -> list[tuple[tuple[str, ...], click.Command]]:
    return list(walk(main, ("sandbank",)))


def commands() -> str:
    return "\n".join(_shown(path, command) for path, command in every() if len(path) > 1)


def _shown(path: tuple[str, ...], command: click.Command) -> str:
    context = click.Context(command, info_name=" ".join(path))
    level = "###" if len(path) == 2 else "####"
    usage = " ".join((*path, *command.collect_usage_pieces(context)))
    parts = [f"{level} {' '.join(path)}", "", code(usage), "", _words(command), ""]
    options = [_row(option, context) for option in command.params if isinstance(option, click.Option)]
    if options:
        parts.append(table(("Option", "What it does", "Default"), options))
    return "\n".join(parts)


def _words(command: click.Command) -> str:
    """The help, without click's marks, a paragraph a line."""
    paragraphs = (command.help or "").replace("\b\n", "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs).replace("<", "\\<")


def _row(option: click.Option, context: click.Context) -> tuple[str, str, str]:
    names = ", ".join(map(code, option.opts)) + "".join(f" / {code(name)}" for name in option.secondary_opts)
    metavar = "" if option.is_flag else f" {code(option.make_metavar(context))}"
    help_text = option.help or ""
    default = DEFAULT.search(help_text)
    return names + metavar, DEFAULT.sub("", help_text), default[1] if default else ""
