"""WhatsApp: its errors, and the operations that are played."""

from docs.parts.banks import document
from docs.parts.markdown import code, table
from sandbox.messenger.whatsapp import errors
from sandbox.messenger.whatsapp.errors import WhatsAppError


def refusals() -> str:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, WhatsAppError)]
    rows = [
        (kind.code, kind.subcode or "", kind.status, kind.title, "yes" if kind.late else "", kind.rule)
        for kind in sorted(kinds, key=lambda one: (one.code, one.subcode or 0))
        if kind is not WhatsAppError
    ]
    return table(("Code", "Subcode", "Status", "Title", "Late", "The rule"), rows)


def operations() -> str:
    rows = [
        (code(f"{method.upper()} {path}"), operation["summary"])
        for path, item in document("whatsapp")["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    ]
    return table(("Call", "What it does"), rows)
