"""Text for fonts that know few characters. What is beyond them is not lost: it is written in letters that they know."""

from collections.abc import Callable
from unicodedata import normalize

from anyascii import anyascii

LONGEST = 300
"""Letters, of which no line holds so many."""


def spelt(text: str, encoding: str) -> str:
    """The text in the characters of an encoding: as it is where it fits, else romanised (王小满: WangXiaoMan) or, as
    emoji are, named (🎸: :guitar:). Right-to-left scripts become left-to-right letters."""
    return "".join(_spelt(char, encoding) for char in normalize("NFC", text))


def _spelt(char: str, encoding: str) -> str:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return anyascii(char)
    return char if char.isprintable() else " "


def fitting(text: str, room: float, width: Callable[[str], float]) -> str:
    """As much of a text as there is room for; `width` measures."""
    text = text[:LONGEST]
    if width(text) <= room:
        return text
    while text and width(f"{text}...") > room:
        text = text[:-1]
    return f"{text}..."
