"""All the rules are held against the evidence: a passport."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sandbox.kernel.findings import Looked, Outcome
from sandbox.passport.evidence import Evidence, Limits
from sandbox.passport.rule import Rule
from sandbox.passport.rules import RULES
from sandbox.passport.rules.leaks import foreign_urls


@dataclass(frozen=True, slots=True)
class Stamp:
    """A rule, and what came of it."""

    rule: Rule
    looked: Looked

    @property
    def outcome(self) -> Outcome:
        return self.looked.outcome


@dataclass(frozen=True, slots=True)
class Passport:
    world: str
    at: datetime
    limits: Limits
    stamps: Sequence[Stamp]
    seen: Mapping[str, int]
    """How much evidence there was: conversations, messages, reads, consents, webhooks, links."""
    hosts: Mapping[str, int]
    """Third hosts in messages, and how often each was named."""

    @property
    def outcome(self) -> Outcome:
        """The worst; `not_seen` only where nothing at all was."""
        found = {stamp.outcome for stamp in self.stamps}
        order = (Outcome.FAIL, Outcome.WARN, Outcome.PASS)
        return next((one for one in order if one in found), Outcome.NOT_SEEN)

    def count(self, outcome: Outcome) -> int:
        return sum(stamp.outcome is outcome for stamp in self.stamps)


def judge(evidence: Evidence) -> Passport:
    conversations = evidence.conversations
    hosts = Counter(
        urlsplit(word.text).hostname or ""
        for conversation in conversations
        for one in conversation.by_page
        for word in foreign_urls(one, evidence)
    )
    return Passport(
        world=evidence.world,
        at=evidence.now,
        limits=evidence.limits,
        stamps=[Stamp(rule, rule.look(evidence)) for rule in RULES],
        seen={
            "conversations": len(conversations),
            "messages": sum(len(one.said) for one in conversations),
            "webhooks": len(evidence.deliveries),
            "links": len(evidence.links),
            "consents": sum(len(one.consents) for one in conversations),
            "reads": sum(len(one.reads) for one in conversations),
        },
        hosts=dict(sorted(hosts.items())),
    )
