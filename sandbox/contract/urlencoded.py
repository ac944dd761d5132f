"""Names and values as a query string or a form body carries them."""

from urllib.parse import unquote_to_bytes

Pairs = list[tuple[str, str]]


def parse(data: bytes) -> Pairs:
    """The pairs in order. Never raises: bytes that are not UTF-8 become lone surrogates (see `is_text`)."""
    pairs = []
    for part in data.decode("utf-8", "surrogateescape").split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((_decoded(name), _decoded(value)) if "%" in part or "+" in part else (name, value))
    return pairs


def is_text(value: str) -> bool:
    """Whether the value was UTF-8, without NUL characters, which neither databases nor banks can keep."""
    if "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def legible(value: str) -> str:
    """The value with everything replaced that could not be printed or sent."""
    return value.encode(errors="replace").decode().replace("\0", "?")


def _decoded(part: str) -> str:
    spaced = part.replace("+", " ")
    if "%" not in spaced:
        return spaced
    return unquote_to_bytes(spaced.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")
