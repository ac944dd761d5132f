"""What must fit together in a persona's file, and no part of it can see alone."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sandbox.kernel.names import did_you_mean
from sandbox.ledger.entries import EntryKind
from sandbox.seeding.marked_yaml import Document, Place
from sandbox.seeding.personas import Persona
from sandbox.seeding.story.investing import Invest
from sandbox.seeding.story.rhythm import Rhythm


def inconsistent(persona: Persona, document: Document) -> Iterator[tuple[Place, str]]:
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
