"""Recipients that nobody has, and to whom every message fails: the last six digits are the code of the error."""

from collections.abc import Mapping

from sandbox.messenger.whatsapp import errors
from sandbox.messenger.whatsapp.errors import WhatsAppError

HEAD = "1555"
"""Country and area code of those that `numbers` lists. Any other number with such an end does as well."""

FAILURES: Mapping[str, type[WhatsAppError]] = {
    str(kind.code): kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, WhatsAppError) and kind.code >= 100_000
}
"""By code: what a message can meet with."""


def failure(phone: str) -> type[WhatsAppError] | None:
    return FAILURES.get(phone[-6:])


def numbers() -> list[tuple[str, type[WhatsAppError]]]:
    return [(HEAD + code, kind) for code, kind in sorted(FAILURES.items())]
