"""Nearest names, so that a refusal can say what was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches

FEW = 8


def nearest(name: str, names: Iterable[str], most: int = 3) -> list[str]:
    """Up to `most` of the names that look like `name`, best first."""
    return get_close_matches(name.lower(), list(names), n=most, cutoff=0.5)


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A sentence with the nearest names; with all of them where none is near and they are few; else nothing."""
    known = sorted(names)
    close = nearest(name, known)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    return f"Known: {', '.join(known)}." if 0 < len(known) <= FEW else ""
