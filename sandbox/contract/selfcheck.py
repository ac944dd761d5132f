"""The proof, at start, that the contract and the code speak of the same operations."""

from collections.abc import Iterable, Mapping

from sandbox.contract.documents import Document
from sandbox.kernel.errors import SandbankError
from sandbox.kernel.names import did_you_mean


class HandlersMismatch(SandbankError):
    rule = "Every operation of a document must have a handler, and every handler an operation."


def check_handlers(document: Document, handlers: Mapping[str, object]) -> None:
    """Raises HandlersMismatch, which names every operation and every handler that lacks the other."""
    idle = sorted(name for name in document.operations if not callable(handlers.get(name)))
    stray = sorted(name for name in handlers if name not in document.operations)
    if not idle and not stray:
        return
    problems = [
        *(
            f"no handler for {name} ({document.operations[name].method} {document.operations[name].path})"
            for name in idle
        ),
        *(f"no operation for the handler {name}. {_guess(name, idle)}".rstrip() for name in stray),
    ]
    raise HandlersMismatch(
        f"openapi/{document.slug}.yaml and the handlers of {document.slug} do not agree:\n  " + "\n  ".join(problems),
        operations_without_handler=idle,
        handlers_without_operation=stray,
    )


def _guess(name: str, idle: Iterable[str]) -> str:
    return did_you_mean(name, idle)
