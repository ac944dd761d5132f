"""Clients' certificates as they are shown: on the connection, or in a header by a proxy that is trusted."""

import hashlib
from base64 import urlsafe_b64encode


def thumbprint(der: bytes) -> str:
    """Of a certificate (RFC 8705 3.1)."""
    return urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
