"""Utility templates: the only messages that may be sent when somebody has not written for a day. The platform approves
each by its wording, and refuses what sounds like advertising."""

from collections.abc import Mapping
from typing import Any

from .graph import Graph

LANGUAGE = "en_US"
BODIES: Mapping[str, str] = {
    "low_balance": "Your {{1}} account has {{2}} left, which is less than {{3}}.",
    "large_charge": "{{1}}: {{2}} was charged by {{3}}. If it was not you, reply and say “dispute”.",
    "delivery_update": "Your parcel by {{1}} is {{2}}. Expected: {{3}}.",
    "invoice_due": "{{1}} asks for {{2}}, due on {{3}}.",
    "dispute_update": "Your dispute at {{1}} is {{2}} now.",
    "consent_ends": "What you share from {{1}} ends soon. To go on, reply and say “link”.",
}


def register(graph: Graph) -> None:
    """Those that the page does not have yet."""
    known = {one["name"] for one in graph.call("GET", "me/message_templates", {"limit": "100"})["data"]}
    for name in BODIES.keys() - known:
        body = {"type": "BODY", "text": BODIES[name]}
        wanted = {"name": name, "category": "UTILITY", "language": LANGUAGE, "components": [body]}
        graph.call("POST", "me/message_templates", wanted)


def filled(name: str, *values: str) -> dict[str, Any]:
    """A message that names the template."""
    parameters = [{"type": "text", "text": value} for value in values]
    components = [{"type": "body", "parameters": parameters}]
    return {"template": {"name": name, "language": {"code": LANGUAGE}, "components": components}}


def text_of(name: str, *values: str) -> str:
    """The same words, for whoever is still there to be answered freely."""
    said = BODIES[name]
    for number, value in enumerate(values, 1):
        said = said.replace(f"{{{{{number}}}}}", value)
    return said
