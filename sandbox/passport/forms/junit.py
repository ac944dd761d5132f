"""A passport as build servers read test results: JUnit's XML. What was not seen is skipped, a warning passes with its
findings in `system-out`."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sandbox.kernel.clock import iso
from sandbox.passport.findings import Finding, Outcome
from sandbox.passport.judging import Passport, Stamp


def xml(passport: Passport) -> str:
    numbers = {
        "tests": str(len(passport.stamps)),
        "failures": str(passport.count(Outcome.FAIL)),
        "errors": "0",
        "skipped": str(passport.count(Outcome.NOT_SEEN)),
    }
    root = Element("testsuites", {"name": "sandbank passport", **numbers})
    at = iso(passport.at)
    suite = SubElement(root, "testsuite", {"name": f"passport of {passport.world}", "timestamp": at, **numbers})
    for stamp in passport.stamps:
        _case(suite, stamp)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _case(suite: Element, stamp: Stamp) -> None:
    room, _, name = stamp.rule.rule_id.partition(".")
    case = SubElement(
        suite, "testcase", {"classname": f"passport.{room}", "name": f"{name}: {stamp.rule.title}", "time": "0"}
    )
    found = "\n".join(_line(one) for one in stamp.looked.findings)
    if stamp.outcome is Outcome.FAIL:
        failure = SubElement(
            case, "failure", {"message": printable(stamp.looked.findings[0].text), "type": stamp.rule.rule_id}
        )
        failure.text = printable(f"{found}\n\n{stamp.rule.mend}")
    elif stamp.outcome is Outcome.NOT_SEEN:
        SubElement(case, "skipped", {"message": f"not seen: {stamp.looked.missing}"})
    elif found:
        SubElement(case, "system-out").text = printable(found)


def _line(one: Finding) -> str:
    at = f"{iso(one.at)} " if one.at is not None else ""
    return f"{at}{one.text} [{', '.join(filter(None, (*one.evidence, one.where)))}]"


def printable(text: str) -> str:
    """Without the control characters that XML 1.0 has no way to write."""
    return "".join(sign if sign in "\n\t" or sign.isprintable() else "\ufffd" for sign in text)
