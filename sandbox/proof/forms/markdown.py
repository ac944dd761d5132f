"""A report as a page of text, for a pull request."""

from collections.abc import Iterator

from sandbox.kernel.clock import iso
from sandbox.kernel.findings import Finding, Outcome
from sandbox.proof.coverage import DIMENSIONS
from sandbox.proof.reporting import Report

WORDS = {Outcome.FAIL: "fail", Outcome.WARN: "warning", Outcome.NOT_SEEN: "not seen", Outcome.PASS: "pass"}


def text(report: Report) -> str:
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# Contract report of `{report.world}`: {'passed' if report.passed else 'failed'}"
    yield ""
    counts = ", ".join(f"{report.count(one)} {word}" for one, word in WORDS.items() if report.count(one))
    touched = f"{report.coverage.percent} % of the documents touched"
    yield f"{report.exchanges} calls, {touched}. Rules: {counts}. {iso(report.at)}"
    if report.reasons:
        yield ""
        yield from (f"- {_cell(reason)}" for reason in report.reasons)
    yield ""
    yield f"| bank | touched | {' | '.join(DIMENSIONS)} |"
    yield f"| --- | ---: |{' ---: |' * len(DIMENSIONS)}"
    for bank in report.coverage.banks:
        shares = (bank.share(name) for name in DIMENSIONS)
        cells = " | ".join(f"{share.touched}/{share.total}" for share in shares)
        yield f"| {bank.bank} | {bank.percent} % | {cells} |"
    yield ""
    yield "| rule | | outcome | cases |"
    yield "| --- | --- | --- | ---: |"
    for stamp in report.stamps:
        looked = stamp.looked
        yield f"| `{stamp.rule.rule_id}` | {_cell(stamp.rule.title)} | {WORDS[looked.outcome]} | {looked.cases} |"
    for stamp in report.stamps:
        if stamp.looked.findings:
            yield from ("", f"## {stamp.rule.rule_id}: {stamp.rule.title}", "")
            yield from (_item(one) for one in stamp.looked.findings)
            yield from ("", stamp.rule.mend)
    if report.surprises:
        yield from ("", "## Answers that were not as usual", "")
        yield from (f"- `{one.seen.one.id}` {one.kind}: the client {_cell(one.then)}" for one in report.surprises)


def _item(one: Finding) -> str:
    return f"- {_cell(one.text)} ({', '.join(f'`{each}`' for each in one.evidence)})"


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|").replace("<", "&lt;")
