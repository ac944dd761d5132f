"""Every operation of openapi/control.yaml, by its operationId."""

from collections.abc import Mapping

from sandbox.control import (
    accounts,
    audit,
    authorize,
    bills,
    certificates,
    clients,
    clock,
    consents,
    events,
    faults,
    keys,
    messenger,
    messenger_apps,
    messenger_deeds,
    messenger_link,
    messenger_sends,
    messenger_wire,
    pact,
    passport,
    people,
    purchases,
    reporting,
    requests,
    scenarios,
    server,
    snapshots,
    tans,
    transactions,
    verifying,
    webhooks,
    whatsapp,
    worlds,
)
from sandbox.control.guard import guard
from sandbox.control.operation import bind
from sandbox.control.services import Services
from sandbox.dialect.bank import Handler

__all__ = ["guard", "table"]

NOUNS = (
    server, clock, worlds, snapshots, people, accounts, transactions, purchases, bills, consents, tans, audit, events,
    faults, authorize, clients, keys, certificates, webhooks, scenarios, messenger, messenger_apps, messenger_link,
    messenger_sends, messenger_wire, whatsapp, pact, passport, requests, verifying, reporting,
)  # fmt: skip


def table(services: Services) -> Mapping[str, Handler]:
    operations = [noun.OPERATIONS for noun in NOUNS]
    by_channel = whatsapp.by_channel(messenger_deeds.OPERATIONS)
    return {name: handler for one in (*operations, by_channel) for name, handler in bind(services, one).items()}
