"""People by the thousand."""

from datetime import date

import pytest

from sandbox.seeding.merchants import Catalogue
from sandbox.seeding.personas import Persona
from sandbox.seeding.synthetic import synthetic_persona, synthetic_personas
from sandbox.seeding.timeline import generate
from tests.seeding.stage import ANCHOR, balances, moment


def test_a_person_is_the_same_whoever_was_asked_for_before(catalogue: Catalogue) -> None:
    people = list(synthetic_personas(7, 40, catalogue))
    assert [person.slug for person in people[:2]] == ["synthetic-000001", "synthetic-000002"]
    assert synthetic_persona(7, 33, catalogue) == people[32]
    assert next(synthetic_personas(7, 1, catalogue, first=33)) == people[32]
    assert synthetic_persona(8, 33, catalogue) != people[32]


def test_people_differ(catalogue: Catalogue) -> None:
    people = list(synthetic_personas(7, 200, catalogue))
    assert len({(p.people[0].first_name, p.people[0].last_name) for p in people}) > 190
    assert len({p.story for p in people}) == 5
    assert len({p.zone for p in people}) >= 4


@pytest.mark.parametrize("index", range(1, 16))
def test_their_money_works_out(catalogue: Catalogue, index: int) -> None:
    person: Persona = synthetic_persona(7, index, catalogue)
    timeline = generate(person, "chase", seed=7, anchor=ANCHOR, until=moment(date(2027, 12, 1)), merchants=catalogue)
    assert sum(len(line.entries) for line in timeline.accounts) > 400
    for line in timeline.accounts:
        if line.account.kind in ("CHECKING", "SAVINGS"):
            assert min(amount for _, amount in balances(line)) >= 0
        if line.account.kind == "CREDIT_CARD":
            assert min(amount for _, amount in balances(line)) >= -line.account.terms.credit_limit


def test_a_short_history_can_be_asked_for(catalogue: Catalogue) -> None:
    person = synthetic_persona(7, 1, catalogue, history_months=6)
    timeline = generate(person, "citi", seed=7, anchor=ANCHOR, until=moment(ANCHOR), merchants=catalogue)
    assert min(line.account.history_start for line in timeline.accounts).date() == date(2026, 5, 23)
