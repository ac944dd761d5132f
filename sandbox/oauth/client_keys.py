"""A client's public keys: those that it registered, or those that stand at its `jwks_uri` (RFC 7591 2)."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sandbox.ledger.clients import Client
from sandbox.outbound.guard import Guard, Refused

if TYPE_CHECKING:
    from sandbox.oauth.jwts import SigningKey

ED25519 = ("EdDSA", "Ed25519")
"""One algorithm: the old name, and the one that RFC 9864 gave it."""
ALGORITHMS = ("RS256", "PS256", "ES256", *ED25519)
"""By which a client may sign; none with a shared secret, and never `none` (RFC 8725 3.1)."""
CURVES = {"ES256": "P-256", "EdDSA": "Ed25519", "Ed25519": "Ed25519"}
SHORTEST_RSA = 2048
"""Bits (RFC 7518 3.3)."""
LIFETIME = 300_000
"""Milliseconds for which a fetched set is good."""
PAUSE = 10_000
"""Milliseconds between two looks at one address, however many keys are asked for that are not there."""
KEPT = 1_000


class KeysUnfit(Exception):
    """What was given is no set of public keys; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Fetched:
    at: int
    keys: "tuple[SigningKey, ...]"
    problem: str = ""
    """Why there are none."""


class ClientKeys:
    """`wall` is the machine's clock in milliseconds: keys are a matter between two machines."""

    def __init__(self, guard: Guard, wall: Callable[[], int]) -> None:
        self.guard = guard
        self.wall = wall
        self._fetched: dict[str, Fetched] = {}

    def of(self, client: Client, kid: str = "") -> "tuple[SigningKey, ...]":
        """All that the client has. Where one of that `kid` is not among those fetched before, they are fetched again.
        Raises KeysUnfit where there are none to be had."""
        if client.jwks:
            return read(client.jwks)
        if not client.jwks_uri:
            raise KeysUnfit("the client registered no keys")
        now, kept = self.wall(), self._fetched.get(client.jwks_uri)
        if kept is None or not self._will_do(kept, kid, now):
            kept = self._fetch(client.jwks_uri, now)
        if kept.problem:
            raise KeysUnfit(kept.problem)
        return kept.keys

    @staticmethod
    def _will_do(kept: Fetched, kid: str, now: int) -> bool:
        age = now - kept.at
        there = not kept.problem and (not kid or any(key.kid == kid for key in kept.keys))
        return age < (LIFETIME if there else PAUSE)

    def _fetch(self, uri: str, now: int) -> Fetched:
        from sandbox.outbound.documents import Unreachable, fetch  # noqa: PLC0415 (most servers never ask anybody)

        try:
            fetched = Fetched(now, read(fetch(self.guard, uri).decode("utf-8", "replace")))
        except (Refused, Unreachable, KeysUnfit) as error:
            fetched = Fetched(now, (), f"the client's jwks_uri: {error}")
        if len(self._fetched) >= KEPT:
            self._fetched.clear()
        self._fetched[uri] = fetched
        return fetched


@lru_cache(maxsize=1_000)
def read(text: str) -> "tuple[SigningKey, ...]":
    """The keys of a JWK set (RFC 7517 5) that can check a signature. Raises KeysUnfit."""
    try:
        document = json.loads(text)
    except ValueError:
        raise KeysUnfit("it is not JSON") from None
    members = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(members, list) or not all(isinstance(member, dict) for member in members):
        raise KeysUnfit("it is not a JWK set, an object whose `keys` is a list of keys")
    keys = tuple(_key(place, member) for place, member in enumerate(members) if member.get("use", "sig") == "sig")
    if not keys:
        raise KeysUnfit("it holds no key that checks signatures")
    kids = [key.kid for key in keys if key.kid]
    if len(kids) < len(keys) and len(keys) > 1:
        raise KeysUnfit("of several keys each needs a `kid`")
    if len(set(kids)) < len(kids):
        raise KeysUnfit("two of its keys have the same `kid`")
    return keys


def _key(place: int, member: Mapping[str, Any]) -> "SigningKey":
    from sandbox.oauth.jwts import public_key  # noqa: PLC0415 (takes long to load)

    try:
        return public_key(member)
    except KeysUnfit as error:
        raise KeysUnfit(f"key {place}: {error}") from None


def names(alg: str) -> tuple[str, ...]:
    """What the algorithm of that name is called as well."""
    return ED25519 if alg in ED25519 else (alg,)


def kids(keys: "Sequence[SigningKey]") -> list[str]:
    return [key.kid or "(without kid)" for key in keys]
