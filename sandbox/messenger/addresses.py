"""Addresses that a page shows to people."""

import re
from urllib.parse import urlsplit

LOOPBACK = re.compile(r"localhost|.*\.localhost|127(\.\d{1,3}){3}|::1")


def host_of(url: str) -> str:
    """In lower case; empty where the address has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # a bracket that is never closed
        return ""


def is_secure(url: str) -> bool:
    """https, as the platform wants it; or plain http on this machine, where bots are made."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and bool(LOOPBACK.fullmatch(host))))
