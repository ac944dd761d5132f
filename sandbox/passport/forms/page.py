"""A passport as one page that needs nothing else: it can be mailed, or kept beside a build."""

from sandbox.kernel.findings import Outcome
from sandbox.kernel.templates import page_template
from sandbox.passport.forms.markdown import WORDS
from sandbox.passport.judging import Passport


def html(passport: Passport) -> str:
    rooms: dict[str, list[object]] = {}
    for stamp in passport.stamps:
        rooms.setdefault(stamp.rule.rule_id.partition(".")[0], []).append(stamp)
    template = page_template("sandbox.passport", "passport.html")
    return template.render(passport=passport, rooms=rooms, words=WORDS, outcomes=list(Outcome), headings=HEADINGS)


HEADINGS = {
    "leak": "What stands in messages",
    "revocation": "A consent is withdrawn",
    "unlink": "Accounts are unlinked",
    "deletion": "Somebody asks to be forgotten",
    "promotion": "Advertising",
    "offers": "Offers",
    "disclosure": "Who answers",
    "linking": "Accounts are linked",
    "expiry": "A consent runs out",
    "minimal": "No more than is needed",
    "webhook": "The wire",
    "audit": "The record",
}
"""By the first part of the rules' ids."""
