"""What a client can find out by itself: RFC 8414 metadata, the same at OpenID Connect's well-known place. Every member
is read off what answers; what a bank does not have it does not tell of."""

from typing import Any

from sandbox.dialect.bank import Bank
from sandbox.dialect.policy import EASY, OAuthPolicy
from sandbox.dialect.step_up import CLASSES
from sandbox.kernel.errors import PROOF_ALGORITHMS
from sandbox.ledger.consent_requests import GrantAction
from sandbox.oauth import id_tokens, userinfo
from sandbox.oauth.authentication import METHODS
from sandbox.oauth.client_keys import ALGORITHMS

ID_TOKEN_CLAIMS = ("iss", "aud", "iat", "exp", "auth_time", "acr", "amr", "nonce", "at_hash")
PROVEN = ("token", "revocation", "introspection")
"""Endpoints at which a client proves itself, and which have a member for how."""


def metadata(bank: Bank, base_url: str) -> dict[str, Any]:
    """`base_url` is the issuer: where the bank's paths begin, as the client sees it."""
    policy = bank.oauth
    endpoints = {name: base_url + path for name, path in _paths(policy).items() if path}
    return {
        "issuer": base_url,
        **endpoints,
        **_proof(endpoints),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(policy.grant_types),
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": list(policy.scopes),
        "authorization_response_iss_parameter_supported": True,
        "require_pushed_authorization_requests": False,
        "request_parameter_supported": True,
        "request_uri_parameter_supported": False,
        "request_object_signing_alg_values_supported": list(ALGORITHMS),
        "require_signed_request_object": False,
        "dpop_signing_alg_values_supported": list(PROOF_ALGORITHMS),
        "grant_management_actions_supported": [action.value for action in GrantAction],
        "grant_management_action_required": False,
        **({"authorization_details_types_supported": list(kinds)} if (kinds := policy.authorization_details) else {}),
        **(_openid() if id_tokens.SCOPE in policy.scopes else {}),
        "acr_values_supported": list(CLASSES),
        "ui_locales_supported": ["en-US"],
        "service_documentation": f"{base_url}/docs",
    }


def _paths(policy: OAuthPolicy) -> dict[str, str]:
    return {
        "authorization_endpoint": policy.authorization_path,
        "token_endpoint": policy.token_path,
        "revocation_endpoint": policy.revocation_path,
        "introspection_endpoint": policy.introspection_path,
        "pushed_authorization_request_endpoint": policy.pushed_authorization_path,
        "registration_endpoint": policy.registration_path,
        "userinfo_endpoint": policy.userinfo_path,
        "jwks_uri": policy.jwks_path,
    }


def _proof(endpoints: dict[str, str]) -> dict[str, list[str]]:
    """How clients prove themselves. A client of a stricter profile may have to do it by fewer ways."""
    told = {}
    for name in PROVEN:
        if f"{name}_endpoint" in endpoints:
            told[f"{name}_endpoint_auth_methods_supported"] = list(METHODS)
            told[f"{name}_endpoint_auth_signing_alg_values_supported"] = list(ALGORITHMS)
    return told


def _openid() -> dict[str, Any]:
    """OpenID Connect Discovery 3: at banks that have the scope."""
    return {
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": list(EASY.id_token_algs),
        "claim_types_supported": ["normal"],
        "claims_supported": [*ID_TOKEN_CLAIMS, *userinfo.CLAIMS],
        "claims_parameter_supported": False,
    }
