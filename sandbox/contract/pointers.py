"""JSON pointers: how a place in a document or in a body is named."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote


class BrokenAt(Exception):
    """A document that cannot be used, and the place that makes it so."""

    def __init__(self, pointer: str, problem: str) -> None:
        self.pointer = pointer
        self.problem = problem
        super().__init__(f"{pointer or 'the document'}: {problem}")


def join(tokens: Iterable[str | int]) -> str:
    """The pointer that leads through these members: ["a/b", 0] -> "/a~1b/0"."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


def split(pointer: str) -> list[str]:
    """The members that a pointer leads through; it may be a fragment: "#/a~1b/0" -> ["a/b", "0"]."""
    if pointer.startswith("#"):
        pointer = unquote(pointer[1:])
    if not pointer:
        return []
    if not pointer.startswith("/"):
        raise BrokenAt("", f"{pointer!r} is not a place in this document: it should start with '#/'")
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]


def lookup(root: Any, pointer: str) -> Any:
    """What stands at this place. Raises BrokenAt where nothing does."""
    value = root
    for token in split(pointer):
        try:
            value = value[token] if isinstance(value, Mapping) else value[int(token)]
        except (KeyError, ValueError, IndexError, TypeError):
            raise BrokenAt("", f"nothing stands at {pointer}") from None
    return value


def follow(root: Any, pointer: str) -> str:
    """The place where a chain of $refs that starts here ends."""
    seen = set()
    while pointer not in seen:
        seen.add(pointer)
        value = lookup(root, pointer)
        if not isinstance(value, Mapping) or not isinstance(value.get("$ref"), str):
            return pointer
        pointer = value["$ref"]
    raise BrokenAt(pointer, "$ref leads back to itself")
