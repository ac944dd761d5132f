"""Media types: what an answer may be, given what the caller accepts."""

from collections.abc import Iterable, Sequence

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def essence(media_type: str) -> str:
    """The media type without its parameters: "Application/JSON; charset=utf-8" -> "application/json"."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    return media_type == JSON or media_type.endswith("+json")


def is_text(media_type: str) -> bool:
    return media_type.startswith("text/")


def covers(pattern: str, media_type: str) -> bool:
    """Whether a range such as `*/*` or `text/*` includes the media type."""
    if pattern in ("*/*", media_type):
        return True
    return pattern.endswith("/*") and media_type.startswith(pattern[:-1])


def find(media_type: str, offered: Iterable[str]) -> str | None:
    """The most specific of the offered types and ranges that the media type falls under."""
    fitting = [pattern for pattern in offered if covers(essence(pattern), media_type)]
    return min(fitting, key=lambda pattern: pattern.count("*"), default=None)


def choose(accept: str | None, offered: Sequence[str]) -> str | None:
    """The offered type that the Accept header likes best, of equals the first. None: it likes none.

    Elements that make no sense are passed over; a header of nothing else counts as missing.
    """
    ranges = [element for part in (accept or "").split(",") if (element := _range(part))]
    if not ranges:
        return offered[0] if offered else None
    best, best_quality = None, 0.0
    for media_type in offered:
        quality = _quality(essence(media_type), ranges)
        if quality > best_quality:
            best, best_quality = media_type, quality
    return best


def _quality(media_type: str, ranges: Iterable[tuple[str, float]]) -> float:
    """What the most specific range that covers the type says of it."""
    covering = [(-pattern.count("*"), quality) for pattern, quality in ranges if covers(pattern, media_type)]
    return max(covering)[1] if covering else 0.0


def _range(part: str) -> tuple[str, float] | None:
    pattern, *parameters = (piece.strip().lower() for piece in part.split(";"))
    kind, slash, subtype = pattern.partition("/")
    if not (kind and slash and subtype) or (kind == "*" and subtype != "*"):
        return None
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                return None
    return pattern, quality
