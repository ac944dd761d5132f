"""What the authorization server keeps: clients, consents, tokens, codes, and the journeys of people at its pages.

Secrets are kept as SHA-256 fingerprints only. What may happen once is taken by a single UPDATE, so that of any number
of parallel takers one wins.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from sandbox.kernel.clock import Clock, from_millis, to_millis
from sandbox.ledger import codec
from sandbox.ledger.clients import Client
from sandbox.ledger.consents import Consent
from sandbox.store.database import Database, Row, param
from sandbox.store.schema import client, code, consent, interaction, template, token, world
from sandbox.store.worlds import StoredWorld


@dataclass(frozen=True, slots=True)
class StoredToken:
    token_hash: str
    kind: str
    """access or refresh."""
    bank: str
    world_id: str
    client_id: str
    consent_id: str
    """Empty for a client's own token (client_credentials)."""
    scope: str
    family: str
    issued_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None = None
    kid: str = ""
    """Of the bank's key that signed it; empty for an opaque token."""
    bound_to: str = ""
    """`jkt:` and a key's thumbprint (RFC 9449), `x5t:` and a certificate's (RFC 8705), or empty: whoever bears it."""


@dataclass(frozen=True, slots=True)
class Bearing:
    """An access token with all that it leads to, read in one query."""

    token: StoredToken
    consent_id: str
    consent_version: int
    consent_document: str
    world: StoredWorld


BEARINGS_KEPT = 10_000
TOKEN = len(token.c)
"""Columns of a token, which come first in a bearing's row."""


class Grants:
    def __init__(self, database: Database) -> None:
        self.database = database
        self._bearings: dict[str, tuple[Row, Bearing]] = {}
        """With the stamp of what they were read from: it differs once anything of theirs was changed, by whomever."""
        self._decoded: dict[str, tuple[tuple[int, str], Consent]] = {}
        """Consents with what they were read from."""
        prepare = database.prepare
        cl, co, to, cd, it = client.c, consent.c, token.c, code.c, interaction.c
        self._client = prepare(select(cl.document).where(cl.bank == param("bank"), cl.client_id == param("client_id")))
        self._clients = prepare(
            select(cl.document).where(cl.world_id == param("world_id")).order_by(cl.bank, cl.client_id)
        )
        self._self_signed = prepare(select(cl.document).where(cl.document.contains("self_signed_tls_client_auth")))
        self._add_client = prepare(database.insert(client).on_conflict_do_nothing())
        self._set_client = prepare(
            update(client)
            .where(cl.bank == param("at_bank"), cl.client_id == param("at_client"))
            .values(document=param("document"))
        )
        self._delete_client = prepare(
            delete(client).where(cl.bank == param("bank"), cl.client_id == param("client_id"))
        )
        self._consent = prepare(
            select(co.world_id, co.version, co.document).where(co.consent_id == param("consent_id"))
        )
        self._consents = prepare(select(co.document).where(co.world_id == param("world_id")).order_by(co.consent_id))
        self._consents_of = prepare(
            select(co.consent_id, co.version, co.document).where(
                co.world_id == param("world_id"), co.bank == param("bank"), co.client_id == param("client_id")
            )
        )
        self._add_consent = prepare(database.insert(consent))
        self._set_consent = prepare(
            update(consent)
            .where(co.consent_id == param("at_consent"), co.version == param("at_version"))
            .values(document=param("document"), version=co.version + 1)
        )
        token_columns = list(token.c)
        self._token = prepare(select(*token_columns).where(to.token_hash == param("token_hash")))
        self._add_token = prepare(database.insert(token))
        self._tokens_of = prepare(
            select(*token_columns).where(to.world_id == param("world_id")).order_by(to.token_hash)
        )
        live = to.ended_at.is_(None)
        self._end_token = prepare(
            update(token).where(to.token_hash == param("at_token"), live).values(ended_at=param("ended_at"))
        )
        self._end_family = prepare(
            update(token).where(to.family == param("at_family"), live).values(ended_at=param("ended_at"))
        )
        self._end_consent = prepare(
            update(token).where(to.consent_id == param("at_consent"), live).values(ended_at=param("ended_at"))
        )
        self._end_client = prepare(
            update(token)
            .where(to.bank == param("at_bank"), to.client_id == param("at_client"), live)
            .values(ended_at=param("ended_at"))
        )
        self._signed_worlds = prepare(select(to.world_id).where(to.kid == param("kid"), live).distinct())
        self._end_signed = prepare(
            update(token)
            .where(to.kid == param("at_kid"), to.world_id == param("at_world"), live)
            .values(ended_at=param("ended_at"))
        )
        w = world.c
        bearer = (to.token_hash == param("token_hash"), to.kind == "access")
        self._stamp = prepare(
            select(to.ended_at, co.version, w.version)
            .join(consent, co.consent_id == to.consent_id)
            .join(world, w.world_id == to.world_id)
            .where(*bearer)
        )
        self._bearing = prepare(
            select(
                *token_columns, co.version, co.document,
                w.world_id, w.template_id, w.name, w.origin, w.since, w.speed, w.first_origin, w.first_speed,
                w.version, w.created_at, template.c.seed, template.c.anchor,
            )
            .join(consent, co.consent_id == to.consent_id)
            .join(world, w.world_id == to.world_id)
            .join(template, template.c.template_id == w.template_id)
            .where(*bearer)
        )  # fmt: skip
        self._add_code = prepare(database.insert(code))
        self._code = prepare(select(cd.expires_at, cd.used_at, cd.document).where(cd.code_hash == param("code_hash")))
        self._use_code = prepare(
            update(code).where(cd.code_hash == param("at_code"), cd.used_at.is_(None)).values(used_at=param("used_at"))
        )
        self._codes = prepare(
            select(cd.expires_at, cd.used_at, cd.document)
            .where(cd.world_id == param("world_id"))
            .order_by(cd.code_hash)
        )
        self._set_code = prepare(
            update(code).where(cd.code_hash == param("at_code")).values(document=param("document"))
        )
        self._interaction = prepare(
            select(it.expires_at, it.ended_at, it.document).where(it.interaction_id == param("interaction_id"))
        )
        self._interactions = prepare(
            select(it.document).where(it.world_id == param("world_id")).order_by(it.interaction_id)
        )
        self._add_interaction = prepare(database.insert(interaction))
        self._set_interaction = prepare(
            update(interaction)
            .where(it.interaction_id == param("at_interaction"), it.ended_at.is_(None))
            .values(document=param("document"))
        )
        self._end_interaction = prepare(
            update(interaction)
            .where(it.interaction_id == param("at_interaction"), it.ended_at.is_(None))
            .values(ended_at=param("ended_at"))
        )

    # --- Clients ---------------------------------------------------------------------------------------------------

    def client(self, bank: str, client_id: str) -> Client | None:
        row = self._client.first(bank=bank, client_id=client_id)
        return codec.decode(row[0], Client) if row else None

    def clients(self, world_id: str) -> list[Client]:
        return [codec.decode(row[0], Client) for row in self._clients.all(world_id=world_id)]

    def self_signed(self) -> list[Client]:
        """Clients, in any world, whose own certificates prove them."""
        return [codec.decode(row[0], Client) for row in self._self_signed.all()]

    def add_client(self, value: Client) -> bool:
        """False where the bank has a client of that id, in this world or another."""
        return bool(
            self._add_client.run(
                bank=value.bank,
                client_id=value.client_id,
                world_id=value.world_id,
                document=codec.encode(value),
            )
        )

    def set_client(self, value: Client) -> None:
        self._set_client.run(at_bank=value.bank, at_client=value.client_id, document=codec.encode(value))

    def delete_client(self, bank: str, client_id: str) -> bool:
        return bool(self._delete_client.run(bank=bank, client_id=client_id))

    # --- Consents --------------------------------------------------------------------------------------------------

    def consent(self, consent_id: str) -> tuple[str, int, Consent] | None:
        """(world_id, version, consent)."""
        row = self._consent.first(consent_id=consent_id)
        return (row[0], row[1], self._kept((consent_id, *row[1:]))) if row else None

    def consents(self, world_id: str) -> list[Consent]:
        return [codec.decode(row[0], Consent) for row in self._consents.all(world_id=world_id)]

    def consents_of(self, world_id: str, bank: str, client_id: str) -> list[Consent]:
        """What customers gave to one client, ended or not, the oldest first."""
        rows = self._consents_of.all(world_id=world_id, bank=bank, client_id=client_id)
        found = [self._kept(row) for row in rows]
        return sorted(found, key=lambda consent: (consent.created_at, consent.consent_id))

    def as_it_is(self, consent_id: str) -> Consent | None:
        """Read anew each time, and made of its text only where that has changed."""
        row = self._consent.first(consent_id=consent_id)
        return self._kept((consent_id, *row[1:])) if row else None

    def _kept(self, row: Row) -> Consent:
        consent_id, version, document = row
        kept = self._decoded.get(consent_id)
        if kept is not None and kept[0] == (version, document):
            return kept[1]
        consent = codec.decode(document, Consent)
        self._keep(consent, version, document)
        return consent

    def _keep(self, consent: Consent, version: int, document: str) -> None:
        """It holds for this very text alone, whatever becomes of the transaction in which it was read or written."""
        if len(self._decoded) > BEARINGS_KEPT:
            self._decoded.clear()
        self._decoded[consent.consent_id] = ((version, document), consent)

    def add_consent(self, world_id: str, value: Consent) -> None:
        document = codec.encode(value)
        self._keep(value, 1, document)
        self._add_consent.run(
            consent_id=value.consent_id,
            world_id=world_id,
            bank=value.bank,
            client_id=value.client_id,
            customer_id=value.customer_id,
            version=1,
            document=document,
        )

    def set_consent(self, value: Consent, version: int) -> bool:
        """False where somebody changed the consent since `version` was read."""
        return bool(
            self._set_consent.run(at_consent=value.consent_id, at_version=version, document=codec.encode(value))
        )

    # --- Tokens ----------------------------------------------------------------------------------------------------

    def add_token(self, value: StoredToken) -> None:
        self.add_tokens([value])

    def add_tokens(self, values: Iterable[StoredToken]) -> None:
        self._add_token.many(
            {
                "token_hash": value.token_hash,
                "kind": value.kind,
                "bank": value.bank,
                "world_id": value.world_id,
                "client_id": value.client_id,
                "consent_id": value.consent_id,
                "scope": value.scope,
                "family": value.family,
                "issued_at": to_millis(value.issued_at),
                "expires_at": _millis(value.expires_at),
                "ended_at": _millis(value.ended_at),
                "kid": value.kid,
                "bound_to": value.bound_to,
            }
            for value in values
        )

    def token(self, token_hash: str) -> StoredToken | None:
        row = self._token.first(token_hash=token_hash)
        return _token(row) if row else None

    def tokens(self, world_id: str) -> list[StoredToken]:
        """Every one that was ever issued there, ended or not."""
        return [_token(row) for row in self._tokens_of.all(world_id=world_id)]

    def bearing(self, token_hash: str) -> Bearing | None:
        """An access token of a customer's consent with its consent and its world."""
        stamp = self._stamp.first(token_hash=token_hash)
        if stamp is None:
            return None
        kept = self._bearings.get(token_hash)
        if kept is None or kept[0] != stamp:
            row = self._bearing.first(token_hash=token_hash)
            if row is None:
                return None
            kept = (stamp, _bearing(row))
            if not self.database.in_transaction:
                if len(self._bearings) >= BEARINGS_KEPT:
                    self._bearings.clear()
                self._bearings[token_hash] = kept
        return kept[1]

    def end_token(self, token_hash: str, at: datetime) -> bool:
        """False where it had ended already: of parallel takers one wins."""
        return bool(self._end_token.run(at_token=token_hash, ended_at=to_millis(at)))

    def end_family(self, family: str, at: datetime) -> int:
        return self._end_family.run(at_family=family, ended_at=to_millis(at))

    def end_tokens_of(self, consent_id: str, at: datetime) -> int:
        return self._end_consent.run(at_consent=consent_id, ended_at=to_millis(at))

    def end_tokens_of_client(self, bank: str, client_id: str, at: datetime) -> int:
        return self._end_client.run(at_bank=bank, at_client=client_id, ended_at=to_millis(at))

    def worlds_signed_for(self, kid: str) -> list[str]:
        """The worlds with live tokens that this key signed."""
        return [row[0] for row in self._signed_worlds.all(kid=kid)]

    def end_tokens_signed(self, kid: str, world_id: str, at: datetime) -> int:
        return self._end_signed.run(at_kid=kid, at_world=world_id, ended_at=to_millis(at))

    # --- Codes -----------------------------------------------------------------------------------------------------

    def add_code(self, code_hash: str, world_id: str, expires_at: datetime, document: str) -> None:
        self._add_code.run(
            code_hash=code_hash,
            world_id=world_id,
            expires_at=to_millis(expires_at),
            used_at=None,
            document=document,
        )

    def take_code(self, code_hash: str, at: datetime) -> tuple[bool, datetime, str] | None:
        """(won, expires_at, document): `won` is true for exactly one taker, ever. None for an unknown code."""
        with self.database.transaction():
            won = bool(self._use_code.run(at_code=code_hash, used_at=to_millis(at)))
            row = self._code.first(code_hash=code_hash)
        return (won, from_millis(row[0]), row[2]) if row else None

    def code(self, code_hash: str) -> tuple[bool, datetime, str] | None:
        """(used, expires_at, document), and no taking."""
        row = self._code.first(code_hash=code_hash)
        return (row[1] is not None, from_millis(row[0]), row[2]) if row else None

    def codes(self, world_id: str) -> list[tuple[datetime, datetime | None, str]]:
        """(expires_at, used_at, document) of all that works once there."""
        found = self._codes.all(world_id=world_id)
        return [(from_millis(row[0]), from_millis(row[1]) if row[1] is not None else None, row[2]) for row in found]

    def set_code(self, code_hash: str, document: str) -> None:
        self._set_code.run(at_code=code_hash, document=document)

    # --- Interactions ----------------------------------------------------------------------------------------------

    def add_interaction(
        self,
        interaction_id: str,
        world_id: str,
        expires_at: datetime,
        document: str,
        ended_at: datetime | None = None,
    ) -> None:
        self._add_interaction.run(
            interaction_id=interaction_id,
            world_id=world_id,
            expires_at=to_millis(expires_at),
            ended_at=_millis(ended_at),
            document=document,
        )

    def interaction(self, interaction_id: str) -> tuple[datetime, datetime | None, str] | None:
        """(expires_at, ended_at, document)."""
        row = self._interaction.first(interaction_id=interaction_id)
        return (from_millis(row[0]), from_millis(row[1]) if row[1] is not None else None, row[2]) if row else None

    def interactions(self, world_id: str) -> list[str]:
        """The documents of all that were begun there."""
        return [row[0] for row in self._interactions.all(world_id=world_id)]

    def set_interaction(self, interaction_id: str, document: str) -> bool:
        """False where the journey has ended."""
        return bool(self._set_interaction.run(at_interaction=interaction_id, document=document))

    def end_interaction(self, interaction_id: str, at: datetime) -> bool:
        """False where it had ended already: an answer is given once."""
        return bool(self._end_interaction.run(at_interaction=interaction_id, ended_at=to_millis(at)))


def _millis(instant: datetime | None) -> int | None:
    return to_millis(instant) if instant is not None else None


def _bearing(row: Row) -> Bearing:
    version, document, world_id, template_id, name, origin, since, speed, *rest = row[TOKEN:]
    first_origin, first_speed, world_version, created_at, seed, anchor = rest
    return Bearing(
        token=_token(row[:TOKEN]),
        consent_id=row[5],
        consent_version=version,
        consent_document=document,
        world=StoredWorld(
            world_id=world_id,
            template_id=template_id,
            name=name,
            clock=Clock(origin, since, speed),
            first_clock=Clock(first_origin, created_at, first_speed),
            version=world_version,
            created_at=created_at,
            seed=seed,
            anchor=anchor,
        ),
    )


def _token(row: Row) -> StoredToken:
    (
        token_hash,
        kind,
        bank,
        world_id,
        client_id,
        consent_id,
        scope,
        family,
        issued_at,
        expires_at,
        ended_at,
        kid,
        bound_to,
    ) = row
    return StoredToken(
        token_hash=token_hash,
        kind=kind,
        bank=bank,
        world_id=world_id,
        client_id=client_id,
        consent_id=consent_id,
        scope=scope,
        family=family,
        issued_at=from_millis(issued_at),
        expires_at=from_millis(expires_at) if expires_at is not None else None,
        ended_at=from_millis(ended_at) if ended_at is not None else None,
        kid=kid,
        bound_to=bound_to,
    )
