"""Where clients find the endpoints that look at certificates (RFC 8705 5)."""

from typing import Any
from urllib.parse import urlsplit

ALIASED = (
    "token_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
    "pushed_authorization_request_endpoint",
    "userinfo_endpoint",
)


def https(url: str, tls_port: int) -> str:
    """The same place on the TLS port."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return parts._replace(scheme="https", netloc=f"{host}:{tls_port}").geturl()


def metadata(document: dict[str, Any], tls_port: int | None) -> dict[str, Any]:
    """A bank's metadata with what it says of certificates to which tokens are bound (RFC 8705 3.3, 5)."""
    told = document | {"tls_client_certificate_bound_access_tokens": True}
    if tls_port:
        told["mtls_endpoint_aliases"] = {name: https(document[name], tls_port) for name in ALIASED if name in document}
    return told
