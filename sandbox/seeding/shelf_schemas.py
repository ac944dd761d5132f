"""The form of what shops sell and offer, and the check that files keep to it.

A product file, `products/*.yaml`, is a list of shelves: `of`, the merchants or categories of merchants that sell from
it (a merchant's own shelf goes before that of its category); `products`, each with title, low and high price, and as
needed tax (else the shelf's), most, weighed, commodity_code, description; as needed basket [usual, most], tax, ships,
return_days.

An offer file, `offers/*.yaml`, is a list of: slug, merchant, title, description, terms, reward {percent | fixed |
points, max, min_spend}, from and days (from the anchor, and how long it is open); as needed every, withdrawn_after,
targeting, interests, share, max_redemptions, activation_required, credit_days, activations [{persona, days}].
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from sandbox.kernel.errors import SeedDataInvalid
from sandbox.ledger.offers import Activation, OfferPlan, Reward, RewardType, Targeting
from sandbox.ledger.products import Product, Shelf, TaxClass
from sandbox.seeding.marked_yaml import Document
from sandbox.seeding.merchants import Catalogue
from sandbox.seeding.schemas import read_as
from sandbox.seeding.seed_fields import (
    NAMES,
    Choice,
    Many,
    Money,
    Names,
    Node,
    Number,
    Text,
    category_name,
    merchant_name,
    unknown,
)
from sandbox.seeding.text_forms import slug_text


class Seller(fields.Field[str]):
    """A merchant, or a category of merchants."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        names = NAMES.get()
        known = names.merchants | names.categories
        if not isinstance(value, str) or value not in known:
            raise unknown("merchant or category", value, known)
        return value


class ProductNode(Node):
    """Gives the words of a product, which wait for the shelf's tax."""

    title = Text(required=True)
    low = Money(required=True)
    high = Money(required=True)
    tax = Choice(TaxClass)
    most = Number(low=1, high=100, whole=True)
    weighed = fields.Boolean()
    commodity_code = Text()
    description = Text()

    def make(self, data: dict[str, Any]) -> Any:
        if data["low"] > data["high"]:
            raise ValidationError({"low": ["must not be above high"]})
        return data


class Pair(fields.Field[tuple[int, int]]):
    """[usual, most]"""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[int, int]:
        whole = isinstance(value, list) and len(value) == 2 and all(type(item) is int for item in value)
        if not whole or not 1 <= value[0] <= value[1] <= 200:
            raise ValidationError(f"{value!r} is not two whole numbers such as [2, 5]")
        return value[0], value[1]


class ShelfNode(Node):
    of = Many(Seller(), required=True)
    products = Many(fields.Nested(ProductNode), required=True)
    basket = Pair()
    tax = Choice(TaxClass)
    ships = fields.Boolean()
    return_days = Number(high=365, whole=True)

    def make(self, data: dict[str, Any]) -> tuple[tuple[str, ...], Shelf]:
        tax = data.get("tax", TaxClass.STANDARD)
        data["products"] = tuple(Product(**{"tax": tax, **words}) for words in data["products"])
        return data.pop("of"), Shelf(**data)


class RewardNode(Node):
    percent = Number(low=0.01, high=100)
    fixed = Money()
    points = Number(low=1, high=10**6, whole=True)
    max_reward = Money(data_key="max")
    min_spend = Money()

    def make(self, data: dict[str, Any]) -> Reward:
        kinds = [kind for kind in RewardType if kind.value in data]
        if len(kinds) != 1:
            raise ValidationError("needs one of percent, fixed and points")
        value = data.pop(kinds[0].value)
        return Reward(kinds[0], round(value * 100) if kinds[0] is RewardType.PERCENT else value, **data)


class ActivationNode(Node):
    builds = Activation
    persona = slug_text(required=True)
    days = Number(low=-3650, high=3650, whole=True, required=True)


class OfferNode(Node):
    builds = OfferPlan
    slug = slug_text(required=True)
    merchant = merchant_name(required=True)
    title = Text(required=True)
    description = Text(required=True)
    terms = Text(required=True)
    reward = fields.Nested(RewardNode, required=True)
    first_day = Number(low=-3650, high=3650, whole=True, required=True, data_key="from")
    days = Number(low=1, high=50, whole=True, required=True)
    every = Number(low=1, high=366, whole=True)
    withdrawn_after = Number(low=1, high=50, whole=True)
    targeting = Choice(Targeting)
    interests = Many(category_name())
    share = Number(low=1, high=100, whole=True)
    max_redemptions = Number(low=1, high=100, whole=True)
    activation_required = fields.Boolean()
    credit_days = Number(low=1, high=30, whole=True)
    activations = Many(fields.Nested(ActivationNode))

    def make(self, data: dict[str, Any]) -> Any:
        if data.get("every", 366) <= data["days"]:
            raise ValidationError({"every": ["must be more than days"]})
        targeted = data.get("targeting", Targeting.NONE) is not Targeting.NONE
        if targeted != ("interests" in data):
            raise ValidationError({"interests": ["go with targeting by declared or purchase_data"]})
        return super().make(data)


class Each(Schema):
    """A list of nodes, each of which tells its place in what it refuses."""

    def __init__(self, node: type[Node]) -> None:
        super().__init__()
        self.each = Many(fields.Nested(node))

    def load(self, data: Any, **kwargs: Any) -> Any:
        return self.each.deserialize(data, **kwargs)


def read_shelves(document: Document, catalogue: Catalogue) -> Mapping[str, Shelf]:
    """By merchant or category. Raises SeedDataInvalid with every problem of the file."""
    found: list[tuple[tuple[str, ...], Shelf]] = _read(document, Each(ShelfNode), catalogue, "shelves")
    shelves: dict[str, Shelf] = {}
    for place, (sellers, shelf) in enumerate(found):
        for seller in sellers:
            if seller in shelves:
                raise SeedDataInvalid([document.problem((place, "of"), f"{seller!r} has a shelf already")])
            shelves[seller] = shelf
    return shelves


def read_offers(document: Document, catalogue: Catalogue) -> list[OfferPlan]:
    """Raises SeedDataInvalid with every problem of the file."""
    found: list[OfferPlan] = _read(document, Each(OfferNode), catalogue, "offers")
    return found


def _read(document: Document, form: Schema, catalogue: Catalogue, what: str) -> Any:
    if not isinstance(document.value, list):
        raise SeedDataInvalid([document.problem((), f"must be a list of {what}")])
    names = Names(merchants=frozenset(catalogue.by_slug), categories=frozenset(catalogue.by_category))
    return read_as(document, form, names)
