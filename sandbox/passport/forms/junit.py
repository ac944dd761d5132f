"""A passport as build servers read test results: JUnit's XML."""

from sandbox.kernel import junit
from sandbox.passport.judging import Passport, Stamp


def xml(passport: Passport) -> str:
    return junit.xml(
        "sandbank passport", f"passport of {passport.world}", passport.at, [_case(stamp) for stamp in passport.stamps]
    )


def _case(stamp: Stamp) -> junit.Case:
    room, _, name = stamp.rule.rule_id.partition(".")
    return junit.Case(
        f"passport.{room}", f"{name}: {stamp.rule.title}", stamp.rule.rule_id, stamp.looked, stamp.rule.mend
    )
