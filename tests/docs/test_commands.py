"""Every `sandbank …` that the documents speak of exists, with the options shown."""

import re
import shlex

import click
import pytest

from docs.parts.commands import every
from tests.docs.pages import PAGES, Page

COMMANDS = {path[1:]: command for path, command in every()}
SHOWN = re.compile(r"^(?:\S+=\S+ )*sandbank (.+)$")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_shown_exists(page: Page) -> None:
    assert [line for line in commands(page) if complaint(line)] == []


def commands(page: Page) -> list[str]:
    """What follows `sandbank`, in blocks for a shell and in running text."""
    shell = [block.text for block in page.blocks() if block.language in ("bash", "sh")]
    lines = [part.strip() for text in shell for line in text.replace("\\\n", " ").splitlines()
             for part in re.split(r"&&|\|\||[|;&>]|\$\(", line)]  # fmt: skip
    lines += re.findall(r"`(sandbank [^`]+)`", page.prose)
    return [found[1] for line in lines if (found := SHOWN.match(line))]


def complaint(line: str) -> str:
    words = shlex.split(line.partition(" [OPTIONS]")[0].partition(" -- ")[0], comments=True)  # then comes a command
    path: tuple[str, ...] = ()
    while len(path) < len(words) and (*path, words[len(path)]) in COMMANDS:
        path = (*path, words[len(path)])
    if not path and not words[0].startswith("-"):
        return f"no such command: {line}"
    known = {name for option in COMMANDS[path].params for name in (*option.opts, *option.secondary_opts)}
    known |= {"--help", "-h", "--version"}
    unknown = {word.partition("=")[0] for word in words if word.startswith("-")} - known
    is_group = isinstance(COMMANDS[path], click.Group) and len(words) > len(path) and path != ("clock",)
    return f"{line}: {unknown}" if unknown or (is_group and not words[len(path)].startswith("-")) else ""
