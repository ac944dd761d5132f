"""Consents: given in a customer's name, looked at, withdrawn."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from sandbox.contract.data_fields import fields_of
from sandbox.control import demo, find, show
from sandbox.control.life_stories import furnish_consents
from sandbox.control.operation import Operation, bank_of, created, in_world, members, world_of, wrong
from sandbox.control.services import Services
from sandbox.dialect.bank import Bank
from sandbox.dialect.call import Call, Reply
from sandbox.faults.profiles import PROFILES
from sandbox.kernel import ids
from sandbox.kernel.errors import ClientNotFound, Conflict, ConsentNotFound, CustomerNotFound, TargetingAlone
from sandbox.kernel.names import did_you_mean
from sandbox.ledger.clients import Client
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consent_requests import ConsentRequest
from sandbox.ledger.consents import Consent, DurationType, SuspensionReason
from sandbox.oauth.binding import bound_to, must_be_bound
from sandbox.oauth.consents import Choice, Parties, clusters_of, holds, usual_request
from sandbox.oauth.tokens import response_members
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.worlds import DEFAULT, World


def list_consents(services: Services, call: Call) -> Reply:
    world, query = world_of(services, call), call.query
    furnish_consents(services, world)
    names = find.usernames(services, world)
    given = sorted(services.grants.consents(world.world_id), key=lambda one: (one.created_at, one.consent_id))
    shown = (show.consent(world, one, names.get(one.customer_id, one.customer_id)) for one in given)
    wanted = [(name, query[name]) for name in ("bank", "customer", "client_id", "status") if name in query]
    return Reply({"consents": [consent for consent in shown if all(consent[name] == value for name, value in wanted)]})


def get_consent(services: Services, call: Call) -> Reply:
    return Reply(_shown(services, *_found(services, call)))


def revoke_consent(services: Services, call: Call) -> Reply:
    wish, (world, consent) = members(call), _found(services, call)
    ended = services.consents.revoke(
        consent.consent_id,
        reason=wish.get("reason", "USER_ACTION"),
        initiator=wish.get("initiator", "INDIVIDUAL"),
    )
    return Reply(_shown(services, world, ended))


def suspend_consent(services: Services, call: Call) -> Reply:
    world, consent = _found(services, call)
    held = services.consents.suspend(consent.consent_id, SuspensionReason(call.body["reason"]))
    return Reply(_shown(services, world, held))


def resume_consent(services: Services, call: Call) -> Reply:
    world, consent = _found(services, call)
    return Reply(_shown(services, world, services.consents.resume(consent.consent_id)))


def amend_consent(services: Services, call: Call) -> Reply:
    wish, (world, consent) = call.body, _found(services, call)
    named: list[str] | None = None
    if "accounts" in wish:
        bank, client = services.banks[consent.bank], services.grants.client(consent.bank, consent.client_id)
        customer = services.worlds.customer_by_id(world, consent.customer_id, consent.persona)
        offered = services.worlds.accounts(world, customer, consent.bank)
        known_as = partial(_bank_id, bank, client) if client else _own_id
        named = find.chosen(offered, wish["accounts"], known_as)
    amended = services.consents.amend(
        consent.consent_id,
        account_ids=named,
        purposes=wish.get("purposes"),
        marketing=wish.get("marketing"),
        targeting=wish.get("targeting"),
    )
    return Reply(_shown(services, world, amended))


def refuse_account(services: Services, call: Call) -> Reply:
    wish, (world, consent) = call.body, _found(services, call)
    holder = services.worlds.customer(world, wish["customer"])
    held = [view for view in services.worlds.accounts(world, holder, consent.bank) if holds(view, holder)]
    [account_id] = find.chosen(held, [wish["account"]], _own_id)
    return Reply(_shown(services, world, services.consents.refuse(consent.consent_id, account_id, holder)))


def list_consent_accesses(services: Services, call: Call) -> Reply:
    _, consent = _found(services, call)
    limit, offset = call.query["limit"], call.query["offset"]
    found = services.accesses.of_consent(consent.consent_id, limit=limit + 1, offset=offset)
    summary = services.accesses.summary(consent.consent_id)
    documents = (services.documents[consent.bank], *services.extensions[consent.bank].values())
    uses = [
        {
            "operation": use.operation,
            "reads": use.reads,
            "refused": use.refused,
            "last_at": show.instant(use.last_at),
            "fields": [name for document in documents for name in fields_of(document, use.operation)],
        }
        for use in summary.uses
    ]
    told = {"reads": summary.reads, "refused": summary.refused, "last_at": show.instant(summary.last_at)}
    accesses = show.page("accesses", [show.access(one) for one in found], limit, offset)
    return Reply({"summary": {**told, "uses": uses}, **accesses})


def give_consent(services: Services, call: Call) -> Reply:
    wish = call.body
    bank = bank_of(services, wish["bank"])
    client = _client(services, bank, wish.get("client_id"), call.query.get("world"))
    world = services.worlds.world(client.world_id)
    username, profile = _with_profile(wish["customer"])
    customer = services.worlds.customer(world, username)
    named: list[str] | None = None
    if "accounts" in wish:
        offered = services.worlds.accounts(world, customer, bank.slug)
        named = find.chosen(offered, wish["accounts"], partial(_bank_id, bank, client))
    given_to = _bound_to(bank, client, wish.get("cnf"))
    account_ids = services.consents.chosen(world, bank, customer, named)
    if not account_ids:
        raise Conflict(
            f"{customer.username} has no account at {bank.slug} that could be shared",
            hint=f"{customer.username} banks at {', '.join(find.banks_of(services, customer))}.",
        )
    clusters = _clusters(bank, wish)
    asked = _asked(bank, clusters, wish)
    purposes = tuple(wish["purposes"]) if "purposes" in wish else None
    marketing, targeting = wish.get("marketing", False), wish.get("targeting", False)
    if targeting and not marketing:
        raise TargetingAlone("targeting is given without marketing", hint="Say marketing as well.")
    choice = Choice(account_ids, purposes, marketing, targeting)
    with services.database.transaction():
        consent = services.consents.give(Parties(world, bank, client, customer), asked, choice)
        if profile:
            services.rules.befall(world, consent.consent_id, profile)
        issued = services.tokens.issue(
            world.world_id,
            bank,
            consent,
            issuer=f"{call.base_url}/{bank.slug}",
            scope=consent.scope,
            now=world.now,
            family=ids.secret(),
            bound_to=given_to,
            refresh_bound_to="" if client.confidential else given_to,
        )
    tokens = response_members(bank, issued)
    told = {
        name: tokens[name]
        for name in ("access_token", "token_type", "expires_in", "scope", "refresh_token")
        if name in tokens
    }
    world = services.worlds.world(world.world_id)  # as it is now: its bank may have given the accounts new names
    views = {view.account.account_id: view for view in services.worlds.accounts(world, customer, bank.slug)}
    body = told | {
        "consent_id": consent.consent_id,
        "world": world.world_id,
        "bank": bank.slug,
        "client_id": client.client_id,
        "customer": customer.username,
        "clusters": [cluster.value for cluster in consent.clusters],
        "accounts": [_shared(bank, consent, views[account_id]) for account_id in consent.account_ids],
        "accounts_url": f"{call.base_url}/{bank.slug}{bank.accounts_path}",
        "expires_at": show.instant(consent.expires_at),
    }
    return created(body, f"/consents/{consent.consent_id}")


# --- Pieces --------------------------------------------------------------------------------------------------------


def _bound_to(bank: Bank, client: Client, cnf: Mapping[str, str] | None) -> str:
    """To what the tokens are given. A client whose tokens are always bound gets no others here either."""
    if cnf is not None:
        return bound_to(cnf)
    if must_be_bound(bank, client):
        message = f"tokens of {client.client_id} are bound to its key or certificate: say which"
        raise wrong("/cnf", message, rule="required", expected="{jkt: …} or {x5t#S256: …}")
    return ""


def _found(services: Services, call: Call) -> tuple[World, Consent]:
    """Raises ConsentNotFound."""
    world, consent = services.consents.get(call.path["consentId"])
    if not in_world(call, world.world_id):
        raise ConsentNotFound(f"there is no consent {consent.consent_id!r} in that world")
    return world, consent


def _shown(services: Services, world: World, consent: Consent) -> dict[str, Any]:
    try:
        username = services.worlds.customer_by_id(world, consent.customer_id, consent.persona).username
    except CustomerNotFound:
        username = consent.customer_id
    return show.consent(world, consent, username)


def _with_profile(login: str) -> tuple[str, str]:
    """A username and the profile that was added to it: `maya+slow-bank`. Others are names as they are."""
    username, _, added = login.rpartition("+")
    return (username, added) if username and added in PROFILES else (login, "")


def _client(services: Services, bank: Bank, client_id: str | None, world_id: str | None) -> Client:
    """The client named, else the one that came with the world. A client selects its world."""
    if client_id is None:
        client_id = demo.client_id_of(services.worlds.world(world_id or DEFAULT).world_id)
    client = services.grants.client(bank.slug, client_id)
    if client is None:
        known = [one.client_id for one in services.grants.clients(world_id or DEFAULT) if one.bank == bank.slug]
        raise ClientNotFound(
            f"no client {client_id!r} is registered at {bank.slug}", hint=did_you_mean(client_id, known)
        )
    if world_id not in (None, client.world_id):
        raise Conflict(f"the client {client_id} belongs to the world {client.world_id}, not to {world_id}")
    return client


def _clusters(bank: Bank, wish: Mapping[str, Any]) -> tuple[Cluster, ...]:
    if "clusters" in wish:
        wanted = [Cluster(name) for name in wish["clusters"]]
        strange = [cluster.value for cluster in wanted if cluster not in bank.clusters]
        if strange:
            message = f"{bank.slug} does not share {strange[0]}"
            raise wrong("/clusters", message, rule="enum", expected=list(bank.clusters), got=strange[0])
        return tuple(cluster for cluster in bank.clusters if cluster in wanted)
    return clusters_of(bank, wish["scope"]) if "scope" in wish else bank.clusters


def _asked(bank: Bank, clusters: tuple[Cluster, ...], wish: Mapping[str, Any]) -> ConsentRequest:
    usual = usual_request(bank, _scope(bank, clusters, wish), clusters)
    duration = DurationType(
        wish.get("duration", DurationType.TIME_BOUND if "lifetime_days" in wish else usual.duration)
    )
    return replace(
        usual,
        duration=duration,
        period=timedelta(days=wish["lifetime_days"]) if "lifetime_days" in wish else usual.period,
        lookback=timedelta(days=wish["lookback_days"]) if "lookback_days" in wish else usual.lookback,
    )


def _scope(bank: Bank, clusters: tuple[Cluster, ...], wish: Mapping[str, Any]) -> str:
    """The scope asked for, else every scope of the bank that leads to something granted."""
    offered = bank.oauth.scopes
    if "scope" not in wish:
        return " ".join(word for word, covered in offered.items() if not covered or set(covered) & set(clusters))
    words = list(dict.fromkeys(str(wish["scope"]).split()))
    strange = [word for word in words if word not in offered]
    if strange:
        message = f"{bank.slug} has no scope {strange[0]}"
        raise wrong("/scope", message, rule="enum", expected=list(offered), got=strange[0])
    return " ".join(words)


def _bank_id(bank: Bank, client: Client, view: AccountView) -> str:
    return bank.account_ref(view.account, client.client_id)


def _own_id(view: AccountView) -> str:
    return view.account.account_id


def _shared(bank: Bank, consent: Consent, view: AccountView) -> dict[str, Any]:
    account = view.account
    return show.present({"tan": bank.tan(account, consent.consent_id) if bank.tan else None}) | {
        "account_id": account.account_id,
        "id": bank.account_ref(account, consent.client_id),
        "kind": account.kind.value,
        "name": account.nickname or account.product,
        "last4": account.last4,
    }


OPERATIONS: Mapping[str, Operation] = {
    "listConsents": list_consents,
    "giveConsent": give_consent,
    "getConsent": get_consent,
    "revokeConsent": revoke_consent,
    "suspendConsent": suspend_consent,
    "resumeConsent": resume_consent,
    "amendConsent": amend_consent,
    "refuseAccount": refuse_account,
    "listConsentAccesses": list_consent_accesses,
}
