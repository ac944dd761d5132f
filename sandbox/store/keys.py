"""The keys by which a bank signs. They are the bank's in every world, and stay when a world goes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update

from sandbox.kernel.clock import from_millis, to_millis
from sandbox.store.database import Database, Row, param
from sandbox.store.schema import signing_key


class KeyState(StrEnum):
    NEXT = "next"
    """Published, so that clients know it once it signs."""
    SIGNING = "signing"
    PUBLISHED = "published"
    """Signs no more; what it signed still holds."""
    RETIRED = "retired"
    """Gone from the set, and what it signed is refused."""


@dataclass(frozen=True, slots=True)
class StoredKey:
    kid: str
    """The key's thumbprint (RFC 7638)."""
    bank: str
    kty: str
    """RSA or EC."""
    state: KeyState
    made_at: datetime
    """By the machine's clock, as `retired_at`."""
    public_jwk: str
    """JSON text (RFC 7517)."""
    private_jwk: str
    retired_at: datetime | None = None


class SigningKeys:
    def __init__(self, database: Database) -> None:
        self.database = database
        k, prepare = signing_key.c, database.prepare
        columns = (k.kid, k.bank, k.kty, k.state, k.made_at, k.public_jwk, k.private_jwk, k.retired_at)
        self._of = prepare(select(*columns).where(k.bank == param("bank")).order_by(k.kty, k.made_at, k.kid))
        self._get = prepare(select(*columns).where(k.kid == param("kid")))
        self._in_state = prepare(
            select(*columns).where(k.bank == param("bank"), k.kty == param("kty"), k.state == param("state"))
        )
        self._add = prepare(database.insert(signing_key))
        self._set = prepare(
            update(signing_key)
            .where(k.kid == param("at_kid"))
            .values(state=param("state"), retired_at=param("retired_at"))
        )

    def of(self, bank: str) -> list[StoredKey]:
        """All that the bank ever had: kind by kind, oldest first."""
        return [_key(row) for row in self._of.all(bank=bank)]

    def get(self, kid: str) -> StoredKey | None:
        row = self._get.first(kid=kid)
        return _key(row) if row else None

    def in_state(self, bank: str, kty: str, state: KeyState) -> StoredKey | None:
        row = self._in_state.first(bank=bank, kty=kty, state=state.value)
        return _key(row) if row else None

    def add(self, value: StoredKey) -> None:
        self._add.run(
            kid=value.kid,
            bank=value.bank,
            kty=value.kty,
            state=value.state.value,
            made_at=to_millis(value.made_at),
            retired_at=None,
            public_jwk=value.public_jwk,
            private_jwk=value.private_jwk,
        )

    def set_state(self, kid: str, state: KeyState, retired_at: datetime | None = None) -> None:
        self._set.run(at_kid=kid, state=state.value, retired_at=to_millis(retired_at) if retired_at else None)


def _key(row: Row) -> StoredKey:
    kid, bank, kty, state, made_at, public_jwk, private_jwk, retired_at = row
    return StoredKey(
        kid=kid,
        bank=bank,
        kty=kty,
        state=KeyState(state),
        made_at=from_millis(made_at),
        public_jwk=public_jwk,
        private_jwk=private_jwk,
        retired_at=from_millis(retired_at) if retired_at is not None else None,
    )
