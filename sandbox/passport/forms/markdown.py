"""A passport as a page of text, for a pull request."""

from collections.abc import Iterator

from sandbox.kernel.clock import iso
from sandbox.kernel.findings import Finding, Outcome
from sandbox.passport.judging import Passport

WORDS = {Outcome.FAIL: "fail", Outcome.WARN: "warning", Outcome.NOT_SEEN: "not seen", Outcome.PASS: "pass"}


def text(passport: Passport) -> str:
    return "\n".join(_lines(passport)) + "\n"


def summary(passport: Passport) -> str:
    return ", ".join(f"{passport.count(one)} {word}" for one, word in WORDS.items())


def _lines(passport: Passport) -> Iterator[str]:
    yield f"# Privacy passport of `{passport.world}`: {WORDS[passport.outcome]}"
    yield ""
    seen = ", ".join(f"{what} {number}" for what, number in passport.seen.items())
    yield f"{iso(passport.at)} by the world's clock. {summary(passport)}. Looked at: {seen}."
    yield ""
    yield "| rule | | outcome | cases |"
    yield "| --- | --- | --- | ---: |"
    for stamp in passport.stamps:
        yield f"| `{stamp.rule.rule_id}` | {_cell(stamp.rule.title)} | {WORDS[stamp.outcome]} | {stamp.looked.cases} |"
    for stamp in passport.stamps:
        if stamp.looked.findings:
            yield from ("", f"## {stamp.rule.rule_id}: {stamp.rule.title}", "")
            yield from (_item(one) for one in stamp.looked.findings)
            yield from ("", stamp.rule.mend)
    if passport.hosts:
        yield from ("", "## Third hosts in messages", "")
        yield from (f"- `{host}`, {times} times" for host, times in passport.hosts.items())


def _item(one: Finding) -> str:
    proof = ", ".join(f"`{each}`" for each in (*one.evidence, one.where) if each)
    return f"- {_cell(one.text)} ({proof})"


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|").replace("<", "&lt;")
