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

Each part of the form has a file of its own, `*_schemas.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from marshmallow import Schema, ValidationError

from sandbox.kernel.errors import SeedDataInvalid
from sandbox.ledger.merchants import Merchant
from sandbox.seeding.consistency import inconsistent
from sandbox.seeding.marked_yaml import Document, Place
from sandbox.seeding.merchant_schemas import MerchantNode
from sandbox.seeding.merchants import Catalogue
from sandbox.seeding.persona_schemas import PersonaNode
from sandbox.seeding.personas import Persona
from sandbox.seeding.seed_fields import Names, knowing, one


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
    if problems := document.problems(inconsistent(persona, document)):
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
