"""What a client says of itself when it registers (RFC 7591 2), however it does so, and what is wrong with it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlsplit

from sandbox.dialect.bank import Bank
from sandbox.dialect.policy import KEYS, METHODS
from sandbox.kernel import ids
from sandbox.ledger.clients import BY_SECRET, Client, Profile
from sandbox.oauth.certificates import distinguished
from sandbox.oauth.client_keys import ALGORITHMS, KeysUnfit, read
from sandbox.outbound.guard import Guard, Refused

LOOPBACK = ("127.0.0.1", "::1", "localhost")
PAGES = ("client_uri", "logo_uri", "policy_uri", "tos_uri")
"""Addresses that people may be shown. The sandbox never asks them for anything."""
ID_TOKEN_ALGORITHMS = ("RS256", "PS256", "ES256")
WORDS = (
    "scope",
    *PAGES,
    "token_endpoint_auth_method",
    "jwks_uri",
    "request_object_signing_alg",
    "id_token_signed_response_alg",
    "require_pushed_authorization_requests",
    "dpop_bound_access_tokens",
    "tls_client_certificate_bound_access_tokens",
    "tls_client_auth_subject_dn",
    "tls_client_auth_san_dns",
)
LISTS = ("redirect_uris", "contacts", "grant_types")
MEMBERS = (*WORDS, *LISTS, "jwks")
DEFAULTS = {field.name: field.default for field in fields(Client)}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; `place` is the member, with the index of what is wrong in it."""

    place: str
    rule: str
    message: str
    got: object = None

    @property
    def member(self) -> str:
        return self.place.partition("/")[0]


def of_client(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The client's fields that the metadata tells; null stands for what a field is by itself."""
    told: dict[str, Any] = {name: metadata[name] for name in WORDS if name in metadata}
    told |= {name: tuple(dict.fromkeys(metadata[name] or ())) for name in LISTS if name in metadata}
    if "jwks" in metadata:
        told["jwks"] = json.dumps(metadata["jwks"]) if metadata["jwks"] is not None else ""
    return {name: DEFAULTS[name] if value is None else value for name, value in told.items()}


def told(client: Client) -> dict[str, Any]:
    """The metadata that a client has, without what it left as it is by itself and without redirect URIs."""
    words = {name: value for name in WORDS if (value := getattr(client, name)) != DEFAULTS[name]}
    lists = {name: list(value) for name in ("contacts", "grant_types") if (value := getattr(client, name))}
    return words | lists | ({"jwks": json.loads(client.jwks)} if client.jwks else {})


def with_secret(client: Client, *, wanted: bool = True) -> tuple[Client, str]:
    """With a new secret where its way to prove itself needs one and it has none; without one where it needs none. The
    secret is told when it is made, and kept as a fingerprint."""
    method = client.token_endpoint_auth_method
    if method and method not in BY_SECRET:
        return replace(client, secret_hash=""), ""
    if client.secret_hash or not (wanted or method):
        return client, ""
    secret = ids.secret(24)
    return replace(client, secret_hash=ids.fingerprint(secret)), secret


def faults(client: Client, bank: Bank, guard: Guard) -> list[Fault]:
    """Everything at once that keeps a client from being registered."""
    return [fault for rule in RULES for fault in rule(client, bank, guard)]


# --- The rules -----------------------------------------------------------------------------------------------------


def _redirect_uris(client: Client, bank: Bank, _guard: Guard) -> list[Fault]:
    uris = client.redirect_uris
    found = [
        Fault(f"redirect_uris/{place}", "redirect_uri", f"{uri[:200]!r} {problem}", uri[:200])
        for place, uri in enumerate(uris)
        if (problem := redirect_uri_problem(uri))
    ]
    if bank.oauth.one_redirect_uri and len(uris) > 1:
        message = f"{bank.name} registers one redirect URI per client, got {len(uris)}"
        found.append(Fault("redirect_uris", "maxItems", message, len(uris)))
    if not uris and client.may_use("authorization_code"):
        found.append(Fault("redirect_uris", "required", "a client of the code flow needs a redirect URI"))
    return found


def redirect_uri_problem(uri: str) -> str | None:
    """RFC 9700 2.1 and RFC 6749 3.1.2: absolute, no fragment; and nothing that could be taken for another address."""
    problem = _url_problem(uri)
    if problem:
        return problem
    parts = urlsplit(uri)
    if "#" in uri:
        return "must not have a fragment"
    if parts.username is not None or parts.password is not None:
        return "must not hold credentials"
    if "*" in uri:
        return "must not hold a wildcard: redirect URIs are compared to the letter"
    host = parts.hostname or ""
    if parts.scheme == "http" and host not in LOOPBACK and not host.endswith(".localhost"):
        return "must use https; http is for loopback addresses only"
    return None


def _url_problem(uri: str) -> str | None:
    if not uri.isascii() or not uri.isprintable() or " " in uri or "\\" in uri:
        return "must be written in printable ASCII without spaces or backslashes"
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"cannot be read: {error}"
    if parts.scheme not in ("http", "https") or not host:
        return "must be an absolute http or https URL"
    return None


def _pages(client: Client, _bank: Bank, _guard: Guard) -> list[Fault]:
    return [
        Fault(name, "url", f"{name} {problem}", uri[:200])
        for name in PAGES
        if (uri := getattr(client, name)) and (problem := _url_problem(uri))
    ]


def _auth_method(client: Client, _bank: Bank, _guard: Guard) -> list[Fault]:
    name, method = "token_endpoint_auth_method", client.token_endpoint_auth_method
    if method == "client_secret_jwt":
        return [Fault(name, "enum", "client_secret_jwt is not offered: private_key_jwt is, with a key of your own")]
    if method and method not in METHODS:
        return [Fault(name, "enum", f"{name} has to be one of {', '.join(METHODS)}", method)]
    if client.profile is Profile.FAPI2 and method not in KEYS:
        return [
            Fault(name, "fapi2", f"the profile fapi2 takes {' or '.join(KEYS)}, and neither secrets nor names", method)
        ]
    return []


def _keys(client: Client, _bank: Bank, guard: Guard) -> list[Fault]:
    found = []
    if client.jwks and client.jwks_uri:
        found.append(Fault("jwks_uri", "exclusive", "jwks and jwks_uri exclude each other"))
    if client.jwks:
        try:
            read(client.jwks)
        except KeysUnfit as error:
            found.append(Fault("jwks", "jwks", f"jwks: {error}"))
    if client.jwks_uri:
        try:
            guard.check(client.jwks_uri)
        except Refused as error:
            found.append(Fault("jwks_uri", "outbound", f"jwks_uri: {error}", client.jwks_uri[:200]))
    signs = client.request_object_signing_alg or client.token_endpoint_auth_method in (
        "private_key_jwt",
        "self_signed_tls_client_auth",
    )
    if signs and not client.jwks and not client.jwks_uri:
        why = "request_object_signing_alg" if client.request_object_signing_alg else client.token_endpoint_auth_method
        found.append(Fault("jwks", "required", f"{why} needs the client's keys: jwks or jwks_uri"))
    return found


def _certificate(client: Client, _bank: Bank, _guard: Guard) -> list[Fault]:
    names = [name for name in ("tls_client_auth_subject_dn", "tls_client_auth_san_dns") if getattr(client, name)]
    if client.token_endpoint_auth_method == "tls_client_auth" and len(names) != 1:
        message = "tls_client_auth needs tls_client_auth_subject_dn or tls_client_auth_san_dns, and one alone"
        return [Fault("tls_client_auth_subject_dn", "required", message)]
    try:
        distinguished(client.tls_client_auth_subject_dn)
    except ValueError as error:
        return [Fault("tls_client_auth_subject_dn", "RFC 4514", f"tls_client_auth_subject_dn: {error}")]
    return []


def _algorithms(client: Client, _bank: Bank, _guard: Guard) -> list[Fault]:
    offered = {"request_object_signing_alg": ALGORITHMS, "id_token_signed_response_alg": ID_TOKEN_ALGORITHMS}
    return [
        Fault(name, "enum", f"{name} has to be one of {', '.join(good)}", alg)
        for name, good in offered.items()
        if (alg := getattr(client, name)) and alg not in good
    ]


def _scope(client: Client, bank: Bank, _guard: Guard) -> list[Fault]:
    offered = (*bank.oauth.scopes, *bank.oauth.client_scopes)
    unknown = [word for word in client.scope.split() if word not in offered]
    return [Fault("scope", "scope", f"{bank.name} has no scope {unknown[0][:80]!r}", unknown[:20])] if unknown else []


def _grant_types(client: Client, bank: Bank, _guard: Guard) -> list[Fault]:
    offered = bank.oauth.grant_types
    found = [
        Fault("grant_types", "enum", f"{bank.name} serves {', '.join(offered)}, and not {one[:80]!r}", one[:80])
        for one in client.grant_types
        if one not in offered
    ]
    if "client_credentials" in client.grant_types and not client.confidential:
        found.append(
            Fault("grant_types", "confidential", "client_credentials is for clients that can prove themselves")
        )
    return found


RULES: tuple[Callable[[Client, Bank, Guard], list[Fault]], ...] = (
    _redirect_uris,
    _pages,
    _auth_method,
    _keys,
    _certificate,
    _algorithms,
    _scope,
    _grant_types,
)
