"""Pushed authorization requests (RFC 9126): stored for a minute and a half, for one client, for one use."""

from datetime import timedelta

from sandbox.dialect.bank import Bank
from sandbox.kernel import ids
from sandbox.ledger import codec
from sandbox.oauth.rules.request import AuthorizationRequest
from sandbox.store.grants import Grants
from sandbox.worlds.worlds import Worlds

PREFIX = "urn:ietf:params:oauth:request_uri:"
LIFETIME = timedelta(seconds=90)

Values = dict[str, list[str]]


def push(grants: Grants, worlds: Worlds, request: AuthorizationRequest) -> tuple[str, int]:
    """(request_uri, seconds it lives) of a request that the rules have found good."""
    handle = ids.secret()
    client = request.known_client
    now = worlds.world(client.world_id).now
    values = {**request.values, "client_id": [client.client_id]}
    grants.add_code(ids.fingerprint(PREFIX + handle), client.world_id, now + LIFETIME, codec.encode(values))
    return PREFIX + handle, int(LIFETIME.total_seconds())


def pull(grants: Grants, worlds: Worlds, bank: Bank, values: Values) -> tuple[Values, str]:
    """The pushed parameters that `request_uri` stands for, and what is wrong with it (empty: nothing)."""
    request_uri, client_id = values["request_uri"][0], values.get("client_id", [""])[0]
    client = grants.client(bank.slug, client_id)
    if client is None or not request_uri.startswith(PREFIX):
        return values, "request_uri is not one that this bank gave"
    now = worlds.world(client.world_id).now
    found = grants.take_code(ids.fingerprint(request_uri), now)
    if found is None or not found[0] or found[1] <= now:
        return {"client_id": [client_id]}, "request_uri is unknown, was used before, or has run out"
    pushed = codec.decode(found[2], Values)
    if pushed["client_id"] != [client_id]:
        return {"client_id": [client_id]}, "request_uri was given to another client"
    return pushed, ""
