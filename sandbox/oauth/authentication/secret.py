"""By a secret, in the Authorization header or in the form (RFC 6749 2.3.1)."""

from hmac import compare_digest

from sandbox.kernel import ids
from sandbox.oauth.authentication.shown import Shown, unproven


def by_basic(shown: Shown) -> None:
    _check(shown, shown.secret)


def by_form(shown: Shown) -> None:
    _check(shown, shown.form["client_secret"])


def _check(shown: Shown, secret: str) -> None:
    if not secret:
        raise unproven("the client_secret is empty")
    if not compare_digest(ids.fingerprint(secret), shown.client.secret_hash):
        raise unproven("the client_secret is not the client's", length=len(secret))
