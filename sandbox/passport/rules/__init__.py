"""Every rule, in the order in which a passport shows them. To add one: a function, and a line in its noun's table."""

from sandbox.passport.rule import Rule
from sandbox.passport.rules import (
    disclosure,
    ending,
    expiry,
    leaks,
    linking,
    minimising,
    promotion,
    record,
    revocation,
)

RULES: tuple[Rule, ...] = (
    *leaks.RULES,
    *revocation.RULES,
    *ending.RULES,
    *promotion.RULES,
    *disclosure.RULES,
    *linking.RULES,
    *expiry.RULES,
    *minimising.RULES,
    *record.RULES,
)
BY_ID = {rule.rule_id: rule for rule in RULES}
