"""The form of a merchant file's entries."""

import re
from typing import Any

from marshmallow import ValidationError, fields

from sandbox.ledger.entries import Channel
from sandbox.ledger.merchants import Merchant
from sandbox.seeding.currencies import LEVELS
from sandbox.seeding.seed_fields import Choice, Ending, Many, Money, Node, Text
from sandbox.seeding.text_forms import EXAMPLE_URL, PHONE, Matching, slug_text


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
