"""Writes the generated parts of the documents anew: python -m docs.generate (or: make docs)

A part begins with `<!-- generated: NAME ARGUMENTS -->` and ends with `<!-- end -->`; `PARTS` says who makes it. With
--check nothing is written, and the exit code is 1 where a document is stale.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from docs.parts import (
    api,
    attacks,
    banks,
    commands,
    events,
    faults,
    journeys,
    messenger,
    passport,
    people,
    policies,
    settings,
    stories,
    whatsapp,
)
from docs.parts.serving import ROOT

PART = re.compile(r"(<!-- generated: (?P<call>[^>]+?) -->\n).*?(<!-- end -->)", re.DOTALL)

LANGUAGES = {".py": "python", ".mjs": "js", ".sh": "sh", ".yaml": "yaml"}


def include(path: str) -> str:
    """A file of the repository, as it stands there."""
    file = ROOT / path
    return f"```{LANGUAGES[file.suffix]}\n{file.read_text(encoding='utf-8').rstrip()}\n```\n"


PARTS: Mapping[str, Callable[..., str]] = {
    "include": include,
    "personas": people.personas,
    "persona-cards": people.cards,
    "magic-logins": people.magic_logins,
    "scenarios": stories.scenarios,
    "scenario-words": stories.words,
    "bank-facts": banks.facts,
    "bank-operations": banks.operations,
    "extension-operations": banks.extension_operations,
    "errors": banks.errors,
    "event-types": events.types,
    "event-data": events.data,
    "attacks": attacks.attacks,
    "fault-profiles": faults.profiles,
    "fault-kinds": faults.kinds,
    "messenger-limits": messenger.limits,
    "messenger-errors": messenger.refusals,
    "messenger-magic": messenger.recipients,
    "messenger-tags": messenger.tags,
    "profiles": policies.profiles,
    "policies": policies.side_by_side,
    "journey": journeys.journey,
    "passport-rules": passport.rules,
    "passport-example": passport.example,
    "settings": settings.settings,
    "commands": commands.commands,
    "control-operations": api.operations,
    "whatsapp-errors": whatsapp.refusals,
    "whatsapp-operations": whatsapp.operations,
}


def documents() -> Iterator[Path]:
    yield ROOT / "README.md"
    yield ROOT / "CHANGELOG.md"
    yield from sorted((ROOT / "docs").glob("*.md"))
    yield from sorted((ROOT / "examples").glob("**/*.md"))


def renewed(text: str) -> str:
    """A document with its generated parts made anew."""

    def make(part: re.Match[str]) -> str:
        name, *arguments = part["call"].split()
        return f"{part[1]}\n{PARTS[name](*arguments).strip()}\n\n{part[3]}"

    return PART.sub(make, text)


def stale() -> dict[Path, str]:
    """The documents that are not as they would be made, each with what it should be."""
    found = {}
    for document in documents():
        text = document.read_text(encoding="utf-8")
        if (new := renewed(text)) != text:
            found[document] = new
    return found


def main() -> int:
    found, check = stale(), "--check" in sys.argv[1:]
    for document, text in found.items():
        if not check:
            document.write_text(text, encoding="utf-8")
        print(f"{document.relative_to(ROOT)} {'is stale: run make docs' if check else 'is written'}")
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main())
