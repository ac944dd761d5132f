"""Pieces of Markdown."""

import json
from collections.abc import Iterable, Sequence

LINE = 112


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *([cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def code(value: object) -> str:
    return f"`{value}`"


def pretty(value: object, indent: int = 0, used: int = 0) -> str:
    """JSON, on one line wherever that fits. `used` is what stands before it on its line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent + used <= LINE or not isinstance(value, dict | list) or not value:
        return flat
    inner = " " * (indent + 2)
    if isinstance(value, list):
        items = [pretty(item, indent + 2) for item in value]
    else:
        names = [f"{json.dumps(name)}: " for name in value]
        items = [name + pretty(item, indent + 2, len(name)) for name, item in zip(names, value.values(), strict=True)]
    opening, closing = ("[", "]") if isinstance(value, list) else ("{", "}")
    body = f",\n{inner}".join(items)
    return f"{opening}\n{inner}{body}\n{' ' * indent}{closing}"
