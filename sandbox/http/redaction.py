"""What the journal must not hold. A secret leaves a fingerprint, so that the same one can be told from others."""

import re
from collections.abc import Mapping
from functools import lru_cache

from sandbox.kernel import ids

MARK = "…"
LETTERS = 8
"""Of a fingerprint, in hex."""
HEADERS = frozenset({"authorization", "proxy-authorization"})
"""They name a scheme, which stays."""
WHOLE = frozenset({"cookie", "set-cookie", "dpop", "x-api-key", "sandbank-control-token"})
ADDRESSES = frozenset({"location", "referer", "link"})
NAMES = (
    "access_token", "refresh_token", "id_token", "id_token_hint", "registration_access_token", "client_secret",
    "client_assertion", "assertion", "code_verifier", "password", "otp", "secret", "signing_secret", "device_secret",
    "appsecret_proof", "input_token", "page_token", "app_secret", "verify_token", "hub.verify_token", "csrf",
    "authorization_code", "account_linking_token", "notification_messages_token", "fb_exchange_token", "logout_token",
)  # fmt: skip
"""Members and parameters that are secret wherever they stand."""
PARAMETERS = (*NAMES, "code", "token", "answer")
"""Those that are so in an address or a form: in a JSON body such a `code` is an error's."""
_names = "|".join(map(re.escape, NAMES)).encode()
_parameters = "|".join(map(re.escape, PARAMETERS)).encode()
MEMBER = re.compile(rb'("(?:' + _names + rb')"\s*:\s*")((?:[^"\\]|\\.)+)"')
PARAMETER = re.compile(rb"((?:^|[?&#;])(?:" + _parameters + rb""")=)([^&#"'\s\\<>]+)""")
INSIDE = re.compile(
    rb"((?<![A-Za-z_.-])(?:" + _names + rb""")\\*["']?(?:%22)?\s*(?:=|:|%3D|%3A)[\s+]*\\*["']?(?:%22)?)"""
    rb"""(?!null|true|false|\xe2\x80\xa6|%E2%80%A6)((?:[^&"'\s,{}\[\]%\\]|%(?!2[26C]|7D|5D)[0-9A-F]{2})+)""",
    re.IGNORECASE,
)
"""A form within JSON, JSON within a form, and how far somebody else's hand may write either: up to what ends a value
there. What is a mark already stays one."""
PART = re.compile(rb'(name="(?:' + _parameters + rb')"(?:\r?\n[^\r\n]+)*\r?\n\r?\n)([^\r\n]+)')
"""A secret in a multipart form."""
STEMS = ("token", "secret", "assertion", "verifier", "password", "otp", "proof", "csrf", "code", "answer")
"""Each of those names has one of these in it: where there is none, nothing needs to be looked for."""
PLACES = (MEMBER, PARAMETER, INSIDE, PART)


@lru_cache(maxsize=1024)
def mark(secret: str) -> str:
    """What is left of a secret."""
    return MARK + ids.fingerprint(secret)[:LETTERS]


def headers(given: Mapping[str, str]) -> dict[str, str]:
    return {name: _header(name, value) if name in SENSITIVE else value for name, value in given.items()}


def text(given: str) -> str:
    """A query, or an address with one."""
    lower = given.lower()
    for stem in STEMS:
        if stem in lower:
            break
    else:
        return given
    data = given.encode("utf-8", "surrogateescape")
    return INSIDE.sub(_marked, PARAMETER.sub(_marked, data)).decode("utf-8", "replace")


def body(given: bytes) -> bytes:
    for place in PLACES:
        given = place.sub(_marked, given)
    return given


SENSITIVE = HEADERS | WHOLE | ADDRESSES


def _header(name: str, value: str) -> str:
    if name in ADDRESSES:
        return text(value)
    if name in WHOLE:
        return mark(value)
    scheme, space, secret = value.partition(" ")
    return f"{scheme} {mark(secret.strip())}" if space else mark(value)


def _marked(found: re.Match[bytes]) -> bytes:
    return found[1] + mark(found[2].decode("utf-8", "replace")).encode() + found[0][found.end(2) - found.start() :]
