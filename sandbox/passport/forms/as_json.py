"""A passport as a document."""

from typing import Any

from sandbox.kernel.clock import iso
from sandbox.kernel.findings import Finding, Outcome
from sandbox.passport.judging import Passport, Stamp
from sandbox.passport.rule import Rule

Json = dict[str, Any]


def document(passport: Passport) -> Json:
    limits = passport.limits
    return {
        "world": passport.world,
        "at": iso(passport.at),
        "outcome": passport.outcome.value,
        "counts": {one.value: passport.count(one) for one in Outcome},
        "limits": {
            "revocation_seconds": limits.revocation.total_seconds(),
            "silence_days": limits.silence.total_seconds() / 86_400,
            "code_seconds": limits.code.total_seconds(),
            "used_seconds": limits.used.total_seconds(),
        },
        "seen": dict(passport.seen),
        "third_hosts": [{"host": host, "times": times} for host, times in passport.hosts.items()],
        "rules": [_stamp(stamp) for stamp in passport.stamps],
    }


def rule(one: Rule) -> Json:
    return {"rule": one.rule_id, "title": one.title, "says": one.says, "why": one.why, "mend": one.mend}


def _stamp(stamp: Stamp) -> Json:
    looked = stamp.looked
    told: Json = {**rule(stamp.rule), "outcome": stamp.outcome.value, "cases": looked.cases}
    if stamp.outcome is Outcome.NOT_SEEN:
        told["missing"] = looked.missing
    return {**told, "findings": [_finding(one) for one in looked.findings]}


def _finding(one: Finding) -> Json:
    told: Json = {"text": one.text, "severity": "fail" if one.fails else "warn", "evidence": list(one.evidence)}
    if one.at is not None:
        told["at"] = iso(one.at)
    if one.where:
        told["where"] = one.where
    return told
