"""Consents that personas gave before a world began: some about to run out, some just withdrawn.

Nobody holds tokens of them, so they are written when somebody first looks at a world's consents, not when it is made.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sandbox.control.services import Services
from sandbox.kernel import ids
from sandbox.kernel.clock import from_millis
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consents import Act, Consent, Event, revoked
from sandbox.ledger.purposes import Purpose, limited
from sandbox.seeding.personas import ConsentPlan, Persona, account_id, customer_id
from sandbox.worlds.worlds import World


def furnish_consents(services: Services, world: World) -> None:
    """Doing it twice changes nothing: the consents' ids derive from the world and the persona."""
    begins = from_millis(world.stored.first_clock.origin)
    for consent in _told(services, world, begins):
        with services.database.transaction():
            if services.grants.consent(consent.consent_id) is None:
                services.grants.add_consent(world.world_id, consent)


def _told(services: Services, world: World, begins: datetime) -> Iterator[Consent]:
    for persona in services.seeds.personas.values():
        for place, plan in enumerate(persona.consents):
            for bank in services.banks:
                if persona.plays_at(bank) and plan.bank in ("", bank):
                    consent_id = ids.stable_uuid("told", world.world_id, persona.slug, bank, place)
                    yield replace(_consent(world, persona, plan, bank, begins), consent_id=consent_id)


def _consent(world: World, persona: Persona, plan: ConsentPlan, bank: str, begins: datetime) -> Consent:
    seed, login = world.stored.seed, persona.logins[0]
    granted = begins - timedelta(days=plan.granted_days_ago)
    clusters = tuple(Cluster(name) for name in plan.clusters)
    consent = Consent(
        consent_id="",
        bank=bank,
        client_id=plan.client.lower().replace(" ", "-"),
        customer_id=customer_id(seed, persona.slug, login),
        account_ids=tuple(
            account_id(seed, bank, persona.slug, account.slug)
            for account in persona.accounts
            if account.shareable and account.bank in ("", bank) and login in (one.login for one in account.holders)
        ),
        clusters=clusters,
        purposes=limited((Purpose("SERVICE", f"Used by {plan.client}"),), clusters),
        scope="",
        created_at=granted,
        expires_at=begins + timedelta(days=plan.expires_in_days) if plan.expires_in_days is not None else None,
        persona=persona.slug,
        history=(Event(granted, Act.GRANTED, "INDIVIDUAL"),),
    )
    if plan.revoked_days_ago is None:
        return consent
    ended = begins - timedelta(days=plan.revoked_days_ago)
    return revoked(consent, at=ended, reason="USER_ACTION", initiator="INDIVIDUAL")
