"""How rhythms are written in persona files: one class for each word under `rhythms:`."""

from typing import Any

from marshmallow import ValidationError, fields

from sandbox.ledger.entries import Channel
from sandbox.seeding.calendar import Schedule
from sandbox.seeding.seed_fields import (
    Choice,
    Ending,
    Many,
    Money,
    MonthDay,
    Node,
    Number,
    Pairs,
    Points,
    Range,
    Season,
    Text,
    Timed,
    Weekday,
    When,
    Zone,
    account_name,
    category_name,
    login_name,
    merchant_name,
    one,
)
from sandbox.seeding.story.bills import SEASONS, Bill, Subscription
from sandbox.seeding.story.business import Invoices, PayrollRun, Sales
from sandbox.seeding.story.cash import Cash
from sandbox.seeding.story.cheques import CheckDeposits, Cheques
from sandbox.seeding.story.debts import DrawLine, PayCard, PayLoan
from sandbox.seeding.story.friends import Friends
from sandbox.seeding.story.income import Benefit, Gig, Payer, Payroll, Raise, Split
from sandbox.seeding.story.investing import Invest
from sandbox.seeding.story.purchases import Faults
from sandbox.seeding.story.shopping import Shopping
from sandbox.seeding.story.transfers import Sweep, Transfer
from sandbox.seeding.story.trips import Flight, Hotel, Trip

EVERY = {"week": 1, "2 weeks": 2, "4 weeks": 4, "month": 0, "quarter": 0, "year": 0}
"""The weeks from one to the next; 0: they are counted in months."""
USUAL_MONTHS = {"quarter": (3, 6, 9, 12), "year": (1,)}
WEEKS_A_MONTH = 365.25 / 12 / 7


def month_number(**kwargs: Any) -> Number:
    return Number(low=1, high=12, whole=True, **kwargs)


class RhythmNode(Node):
    label = Text(load_default="")
    starts = When()
    ends = When()


class Recurring(RhythmNode):
    """With a schedule: weeks with a weekday, or months with days."""

    every = Choice(EVERY.keys())
    weekday = Weekday()
    day = MonthDay()
    days = Many(MonthDay())
    month = month_number()
    months = Many(month_number())

    def make(self, data: dict[str, Any]) -> Any:
        schedule = read_schedule(data)
        if schedule is not None:
            data["schedule"] = schedule
        return super().make(data)


def read_schedule(data: dict[str, Any]) -> Schedule | None:
    """Takes the schedule's words out of `data`; None where there are none."""
    every, weekday = data.pop("every", None), data.pop("weekday", None)
    day, days = data.pop("day", None), data.pop("days", None)
    month, months = data.pop("month", None), data.pop("months", None)
    if every is weekday is day is days is month is months is None:
        return None
    if (day and days) or (month and months):
        raise ValidationError({"day" if day and days else "month": ["give one, or a list, and not both"]})
    if weekday is not None or EVERY.get(every or "", 0):
        if weekday is None:
            raise ValidationError({"weekday": [f"is needed with every: {every}"]})
        if day or days or month or months or (every and not EVERY[every]):
            raise ValidationError({"weekday": ["goes with every: week, 2 weeks or 4 weeks, and with nothing else"]})
        return Schedule(weekday=weekday, weeks=EVERY.get(every or "week", 1))
    if month:
        months = (month,)
    return Schedule(days=days or (day or 1,), months=months or USUAL_MONTHS.get(every or "", ()))


class RaiseNode(Node):
    builds = Raise
    month = month_number(required=True)
    percent = Number(required=True, low=-50, high=100)


class BonusNode(Node):
    month = month_number(required=True)
    amount = Money(required=True)

    def make(self, data: dict[str, Any]) -> tuple[int, int]:
        return data["month"], data["amount"]


class SplitNode(Node):
    builds = Split
    into = account_name(required=True)
    amount = Money()
    percent = Number(high=99)


class PayrollNode(Recurring):
    builds = Payroll
    payer = Text(required=True)
    into = account_name(required=True)
    net = Money(required=True)
    vary = Number(high=90, scale=0.01)
    raises = fields.Nested(RaiseNode, data_key="raise")
    bonus = fields.Nested(BonusNode)
    split = fields.Nested(SplitNode)
    description = Text()


class BenefitNode(RhythmNode):
    builds = Benefit
    payer = Text(required=True)
    into = account_name(required=True)
    amount = Money(required=True)
    rule = Choice(("social_security", "first", "third", "month"), required=True)
    who = login_name()
    day = MonthDay()
    raises = fields.Nested(RaiseNode, data_key="raise")
    description = Text()


class PayerNode(Node):
    builds = Payer
    name = Text(required=True)
    low = Money(required=True)
    high = Money(required=True)
    per_month = Number(required=True, high=500)
    weekday = Weekday()
    channel = Choice({"ACH": Channel.ACH, "INSTANT": Channel.INSTANT})
    description = Text()
    hours = Range(high=24)
    endings = Many(Ending())


class GigNode(RhythmNode):
    builds = Gig
    into = account_name(required=True)
    payers = Many(fields.Nested(PayerNode), required=True)
    season = Season()


class RiseNode(Timed):
    """A moment with the amount that is charged from then on."""

    to = Money(required=True)

    def make(self, data: dict[str, Any]) -> Any:
        return self.take_moment(data), data["to"]


class Rises(fields.Field[Any]):
    """One rise or a list of them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        schema = one(RiseNode)
        return tuple(schema.load(value, many=True)) if isinstance(value, list) else (schema.load(value),)


class BillNode(Recurring):
    builds = Bill
    source = account_name(required=True, data_key="from")
    merchant = merchant_name()
    payee = Text()
    amount = Money()
    low = Money()
    high = Money()
    channel = Choice({"ACH": Channel.ACH, "CARD": Channel.ONLINE, "CHECK": Channel.CHECK, "INTERNAL": Channel.INTERNAL})
    category = Text()
    description = Text()
    season = Season(SEASONS)
    rises = Rises(data_key="rise")
    check_start = Number(low=1, high=10**7, whole=True)

    def make(self, data: dict[str, Any]) -> Any:
        if ("merchant" in data) == ("payee" in data):
            raise ValidationError({"payee": ["give either a merchant or a payee"]})
        if data.get("channel") is Channel.ONLINE and "merchant" not in data:
            raise ValidationError({"merchant": ["is needed for a bill that is paid by card"]})
        if "amount" in data:
            if "low" in data or "high" in data:
                raise ValidationError({"amount": ["give either an amount or low and high"]})
            data["low"] = data["high"] = data.pop("amount")
        check_both_bounds(data)
        return super().make(data)


def check_both_bounds(data: dict[str, Any]) -> None:
    if "low" not in data or "high" not in data:
        raise ValidationError({"amount": ["give an amount, or low and high"]})


class SubscriptionNode(Recurring):
    builds = Subscription
    on = account_name(required=True)
    merchant = merchant_name(required=True)
    amount = Money(required=True)
    by = login_name()
    rises = Rises(data_key="rise")


class FaultsNode(Node):
    builds = Faults
    drop = Number(high=1)
    late = Number(high=1)
    refund = Number(high=1)
    partial_refund = Number(high=1, data_key="partial")
    duplicate = Number(high=1)
    split = Number(high=1)
    twins = Number(high=1)


class Weights(fields.Field[tuple[float, ...]]):
    """{sat: 4, sun: 1}; days left out get nothing."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[float, ...]:
        shares = dict(Pairs(Number(high=1000), Weekday()).deserialize(value))
        if not any(shares.values()):
            raise ValidationError("some day must have a weight above zero")
        return tuple(float(shares.get(str(day), 0)) for day in range(7))


class Shopper(RhythmNode):
    days = Many(Weekday())
    weights = Weights()
    season = Season()

    def make(self, data: dict[str, Any]) -> Any:
        days = data.pop("days", None)
        if days and "weights" in data:
            raise ValidationError({"days": ["give either days or weights"]})
        if days:
            data["weights"] = tuple(float(day in days) for day in range(7))
        return super().make(data)


class ShoppingNode(Shopper):
    builds = Shopping
    on = account_name(required=True)
    merchants = Many(merchant_name())
    categories = Many(category_name())
    per_week = Number(high=1000)
    per_month = Number(high=4000)
    by = login_name()
    hours = Range(high=24)
    low = Money()
    high = Money()
    favourites = Number(low=1, high=100, whole=True)
    channel = Choice({"ONLINE": Channel.ONLINE, "CARD_PRESENT": Channel.CARD_PRESENT})
    tip = Range(high=60)
    faults = fields.Nested(FaultsNode)

    def make(self, data: dict[str, Any]) -> Any:
        if "merchants" not in data and "categories" not in data:
            raise ValidationError({"categories": ["give merchants, categories or both"]})
        if ("per_week" in data) == ("per_month" in data):
            raise ValidationError({"per_week": ["give either per_week or per_month"]})
        if "per_month" in data:
            data["per_week"] = data.pop("per_month") / WEEKS_A_MONTH
        if "low" in data or "high" in data:
            check_both_bounds(data)
        return super().make(data)


class TransferNode(Recurring):
    builds = Transfer
    source = account_name(required=True, data_key="from")
    target = account_name(required=True, data_key="to")
    amount = Money(required=True)
    vary = Number(high=90, scale=0.01)
    description = Text()
    memo = Text()


class SweepNode(RhythmNode):
    builds = Sweep
    source = account_name(required=True, data_key="from")
    target = account_name(required=True, data_key="to")
    keep = Money(required=True, zero=True)
    day = MonthDay()
    at_least = Money()
    step = Money()
    description = Text()


class PayCardNode(RhythmNode):
    builds = PayCard
    card = account_name(required=True)
    source = account_name(required=True, data_key="from")
    pays = Choice(("statement", "minimum", "part", "fixed"), required=True)
    share = Number(high=1)
    amount = Money()
    days_before = Number(high=20, whole=True)
    miss = Number(high=1)
    late_fee = Money()


class PayLoanNode(RhythmNode):
    builds = PayLoan
    loan = account_name(required=True)
    source = account_name(required=True, data_key="from")
    extra = Money()


class DrawLineNode(RhythmNode):
    builds = DrawLine
    line = account_name(required=True)
    target = account_name(required=True, data_key="to")
    low = Money(required=True)
    high = Money(required=True)
    per_year = Number(high=200)


class FriendsNode(RhythmNode):
    builds = Friends
    account = account_name(required=True)
    names = Many(Text(), required=True)
    out_per_month = Number(high=500)
    in_per_month = Number(high=500)
    low = Money()
    high = Money()
    memos = Many(fields.String())


class CashNode(RhythmNode):
    builds = Cash
    source = account_name(required=True, data_key="from")
    per_month = Number(high=500)
    amounts = Many(Money())
    by = login_name()
    deposits_per_month = Number(high=500)
    low = Money()
    high = Money()


class ChequesNode(RhythmNode):
    builds = Cheques
    source = account_name(required=True, data_key="from")
    payees = Many(Text(), required=True)
    per_month = Number(high=500)
    low = Money()
    high = Money()
    check_start = Number(low=1, high=10**7, whole=True)


class CheckDepositsNode(RhythmNode):
    builds = CheckDeposits
    into = account_name(required=True)
    from_names = Many(Text())
    per_month = Number(high=500)
    low = Money()
    high = Money()
    channel = Choice({"ATM": Channel.ATM, "BRANCH": Channel.BRANCH, "MOBILE": Channel.ONLINE})


class SalesNode(Shopper):
    builds = Sales
    into = account_name(required=True)
    processor = Text(required=True)
    low = Money(required=True)
    high = Money(required=True)
    fee_bp = Points(high=20, data_key="fee_percent")


class InvoicesNode(RhythmNode):
    builds = Invoices
    into = account_name(required=True)
    customers = Many(Text(), required=True)
    per_month = Number(high=500)
    low = Money()
    high = Money()
    channel = Choice({"ACH": Channel.ACH, "WIRE": Channel.WIRE, "CHECK": Channel.CHECK})


class PayrollRunNode(Recurring):
    builds = PayrollRun
    source = account_name(required=True, data_key="from")
    employees = Pairs(Money(), required=True)
    tax_percent = Number(high=90)


class PerUnit(fields.Field[int]):
    """Dollars per unit with up to five decimals, as thousandths of a cent."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1000:
            raise ValidationError(f"{value!r} is not an amount of dollars for each unit such as 0.42")
        return round(value * 100_000)


class InvestNode(RhythmNode):
    builds = Invest
    account = account_name(required=True)
    source = account_name(data_key="from")
    monthly = Money()
    day = MonthDay()
    buys = Pairs(Number(high=1))
    dividends = Pairs(PerUnit())
    sells_per_year = Number(high=12)


class HotelNode(Node):
    builds = Hotel
    merchant = merchant_name(required=True)
    hold = Money(required=True)
    settles = Money(required=True)


class FlightNode(Node):
    builds = Flight
    merchant = merchant_name(required=True)
    amount = Money(required=True)
    booked_days = Number(high=60, whole=True)


class TripNode(Node):
    builds = Trip
    label = Text(load_default="")
    on = account_name(required=True)
    country = Text(required=True)
    city = Text()
    zone = Zone(required=True)
    leaves = When(required=True, data_key="starts")
    nights = Number(required=True, low=1, high=60, whole=True)
    by = login_name()
    repeat_months = Number(low=1, high=120, whole=True)
    hotel = fields.Nested(HotelNode)
    flight = fields.Nested(FlightNode)
    categories = Many(category_name())
    merchants = Many(merchant_name())
    per_day = Number(high=50)
    cash = Number(high=20, whole=True)
    cash_from = account_name()
    low = Money()
    high = Money()


RHYTHMS: dict[str, type[Node]] = {
    "payroll": PayrollNode,
    "benefit": BenefitNode,
    "gig": GigNode,
    "bill": BillNode,
    "subscription": SubscriptionNode,
    "shopping": ShoppingNode,
    "transfer": TransferNode,
    "sweep": SweepNode,
    "pay_card": PayCardNode,
    "pay_loan": PayLoanNode,
    "draw_line": DrawLineNode,
    "friends": FriendsNode,
    "cash": CashNode,
    "cheques": ChequesNode,
    "check_deposits": CheckDepositsNode,
    "sales": SalesNode,
    "invoices": InvoicesNode,
    "payroll_run": PayrollRunNode,
    "invest": InvestNode,
    "trip": TripNode,
}
