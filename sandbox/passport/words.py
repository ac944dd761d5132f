"""Every string of a message, and what it is to whoever reads it."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from re import compile as pattern
from typing import Any
from urllib.parse import unquote_plus, urlsplit


class Kind(StrEnum):
    TEXT = "text"
    """What a person reads."""
    PAYLOAD = "payload"
    """What comes back when something is tapped."""
    URL = "url"
    """What a tap opens."""
    IMAGE = "image"
    """What the platform and the phone fetch by themselves: pictures and other media."""
    METADATA = "metadata"
    """What comes back in the echo."""


LINKS = frozenset({"url", "link", "order_url", "coupon_url", "fallback_url", "web_url", "image_url"})
MEDIA = frozenset({"image", "video", "audio", "file", "document", "sticker", "media"})
KINDS: Mapping[str, Kind] = {"payload": Kind.PAYLOAD, "id": Kind.PAYLOAD, "metadata": Kind.METADATA}
"""By a member's name; `id` is what WhatsApp calls a payload."""
ENCODED = pattern(r"[A-Za-z0-9+/_-]{12,}={0,2}")


@dataclass(frozen=True, slots=True)
class Word:
    pointer: str
    kind: Kind
    text: str

    def readings(self) -> Iterator[str]:
        """The string as it stands, and as whoever decodes it reads it: percent-encoding undone, Base64 undone."""
        yield self.text
        plain = unquote_plus(self.text)
        if plain != self.text:
            yield plain
        for found in ENCODED.findall(self.text):
            decoded = _decoded(found)
            if decoded:
                yield decoded


def words(content: Mapping[str, Any]) -> tuple[Word, ...]:
    return tuple(_words(content, "", media=False))


def _words(value: Any, pointer: str, *, media: bool) -> Iterator[Word]:
    if isinstance(value, str):
        name = pointer.rpartition("/")[2]
        yield Word(pointer, _kind(name, value, media=media), value)
    elif isinstance(value, Mapping):
        within = media or value.get("type") in MEDIA or value.get("template_type") == "media"
        for name, member in value.items():
            inside = (within and name != "buttons") or name in MEDIA
            yield from _words(member, f"{pointer}/{name}", media=inside)
    elif isinstance(value, list):
        for place, member in enumerate(value):
            yield from _words(member, f"{pointer}/{place}", media=media)


def _kind(name: str, value: str, *, media: bool) -> Kind:
    if name in LINKS or (media and urlsplit(value).scheme in ("http", "https")):
        return Kind.IMAGE if media or name == "image_url" else Kind.URL
    return KINDS.get(name, Kind.TEXT)


def _decoded(text: str) -> str:
    """Empty where it is no Base64 of readable text."""
    padded = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        plain = b64decode(padded + "=" * (-len(padded) % 4), validate=True).decode("ascii")
    except (NotBase64, ValueError):
        return ""
    return plain if plain.isprintable() else ""
