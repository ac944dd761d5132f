"""References in a scenario to what earlier steps brought: `$order.purchase_id`, or `/accounts/${bot.accounts.0.id}`."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

WHOLE = re.compile(r"\$([a-z][a-z0-9_]*(?:\.\w+)*)")
INSIDE = re.compile(r"\$\{([a-z][a-z0-9_]*(?:\.\w+)*)\}")


class Unknown(LookupError):
    """Nothing is found under a name; the text says what there is."""


def resolved(value: Any, known: Mapping[str, Any]) -> Any:
    """`value` with what its references mean in their place. Raises Unknown."""
    if isinstance(value, Mapping):
        return {key: resolved(inner, known) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [resolved(inner, known) for inner in value]
    if not isinstance(value, str):
        return value
    if whole := WHOLE.fullmatch(value):
        return _meant(whole[1], known)
    return INSIDE.sub(lambda found: str(_meant(found[1], known)), value)


def names_in(value: Any) -> Iterator[str]:
    """The first words of all references in a value."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for inner in value:
            yield from names_in(inner)
    elif isinstance(value, str):
        whole = WHOLE.fullmatch(value)
        for path in [whole[1]] if whole else INSIDE.findall(value):
            yield path.split(".")[0]


def _meant(path: str, known: Mapping[str, Any]) -> Any:
    found: Any = known
    for part in path.split("."):
        if isinstance(found, Mapping) and part in found:
            found = found[part]
        elif isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            there = (
                list(found)
                if isinstance(found, Mapping)
                else f"{len(found)} items"
                if isinstance(found, list)
                else found
            )
            raise Unknown(f"${path}: there is no {part!r} in {there}")
    return found
