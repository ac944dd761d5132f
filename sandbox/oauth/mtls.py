"""Where clients find the endpoints that look at certificates (RFC 8705 5)."""

from typing import Any, NamedTuple
from urllib.parse import urlsplit

ALIASED = (
    "token_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
    "pushed_authorization_request_endpoint",
    "userinfo_endpoint",
)
METHODS = "_auth_methods_supported"


def https(url: str, tls_port: int) -> str:
    """The same place on the TLS port."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return parts._replace(scheme="https", netloc=f"{host}:{tls_port}").geturl()


class Certificates(NamedTuple):
    """How clients' certificates get here."""

    tls_port: int | None
    by_proxy: bool
    """A proxy passes them on, in a header that is believed."""


def metadata(document: dict[str, Any], certificates: Certificates) -> dict[str, Any]:
    """A bank's metadata with what it says of certificates (RFC 8705 3.3, 5); nothing where none can be shown."""
    port = certificates.tls_port
    if not port and not certificates.by_proxy:
        return {name: _without(value) if name.endswith(METHODS) else value for name, value in document.items()}
    told = document | {"tls_client_certificate_bound_access_tokens": True}
    if port:
        told["mtls_endpoint_aliases"] = {name: https(document[name], port) for name in ALIASED if name in document}
    return told


def _without(methods: list[str]) -> list[str]:
    return [method for method in methods if "tls_client_auth" not in method]
