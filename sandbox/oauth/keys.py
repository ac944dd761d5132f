"""A bank's signing keys: made when they are first needed, published, rotated, retired.

Of each kind one key signs; RSA signs by RS256 and PS256, EC (P-256) by ES256. Every process of a server shares them by
the database. Nothing of their state is remembered, only what a `kid` stands for, which cannot change.
"""

import json
from collections.abc import Mapping
from types import ModuleType
from typing import Any, NamedTuple

from sandbox.kernel.clock import from_millis
from sandbox.kernel.errors import Conflict, KeyNotFound
from sandbox.store.grants import Grants
from sandbox.store.keys import KeyState, SigningKeys, StoredKey
from sandbox.worlds.worlds import Worlds

KINDS: Mapping[str, tuple[str, ...]] = {"RSA": ("RS256", "PS256"), "EC": ("ES256",)}
"""What each kind of key signs by."""
KIND_OF = {alg: kty for kty, algorithms in KINDS.items() for alg in algorithms}


class Signed(NamedTuple):
    text: str
    kid: str


class Keys:
    def __init__(self, store: SigningKeys, grants: Grants, worlds: Worlds) -> None:
        self.store = store
        self.grants = grants
        self.worlds = worlds
        self.wall = worlds.wall

    def sign(self, bank: str, alg: str, typ: str, claims: dict[str, Any]) -> Signed:
        """A JWT by the bank's key of that algorithm."""
        key = self._signing(bank, KIND_OF[alg])
        return Signed(_jose().sign(key.private_jwk, alg, key.kid, typ, claims), key.kid)

    def verifies(self, kid: str, alg: str, text: str) -> bool:
        """Whether the key of that `kid` signed a JWT."""
        key = self.store.get(kid)
        return key is not None and _jose().signed_by(key.public_jwk, alg, text)

    def get(self, kid: str) -> StoredKey | None:
        return self.store.get(kid)

    def all(self, bank: str) -> list[StoredKey]:
        """All that the bank ever had: kind by kind, oldest first."""
        return self.store.of(bank)

    def published(self, bank: str) -> dict[str, Any]:
        """The bank's JWK set (RFC 7517 5): what signs, what will, and what has signed what is still good."""
        for kty in KINDS:
            self._signing(bank, kty)
        return {"keys": [json.loads(key.public_jwk) for key in self.all(bank) if key.state is not KeyState.RETIRED]}

    def rotate(self, bank: str, *, publish_only: bool = False) -> list[StoredKey]:
        """Keys of every kind change places: the one announced, or else a new one, signs from now on. With
        `publish_only` a new one is announced, and signs after the next rotation. Raises Conflict where one is
        already."""
        for kty in KINDS:
            self._signing(bank, kty)
        made = {kty: self._make(bank, kty, KeyState.NEXT) for kty in KINDS}
        with self.store.database.transaction():
            for kty, key in made.items():
                announced = self.store.in_state(bank, kty, KeyState.NEXT)
                if announced is None:
                    self.store.add(key)
                elif publish_only:
                    raise Conflict(
                        f"{announced.kid} is announced already",
                        hint="Rotate without publish_only: then it signs.",
                        kid=announced.kid,
                    )
                if not publish_only:
                    self.store.set_state(self._signing(bank, kty).kid, KeyState.PUBLISHED)
                    self.store.set_state((announced or key).kid, KeyState.SIGNING)
        return self.all(bank)

    def retire(self, bank: str, kid: str | None = None) -> list[StoredKey]:
        """Take a key that signs no more, or each of them, out of the set; the tokens that it signed end with it. Raises
        KeyNotFound or Conflict."""
        with self.store.database.transaction():
            keys = {key.kid: key for key in self.all(bank)}
            if kid is not None and kid not in keys:
                raise KeyNotFound(f"{bank} has no key {kid!r}", keys=list(keys))
            for key in keys.values() if kid is None else [keys[kid]]:
                if key.state is KeyState.PUBLISHED:
                    self._retire(key)
                elif kid is not None:
                    raise Conflict(f"the key {kid} is {key.state}", hint="Rotate, and retire what signs no more.")
        return self.all(bank)

    def _retire(self, key: StoredKey) -> None:
        self.store.set_state(key.kid, KeyState.RETIRED, from_millis(self.wall()))
        for world_id in self.grants.worlds_signed_for(key.kid):
            self.grants.end_tokens_signed(key.kid, world_id, self.worlds.world(world_id).now)

    def _signing(self, bank: str, kty: str) -> StoredKey:
        """The key that signs; made now where there was none."""
        found = self.store.in_state(bank, kty, KeyState.SIGNING)
        if found is not None:
            return found
        made = self._make(bank, kty, KeyState.SIGNING)
        with self.store.database.transaction():
            found = self.store.in_state(bank, kty, KeyState.SIGNING)
            if found is None:  # nor has another process made one meanwhile
                self.store.add(made)
        return found or made

    def _make(self, bank: str, kty: str, state: KeyState) -> StoredKey:
        kid, public, private = _jose().make(kty)
        return StoredKey(kid, bank, kty, state, from_millis(self.wall()), public, private)


def _jose() -> ModuleType:
    from sandbox.oauth import jose  # noqa: PLC0415 (joserfc and cryptography, which a start can do without)

    return jose
