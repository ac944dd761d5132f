"""The form of accounts in a persona's file: who holds them, on what terms, with which cards and holdings."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields

from sandbox.ledger.accounts import LIABILITIES, LOANS, AccountKind, Quirk, Relationship, Terms
from sandbox.seeding.currencies import LEVELS
from sandbox.seeding.personas import AccountPlan, CardPlan, HolderPlan, HoldingPlan, MonthlyFee, Overdraft
from sandbox.seeding.seed_fields import (
    Choice,
    Many,
    Money,
    Node,
    Number,
    Points,
    Text,
    When,
    account_name,
    login_name,
    one,
)
from sandbox.seeding.text_forms import Matching, last_four, slug_text


class Holders(fields.Field[tuple[HolderPlan, ...]]):
    """[maya], or [amina, jon] for a joint account, or [{login: amina, as: PRIMARY}, …]."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[HolderPlan, ...]:
        if not isinstance(value, list) or not value:
            raise ValidationError("must be a list of logins such as [maya]")
        joint = [Relationship.PRIMARY_JOINT] + [Relationship.SECONDARY_JOINT] * (len(value) - 1)
        usual = joint if len(value) > 1 else [Relationship.SOLE_OWNER]
        holders, problems = [], {}
        for index, (item, relationship) in enumerate(zip(value, usual, strict=True)):
            try:
                if isinstance(item, Mapping):
                    holders.append(one(HolderNode).load(item))
                else:
                    holders.append(HolderPlan(login_name().deserialize(item), relationship))
            except ValidationError as error:
                problems[index] = error.messages
        if problems:
            raise ValidationError(problems)
        if len({holder.login for holder in holders}) < len(holders):
            raise ValidationError("names somebody twice")
        return tuple(holders)


class HolderNode(Node):
    builds = HolderPlan
    login = login_name(required=True)
    relationship = Choice(Relationship, required=True, data_key="as")


class Product(fields.Field[tuple[tuple[str, str], ...]]):
    """A name, or {default: name, <bank>: name}."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[tuple[str, str], ...]:
        if isinstance(value, Mapping):
            if "default" not in value or not all(isinstance(name, str) and name for name in value.values()):
                raise ValidationError("needs a name for default, and may have one for each bank")
            return tuple((str(bank), name) for bank, name in value.items())
        return (("default", Text().deserialize(value)),)


class CardNode(Node):
    builds = CardPlan
    holder = login_name(required=True)
    network = Choice(("VISA", "MASTERCARD", "AMEX", "DISCOVER"))
    last4 = last_four()
    issued = When()
    replaced = When()


class HoldingNode(Node):
    builds = HoldingPlan
    symbol = Matching(re.compile(r"[A-Z]{1,6}"), "a symbol of up to six capitals", required=True)
    name = Text(required=True)
    security_type = Choice(("STOCK", "MUTUALFUND", "BOND", "ETF", "OPTION", "OTHER"), required=True, data_key="type")
    units = Number(required=True, high=10**9)
    price = Money(required=True)
    cost = Money(required=True)

    def make(self, data: dict[str, Any]) -> Any:
        data["units"] = round(data["units"] * 1000)
        return super().make(data)


class OverdraftNode(Node):
    builds = Overdraft
    fee = Money(zero=True)
    nsf_fee = Money(zero=True)
    refund_after_days = Number(low=1, high=60, whole=True)
    refund_chance = Number(high=1)


class MonthlyFeeNode(Node):
    builds = MonthlyFee
    amount = Money(required=True)
    waived_over = Money()
    description = Text()


class Rate(fields.Field[Decimal]):
    """A yearly rate in percent."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
            raise ValidationError(f"{value!r} is not a rate in percent such as 4.10")
        return Decimal(str(value)).quantize(Decimal("0.001")).normalize() + 0  # 10 and not 1E+1


class TermsNode(Node):
    """Gives the terms, and the moments that they hold, which wait for an anchor."""

    apy = Rate()
    apr = Rate()
    cash_apr = Rate()
    credit_limit = Money()
    cash_limit = Money()
    overdraft_limit = Money()
    statement_day = Number(low=1, high=28, whole=True)
    due_days = Number(low=1, high=60, whole=True)
    payment_day = Number(low=1, high=28, whole=True)
    autopay = fields.Boolean()
    monthly_payment = Money()
    escrow_payment = Money()
    original_principal = Money()
    originated = When()
    term_months = Number(low=1, high=600, whole=True)
    matures = When()
    reward_program = slug_text()
    reward_rate_bp = Number(high=2000, whole=True)

    def make(self, data: dict[str, Any]) -> Any:
        moments = {name: data.pop(name) for name in ("originated", "matures") if name in data}
        return Terms(**data), moments


class AccountNode(Node):
    builds = AccountPlan
    slug = slug_text(required=True)
    kind = Choice(AccountKind, required=True)
    products = Product(required=True, data_key="product")
    nickname = Text()
    bank = slug_text()
    holders = Holders(required=True)
    balance = Money(negative=True)
    owed = Money(zero=True)
    opened = When()
    closed = When()
    locked = When()
    dormant = When()
    shareable = fields.Boolean()
    quirks = Many(Choice(Quirk))
    business = fields.Boolean()
    currency = Choice(("USD", *LEVELS))
    cover = account_name()
    floor = Money(zero=True)
    foreign_fee_bp = Points(high=20, data_key="foreign_fee")
    overdraft = fields.Nested(OverdraftNode)
    atm_fee = Money()
    monthly_fee = fields.Nested(MonthlyFeeNode)
    terms = fields.Nested(TermsNode)
    cards = Many(fields.Nested(CardNode))
    holdings = Many(fields.Nested(HoldingNode))

    def make(self, data: dict[str, Any]) -> Any:
        kind: AccountKind = data["kind"]
        if "terms" in data:
            data["terms"], moments = data["terms"]
            data |= moments
        terms: Terms = data.get("terms", Terms())
        if kind in LIABILITIES:
            if "balance" in data:
                raise ValidationError({"balance": [f"a {kind} says what is owed: write owed"]})
            if "owed" in data:
                data["opening"] = -data.pop("owed")
            elif kind in LOANS:
                if not terms.original_principal or terms.apr is None:
                    raise ValidationError(
                        {"owed": ["is needed, or terms with original_principal and apr to work it out"]}
                    )
                data["opening"] = None
            if kind not in LOANS and not terms.credit_limit:
                raise ValidationError({"terms": [f"a {kind} needs a credit_limit"]})
        else:
            if "owed" in data:
                raise ValidationError({"owed": [f"a {kind} has a balance: write balance"]})
            data["opening"] = data.pop("balance", 0)
        if data.get("holdings") and kind is not AccountKind.BROKERAGE:
            raise ValidationError({"holdings": ["go with kind BROKERAGE"]})
        return super().make(data)
