"""The form of what happens once in a persona's file."""

import re
from typing import Any

from marshmallow import ValidationError, fields

from sandbox.kernel import money
from sandbox.ledger.disputes import DisputeReason
from sandbox.ledger.entries import Channel, EntryKind, Foreign
from sandbox.seeding.currencies import LEVELS
from sandbox.seeding.order_schemas import OrderNode
from sandbox.seeding.personas import DisputeTold, OneOff
from sandbox.seeding.seed_fields import (
    Choice,
    Money,
    Node,
    Number,
    Text,
    Timed,
    account_name,
    login_name,
    merchant_name,
)
from sandbox.seeding.text_forms import Matching

DIRECTION = {"in": 1, "out": -1}
OUTGOING = frozenset(
    {EntryKind.PURCHASE, EntryKind.CHECK, EntryKind.BILL_PAYMENT, EntryKind.FEE, EntryKind.ATM_WITHDRAWAL,
     EntryKind.BUY, EntryKind.TRANSFER}
)  # fmt: skip


class ForeignNode(Node):
    amount = Text(required=True)
    currency = Choice(LEVELS.keys(), required=True)
    rate = Matching(re.compile(r"[0-9]+(\.[0-9]+)?"), 'a rate such as "1.0853"', required=True)

    def make(self, data: dict[str, Any]) -> Any:
        try:
            units = money.minor(data["amount"], data["currency"])
        except (ArithmeticError, ValueError):
            raise ValidationError({"amount": [f"is not an amount of {data['currency']}"]}) from None
        return Foreign(units, data["currency"], data["rate"])


class DisputeNode(Node):
    builds = DisputeTold
    reason = Choice(DisputeReason, required=True)
    opened = Number(low=1, high=100, whole=True, required=True)
    decided = Number(low=2, high=200, whole=True, required=True)
    explanation = Text()

    def make(self, data: dict[str, Any]) -> Any:
        if data["decided"] <= data["opened"]:
            raise ValidationError({"decided": ["must be later than opened"]})
        return super().make(data)


class OneOffNode(Timed):
    account = account_name(required=True, data_key="on")
    amount = Money(required=True)
    at = fields.Raw()
    kind = Choice(EntryKind, load_default=EntryKind.PURCHASE)
    direction = Choice(DIRECTION.keys())
    id = Text()
    of = Text()
    merchant = merchant_name()
    counterparty = Text()
    description = Text()
    category = Text()
    channel = Choice(Channel)
    by = login_name()
    to = account_name()
    hold = Money()
    posts = Number(high=30, whole=True)
    holds_days = Number(low=1, high=60, whole=True)
    drops = Number(low=1, high=60, whole=True)
    foreign = fields.Nested(ForeignNode)
    check_number = Number(low=1, high=10**7, whole=True)
    memo = fields.String()
    order = fields.Nested(OrderNode)
    dispute = fields.Nested(DisputeNode)

    def make(self, data: dict[str, Any]) -> Any:
        data["when"] = self.take_moment(data)
        sign = -1 if data["kind"] in OUTGOING else 1
        sign = DIRECTION[data.pop("direction")] if "direction" in data else sign
        data["amount"] *= sign
        if "hold" in data:
            data["hold"] *= sign
        if sum(name in data for name in ("posts", "holds_days", "drops")) > 1:
            raise ValidationError({"posts": ["give one of posts, holds_days and drops"]})
        if "order" in data and data["kind"] is not EntryKind.PURCHASE:
            raise ValidationError({"order": ["goes with kind PURCHASE"]})
        if "dispute" in data and ("drops" in data or data["kind"] is not EntryKind.PURCHASE):
            raise ValidationError({"dispute": ["goes with kind PURCHASE, and with a charge that posts"]})
        return OneOff(**data)
