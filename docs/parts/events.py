"""The types of events, as their catalogue says."""

from docs.parts.markdown import code, table
from sandbox.events.catalogue import TYPES


def types() -> str:
    rows = [
        (
            code(f"sandbox.{name}"),
            one.text,
            code(one.cluster.value) if one.cluster else "any consent",
            "yes" if one.marketing else "",
        )
        for name, one in TYPES.items()
    ]
    return table(("Type", "When", "Needs", "Marketing consent"), rows)
