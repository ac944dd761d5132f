"""A bank's token server with everything that it serves."""

from sandbox.dialect.bank import Bank
from sandbox.oauth.authority import Authority
from sandbox.oauth.binding import Bindings
from sandbox.oauth.grant_types.authorization_code import CodeGrant, S256Only
from sandbox.oauth.grant_types.client_credentials import ClientGrant
from sandbox.oauth.grant_types.refresh_token import RefreshGrant
from sandbox.oauth.introspection import Introspection
from sandbox.oauth.revocation import Revocation
from sandbox.oauth.server import TokenServer
from sandbox.oauth.signed import Signatures
from sandbox.oauth.tokens import Tokens
from sandbox.store.grants import Grants
from sandbox.worlds.worlds import Worlds


def token_server(  # noqa: PLR0917 (whom it works with)
    bank: Bank,
    grants: Grants,
    worlds: Worlds,
    tokens: Tokens,
    signatures: Signatures,
    bindings: Bindings,
    authority: Authority,
) -> TokenServer:
    server = TokenServer(bank, grants, worlds, tokens, signatures, bindings, authority)
    server.register_grant(CodeGrant, [S256Only(required=True)])
    server.register_grant(RefreshGrant)
    if bank.oauth.client_token_path:
        server.register_grant(ClientGrant)
    server.register_endpoint(Revocation)
    server.register_endpoint(Introspection)
    return server
