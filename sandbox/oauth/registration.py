"""Clients that register themselves (RFC 7591), and look after their registration (RFC 7592).

Anybody may: the client then belongs to the default world. An initial access token, which the control API gives, names
another world and a profile; so tests that run side by side stay apart.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from hmac import compare_digest
from typing import Any, Never

from sandbox.dialect.bank import Bank
from sandbox.dialect.call import Call, Reply
from sandbox.kernel import ids
from sandbox.kernel.clock import to_millis
from sandbox.ledger.clients import Client, Profile
from sandbox.oauth import client_metadata
from sandbox.oauth.client_metadata import Fault
from sandbox.oauth.consents import Consents
from sandbox.oauth.refusals import NO_STORE, Because, OAuthRefused, refuse
from sandbox.oauth.software_statements import Directory
from sandbox.outbound.guard import Guard
from sandbox.store.grants import Grants, StoredToken
from sandbox.worlds.worlds import DEFAULT, World, Worlds

INITIAL = "registration"
"""The kind of an initial access token."""
INITIAL_LIFETIME = timedelta(days=1)
GIVEN = {
    "token_endpoint_auth_method": "client_secret_basic",
    "grant_types": ["authorization_code", "refresh_token"],
}
"""What a client gets that does not say what it wants."""
KEPT = ("software_id", "software_version", "software_statement")
"""Members that come back as they were said and mean nothing here; a bank may have more of them."""
METADATA = (*client_metadata.MEMBERS, "client_name", "response_types")
OURS = ("registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at")
"""Members that no client may send back (RFC 7592 2.2)."""


class Registration:
    def __init__(self, grants: Grants, worlds: Worlds, consents: Consents, guard: Guard, directory: Directory) -> None:
        self.grants = grants
        self.worlds = worlds
        self.consents = consents
        self.guard = guard
        self.directory = directory

    # --- Operations ------------------------------------------------------------------------------------------------

    def register(self, call: Call) -> Reply:
        try:
            world, profile = self._where(call)
            bare = Client(
                client_id="app-" + ids.secret(9).replace("_", "x").lower(),
                bank=call.bank.slug,
                world_id=world.world_id,
                name="",
                redirect_uris=(),
                created_at=world.now,
                profile=profile,
            )
            client, secret, token = self._made(call, bare)
        except Because as error:
            raise OAuthRefused(error) from error
        assert self.grants.add_client(client), "a new id is nobody's"
        return Reply(self._shown(call, client, token, secret), 201, headers=NO_STORE)

    def read(self, call: Call) -> Reply:
        client, token = self._own(call)
        return Reply(self._shown(call, client, token), headers=NO_STORE)

    def update(self, call: Call) -> Reply:
        """What is left out goes back to what it is by itself. The registration access token is replaced."""
        with self.grants.database.transaction():
            client, _ = self._own(call)
            try:
                _check_update(client, call.body)
                bare = Client(
                    client_id=client.client_id,
                    bank=client.bank,
                    world_id=client.world_id,
                    name="",
                    redirect_uris=(),
                    created_at=client.created_at,
                    secret_hash=client.secret_hash,
                    profile=client.profile,
                    purposes=client.purposes,
                    asks_for_marketing=client.asks_for_marketing,
                )
                changed, secret, token = self._made(call, bare)
            except Because as error:
                raise OAuthRefused(error) from error
            self.grants.set_client(changed)
        return Reply(self._shown(call, changed, token, secret), headers=NO_STORE)

    def delete(self, call: Call) -> Reply:
        """Its tokens and consents end with it, at once."""
        with self.grants.database.transaction():
            client, _ = self._own(call)
            self.consents.strike_off(client)
        return Reply(None, 204, headers=NO_STORE)

    def initial_token(self, world: World, bank: Bank | None, profile: Profile) -> str:
        """Lets any number of clients register in a world, at one bank or at any, while it lives: a day."""
        token = ids.secret()
        self.grants.add_token(
            StoredToken(
                token_hash=ids.fingerprint(token),
                kind=INITIAL,
                bank=bank.slug if bank else "",
                world_id=world.world_id,
                client_id="",
                consent_id="",
                scope=profile.value,
                family="",
                issued_at=world.now,
                expires_at=world.now + INITIAL_LIFETIME,
            )
        )
        return token

    # --- Who asks --------------------------------------------------------------------------------------------------

    def _where(self, call: Call) -> tuple[World, Profile]:
        """The world to register in, and the profile. Raises Because."""
        if "authorization" not in call.headers:
            return self.worlds.world(DEFAULT), Profile.EASY
        token = self.grants.token(ids.fingerprint(_bearer(call)))
        if token is None or token.kind != INITIAL or token.bank not in ("", call.bank.slug):
            _no_entry("the initial access token is not one that was given for this bank")
        world = self.worlds.world(token.world_id)
        if token.expires_at is not None and token.expires_at <= world.now:
            _no_entry("the initial access token has run out")
        return world, Profile(token.scope)

    def _own(self, call: Call) -> tuple[Client, str]:
        """The client that the path names, and its registration access token. Whoever has not got that learns nothing,
        not even whether there is such a client (RFC 7592 2.1). Raises OAuthRefused."""
        try:
            token, client_id = _bearer(call), call.path["clientId"]
            client = self.grants.client(call.bank.slug, client_id)
            if client is None:
                _no_entry(f"no client {client_id[:100]!r} is registered at {call.bank.name}")
            if not client.registration_hash:
                _no_entry("the client was registered by the control API, which looks after it as well")
            if not compare_digest(ids.fingerprint(token), client.registration_hash):
                _no_entry("the registration access token is not that client's, or was replaced")
        except Because as error:
            raise OAuthRefused(error) from error
        return client, token

    # --- What is registered ----------------------------------------------------------------------------------------

    def _made(self, call: Call, bare: Client) -> tuple[Client, str, str]:
        """The client as it wants to be, with a secret where one is new, and a registration access token. Raises
        Because for the first kind of fault, with all of that kind."""
        bank, said = call.bank, dict(call.body)
        vouched = self.directory.read(said["software_statement"]) if "software_statement" in said else {}
        metadata = {**GIVEN, **said, **{name: value for name, value in vouched.items() if name in METADATA}}
        metadata["redirect_uris"] = said.get("redirect_uris", vouched.get("redirect_uris", []))
        kept = {name: metadata[name] for name in (*KEPT, *bank.oauth.registration_members) if name in metadata}
        token = ids.secret()
        wanted = replace(
            bare,
            **client_metadata.of_client(metadata),
            name=metadata.get("client_name", bare.client_id),
            registration_hash=ids.fingerprint(token),
            documents=json.dumps(kept) if kept else "",
        )
        client, secret = client_metadata.with_secret(wanted)
        faults = client_metadata.faults(client, bank, self.guard)
        faults += _beyond(client, vouched.get("redirect_uris")) + _response_types(metadata.get("response_types"))
        if faults:
            of_redirects = [fault for fault in faults if fault.member == "redirect_uris"]
            error = "invalid_redirect_uri" if of_redirects else "invalid_client_metadata"
            told = "; ".join(fault.message for fault in of_redirects or faults)
            refuse(error, told, faults=[f"{fault.place}: {fault.message}" for fault in faults])
        return client, secret, token

    @staticmethod
    def _shown(call: Call, client: Client, token: str, secret: str = "") -> dict[str, Any]:
        """The client information response (RFC 7591 3.2.1)."""
        secrets = {"client_secret": secret, "client_secret_expires_at": 0} if secret else {}
        path = call.bank.oauth.registration_path
        return {
            **client_metadata.told(client),
            **(json.loads(client.documents) if client.documents else {}),
            **secrets,
            **call.bank.oauth.registration_status,
            "client_id": client.client_id,
            "client_id_issued_at": to_millis(client.created_at) // 1000,
            "client_name": client.name,
            "redirect_uris": list(client.redirect_uris),
            "response_types": ["code"] if client.may_use("authorization_code") else [],
            "registration_access_token": token,
            "registration_client_uri": f"{call.base_url}{path}/{client.client_id}",
        }


def _bearer(call: Call) -> str:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        _no_entry("the Authorization header has to read `Bearer <token>`")
    return token.strip()


def _no_entry(description: str) -> Never:
    refuse("invalid_token", description, status=401)


def _check_update(client: Client, body: Mapping[str, Any]) -> None:
    """Raises Because."""
    sent = [name for name in OURS if name in body]
    if sent:
        refuse("invalid_request", f"{sent[0]} cannot be sent back (RFC 7592 2.2)", sent=sent)
    if body.get("client_id") != client.client_id:
        refuse("invalid_request", "client_id has to be the client's own (RFC 7592 2.2)")
    secret = body.get("client_secret")
    if secret is not None and not compare_digest(ids.fingerprint(str(secret)), client.secret_hash):
        refuse("invalid_request", "client_secret, where it is sent, has to be the one that holds (RFC 7592 2.2)")


def _beyond(client: Client, vouched: list[str] | None) -> list[Fault]:
    """Redirect URIs that the software statement does not vouch for."""
    if vouched is None:
        return []
    strangers = [uri for uri in client.redirect_uris if uri not in vouched]
    return [Fault("redirect_uris", "statement", f"{uri[:200]!r} is not in the software statement") for uri in strangers]


def _response_types(asked: list[str] | None) -> list[Fault]:
    unknown = [one for one in asked or () if one != "code"]
    return [Fault("response_types", "enum", "response_types can hold code alone", one) for one in unknown[:1]]
