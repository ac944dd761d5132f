"""Giving and withdrawing consent; what the pages, the control API and the banks' own consent operations all use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sandbox.dialect.bank import Bank
from sandbox.kernel import ids
from sandbox.kernel.errors import AccountNotFound, ConsentAlreadyEnded, ConsentNotFound
from sandbox.ledger.clients import Client
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consents import MAXIMUM, Consent, ConsentStatus, revoked, status_at
from sandbox.ledger.customers import Customer
from sandbox.ledger.purposes import limited
from sandbox.store.grants import Grants
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.worlds import World, Worlds


@dataclass(frozen=True, slots=True)
class Choice:
    """What a customer agreed to on the page."""

    account_ids: tuple[str, ...]
    clusters: tuple[Cluster, ...]
    scope: str
    marketing: bool = False


class Consents:
    def __init__(self, grants: Grants, worlds: Worlds) -> None:
        self.grants = grants
        self.worlds = worlds

    def give(
        self,
        world: World,
        bank: Bank,
        client: Client,
        customer: Customer,
        choice: Choice,
        *,
        lifetime: timedelta | None = None,
        lookback: timedelta | None = None,
    ) -> Consent:
        """A new consent, stored. It never outlives a year where it ends at all."""
        lifetime = lifetime or bank.oauth.consent_lifetime
        consent = Consent(
            consent_id=ids.stable_uuid("consent", ids.secret(16)),
            bank=bank.slug,
            client_id=client.client_id,
            customer_id=customer.customer_id,
            account_ids=choice.account_ids,
            clusters=choice.clusters,
            purposes=limited(client.purposes, choice.clusters),
            scope=choice.scope,
            created_at=world.now,
            expires_at=world.now + min(lifetime, MAXIMUM) if lifetime else None,
            lookback_days=(lookback or bank.oauth.lookback).days,
            marketing=choice.marketing,
            persona=customer.persona,
        )
        self.grants.add_consent(world.world_id, consent)
        return consent

    def eligible(self, world: World, bank: Bank, customer: Customer) -> list[AccountView]:
        return [view for view in self.worlds.accounts(world, customer, bank.slug) if why_not(view) == ""]

    def chosen(
        self, world: World, bank: Bank, customer: Customer, account_ids: Iterable[str] | None
    ) -> tuple[str, ...]:
        """The accounts a customer ticked, or all that can be shared. Raises AccountNotFound for any other."""
        offered = [view.account.account_id for view in self.eligible(world, bank, customer)]
        if account_ids is None:
            return tuple(offered)
        wanted = list(dict.fromkeys(account_ids))
        strangers = [account_id for account_id in wanted if account_id not in offered]
        if strangers:
            raise AccountNotFound(
                f"{strangers[0]!r} is not an account that {customer.username} can share", offered=offered
            )
        return tuple(account_id for account_id in offered if account_id in wanted)

    def get(self, consent_id: str) -> tuple[World, Consent]:
        """Raises ConsentNotFound."""
        found = self.grants.consent(consent_id)
        if found is None:
            raise ConsentNotFound(f"there is no consent {consent_id!r}")
        return self.worlds.world(found[0]), found[2]

    def find(self, consent_id: str) -> Consent:
        """Raises ConsentNotFound."""
        return self.get(consent_id)[1]

    def client(self, bank: str, client_id: str) -> Client | None:
        return self.grants.client(bank, client_id)

    def revoke(self, consent_id: str, *, reason: str, initiator: str) -> Consent:
        """Withdraw: every token of the consent is dead from the next call on. Raises ConsentAlreadyEnded."""
        with self.grants.database.transaction():
            found = self.grants.consent(consent_id)
            if found is None:
                raise ConsentNotFound(f"there is no consent {consent_id!r}")
            world_id, version, consent = found
            now = self.worlds.world(world_id).now
            status = status_at(consent, now)
            if status is not ConsentStatus.ACTIVE:
                raise ConsentAlreadyEnded(f"the consent is {status.lower()} already", status=status.value)
            ended = revoked(consent, at=now, reason=reason, initiator=initiator)
            if not self.grants.set_consent(ended, version):
                raise ConsentAlreadyEnded("somebody else changed the consent just now")
            self.grants.end_tokens_of(consent_id, now)
        return ended


def why_not(view: AccountView) -> str:
    """Why an account cannot be shared; empty if it can. Closed accounts can: their history is the customer's."""
    return "" if view.account.shareable else "This account cannot be shared with other companies."


def clusters_of(bank: Bank, scope: str) -> tuple[Cluster, ...]:
    """The data clusters that a scope lets a client read, in the bank's order."""
    named = {cluster for word in scope.split() for cluster in bank.oauth.scopes.get(word, ())}
    return tuple(cluster for cluster in bank.clusters if cluster in named)
