"""Verdicts as build servers read test results: JUnit's XML. What was not seen is skipped, a warning passes with its
findings in `system-out`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sandbox.kernel.clock import iso
from sandbox.kernel.findings import Finding, Looked, Outcome


@dataclass(frozen=True, slots=True)
class Case:
    classname: str
    name: str
    kind: str
    """Of failure: the rule's id."""
    looked: Looked
    mend: str


def xml(title: str, suite: str, at: datetime, cases: Sequence[Case]) -> str:
    outcomes = [one.looked.outcome for one in cases]
    numbers = {
        "tests": str(len(cases)),
        "failures": str(outcomes.count(Outcome.FAIL)),
        "errors": "0",
        "skipped": str(outcomes.count(Outcome.NOT_SEEN)),
    }
    root = Element("testsuites", {"name": title, **numbers})
    written = SubElement(root, "testsuite", {"name": suite, "timestamp": iso(at), **numbers})
    for one in cases:
        _case(written, one)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _case(suite: Element, one: Case) -> None:
    case = SubElement(suite, "testcase", {"classname": one.classname, "name": one.name, "time": "0"})
    found = "\n".join(_line(each) for each in one.looked.findings)
    match one.looked.outcome:
        case Outcome.FAIL:
            message = printable(one.looked.findings[0].text)
            failure = SubElement(case, "failure", {"message": message, "type": one.kind})
            failure.text = printable(f"{found}\n\n{one.mend}")
        case Outcome.NOT_SEEN:
            SubElement(case, "skipped", {"message": f"not seen: {one.looked.missing}"})
        case _ if found:
            SubElement(case, "system-out").text = printable(found)


def _line(one: Finding) -> str:
    at = f"{iso(one.at)} " if one.at is not None else ""
    return f"{at}{one.text} [{', '.join(filter(None, (*one.evidence, one.where)))}]"


def printable(text: str) -> str:
    """Without the control characters that XML 1.0 has no way to write."""
    return "".join(sign if sign in "\n\t" or sign.isprintable() else "\ufffd" for sign in text)
