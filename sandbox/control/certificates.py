"""Certificates by the sandbox's own authority, for clients that show one (RFC 8705)."""

from collections.abc import Mapping

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sandbox.control.operation import Operation, wrong
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.oauth.certificates import distinguished, thumbprint


def get_authority(services: Services, _call: Call) -> Reply:
    settings = services.settings
    ports = {"tls_port": settings.tls_port, "messenger_tls": settings.messenger_tls}
    return Reply({"ca": services.authority.certificate, **ports})


def issue_certificate(services: Services, call: Call) -> Reply:
    wish = call.body
    try:
        subject = distinguished(wish["subject_dn"]) if "subject_dn" in wish else _named(wish["name"])
        pair = services.authority.of_client(subject, wish.get("san_dns", ()))
    except ValueError as error:
        raise wrong("/subject_dn", f"no certificate can be made for that: {error}", rule="certificate") from None
    der = x509.load_pem_x509_certificate(pair.certificate.encode())
    told = {
        "certificate": pair.certificate,
        "private_key": pair.private_key,
        "ca": services.authority.certificate,
        "subject_dn": der.subject.rfc4514_string(),
        "thumbprint": thumbprint(der.public_bytes(Encoding.DER)),
    }
    return Reply(told, 201, headers={"Cache-Control": "no-store"})


def _named(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Sandbank clients"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


OPERATIONS: Mapping[str, Operation] = {
    "getCertificateAuthority": get_authority,
    "issueCertificate": issue_certificate,
}
