"""Numbers of the world that nobody may find in a message. Seed data is made up, so that each number is somebody's
alone: where one leaks, it tells whose it is, and from which row of which file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sandbox.dialect.bank import Bank
from sandbox.ledger.accounts import Account
from sandbox.ledger.customers import Customer
from sandbox.messenger.desk import Desk
from sandbox.passport import shapes
from sandbox.passport.words import Word
from sandbox.seeding.clearing import clearing
from sandbox.seeding.personas import Persona
from sandbox.store.grants import Grants
from sandbox.worlds.worlds import World


@dataclass(frozen=True, slots=True)
class Canary:
    what: str
    """account number, routing number, or tokenised account number."""
    whose: str
    """As in: maya's account `checking` at chase (seed_data/personas/maya.yaml, accounts/0)."""


@dataclass(frozen=True, slots=True)
class Canaries:
    numbers: Mapping[str, Canary]

    def found(self, words: Iterable[Word]) -> Iterator[tuple[Word, str, Canary]]:
        """(where, number, whose) of everything of the world that stands in a message, however it is written."""
        for word in words:
            seen = {
                number for reading in word.readings() for run in shapes.numbers(reading) for number in self._in(run)
            }
            for number in sorted(seen):
                yield word, number, self.numbers[number]

    def _in(self, run: str) -> Iterator[str]:
        lengths = {length for length in map(len, self.numbers) if length <= len(run)}
        for length in lengths:
            for start in range(len(run) - length + 1):
                if run[start : start + length] in self.numbers:
                    yield run[start : start + length]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the numbers of a world are."""

    world: World
    desk: Desk
    grants: Grants
    banks: Mapping[str, Bank]
    personas: Mapping[str, Persona]

    def canaries(self, talking: Iterable[Customer]) -> Canaries:
        """Of everybody whom the seeds name, of accounts that the world added, and of whoever is talking: synthetic
        customers are too many."""
        found = {
            clearing(slug).routing: Canary("routing number", f"that of {bank.name}")
            for slug, bank in self.banks.items()
        }
        for persona in self.personas.values():
            found.update(self._of_persona(persona))
        untold = (customer for customer in talking if customer.persona not in self.personas)
        for account in (*self.desk.worlds.own_accounts(self.world), *self._held(untold)):
            whose = f"that of account {account.account_id} at {account.bank}"
            found.setdefault(account.number, Canary("account number", whose))
        found.update(self._tokenised())
        return Canaries(found)

    def _of_persona(self, persona: Persona) -> Iterator[tuple[str, Canary]]:
        """Reckoned, so that no history has to be made for it."""
        for bank in self.banks:
            for place, plan in enumerate(persona.accounts):
                if persona.plays_at(bank) and plan.bank in ("", bank):
                    number = clearing(bank).account_number(self.world.stored.seed, persona.slug, plan.slug)
                    row = f"{persona.source or persona.slug}, accounts/{place}"
                    yield number, Canary("account number", f"that of {persona.slug}'s `{plan.slug}` at {bank} ({row})")

    def _held(self, customers: Iterable[Customer]) -> Iterator[Account]:
        for customer in customers:
            for bank in self.banks:
                yield from (view.account for view in self.desk.worlds.accounts(self.world, customer, bank))

    def _tokenised(self) -> Iterator[tuple[str, Canary]]:
        clients = {(client.bank, client.client_id) for client in self.grants.clients(self.world.world_id)}
        for consent in self.grants.consents(self.world.world_id):
            tan = self.banks[consent.bank].tan
            if tan is not None and (consent.bank, consent.client_id) in clients:
                for account in self.desk.worlds.shared(self.world, consent):
                    whose = f"account {account.account_id} at {account.bank}, given out by consent {consent.consent_id}"
                    yield tan(account, consent.consent_id), Canary("tokenised account number", whose)
