"""The attack cases: what is tried, what becomes of it, and the tests that prove it."""

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from docs.parts.markdown import table
from docs.parts.serving import ROOT

TEST = re.compile(r"^(?:async )?def (test_case_(\d+)_\w+)", re.MULTILINE)


class Case(NamedTuple):
    tried: str
    answered: str
    source: str


REDIRECTS: Mapping[int, Case] = {
    1: Case(
        "A redirect URI that differs from the registered one by a slash, case, query, port, escape or user part",
        "a page of the bank's own; the browser is sent nowhere",
        "RFC 9700 2.1, 4.1.3",
    ),
    2: Case("A redirect URI that begins or ends like the registered one", "the same", "RFC 9700 4.1.1"),
    3: Case(
        "A loopback address with another port; another host or path",
        "any port is taken, the rest to the letter; `localhost` is not 127.0.0.1",
        "RFC 8252 7.3",
    ),
    4: Case("A parameter given twice", "a page of the bank's own", "RFC 6749 3.1"),
    5: Case("No redirect URI, where several are registered", "a page of the bank's own", "RFC 6749 3.1.2.3"),
    6: Case("An unknown or deleted client", "a page of the bank's own", "RFC 9700 4.11.2"),
    7: Case(
        "A bad scope, or `prompt=none`",
        "a known client gets the error at its exact URI, with `iss` and `state`; nobody else gets anything",
        "RFC 9700 4.11.2, RFC 9207 2",
    ),
    8: Case("`response_type=token` and its kin", "`unsupported_response_type`", "RFC 9700 2.1.2"),
    9: Case(
        "Registering `javascript:` or `data:` addresses",
        "`invalid_redirect_uri`, `invalid_client_metadata`",
        "RFC 7591 5",
    ),
    10: Case(
        "A consent form without its CSRF token, or with another journey's", "refused, nothing changed", "RFC 9700 4.7"
    ),
    11: Case("The consent page in a frame", "`frame-ancestors 'none'`, `X-Frame-Options: DENY`", "RFC 9700 4.16"),
    12: Case("Account ids in the form that were not offered", "400, nothing granted", ""),
    13: Case(
        "A form that asks for more than the request did", "no more than what was asked and approved is granted", ""
    ),
    14: Case("The customer says no", "`access_denied`, `state`, `iss`; no code", "RFC 6749 4.1.2.1"),
    15: Case("An answered form sent again", "a page that says so; no second code", ""),
    16: Case("Credentials carried on by a redirect", "303 after every form", "RFC 9700 4.12"),
    17: Case("Leaks by Referer or history", "`no-referrer`, `no-store`, nothing from elsewhere", "RFC 9700 4.2.4"),
    18: Case("Markup in names of clients, merchants, accounts", "shown as text", ""),
    19: Case(
        "No `state`; a `state` of eight kilobytes",
        "needed where there is no PKCE; back to the letter",
        "RFC 9700 4.7.1",
    ),
}
CODES: Mapping[int, Case] = {
    20: Case("A code used twice", "`invalid_grant`, and the first tokens are revoked", "RFC 6749 4.1.2"),
    21: Case("Twenty redemptions of one code at once", "exactly one succeeds", "RFC 6749 4.1.2"),
    22: Case("A code of another client", "`invalid_grant`, and the code is burnt", "RFC 6749 4.1.3"),
    23: Case("A code with another redirect URI, or none", "`invalid_grant`", "RFC 6749 4.1.3"),
    24: Case("A code that has run out", "`invalid_grant`", "RFC 6749 4.1.2"),
    25: Case("A verifier without a challenge", "refused", "RFC 9700 4.8.2"),
    26: Case("A wrong, short or missing verifier", "`invalid_grant` or `invalid_request`", "RFC 7636 4.6"),
    27: Case("`plain`, or no method", "`invalid_request`", "RFC 9700 2.1.1"),
    28: Case("A public client's challenge stripped on the way", "refused: PKCE is a must", "RFC 9700 2.1.1"),
    29: Case("Guessing codes, tokens and ids", "256 random bits; 10,000 samples without a pattern", "RFC 6749 10.10"),
    30: Case("Mix-up of two banks", "`iss` on every answer, equal to the metadata's issuer", "RFC 9207"),
}
TOKENS: Mapping[int, Case] = {
    31: Case(
        "A rotated refresh token used again",
        "`invalid_grant`, the family ends; of two at once one wins",
        "RFC 9700 4.14.2",
    ),
    32: Case("A refresh that widens the scope", "`invalid_scope`; narrower works, for once", "RFC 6749 6"),
    33: Case("A refresh token of another client, or used to read", "`invalid_grant`; 401", "RFC 6749 6"),
    34: Case("A token in the query string, or in two places", "not accepted", "RFC 6750 2.3"),
    35: Case(
        "Expired, revoked, malformed and other banks' tokens",
        "401 with `WWW-Authenticate`; a weak scope: 403",
        "RFC 6750 3.1",
    ),
    36: Case("Forged JWT access tokens", "401", "RFC 8725 3.1"),
    37: Case(
        "A consent that was withdrawn or ran out", "refused at the next call, refresh and introspection included", ""
    ),
    38: Case("Ids of other consents, customers, clients and banks", "as if they did not exist", ""),
    39: Case("Introspection and revocation by strangers", "401, or without effect", "RFC 7662 4, RFC 7009 2.2"),
    40: Case("Secrets in caches, logs and error texts", "`no-store`; none is written down", "RFC 6749 5.1"),
}
PROOFS: Mapping[int, Case] = {
    41: Case(
        "A secret in the query, two ways at once, an unregistered way",
        "`invalid_request`, `invalid_client`",
        "RFC 6749 2.3",
    ),
    42: Case("Bad client assertions", "`invalid_client`, with the cause behind the trace", "RFC 7523 3"),
    43: Case("Pushed requests reused, guessed, overridden", "errors; what was pushed holds", "RFC 9126"),
    44: Case("Bad request objects", "`invalid_request_object`", "RFC 9101 6.3"),
    45: Case(
        "Bad DPoP proofs; a bound token as a bearer", "`invalid_dpop_proof`, `use_dpop_nonce`, 401", "RFC 9449 4.3"
    ),
    46: Case("`dpop_jkt` at first, another key later", "`invalid_grant`", "RFC 9449 10"),
    47: Case("A bound token without its certificate; a forged certificate header", "401; ignored", "RFC 8705 3"),
    48: Case("Registrations with bad statements, addresses or tokens", "400, 401", "RFC 7591 3.2.2, RFC 7592 2"),
}
BEYOND: Mapping[int, Case] = {
    49: Case("Addresses that lead inside (SSRF)", "refused at registration and at connect time", "RFC 9101 10.4"),
    50: Case(
        "Forged, repeated and changed webhooks; webhooks after a revocation",
        "HMAC over id, time and body, five minutes' tolerance, one id for repetitions; what is queued of a consent is "
        "purged when it ends",
        "Standard Webhooks",
    ),
    51: Case(
        "Rotation of signing keys", "old and new are published; a retired key's tokens are refused", "OIDC Core 10.1.1"
    ),
    52: Case("Huge, deep, twisted and slow requests", "4xx in the bank's voice; nothing lost", ""),
}
CASES: Mapping[int, Case] = {**REDIRECTS, **CODES, **TOKENS, **PROOFS, **BEYOND}
GROUPS: Mapping[str, Mapping[int, Case]] = {
    "requests": REDIRECTS,
    "codes": CODES,
    "tokens": TOKENS,
    "proofs": PROOFS,
    "beyond": BEYOND,
}


@cache
def tests() -> dict[int, list[str]]:
    """Links to the tests, by case."""
    found: dict[int, list[str]] = {}
    for file in sorted((ROOT / "tests").glob("**/test_*.py")):
        path = file.relative_to(ROOT).as_posix()
        text = file.read_text(encoding="utf-8")
        for name, number in TEST.findall(text):
            words = name.split("_", 3)[3].replace("_", " ")
            found.setdefault(int(number), []).append(f"[{words}](../{path})")
    return found


def attacks(group: str) -> str:
    rows = [
        (str(number), case.tried, case.answered, case.source, "<br>".join(tests().get(number, ["–"])))
        for number, case in GROUPS[group].items()
    ]
    return table(("", "What is tried", "What it meets", "Source", "Proven by"), rows)
