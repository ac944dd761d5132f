"""Why a signature does not fit: the usual mistakes are tried, until one gives the signature that somebody came to."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from sandbox.messenger import envelopes, tokens
from sandbox.messenger.pages import Page

ALGORITHMS = ("sha256", "sha1")
HEADERS = {"sha256": "X-Hub-Signature-256", "sha1": "X-Hub-Signature"}
AS_SENT = "the body as it was sent"
SECRET = "the app secret"


class Made(NamedTuple):
    """How a signature came about."""

    what: str
    """The bytes."""
    secret: str
    algorithm: str
    form: str


def explain(body: bytes, given: str, world_id: str, page: Page, others: Sequence[Page] = ()) -> dict[str, Any]:
    """{valid, given, expected {header: value}, made {bytes, secret, algorithm, form} or null, why}."""
    expected = {HEADERS[name]: f"{name}={envelopes.digest(name, page.app.secret, body)}" for name in ALGORITHMS}
    made = _made(body, _bare(given), world_id, page, others) if given else None
    valid = made is not None and (made.what, made.secret, made.form) == (AS_SENT, SECRET, "hex")
    return {
        "valid": valid,
        "given": given,
        "expected": expected,
        "made": {"bytes": made.what, "secret": made.secret, "algorithm": made.algorithm, "form": made.form}
        if made
        else None,
        "why": _why(made, given, valid),
    }


def _why(made: Made | None, given: str, valid: bool) -> str:
    if valid:
        return "The signature is right."
    if not given:
        return "Nothing to compare: give the signature that was computed."
    if made is None:
        return (
            "None of the usual mistakes gives this signature. It is HMAC over the raw bytes of the body, keyed with "
            "the app secret, in lower-case hex; compare length and SHA-256 of what you hash with those of the body."
        )
    wrong = [
        f"the bytes are {made.what}, not the body as it was sent" if made.what != AS_SENT else "",
        f"the key is {made.secret}, not the app secret" if made.secret != SECRET else "",
        f"the digest is written in {made.form}, not in lower-case hex" if made.form != "hex" else "",
    ]
    return f"With {made.algorithm}: {'; '.join(filter(None, wrong))}."


def _made(body: bytes, wanted: str, world_id: str, page: Page, others: Sequence[Page]) -> Made | None:
    keys = dict(_keys(world_id, page, others))
    for (what, data), (whose, key), algorithm in product(_bodies(body), keys.items(), ALGORITHMS):
        raw = hmac.new(key, data, algorithm).digest()
        for form, text in _written(raw).items():
            if hmac.compare_digest(text.encode(), wanted.encode()):
                return Made(what, whose, algorithm, form)
    for (what, data), algorithm in product(_bodies(body), ALGORITHMS):
        if hashlib.new(algorithm, data).hexdigest() == wanted:
            return Made(what, "none at all (a plain hash)", algorithm, "hex")
    return None


def _written(raw: bytes) -> Mapping[str, str]:
    return {"hex": raw.hex(), "upper-case hex": raw.hex().upper(), "base64": base64.b64encode(raw).decode()}


def _keys(world_id: str, page: Page, others: Sequence[Page]) -> Iterator[tuple[str, bytes]]:
    app = page.app
    yield SECRET, app.secret.encode()
    yield "the verify token", app.verify_token.encode()
    if app.subscribed_token:
        yield "the verify token", app.subscribed_token.encode()
    yield "the app's id", app.app_id.encode()
    yield "the page's access token", tokens.page_token(world_id, page).encode()
    yield "the app's access token", tokens.app_token(page).encode()
    yield "the app secret, read as hexadecimal", bytes.fromhex(app.secret)
    yield "empty", b""
    for other in others:
        yield f"the secret of another app ({other.app.name})", other.app.secret.encode()


def _bodies(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Of a JSON body what programs make of it when they read and write it again."""
    yield AS_SENT, body
    yield "the body with a line break behind it", body + b"\n"
    yield "the body without white space around it", body.strip()
    yield "nothing (a body that had been read before)", b""
    try:
        value = json.loads(body)
    except ValueError:
        return
    for ascii_only, words in ((True, "escaped to ASCII"), (False, "in UTF-8")):
        for sort, order in ((False, ""), (True, " with sorted members")):
            for separators, spaces in (((",", ":"), "without spaces"), ((", ", ": "), "with spaces")):
                text = json.dumps(value, ensure_ascii=ascii_only, sort_keys=sort, separators=separators)
                yield f"the body parsed and written anew, {words}, {spaces}{order}", text.encode()
        for indent in (2, 4):
            text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
            yield f"the body parsed and written anew, {words}, indented by {indent}", text.encode()
    escaped = json.dumps(value, separators=(",", ":"))
    yield "the body with escaped slashes", escaped.replace("/", "\\/").encode()
    yield "the body with escapes in upper case", _upper(escaped).encode()


def _upper(text: str) -> str:
    head, *rest = text.split("\\u")
    return head + "".join(f"\\u{part[:4].upper()}{part[4:]}" for part in rest)


def _bare(given: str) -> str:
    name, sign, value = given.strip().partition("=")
    return value if sign and name.lower() in ALGORITHMS else given.strip()
