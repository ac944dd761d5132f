"""By its name alone: a public client, which has nothing to prove itself with (RFC 6749 2.1)."""

from sandbox.oauth.authentication.shown import Shown


def by_name(_shown: Shown) -> None:
    """Whoever may come like this needs PKCE: rules/pkce.py."""
