"""By the certificate of the connection (RFC 8705 2): one that the sandbox's authority signed, known by its name, or one
that the client signed itself and registered."""

from sandbox.oauth.authentication.shown import Shown, unproven
from sandbox.oauth.certificates import distinguished, dns_names, read, registered, same_name, thumbprint


def by_subject(shown: Shown) -> None:
    """tls_client_auth. The name is the one registered: a subject, or a DNS name among the alternative ones."""
    client, certificate = shown.client, read(_certificate(shown))
    if not shown.authority.issued(certificate):
        raise unproven(
            "the certificate was not signed by the sandbox's authority (sandbank certs)",
            issuer=certificate.issuer.rfc4514_string(),
        )
    if client.tls_client_auth_san_dns:
        names = dns_names(certificate)
        if client.tls_client_auth_san_dns.lower() not in [name.lower() for name in names]:
            raise unproven(
                "the certificate does not have the registered DNS name",
                registered=client.tls_client_auth_san_dns,
                shown=names,
            )
    elif not same_name(distinguished(client.tls_client_auth_subject_dn), certificate.subject):
        raise unproven(
            "the certificate's subject is not the registered one",
            registered=client.tls_client_auth_subject_dn,
            shown=certificate.subject.rfc4514_string(),
        )


def by_own_certificate(shown: Shown) -> None:
    """self_signed_tls_client_auth: the very certificate stands in the client's `jwks`, as `x5c`."""
    certificate, known = _certificate(shown), registered(shown.client.jwks)
    if certificate not in known:
        raise unproven(
            "the certificate is not one that the client registered (x5c in its jwks)",
            registered=[thumbprint(one) for one in known],
            shown=thumbprint(certificate),
        )


def _certificate(shown: Shown) -> bytes:
    if shown.certificate is None:
        raise unproven("the connection shows no certificate: this client comes by https, to the TLS port")
    return shown.certificate
