"""What a client has signed: JWTs that prove who it is (RFC 7523), or what it asks for (RFC 9101).

These are messages proven at once between two machines, so their times are the machine's and not the world's: genuine
clients know no other clock.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any

from sandbox.kernel.clock import from_millis, iso
from sandbox.ledger.clients import Client
from sandbox.oauth.client_keys import ALGORITHMS, ClientKeys, KeysUnfit, kids
from sandbox.store.once import Once

SKEW = 60
"""Seconds that `iat` and `nbf` may lie ahead of our clock (FAPI 2.0 5.3.2.1: 10 must do, more than 60 must not)."""

LATEST = 253_402_300_800
"""Seconds since 1970: the year 10000."""

Claims = dict[str, Any]


class Unproven(Exception):
    """What was signed is not good; `description` says why, `facts` what was expected and what came."""

    def __init__(self, description: str, **facts: object) -> None:
        self.description = description
        self.facts = facts
        super().__init__(description)


class Signatures:
    def __init__(self, keys: ClientKeys, once: Once, wall: Callable[[], int]) -> None:
        self.keys = keys
        self.once = once
        self.wall = wall

    def claims(
        self, client: Client, text: str, *, algorithms: Collection[str] = ALGORITHMS, types: Collection[str] = ()
    ) -> Claims:
        """What a JWT says that one of the client's keys has signed. `types` are those that its header may name in small
        letters; none: it is not looked at. Raises Unproven."""
        from sandbox.oauth import jwts  # noqa: PLC0415 (takes long to load)

        alg, kid = _header(text, algorithms, types)
        try:
            known = self.keys.of(client, kid)
        except KeysUnfit as error:
            raise Unproven(str(error)) from None
        meant = [key for key in known if not kid or key.kid == kid]
        if not meant:
            raise Unproven(f"signed by the key {kid!r}; the client's keys are {', '.join(kids(known))}", kid=kid)
        fitting = [key for key in meant if jwts.fits(key, alg)]
        if not fitting:
            raise Unproven(f"signed with {alg}, which is not what the client's keys are for", kids=kids(meant), alg=alg)
        if any(jwts.signed_by(key, text) for key in fitting):
            return unverified(text)
        raise Unproven(f"no key of the client has made the signature (tried: {', '.join(kids(fitting))})", alg=alg)

    def check_times(
        self, claims: Mapping[str, Any], *, longest: timedelta | None, needed: Collection[str] = ("exp",)
    ) -> None:
        """Raises Unproven for a message that is over, not yet good, or good for too long."""
        now = self.wall() / 1000
        clocks = {"our_clock": iso(from_millis(self.wall()))}
        for name in ("exp", "nbf", "iat"):
            if name in claims and not _is_instant(claims[name]):
                raise Unproven(f"`{name}` has to be a number of seconds since 1970")
            if name in needed and name not in claims:
                raise Unproven(f"`{name}` is missing")
        for name in ("nbf", "iat"):
            ahead = claims.get(name, now) - now
            if ahead > SKEW:
                raise Unproven(f"`{name}` lies {ahead:.0f} s in the future: the client's clock is ahead", **clocks)
        if "exp" not in claims:
            return
        left = claims["exp"] - now
        if left <= 0:
            raise Unproven(
                f"`exp` passed {-left:.0f} s ago: it was sent too late, or the client's clock is behind", **clocks
            )
        if longest is not None and left > longest.total_seconds() + SKEW:
            raise Unproven(f"`exp` lies {left:.0f} s ahead, and at most {longest.total_seconds():.0f} s are taken")

    def use(self, client: Client, what: str, claims: Claims) -> None:
        """Raises Unproven where this message, by its `jti`, has been used before, in whichever process."""
        jti = claims.get("jti")
        if not isinstance(jti, str) or not jti:
            raise Unproven("`jti` is missing")
        now = self.wall()
        until = from_millis(int(claims["exp"] * 1000) + SKEW * 1000)
        mine = (what, client.bank, client.client_id, jti)
        if not self.once.take(client.world_id, *mine, until=until, now=from_millis(now)):
            raise Unproven("its `jti` was used before: each message is good once", jti=jti[:200])


def _header(text: str, algorithms: Collection[str], types: Collection[str]) -> tuple[str, str]:
    """(alg, kid), not yet believed."""
    from sandbox.oauth import jwts  # noqa: PLC0415 (takes long to load)

    try:
        header = jwts.header(text)
    except ValueError as error:
        raise Unproven(f"it is not a signed JWT: {error}") from None
    alg, kid = str(header.get("alg", ""))[:20], header.get("kid", "")
    if alg not in algorithms or not isinstance(kid, str):
        shared = " (client_secret_jwt is not offered: register keys)" if alg.startswith("HS") else ""
        raise Unproven(
            f"`alg` is {str(alg)[:20]!r}, and has to be {' or '.join(algorithms)}{shared}", alg=str(alg)[:20]
        )
    if types and str(header.get("typ", "")).lower() not in types:
        raise Unproven(f"`typ` is {header.get('typ')!r:.60}, and has to be {' or '.join(filter(None, types))}")
    return alg, kid


def _is_instant(value: object) -> bool:
    """Python's JSON knows NaN and Infinity, which come after nothing and before nothing."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LATEST


def unverified(text: str) -> Claims:
    """What a JWT says, whoever made it; empty where it says nothing."""
    from sandbox.oauth import jwts  # noqa: PLC0415 (takes long to load)

    try:
        claims = jwts.unverified(text)
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}
