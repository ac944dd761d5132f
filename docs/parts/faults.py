"""Faults, from the tables that make them happen."""

from docs.parts.markdown import code, table
from sandbox.faults.kinds import KINDS, PAGES
from sandbox.faults.profiles import PROFILES


def profiles() -> str:
    return table(("Profile", "What it is like"), [(code(name), one.text) for name, one in PROFILES.items()])


def kinds() -> str:
    """Of drift and surprises, the legal ones first."""
    told = [(name, one.legal, one.title, one.copies, one.advice) for name, one in KINDS.items()]
    told += [(name, True, *words) for name, words in PAGES.items()]
    told.sort(key=lambda one: not one[1])
    rows = [
        (code(name), "yes" if legal else "no", title, copies, advice) for name, legal, title, copies, advice in told
    ]
    return table(("Kind", "Legal", "What comes", "What it copies", "What helps"), rows)
