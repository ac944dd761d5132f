"""A report as build servers read test results: a test case for each rule at each operation, and for the thresholds."""

from sandbox.kernel import junit
from sandbox.kernel.findings import Finding, Looked
from sandbox.proof.reporting import Report


def xml(report: Report) -> str:
    cases = []
    for stamp in report.stamps:
        rule = stamp.rule
        mend = f"{rule.mend}\nsandbank explain {rule.rule_id}"
        places = stamp.by_operation()
        if not places:
            cases.append(junit.Case("sandbank.rules", rule.rule_id, rule.rule_id, stamp.looked, mend))
        for (bank, operation), looked in places.items():
            cases.append(junit.Case(f"{bank}.{operation}", rule.rule_id, rule.rule_id, looked, mend))
    for covered in report.coverage.banks:
        for one in covered.operations:
            touched = Looked(one.valid, missing="no call that kept to the document")
            cases.append(junit.Case(f"{covered.bank}.{one.operation_id}", "coverage", "coverage", touched, ""))
    enough = Looked(1, tuple(Finding(reason) for reason in report.reasons))
    cases.append(junit.Case("sandbank.report", "thresholds", "thresholds", enough, "See the rules and the coverage."))
    return junit.xml("sandbank report", f"report of {report.world}", report.at, cases)
