"""Message templates: what a business may send outside the window, once the platform has approved it."""

import re
from dataclasses import dataclass
from typing import Any

from sandbox.kernel import ids

VARIABLE = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Template:
    template_id: str
    name: str
    language: str
    category: str
    """UTILITY, MARKETING or AUTHENTICATION."""
    components: list[dict[str, Any]]
    """As the platform gives them back: types in capitals, the fixed texts of authentication filled in."""
    parameter_format: str = "POSITIONAL"
    """POSITIONAL or NAMED."""
    status: str = "APPROVED"
    """APPROVED, PAUSED, DISABLED or DELETED."""

    def part(self, kind: str) -> dict[str, Any]:
        """HEADER, BODY, FOOTER or BUTTONS; empty where it has none."""
        return next((one for one in self.components if one["type"] == kind), {})

    @property
    def buttons(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.part("BUTTONS").get("buttons", [])
        return found


def template_id(world_id: str, name: str, language: str, place: int = 0) -> str:
    """`place` tells apart those that had the same name one after another."""
    return "8" + ids.digits(14, "whatsapp template", world_id, name, language, place)


def greeting(world_id: str) -> Template:
    """The one that every account has."""
    components = [
        {"type": "HEADER", "format": "TEXT", "text": "Hello World"},
        {"type": "BODY", "text": "This is a template message of Sandbank's WhatsApp, there to try a first send."},
        {"type": "FOOTER", "text": "Sandbank test message"},
    ]
    return Template(template_id(world_id, "hello_world", "en_US"), "hello_world", "en_US", "UTILITY", components)


def variables(text: str) -> list[str]:
    """The names of a text's variables, each once, in order."""
    return list(dict.fromkeys(VARIABLE.findall(text)))
