"""The sandbox's own certificate authority: it vouches for this server to its clients, and for clients to this server.

It is made when it is first needed and kept in the database, so that every process of a server, and whoever takes up the
data file again, has the same. Certificates are shown on the machine's clock, since TLS libraries know no other; they
are made so that the default world's clock lies inside their time as well.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sandbox.store.server_facts import ServerFacts

LIFETIME = timedelta(days=3650)
"""Of the authority itself."""
SHORT = timedelta(days=800)
"""Of what it signs: some clients take no server's certificate that lives longer."""
BEFORE = timedelta(days=1)
LOCAL = ("localhost", "*.localhost", "127.0.0.1", "::1")
"""The names of this machine."""

Clocks = Callable[[], tuple[datetime, datetime]]
"""The machine's time and the default world's."""


@dataclass(frozen=True, slots=True)
class Pair:
    """PEM texts."""

    certificate: str
    private_key: str


class Authority:
    def __init__(self, facts: ServerFacts, clocks: Clocks) -> None:
        self.facts = facts
        self.clocks = clocks

    @property
    def certificate(self) -> str:
        """PEM."""
        return self._pair.certificate

    def of_client(self, subject: x509.Name, dns: Iterable[str] = ()) -> Pair:
        """A certificate with which a client can show itself, and its key, which is kept nowhere."""
        names = [x509.DNSName(name) for name in dns]
        return self._issue(subject, names, ExtendedKeyUsageOID.CLIENT_AUTH)

    def of_server(self, hosts: Iterable[str]) -> Pair:
        """A certificate for this machine's own names and `hosts`."""
        names = [_general_name(host) for host in dict.fromkeys((*LOCAL, *hosts))]
        return self._issue(_name("Sandbank"), names, ExtendedKeyUsageOID.SERVER_AUTH)

    def issued(self, certificate: x509.Certificate) -> bool:
        """Whether it is one of ours. That others are let through the handshake as well makes them no better."""
        try:
            certificate.verify_directly_issued_by(self._ca)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True

    @cached_property
    def _pair(self) -> Pair:
        return Pair(**json.loads(self.facts.get("authority", self._make)))

    @cached_property
    def _ca(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self._pair.certificate.encode())

    def _make(self) -> str:
        key, name = ec.generate_private_key(ec.SECP256R1()), _name("Sandbank test authority")
        usage = x509.KeyUsage(**dict.fromkeys(KEY_USES, False) | {"key_cert_sign": True, "crl_sign": True})
        made = (
            self._builder(name, name, key.public_key(), LIFETIME)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        return json.dumps({"certificate": _pem(made), "private_key": _key_pem(key)})

    def _issue(self, subject: x509.Name, names: Sequence[x509.GeneralName], use: x509.ObjectIdentifier) -> Pair:
        key = ec.generate_private_key(ec.SECP256R1())
        signer = load_pem_private_key(self._pair.private_key.encode(), password=None)
        assert isinstance(signer, ec.EllipticCurvePrivateKey)
        usage = x509.KeyUsage(**dict.fromkeys(KEY_USES, False) | {"digital_signature": True})
        ours = x509.SubjectKeyIdentifier.from_public_key(signer.public_key())
        builder = (
            self._builder(subject, self._ca.subject, key.public_key(), SHORT)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(ours), critical=False)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return Pair(_pem(builder.sign(signer, hashes.SHA256())), _key_pem(key))

    def _builder(
        self, subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, lifetime: timedelta
    ) -> x509.CertificateBuilder:
        clocks = self.clocks()
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(min(clocks) - BEFORE)
            .not_valid_after(max(clocks) + lifetime)
        )


KEY_USES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


def _name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Sandbank"), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host.strip("[]")))
    except ValueError:
        return x509.DNSName(host)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
