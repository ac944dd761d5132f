"""The types of events, as their catalogue says."""

from itertools import groupby

from docs.parts.markdown import code, table
from sandbox.events import members
from sandbox.events.catalogue import TYPES
from sandbox.events.members import Member, Members

COMMON = members.joined(members.RELATION, members.ACCOUNT)


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


def data() -> str:
    """The members of `data`: those of nearly all, then those of each type, said once where neighbours have the same."""
    parts = ["### What they have in common\n\n" + _told(COMMON)]
    for own, names in groupby(TYPES, lambda name: _own(TYPES[name].data)):
        if own:
            title = ", ".join(code(name) for name in names)
            parts.append(f"### {title}\n\n{_told(own)}")
    return "\n".join(parts)


def _own(data: Members) -> Members:
    return {name: one for name, one in data.items() if COMMON.get(name) != one}


def _told(data: Members) -> str:
    return table(("Member", "Form", "Says"), [(code(name), _form(one), one.text) for name, one in data.items()])


def _form(one: Member) -> str:
    return code(one.form.value) + (", or null" if one.nullable else "") + (", may be missing" if one.optional else "")
