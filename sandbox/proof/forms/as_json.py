"""A report as a document."""

from typing import Any

from sandbox.kernel.clock import iso
from sandbox.kernel.findings import Finding, Outcome
from sandbox.proof.coverage import DIMENSIONS, BankCoverage, OperationCoverage, Part, Share
from sandbox.proof.judging import Stamp
from sandbox.proof.reporting import Report
from sandbox.proof.rule import Rule
from sandbox.proof.showing import cut

Json = dict[str, Any]


def document(report: Report) -> Json:
    wanted = report.thresholds
    return {
        "world": report.world,
        "at": iso(report.at),
        "passed": report.passed,
        "reasons": report.reasons,
        "exchanges": report.exchanges,
        "clients": list(report.clients),
        "cut": cut(report.cut),
        "unread_bodies": report.unread,
        "thresholds": {
            "min_operations": wanted.min_operations,
            "min_coverage": wanted.min_coverage,
            "fail_on": list(wanted.fail_on),
            "accept": list(wanted.accept),
        },
        "coverage": {
            "percent": report.coverage.percent,
            "operations": report.coverage.touched,
            "banks": [_bank(one) for one in report.coverage.banks],
        },
        "counts": {one.value: report.count(one) for one in Outcome},
        "rules": [_stamp(one) for one in report.stamps],
        "surprises": [
            {"request": one.seen.one.id, "bank": one.seen.one.channel, "operation": one.seen.one.operation or None,
             "kind": one.kind, "then": one.then}
            for one in report.surprises
        ],
    }  # fmt: skip


def rule(one: Rule) -> Json:
    return {
        "rule": one.rule_id,
        "title": one.title,
        "says": one.says,
        "why": one.why,
        "source": one.source,
        "mend": one.mend,
    }


def _bank(one: BankCoverage) -> Json:
    return {
        "bank": one.bank,
        "document": one.document,
        "percent": one.percent,
        **{name: _share(one.share(name)) for name in DIMENSIONS},
        "untouched": one.untouched(),
        "detail": [_operation(each) for each in one.operations],
        "refusals": _parts(one.errors),
        "unread_bodies": one.unread,
    }


def _operation(one: OperationCoverage) -> Json:
    return {
        "operation": one.operation_id,
        "method": one.method,
        "path": one.path,
        "calls": one.calls,
        "valid": one.valid,
        "statuses": _parts(one.statuses),
        "parameters": _parts(one.parameters),
        "enums": _parts(one.enums),
    }


def _share(one: Share) -> Json:
    return {"touched": one.touched, "total": one.total, "percent": one.percent}


def _parts(parts: list[Part]) -> list[Json]:
    return [{"name": one.name, "times": one.times} for one in parts]


def _stamp(stamp: Stamp) -> Json:
    looked = stamp.looked
    told: Json = {**rule(stamp.rule), "outcome": looked.outcome.value, "cases": looked.cases}
    if looked.outcome is Outcome.NOT_SEEN:
        told["missing"] = looked.missing
    return {**told, "findings": [_finding(one) for one in looked.findings]}


def _finding(one: Finding) -> Json:
    return {"text": one.text, "at": iso(one.at) if one.at else None, "evidence": list(one.evidence)}
