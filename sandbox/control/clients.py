"""Clients: registered at a bank in a world, looked at, changed, struck off."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.control import show
from sandbox.control.operation import NOTHING, Operation, bank_of, created, in_world, members, world_of, wrong
from sandbox.control.services import Services
from sandbox.dialect.bank import Bank
from sandbox.dialect.call import Call, Reply
from sandbox.kernel import ids
from sandbox.kernel.errors import ClientNotFound, Conflict, InvalidInput, Violation
from sandbox.ledger.clients import Client, Profile
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.purposes import ASSISTANT, Purpose
from sandbox.oauth import client_metadata
from sandbox.oauth.refusals import NO_STORE
from sandbox.oauth.registration import INITIAL_LIFETIME


def list_clients(services: Services, call: Call) -> Reply:
    world, bank = world_of(services, call), call.query.get("bank")
    clients = services.grants.clients(world.world_id)
    return Reply({"clients": [show.client(client) for client in clients if bank in (None, client.bank)]})


def register_client(services: Services, call: Call) -> Reply:
    world, wish = world_of(services, call), call.body
    bank = bank_of(services, wish["bank"])
    bare = Client(
        client_id=wish.get("client_id") or "app-" + ids.secret(9).replace("_", "x").lower(),
        bank=bank.slug,
        world_id=world.world_id,
        name=wish["name"],
        redirect_uris=(),
        created_at=world.now,
        purposes=(ASSISTANT,),
    )
    client, secret = client_metadata.with_secret(_wished(bare, wish), wanted=not wish.get("public"))
    if wish.get("public") and client.confidential:
        raise wrong("/public", f"a public client cannot prove itself by {client.token_endpoint_auth_method}")
    _check(services, bank, client)
    if not services.grants.add_client(client):
        raise Conflict(
            f"{bank.slug} has a client {client.client_id!r} already, in this world or another",
            hint="Choose another client_id, or leave it out.",
        )
    return created(show.client(client) | _once(secret), f"/clients/{bank.slug}/{client.client_id}")


def get_client(services: Services, call: Call) -> Reply:
    return Reply(show.client(_client(services, call)))


def change_client(services: Services, call: Call) -> Reply:
    """Only what the body names; null takes a member away."""
    with services.database.transaction():
        client = _client(services, call)
        bank = bank_of(services, client.bank)
        changed, secret = client_metadata.with_secret(_wished(client, call.body), wanted=client.confidential)
        _check(services, bank, changed, as_it_was=() if "redirect_uris" in call.body else ("redirect_uris",))
        services.grants.set_client(changed)
    return Reply(show.client(changed) | _once(secret))


def rotate_secret(services: Services, call: Call) -> Reply:
    """The old one is of no use from the next call on."""
    secret = ids.secret(24)
    with services.database.transaction():
        client = _client(services, call)
        if not client.secret_hash:
            raise Conflict(f"{client.client_id} has no secret: it proves itself by {client.auth_methods[0]}")
        services.grants.set_client(replace(client, secret_hash=ids.fingerprint(secret)))
    return Reply({"client_id": client.client_id, **_once(secret)})


def delete_client(services: Services, call: Call) -> Reply:
    with services.database.transaction():
        services.consents.strike_off(_client(services, call))
    return NOTHING


def give_registration_token(services: Services, call: Call) -> Reply:
    world, wish = world_of(services, call), members(call)
    bank = bank_of(services, wish["bank"]) if "bank" in wish else None
    profile = Profile(wish.get("profile", "easy"))
    told = {
        "initial_access_token": services.endpoints.registration.initial_token(world, bank, profile),
        "world": world.world_id,
        "profile": profile.value,
        "expires_in": int(INITIAL_LIFETIME.total_seconds()),
        "registration_endpoints": {
            slug: f"{call.base_url}/{slug}{one.oauth.registration_path}"
            for slug, one in services.banks.items()
            if bank in (None, one)
        },
    }
    return Reply(told, headers=NO_STORE)


def sign_software_statement(services: Services, call: Call) -> Reply:
    return Reply({"software_statement": services.endpoints.registration.directory.vouch(call.body)})


# --- Pieces --------------------------------------------------------------------------------------------------------


def _client(services: Services, call: Call) -> Client:
    bank = bank_of(services, call.path["bank"])
    client = services.grants.client(bank.slug, call.path["clientId"])
    if client is None or not in_world(call, client.world_id):
        raise ClientNotFound(f"no client {call.path['clientId']!r} is registered at {bank.slug}")
    return client


def _purpose(wish: str | Mapping[str, Any]) -> Purpose:
    """A purpose may be said by its text alone."""
    if isinstance(wish, str):
        return Purpose("SERVICE", wish)
    return Purpose(
        wish["code"], wish["text"], tuple(map(Cluster, wish.get("clusters", ()))), wish.get("required", False)
    )


def _wished(client: Client, wish: Mapping[str, Any]) -> Client:
    told = client_metadata.of_client(wish)
    for name, read in (("name", str), ("profile", Profile), ("asks_for_marketing", bool), ("unattended_reads", int)):
        if name in wish:
            told[name] = read(wish[name])
    if "purposes" in wish:
        told["purposes"] = tuple(map(_purpose, wish["purposes"]))
    return replace(client, **told)


def _once(secret: str) -> dict[str, str]:
    """A secret is told when it is made, and never again."""
    return {"client_secret": secret} if secret else {}


def _check(services: Services, bank: Bank, client: Client, as_it_was: tuple[str, ...] = ()) -> None:
    """Raises InvalidInput with everything that is wrong. The demo client's redirect URI is one that nobody else may
    register, so members that stay as they were are not looked at again."""
    faults = [one for one in client_metadata.faults(client, bank, services.guard) if one.member not in as_it_was]
    if faults:
        raise InvalidInput(
            [Violation("body", f"/{fault.place}", fault.rule, fault.message, got=fault.got) for fault in faults]
        )


OPERATIONS: Mapping[str, Operation] = {
    "listClients": list_clients,
    "registerClient": register_client,
    "getClient": get_client,
    "changeClient": change_client,
    "rotateClientSecret": rotate_secret,
    "deleteClient": delete_client,
    "giveRegistrationToken": give_registration_token,
    "signSoftwareStatement": sign_software_statement,
}
