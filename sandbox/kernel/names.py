"""Nearest names, so that a refusal can say what was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, names: Iterable[str], most: int = 3) -> list[str]:
    """Up to `most` of the names that look like `name`, best first; all of them where nothing does and they are few."""
    known = list(names)
    close = get_close_matches(name.lower(), known, n=most, cutoff=0.5)
    return close or (sorted(known) if len(known) <= 8 else [])


def did_you_mean(name: str, names: Iterable[str]) -> str:
    close = nearest(name, names)
    return f"Did you mean {' or '.join(close)}?" if close else ""
