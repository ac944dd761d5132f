"""How a client proves who it is: one file per way, and `METHODS`, the table of them."""

from collections.abc import Callable, Mapping

from sandbox.oauth.authentication.certificate import by_own_certificate, by_subject
from sandbox.oauth.authentication.none import by_name
from sandbox.oauth.authentication.private_key_jwt import by_private_key
from sandbox.oauth.authentication.secret import by_basic, by_form
from sandbox.oauth.authentication.shown import Shown, unproven
from sandbox.oauth.refusals import refuse

METHODS: Mapping[str, Callable[[Shown], None]] = {
    "client_secret_basic": by_basic,
    "client_secret_post": by_form,
    "private_key_jwt": by_private_key,
    "tls_client_auth": by_subject,
    "self_signed_tls_client_auth": by_own_certificate,
    "none": by_name,
}
"""Each raises Because, with `invalid_client`, for what does not prove it."""


def prove(shown: Shown) -> str:
    """The method by which the client has proven itself. Raises Because."""
    ways = shown.ways()
    if len(ways) > 1:
        refuse("invalid_request", "the client authenticates in two ways at once", shown=ways)
    way, client, demands = ways[0], shown.client, shown.demands
    if way not in client.auth_methods:
        raise unproven(
            f"the client registered {' or '.join(client.auth_methods)}, and came by {way}",
            registered=client.auth_methods,
            shown=way,
        )
    if way not in demands.auth_methods:
        raise unproven(f"clients of the profile {client.profile} cannot use {way}", allowed=demands.auth_methods)
    METHODS[way](shown)
    return way
