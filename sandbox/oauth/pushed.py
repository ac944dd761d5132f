"""Pushed authorization requests (RFC 9126): stored for a minute and a half, for one client, for one journey."""

from dataclasses import dataclass, replace
from datetime import timedelta

from sandbox.kernel import ids
from sandbox.ledger import codec
from sandbox.ledger.clients import Client
from sandbox.oauth.rules.request import AuthorizationRequest
from sandbox.store.grants import Grants
from sandbox.worlds.worlds import Worlds

PREFIX = "urn:ietf:params:oauth:request_uri:"
LIFETIME = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Pushed:
    bank: str
    client_id: str
    values: dict[str, list[str]]
    signed: bool
    """Whether it came as a request object (RFC 9101)."""
    journey_id: str = ""
    """What it has led to."""


class PushedRequests:
    def __init__(self, grants: Grants, worlds: Worlds) -> None:
        self.grants = grants
        self.worlds = worlds

    def push(self, request: AuthorizationRequest) -> tuple[str, int]:
        """(request_uri, seconds it lives) of a request that the rules have found good."""
        client, request_uri = request.known_client, PREFIX + ids.secret()
        now = self.worlds.world(client.world_id).now
        values = {**request.values, "client_id": [client.client_id]}
        document = codec.encode(Pushed(client.bank, client.client_id, values, request.signed))
        self.grants.add_code(ids.fingerprint(request_uri), client.world_id, now + LIFETIME, document)
        return request_uri, int(LIFETIME.total_seconds())

    def pull(self, client: Client, request_uri: str) -> Pushed | str:
        """What was pushed, or what is wrong with the reference."""
        found = self.grants.code(ids.fingerprint(request_uri))
        if found is None:
            return "request_uri is not one that this bank gave"
        used, expires_at, text = found
        pushed = codec.decode(text, Pushed)
        if (pushed.bank, pushed.client_id) != (client.bank, client.client_id):
            return "request_uri was given to another client"
        if not used and expires_at <= self.worlds.world(client.world_id).now:
            return f"request_uri has run out: it is good for {LIFETIME.total_seconds():.0f} s"
        return pushed

    def take(self, request: AuthorizationRequest) -> str:
        """Uses the reference up. Returns the journey that it has led to before, and nothing where it had not."""
        now = self.worlds.world(request.known_client.world_id).now
        taken = self.grants.take_code(ids.fingerprint(request.request_uri), now)
        assert taken is not None, "what was pulled is there to be taken"
        return "" if taken[0] else codec.decode(taken[2], Pushed).journey_id

    def led_to(self, request_uri: str, journey_id: str) -> None:
        code_hash = ids.fingerprint(request_uri)
        found = self.grants.code(code_hash)
        assert found is not None, "what was taken stays as a tombstone"
        self.grants.set_code(code_hash, codec.encode(replace(codec.decode(found[2], Pushed), journey_id=journey_id)))
