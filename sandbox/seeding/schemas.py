"""The form of seed files, and the check that they keep to it.

A persona file, `personas/<slug>.yaml`, is one person or household with a story:

    slug, story, purpose    who it is, and what a developer tests with it
    zone, history, fresh, away_spending
    people      login (of the first: the slug), names, born, address, phone, email, since, type, business_name
    accounts    slug, kind, product (a name, or one for each bank), holders, balance or owed, opened, closed, locked,
                dormant, cover (overdraft protection), floor, overdraft, fees, terms, cards, holdings, bank (if one)
    rhythms     mappings with one key, which is a word of RHYTHMS: payroll, bill, shopping, pay_card, trip …
    one_offs    what happens once: on, amount, a moment, kind, merchant or counterparty, hold, posts, drops, of …; a
                purchase may tell its order, see `order_schemas`, and a dispute; `of` makes it a further parcel of an
                earlier one
    consents    client, bank, granted_days_ago, expires_in_days, revoked_days_ago, clusters

A merchant file, `merchants/*.yaml`, is a list of: slug, name, descriptor, mcc, category, price {low, typical, high};
as needed channels, city, state, country, currency, endings, receipts, url, phone, street, postal_code.

Money is dollars with at most two decimals, positive; the direction comes from the kind of row. A moment is a date, or
relative to the anchor: {days: -3, at: 19:42}, {weeks: -2}, {months: -14}, {years: -6}. Accounts, people, merchants and
categories are referred to by name; a name that does not exist is refused with the nearest that does. Words are plain:
`on` is no boolean and 19:42 no number. A problem is a line of `file:line: field: what is wrong (what is allowed)`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields

from sandbox.kernel import money
from sandbox.kernel.errors import SeedDataInvalid
from sandbox.kernel.names import did_you_mean
from sandbox.ledger.accounts import LIABILITIES, LOANS, AccountKind, Quirk, Relationship, Terms
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.customers import Address, CustomerType
from sandbox.ledger.disputes import DisputeReason
from sandbox.ledger.entries import Channel, EntryKind, Foreign
from sandbox.ledger.merchants import Merchant
from sandbox.seeding.currencies import LEVELS
from sandbox.seeding.marked_yaml import Document, Place
from sandbox.seeding.merchants import Catalogue
from sandbox.seeding.order_schemas import OrderNode
from sandbox.seeding.personas import (
    AccountPlan,
    CardPlan,
    ConsentPlan,
    DisputeTold,
    HolderPlan,
    HoldingPlan,
    Moment,
    MonthlyFee,
    OneOff,
    Overdraft,
    Person,
    Persona,
)
from sandbox.seeding.rhythm_schemas import RHYTHMS
from sandbox.seeding.seed_fields import (
    Choice,
    Ending,
    Many,
    Money,
    Names,
    Node,
    Number,
    Points,
    Text,
    Timed,
    When,
    Zone,
    account_name,
    knowing,
    login_name,
    merchant_name,
    one,
)
from sandbox.seeding.story.investing import Invest
from sandbox.seeding.story.rhythm import Rhythm

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PHONE = re.compile(r"[2-9][0-9]{2}55501[0-9]{2}")
MAIL = re.compile(r"[^@\s]+@example\.(com|org|net)")
EXAMPLE_URL = re.compile(r"https?://[a-z0-9.-]+\.example(/\S*)?")
DIRECTION = {"in": 1, "out": -1}
OUTGOING = frozenset(
    {EntryKind.PURCHASE, EntryKind.CHECK, EntryKind.BILL_PAYMENT, EntryKind.FEE, EntryKind.ATM_WITHDRAWAL,
     EntryKind.BUY, EntryKind.TRANSFER}
)  # fmt: skip


class Matching(Text):
    """Text of a form that is explained in words."""

    def __init__(self, form: re.Pattern[str], words: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.form, self.words = form, words

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not self.form.fullmatch(text):
            raise ValidationError(f"{value!r} is not {self.words}")
        return text


def slug_text(**kwargs: Any) -> Matching:
    return Matching(SLUG, "a slug of small letters, digits and hyphens", **kwargs)


def last_four(**kwargs: Any) -> Matching:
    return Matching(re.compile(r"[0-9]{4}"), "four digits (in quotes)", **kwargs)


# --- Merchants ----------------------------------------------------------------------------------------------------


class PriceNode(Node):
    low = Money(required=True)
    typical = Money(required=True)
    high = Money(required=True)

    def make(self, data: dict[str, Any]) -> Any:
        if not data["low"] <= data["typical"] <= data["high"]:
            raise ValidationError("low, typical and high must be in this order")
        return data


class MerchantNode(Node):
    builds = Merchant
    slug = slug_text(required=True)
    name = Text(required=True)
    descriptor = Text(required=True)
    mcc = Matching(re.compile(r"[0-9]{4}"), "a merchant category code of four digits (in quotes)", required=True)
    category = Text(required=True)
    channels = Many(
        Choice({"CARD_PRESENT": Channel.CARD_PRESENT, "ONLINE": Channel.ONLINE}), load_default=(Channel.CARD_PRESENT,)
    )
    city = fields.String()
    state = fields.String()
    country = Matching(re.compile(r"[A-Z]{2}"), "a country code of two capitals", load_default="US")
    price = fields.Nested(PriceNode, required=True)
    endings = Many(Ending())
    currency = Choice(("USD", *LEVELS))
    receipts = fields.Boolean()
    url = Matching(EXAMPLE_URL, "an address under .example")
    phone = Matching(PHONE, "ten digits whose last seven are 55501xx (in quotes)")
    street = Text()
    postal_code = Text()

    def make(self, data: dict[str, Any]) -> Any:
        data |= data.pop("price")
        if len(data["descriptor"].replace("{store}", "0000")) > 25:
            raise ValidationError({"descriptor": ["is longer than the 25 letters that card networks carry"]})
        return super().make(data)


# --- People and accounts ------------------------------------------------------------------------------------------


class AddressNode(Node):
    builds = Address
    line1 = Text(required=True)
    line2 = Text()
    city = Text(required=True)
    state = Matching(re.compile(r"[A-Z]{2}"), "a state code of two capitals", required=True)
    postal_code = Matching(
        re.compile(r"[0-9]{5}(-[0-9]{4})?"), "a postal code of five digits (in quotes)", required=True
    )
    country = Text()


class PersonNode(Node):
    builds = Person
    login = slug_text(required=True)
    first_name = Text(required=True)
    middle_name = Text()
    last_name = Text(required=True)
    suffix = Text()
    born = When(required=True)
    address = fields.Nested(AddressNode, required=True)
    phone = Matching(PHONE, "ten digits whose last seven are 55501xx (in quotes)")
    email = Matching(MAIL, "an address at example.com, example.org or example.net")
    since = When()
    locale = Text()
    tax_id_last4 = last_four()
    type = Choice(CustomerType)
    business_name = Text()

    def make(self, data: dict[str, Any]) -> Any:
        born: Moment = data["born"]
        if born.on is None:
            raise ValidationError({"born": ["must be a date such as 1989-05-12"]})
        data["born"] = born.on
        if (data.get("type") is CustomerType.BUSINESS) != ("business_name" in data):
            raise ValidationError({"business_name": ["goes with type: BUSINESS"]})
        return super().make(data)


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


# --- What happens once, and consents ------------------------------------------------------------------------------


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


class ConsentNode(Node):
    builds = ConsentPlan
    client = Text(required=True)
    bank = slug_text(load_default="")
    granted_days_ago = Number(required=True, high=3650)
    expires_in_days = Number(low=-3650, high=3650, load_default=None)
    revoked_days_ago = Number(high=3650, load_default=None)
    clusters = Many(Choice(Cluster), required=True)


# --- Personas -----------------------------------------------------------------------------------------------------


class RhythmField(fields.Field[Rhythm]):
    """A mapping with one key, the word of the rhythm."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Rhythm:
        if not isinstance(value, Mapping) or len(value) != 1:
            raise ValidationError(f"must be a mapping with one key, one of {', '.join(RHYTHMS)}")
        ((word, body),) = value.items()
        if word not in RHYTHMS:
            raise ValidationError(
                {str(word): [f"no such rhythm. {did_you_mean(str(word), RHYTHMS)} (allowed: {', '.join(RHYTHMS)})"]}
            )
        try:
            rhythm: Rhythm = one(RHYTHMS[word]).load(body)
        except ValidationError as error:
            raise ValidationError({word: error.messages}) from None
        return rhythm


class PersonaNode(Node):
    builds = Persona
    slug = slug_text(required=True)
    story = Text(required=True)
    purpose = Text(required=True)
    zone = Zone()
    history = When()
    fresh = fields.Boolean()
    away_spending = Number(high=5)
    people = Many(fields.Nested(PersonNode), required=True)
    accounts = Many(fields.Nested(AccountNode), required=True)
    rhythms = Many(RhythmField())
    one_offs = Many(fields.Nested(OneOffNode))
    consents = Many(fields.Nested(ConsentNode))

    def make(self, data: dict[str, Any]) -> Any:
        history: Moment | None = data.get("history")
        if history is not None:
            data["history"] = replace(history, days=-abs(history.days), months=-abs(history.months))
        words = Counter[str]()
        rhythms = []
        for rhythm in data.get("rhythms", ()):
            word = WORDS[type(rhythm)]
            words[word] += 1
            rhythms.append(rhythm if rhythm.label else replace(rhythm, label=f"{word}-{words[word]}"))
        data["rhythms"] = tuple(rhythms)
        return super().make(data)


WORDS = {node.builds: word for word, node in RHYTHMS.items()}


# --- The check ----------------------------------------------------------------------------------------------------


def read_merchants(document: Document) -> list[Merchant]:
    """Raises SeedDataInvalid with every problem of the file."""
    if not isinstance(document.value, list):
        raise SeedDataInvalid([document.problem((), "must be a list of merchants")])
    return read_as(document, MerchantNode(many=True), Names())  # type: ignore[no-any-return]


def read_persona(document: Document, catalogue: Catalogue) -> Persona:
    """Raises SeedDataInvalid with every problem of the file."""
    raw = document.value
    if not isinstance(raw, Mapping):
        raise SeedDataInvalid([document.problem((), "must be a mapping that starts with slug, story, purpose")])
    names = Names(
        accounts=_named(raw.get("accounts"), "slug"),
        logins=_named(raw.get("people"), "login"),
        merchants=frozenset(catalogue.by_slug),
        categories=frozenset(catalogue.by_category),
    )
    persona: Persona = read_as(document, one(PersonaNode), names)
    if problems := document.problems(_inconsistent(persona, document)):
        raise SeedDataInvalid(problems)
    return replace(persona, source=document.source)


def _named(items: object, key: str) -> frozenset[str]:
    if not isinstance(items, list):
        return frozenset()
    return frozenset(str(item[key]) for item in items if isinstance(item, Mapping) and key in item)


def read_as(document: Document, schema: Schema, names: Names) -> Any:
    loaded, found = None, list[tuple[Place, str]]()
    try:
        with knowing(names):
            loaded = schema.load(document.value)
    except ValidationError as error:
        found = list(_flat(error.messages, ()))
    if problems := document.problems(found):
        raise SeedDataInvalid(problems)
    return loaded


def _flat(messages: object, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _flat(inner, place if key == "_schema" else (*place, key))
    elif isinstance(messages, list):
        for message in messages:
            yield from _flat(message, place)
    else:
        yield place, REWORDED.get(str(messages), str(messages))


REWORDED = {
    "Missing data for required field.": "is required",
    "Not a valid boolean.": "must be true or false",
    "Not a valid string.": "must be text",
    "Not a valid list.": "must be a list",
    "Field may not be null.": "must not be empty",
    "Invalid input type.": "must be a mapping",
}


def _inconsistent(persona: Persona, document: Document) -> Iterator[tuple[Place, str]]:
    """What each part alone cannot see."""
    raw = document.value
    yield from _repeated("people", "login", persona.logins)
    yield from _repeated("accounts", "slug", [plan.slug for plan in persona.accounts])
    yield from _repeated("one_offs", "id", [once.id for once in persona.one_offs])
    if persona.slug != persona.logins[0]:
        yield ("people", 0, "login"), f"the first person's login must be the persona's slug, {persona.slug}"
    if persona.own_banks and not all(plan.bank for plan in persona.accounts):
        for index, plan in enumerate(persona.accounts):
            if not plan.bank:
                yield ("accounts", index), "needs a bank, because another account of the persona names one"
    yield from _cards_of_others(persona)
    labels = Counter(rhythm.label for rhythm in persona.rhythms)
    for index, rhythm in enumerate(persona.rhythms):
        word = next(iter(raw["rhythms"][index]))
        if labels[rhythm.label] > 1:
            yield ("rhythms", index, word, "label"), f"{rhythm.label!r} is the label of another rhythm, too"
        yield from _bad_symbols(persona, rhythm, ("rhythms", index, word))
    seen: dict[str, str] = {}
    for index, once in enumerate(persona.one_offs):
        if once.of and seen.get(once.of) != once.account:
            yield ("one_offs", index, "of"), f"no earlier one-off with the id {once.of!r} on {once.account}"
        if once.id:
            seen[once.id] = once.account
    yield from _late_for_disputes(persona)


SOME_DAY = date(2026, 6, 15)
"""Moments are compared as they fall with this anchor."""


def _late_for_disputes(persona: Persona) -> Iterator[tuple[Place, str]]:
    disputed = {once.id: once for once in persona.one_offs if once.id and once.dispute is not None}
    for index, once in enumerate(persona.one_offs):
        charge = disputed.get(once.of)
        if charge is None or charge.dispute is None or once.kind is not EntryKind.ADJUSTMENT:
            continue
        decided = charge.when.day(SOME_DAY) + timedelta(days=charge.dispute.decided)
        if once.when.day(SOME_DAY) > decided:
            yield ("one_offs", index, "of"), f"comes after the dispute about {once.of} is decided"


def _cards_of_others(persona: Persona) -> Iterator[tuple[Place, str]]:
    for index, plan in enumerate(persona.accounts):
        held = {holder.login for holder in plan.holders}
        for number, card in enumerate(plan.cards):
            if card.holder not in held:
                yield ("accounts", index, "cards", number, "holder"), f"{card.holder} is not a holder of {plan.slug}"


def _repeated(section: str, key: str, names: Sequence[str]) -> Iterator[tuple[Place, str]]:
    taken = set[str]()
    for index, name in enumerate(names):
        if name and name in taken:
            yield (section, index, key), f"{name!r} is taken"
        taken.add(name)


def _bad_symbols(persona: Persona, rhythm: Rhythm, place: Place) -> Iterator[tuple[Place, str]]:
    if not isinstance(rhythm, Invest):
        return
    known = [holding.symbol for holding in persona.account(rhythm.account).holdings]
    for name, pairs in (("buys", rhythm.buys), ("dividends", rhythm.dividends)):
        for symbol, _ in pairs:
            if symbol not in known:
                hint = did_you_mean(symbol, known)
                yield (*place, name, symbol), f"{symbol} is not among the holdings of {rhythm.account}. {hint}".rstrip()
