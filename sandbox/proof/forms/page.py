"""A report as one page that needs nothing else: it can be mailed, or kept beside a build."""

from sandbox.kernel.findings import Outcome
from sandbox.kernel.templates import page_template
from sandbox.proof.coverage import DIMENSIONS
from sandbox.proof.forms.markdown import WORDS
from sandbox.proof.reporting import Report

ORDER = {Outcome.FAIL: 0, Outcome.WARN: 1, Outcome.PASS: 2, Outcome.NOT_SEEN: 3}
"""What needs somebody's eyes comes first."""


def html(report: Report) -> str:
    stamps = sorted(((stamp, stamp.looked) for stamp in report.stamps), key=lambda pair: ORDER[pair[1].outcome])
    return page_template("sandbox.proof", "report.html").render(
        report=report, stamps=stamps, words=WORDS, outcomes=list(Outcome), dimensions=DIMENSIONS
    )
