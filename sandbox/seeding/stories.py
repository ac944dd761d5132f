"""The seeds as a world asks for them: who there is, and what happens to them at a bank.

What reads the files (YAML, marshmallow) is loaded when somebody first asks: a server is up before that.
"""
# ruff: noqa: PLC0415

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.kernel.errors import PersonaNotFound, SeedDataInvalid
from sandbox.kernel.names import did_you_mean
from sandbox.ledger.customers import Customer
from sandbox.ledger.disputes import DisputePlan
from sandbox.ledger.merchants import Merchant
from sandbox.ledger.offers import OfferPlan
from sandbox.ledger.order_plans import OrderPlan
from sandbox.ledger.products import Shelf
from sandbox.ledger.timelines import Timeline
from sandbox.seeding.folders import folders

if TYPE_CHECKING:
    from sandbox.seeding.merchants import Catalogue
    from sandbox.seeding.personas import Persona

SCENARIOS = "scenarios"
SYNTHETIC = re.compile(r"synthetic-(?!000000)[0-9]{6}")


class SeedStories:
    """Read when first asked for. `seed_data` is a folder of one's own, beside the built-in one."""

    def __init__(self, seed_data: str | None = None) -> None:
        self.extra = Path(seed_data) if seed_data else None

    @cached_property
    def fingerprint(self) -> str:
        """A digest of every seed file that rows come from."""
        digest = hashlib.blake2b(digest_size=12)
        for folder in folders(self.extra):
            for file in sorted(folder.rglob("*.yaml")):
                if file.relative_to(folder).parts[0] == SCENARIOS:
                    continue
                digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
        return digest.hexdigest()

    @cached_property
    def catalogue(self) -> "Catalogue":
        from sandbox.seeding.seed_files import load_catalogue

        return load_catalogue(self.extra)

    @cached_property
    def personas(self) -> dict[str, "Persona"]:
        from sandbox.seeding.seed_files import load_personas

        return load_personas(self.catalogue, self.extra)

    @cached_property
    def _logins(self) -> dict[str, "Persona"]:
        from sandbox.seeding.personas import by_login

        return by_login(self.personas.values())

    def read(self) -> None:
        """Every file that rows come from, now. Raises SeedDataInvalid with the problems of all."""
        problems = list[str]()
        readers: tuple[Callable[[], object], ...] = (
            lambda: self.personas,
            lambda: self.shelves,
            lambda: self.offer_plans,
        )
        self.catalogue.by_slug  # noqa: B018 (all others refer to it: where it is wrong, only that is told)
        for reader in readers:
            try:
                reader()
            except SeedDataInvalid as error:
                problems += error.problems
        if problems:
            raise SeedDataInvalid(problems)

    def cast(self) -> list[tuple[str, str]]:
        """Everyone one can sign in as: (username, story)."""
        return [(login, persona.story) for login, persona in self._logins.items()]

    def usernames(self) -> Iterable[str]:
        return self._logins

    def persona(self, slug: str) -> "Persona":
        """Raises PersonaNotFound."""
        found = self.personas.get(slug)
        if found is None:
            raise PersonaNotFound(f"there is no persona {slug!r}", hint=did_you_mean(slug, self.personas))
        return found

    def customer(self, seed: int, anchor: date, username: str) -> Customer | None:
        from sandbox.seeding.openings import customer_of

        persona = self._logins.get(username) or self._synthetic(seed, username)
        return customer_of(persona, persona.person(username), seed, anchor) if persona else None

    def _synthetic(self, seed: int, name: str) -> "Persona | None":
        """One of the customers by the thousand: a persona, and a username, of the same name."""
        if not SYNTHETIC.fullmatch(name):
            return None
        from sandbox.seeding.synthetic import synthetic_persona

        return synthetic_persona(seed, int(name[-6:]), self.catalogue)

    @cached_property
    def shelves(self) -> Mapping[str, Shelf]:
        from sandbox.seeding.seed_files import load_shelves

        return load_shelves(self.catalogue, self.extra)

    @cached_property
    def offer_plans(self) -> Sequence[OfferPlan]:
        from sandbox.seeding.seed_files import load_offers

        return load_offers(self.catalogue, self.extra)

    def merchants(self) -> Mapping[str, Merchant]:
        return self.catalogue.by_slug

    def shelf(self, merchant: Merchant) -> Shelf | None:
        """Its own, or that of its category."""
        return self.shelves.get(merchant.slug) or self.shelves.get(merchant.category)

    def offers(self) -> Iterable[OfferPlan]:
        return self.offer_plans

    def order_plan(self, name: str) -> OrderPlan | None:
        """Of a one-off: its persona and its place in the file, with a colon between."""
        slug, _, place = name.partition(":")
        persona = self.personas.get(slug)
        if persona is None or not place.isdecimal() or int(place) >= len(persona.one_offs):
            return None
        return persona.one_offs[int(place)].order

    def disputes(self, persona: str, anchor: date) -> Iterable[DisputePlan]:
        found = self.personas.get(persona)
        for place, once in enumerate(found.one_offs if found else ()):
            if (told := once.dispute) is not None:
                yield DisputePlan(
                    about=f"{persona}:{place}",
                    day=once.when.day(anchor),
                    opened_after=timedelta(days=told.opened),
                    decided_after=timedelta(days=told.decided),
                    reason=told.reason,
                    explanation=told.explanation,
                )

    def timeline(self, persona: str, bank: str, *, seed: int, anchor: date, until: datetime) -> Timeline:
        """Empty where the persona has no accounts at the bank."""
        from sandbox.seeding.timeline import generate

        found = self._synthetic(seed, persona) or self.persona(persona)
        if not found.plays_at(bank):
            return Timeline(persona, bank, (), (), until)
        return generate(found, bank, seed=seed, anchor=anchor, until=until, merchants=self.catalogue)
