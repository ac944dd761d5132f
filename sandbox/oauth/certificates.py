"""Certificates as clients show them and as they are registered."""

import hashlib
import json
import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping

from cryptography import x509
from cryptography.x509.oid import NameOID

NAMES: Mapping[str, x509.ObjectIdentifier] = {
    "EMAILADDRESS": NameOID.EMAIL_ADDRESS,
    "SERIALNUMBER": NameOID.SERIAL_NUMBER,
    "ORGANIZATIONIDENTIFIER": NameOID.ORGANIZATION_IDENTIFIER,
}
"""What people write in distinguished names beside the nine keywords of RFC 4514 3."""

PART = re.compile(r"(^|(?<!\\)[,+])\s*([A-Za-z][A-Za-z0-9-]*|[0-9.]+)\s*=\s*")
"""Where a part of a name begins."""

Comparable = list[frozenset[tuple[str, str]]]


def thumbprint(der: bytes) -> str:
    """Of a certificate (RFC 8705 3.1)."""
    return urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()


def read(der: bytes) -> x509.Certificate:
    """Raises ValueError."""
    return x509.load_der_x509_certificate(der)


def distinguished(text: str) -> x509.Name:
    """A distinguished name as RFC 4514 writes it, or with the spaces and small letters that RFC 2253 let be. Raises
    ValueError."""
    strict = PART.sub(lambda part: f"{part[1]}{part[2].upper()}=", text.strip())
    try:
        return x509.Name.from_rfc4514_string(strict, dict(NAMES))
    except ValueError:
        raise ValueError(f"{text[:200]!r} is no distinguished name, such as CN=my-bot,O=Example") from None


def same_name(one: x509.Name, other: x509.Name) -> bool:
    """Whether two distinguished names are one, whatever their case and spaces (RFC 4517 4.2.11)."""
    return _comparable(one) == _comparable(other)


def _comparable(name: x509.Name) -> Comparable:
    return [
        frozenset((part.oid.dotted_string, " ".join(str(part.value).split()).casefold()) for part in rdn)
        for rdn in name.rdns
    ]


def dns_names(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return names.get_values_for_type(x509.DNSName)


def registered(jwks: str) -> list[bytes]:
    """The certificates in a JWK set: the first of each key's `x5c` (RFC 7517 4.7), DER. What cannot be read is left
    out."""
    found = []
    for key in json.loads(jwks or '{"keys": []}').get("keys", ()):
        chain = key.get("x5c") if isinstance(key, dict) else None
        if isinstance(chain, list) and chain and isinstance(chain[0], str):
            try:
                der = b64decode(chain[0], validate=True)
                read(der)
            except ValueError:
                continue
            found.append(der)
    return found
