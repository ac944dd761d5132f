"""The rules of the authorization endpoint, one file each; `ORDER` is the order in which a request meets them.

Until the client and its redirect URI are known good, a refusal is shown on our own page; from then on it is sent to
the client (RFC 6749 4.1.2.1, RFC 9700 4.11).
"""

from collections.abc import Callable

from sandbox.oauth.rules.authorization_details import authorization_details
from sandbox.oauth.rules.client import known_client
from sandbox.oauth.rules.dpop_jkt import dpop_jkt
from sandbox.oauth.rules.grant_management import grant_management
from sandbox.oauth.rules.nonce import nonce
from sandbox.oauth.rules.pkce import code_challenge
from sandbox.oauth.rules.prompt import prompt
from sandbox.oauth.rules.pushed_request import pushed_request
from sandbox.oauth.rules.redirect_uri import registered_redirect_uri
from sandbox.oauth.rules.request import AuthorizationRequest
from sandbox.oauth.rules.request_object import request_object
from sandbox.oauth.rules.request_uri import request_uri
from sandbox.oauth.rules.response_type import response_type
from sandbox.oauth.rules.scope import scope
from sandbox.oauth.rules.sign_in import sign_in
from sandbox.oauth.rules.single_values import single_values
from sandbox.oauth.rules.state import state

Rule = Callable[[AuthorizationRequest], None]

ORDER: tuple[Rule, ...] = (
    # Refusals on our own page.
    single_values,
    known_client,
    request_uri,
    request_object,
    registered_redirect_uri,
    # Refusals sent to the client.
    state,
    pushed_request,
    response_type,
    scope,
    authorization_details,
    grant_management,
    code_challenge,
    nonce,
    dpop_jkt,
    prompt,
    sign_in,
)


def judge(request: AuthorizationRequest) -> AuthorizationRequest:
    """Raises AuthorizationRefused at the first rule that the request breaks."""
    for rule in ORDER:
        rule(request)
    return request
