"""Clients: registered at a bank in a world, looked at, struck off."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sandbox.control import show
from sandbox.control.operation import NOTHING, Operation, bank_of, created, in_world, world_of
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.kernel import ids
from sandbox.kernel.errors import ClientNotFound, Conflict, InvalidInput, Violation
from sandbox.ledger.clients import Client, Profile
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consents import ConsentStatus, status_at
from sandbox.ledger.purposes import ASSISTANT, Purpose

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def list_clients(services: Services, call: Call) -> Reply:
    world, bank = world_of(services, call), call.query.get("bank")
    clients = services.grants.clients(world.world_id)
    return Reply({"clients": [show.client(client) for client in clients if bank in (None, client.bank)]})


def register_client(services: Services, call: Call) -> Reply:
    world, wish = world_of(services, call), call.body
    bank = bank_of(services, wish["bank"])
    uris = tuple(dict.fromkeys(wish["redirect_uris"]))
    faults = [fault for place, uri in enumerate(uris) if (fault := _fault(place, uri)) is not None]
    if bank.oauth.one_redirect_uri and len(uris) > 1:
        message = f"{bank.name} registers one redirect URI per client, got {len(uris)}"
        faults.append(Violation("body", "/redirect_uris", "maxItems", message, 1, len(uris)))
    if faults:
        raise InvalidInput(faults)
    secret = "" if wish.get("public") else ids.secret(24)
    client = Client(
        client_id=wish.get("client_id") or "app-" + ids.secret(9).replace("_", "x").lower(),
        bank=bank.slug,
        world_id=world.world_id,
        name=wish["name"],
        redirect_uris=uris,
        created_at=world.now,
        secret_hash=ids.fingerprint(secret) if secret else "",
        profile=Profile(wish.get("profile", "easy")),
        purposes=tuple(map(_purpose, wish["purposes"])) if "purposes" in wish else (ASSISTANT,),
        client_uri=wish.get("client_uri", ""),
    )
    if not services.grants.add_client(client):
        raise Conflict(
            f"{bank.slug} has a client {client.client_id!r} already, in this world or another",
            hint="Choose another client_id, or leave it out.",
        )
    told = {"client_secret": secret} if secret else {}
    return created(show.client(client) | told, f"/clients/{bank.slug}/{client.client_id}")


def get_client(services: Services, call: Call) -> Reply:
    return Reply(show.client(_client(services, call)))


def delete_client(services: Services, call: Call) -> Reply:
    with services.database.transaction():
        client = _client(services, call)
        now = services.worlds.world(client.world_id).now
        for consent in services.grants.consents(client.world_id):
            own = consent.client_id == client.client_id and consent.bank == client.bank
            if own and status_at(consent, now) is ConsentStatus.ACTIVE:
                services.consents.revoke(consent.consent_id, reason="BUSINESS_RULE", initiator="DATA_PROVIDER")
        services.grants.delete_client(client.bank, client.client_id)
    return NOTHING


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
    return Purpose(wish["code"], wish["text"], tuple(map(Cluster, wish.get("clusters", ()))))


def _fault(place: int, uri: str) -> Violation | None:
    """RFC 9700 2.1 and RFC 6749 3.1.2: absolute, no fragment; and nothing that could be taken for another address."""
    problem = _problem(uri)
    if problem is None:
        return None
    return Violation("body", f"/redirect_uris/{place}", "redirect_uri", f"{uri[:200]!r} {problem}", got=uri[:200])


def _problem(uri: str) -> str | None:
    if not uri.isascii() or not uri.isprintable() or " " in uri or "\\" in uri:
        return "must be written in printable ASCII without spaces or backslashes"
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"cannot be read: {error}"
    if parts.scheme not in ("http", "https") or not host:
        return "must be an absolute http or https URL"
    if "#" in uri:
        return "must not have a fragment"
    if parts.username is not None or parts.password is not None:
        return "must not hold credentials"
    if "*" in uri:
        return "must not hold a wildcard: redirect URIs are compared to the letter"
    if parts.scheme == "http" and host not in LOOPBACK and not host.endswith(".localhost"):
        return "must use https; http is for loopback addresses only"
    return None


OPERATIONS: Mapping[str, Operation] = {
    "listClients": list_clients,
    "registerClient": register_client,
    "getClient": get_client,
    "deleteClient": delete_client,
}
