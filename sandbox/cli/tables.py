"""Tables for people: no frames, so that they can be copied, and nothing cut off where the output is no terminal."""

import sys
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table

WIDE = 240


def console() -> Console:
    return Console(highlight=False, soft_wrap=False, width=None if sys.stdout.isatty() else WIDE)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(_text(cell) for cell in row))
    console().print(shown)


def pairs(members: Mapping[str, object]) -> None:
    """A name and a value per line."""
    shown = Table(box=None, pad_edge=False, show_header=False)
    shown.add_column(style="bold", no_wrap=True)
    shown.add_column(overflow="fold")
    for name, value in members.items():
        if value not in (None, "", [], {}):
            shown.add_row(name, _text(value))
    console().print(shown)


def _text(cell: object) -> str:
    """Square brackets are what rich reads as markup."""
    if isinstance(cell, list | tuple):
        cell = ", ".join(str(one) for one in cell)
    if isinstance(cell, Mapping):
        cell = ", ".join(f"{name} {value}" for name, value in cell.items())
    return str(cell).replace("[", "\\[")
