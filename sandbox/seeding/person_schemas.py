"""The form of people in a persona's file."""

import re
from typing import Any

from marshmallow import ValidationError, fields

from sandbox.ledger.customers import Address, CustomerType
from sandbox.seeding.personas import Moment, Person
from sandbox.seeding.seed_fields import Choice, Node, Text, When
from sandbox.seeding.text_forms import MAIL, PHONE, Matching, last_four, slug_text


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
