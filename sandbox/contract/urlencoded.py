"""Names and values as a query string or a form body carries them."""

from urllib.parse import unquote_to_bytes

# What nearly all escapes stand for: a colon in a time, a slash in a URL.
ASCII = {digits: chr(code) for code in range(128) for digits in (f"{code:02x}", f"{code:02X}")}

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
    if "+" in part:
        part = part.replace("+", " ")
    if "%" not in part:
        return part
    first, *escaped = part.split("%")
    try:
        return first + "".join([ASCII[piece[:2]] + piece[2:] for piece in escaped])
    except KeyError:  # several bytes to a character, or no escape at all
        return unquote_to_bytes(part.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")
