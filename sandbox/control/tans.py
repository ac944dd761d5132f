"""Tokenised account numbers: what a consent gave out in place of an account's own, and whether money would arrive."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sandbox.control import show
from sandbox.control.operation import Operation, world_of
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.errors import NumberNotFound
from sandbox.ledger.accounts import Account
from sandbox.ledger.consents import Consent, ConsentStatus, status_at
from sandbox.worlds.worlds import World


class Token(NamedTuple):
    number: str
    consent: Consent
    account: Account


def get_tan(services: Services, call: Call) -> Reply:
    world, number = world_of(services, call), call.path["number"]
    found = next((token for token in _tokens(services, world) if token.number == number), None)
    if found is None:
        raise NumberNotFound(f"no consent of the world brought forth the number {number}")
    consent = found.consent
    status = status_at(consent, world.now)
    shared = found.account.account_id in consent.account_ids
    dead = "" if shared else "the account was taken out of the consent"
    if status is not ConsentStatus.ACTIVE:
        dead = f"the consent is {status.lower()}"
    return Reply(
        show.present(
            {
                "number": number,
                "live": not dead,
                "why_not": dead,
                "bank": consent.bank,
                "client_id": consent.client_id,
                "consent_id": consent.consent_id,
                "account_id": found.account.account_id,
            }
        )
    )


def _tokens(services: Services, world: World) -> Iterator[Token]:
    """Those of every consent, also for accounts that it does not share any more."""
    for consent in services.grants.consents(world.world_id):
        tan = services.banks[consent.bank].tan
        if tan is not None:
            customer = services.worlds.customer_by_id(world, consent.customer_id, consent.persona)
            for view in services.worlds.accounts(world, customer, consent.bank):
                yield Token(tan(view.account, consent.consent_id), consent, view.account)


OPERATIONS: Mapping[str, Operation] = {"getTan": get_tan}
