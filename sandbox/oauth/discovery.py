"""What a client can find out by itself: RFC 8414 metadata, also at OpenID Connect's well-known place, and the keys."""

from typing import Any

from sandbox.dialect.bank import Bank
from sandbox.dialect.policy import EASY
from sandbox.oauth import id_tokens, userinfo


def metadata(bank: Bank, base_url: str) -> dict[str, Any]:
    """`base_url` is the issuer: where the bank's paths begin, as the client sees it."""
    policy = bank.oauth
    document: dict[str, Any] = {
        "issuer": base_url,
        "authorization_endpoint": base_url + policy.authorization_path,
        "token_endpoint": base_url + policy.token_path,
        "revocation_endpoint": base_url + policy.revocation_path,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": list(policy.scopes),
        "authorization_response_iss_parameter_supported": True,
        "service_documentation": f"{base_url}/docs",
    }
    for member, path in (
        ("introspection_endpoint", policy.introspection_path),
        ("pushed_authorization_request_endpoint", policy.pushed_authorization_path),
        ("jwks_uri", policy.jwks_path),
        ("userinfo_endpoint", policy.userinfo_path),
    ):
        if path:
            document[member] = base_url + path
    if policy.client_token_path:
        document["grant_types_supported"].append("client_credentials")
    return document | (_openid() if id_tokens.SCOPE in policy.scopes else {})


def _openid() -> dict[str, Any]:
    """OpenID Connect Discovery 3: at banks that have the scope."""
    return {
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": list(EASY.id_token_algs),
        "acr_values_supported": list(id_tokens.CLASSES),
        "claim_types_supported": ["normal"],
        "claims_supported": [
            "iss",
            "aud",
            "iat",
            "exp",
            "auth_time",
            "acr",
            "amr",
            "nonce",
            "at_hash",
            *userinfo.CLAIMS,
        ],
        "claims_parameter_supported": False,
    }
