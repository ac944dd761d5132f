"""Faults, from the tables that make them happen."""

from docs.parts.markdown import code, table
from sandbox.faults.profiles import PROFILES


def profiles() -> str:
    return table(("Profile", "What it is like"), [(code(name), one.text) for name, one in PROFILES.items()])
