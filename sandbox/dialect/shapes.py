"""Small helps for making wire shapes."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


def present(members: Mapping[str, Any]) -> Json:
    """Without what is absent: members that are None or empty text."""
    return {name: value for name, value in members.items() if value is not None and value != ""}
