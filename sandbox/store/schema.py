"""The tables, for both engines. Instants are milliseconds since the epoch; money is minor units; documents are
JSON text.

Three kinds of table: the template's (immutable, shared by every world of the same seed and anchor), the overlay's (what
was done in one world, always keyed by `world_id`), and the authorization server's.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    literal_column,
)

VERSION = 10
"""Raise with every change of a table: a file or database of another version is refused, never changed."""

metadata = MetaData()

MILESTONES = ("PAYMENT", "INTEREST", "FEE", "BUY", "SELL")
"""Kinds of rows that derived facts ask for by kind (the last payment, interest this year, units held)."""


CHARGES = ("PURCHASE", "ATM_WITHDRAWAL")
"""Kinds of rows that purchases begin with."""


def instant(name: str, *, nullable: bool = False, primary_key: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable, primary_key=primary_key)


def word(name: str, *, primary_key: bool = False, nullable: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=primary_key, nullable=nullable)


# --- The template -------------------------------------------------------------------------------------------------

template = Table(
    "template",
    metadata,
    word("template_id", primary_key=True),
    Column("seed", BigInteger, nullable=False),
    word("anchor"),
    word("seed_data"),
)

timeline = Table(
    "timeline",
    metadata,
    word("template_id"),
    word("persona"),
    word("bank"),
    instant("until"),
    PrimaryKeyConstraint("template_id", "persona", "bank"),
)

account = Table(
    "account",
    metadata,
    Column("pk", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    word("template_id"),
    word("account_id"),
    word("persona"),
    word("bank"),
    Column("place", Integer, nullable=False),
    Column("longest_hold", BigInteger, nullable=False),
    word("document"),
    Index("account_by_id", "template_id", "account_id", unique=True),
    Index("account_by_persona", "template_id", "persona", "bank"),
)

entry = Table(
    "entry",
    metadata,
    Column("account_pk", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    # The dense ordinal among the account's posted rows, oldest 0; null for a row that never posts.
    Column("ordinal", BigInteger, nullable=True),
    instant("authorised_at"),
    instant("posted_at", nullable=True),
    instant("ends_at"),
    word("kind"),
    Column("amount", BigInteger, nullable=False),
    # The account's balance and its credits so far once this row has posted: sums become subtractions.
    Column("balance", BigInteger, nullable=False),
    Column("credited", BigInteger, nullable=False),
    word("detail"),
    Column("wire", LargeBinary, nullable=True),
)


def is_milestone() -> ColumnElement[bool]:
    """Spelled out in literals, as an engine wants it to see that a query may use the partial index."""
    return entry.c.kind.in_([literal_column(f"'{kind}'") for kind in MILESTONES])


def is_charge() -> ColumnElement[bool]:
    return entry.c.kind.in_([literal_column(f"'{kind}'") for kind in CHARGES])


ENTRY_INDEXES = (
    Index("entry_by_sequence", entry.c.account_pk, entry.c.sequence, unique=True),
    Index("entry_by_ordinal", entry.c.account_pk, entry.c.ordinal),
    Index("entry_by_posting", entry.c.account_pk, entry.c.posted_at, entry.c.sequence),
    Index("entry_by_authorisation", entry.c.account_pk, entry.c.authorised_at),
    Index(
        "entry_milestones",
        entry.c.account_pk,
        entry.c.kind,
        entry.c.posted_at,
        sqlite_where=is_milestone(),
        postgresql_where=is_milestone(),
    ),
)

# --- Worlds and their overlays -------------------------------------------------------------------------------------

world = Table(
    "world",
    metadata,
    word("world_id", primary_key=True),
    word("template_id"),
    word("name"),
    instant("origin"),
    instant("since"),
    Column("speed", Float, nullable=False),
    # Raised by every write to the overlay, so that a cache keyed by it cannot answer stale.
    Column("version", BigInteger, nullable=False),
    instant("created_at"),
    # The clock's first position, for reset.
    instant("first_origin"),
    Column("first_speed", Float, nullable=False),
)

overlay_entry = Table(
    "overlay_entry",
    metadata,
    word("world_id"),
    word("account_id"),
    Column("sequence", BigInteger, nullable=False),
    # A dropped row has no detail.
    word("detail", nullable=True),
    PrimaryKeyConstraint("world_id", "account_id", "sequence"),
)

overlay_account = Table(
    "overlay_account",
    metadata,
    word("world_id"),
    word("account_id"),
    word("bank"),
    word("document"),
    PrimaryKeyConstraint("world_id", "account_id"),
)

overlay_customer = Table(
    "overlay_customer",
    metadata,
    word("world_id"),
    word("username"),
    word("document"),
    PrimaryKeyConstraint("world_id", "username"),
)

# Facts that no row or account holds, by kind and key: what a holder said to a bank's marketing, for one.
overlay_fact = Table(
    "overlay_fact",
    metadata,
    word("world_id"),
    word("kind"),
    word("key"),
    word("document"),
    PrimaryKeyConstraint("world_id", "kind", "key"),
)

# Faults on order. How often each was met stands apart, since counting changes nothing that can be read.
fault = Table(
    "fault",
    metadata,
    word("world_id"),
    word("fault_id"),
    Column("place", Integer, nullable=False),
    word("document"),
    PrimaryKeyConstraint("world_id", "fault_id"),
)

fault_count = Table(
    "fault_count",
    metadata,
    word("world_id"),
    word("fault_id"),
    Column("seen", BigInteger, nullable=False),
    Column("acted", BigInteger, nullable=False),
    PrimaryKeyConstraint("world_id", "fault_id"),
)

# Worlds as they stood once, by name: `content` is every row of theirs, deflated JSON. They outlast a reset.
snapshot = Table(
    "snapshot",
    metadata,
    word("world_id"),
    word("name"),
    instant("saved_at"),
    word("document"),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("world_id", "name"),
)

# --- The authorization server --------------------------------------------------------------------------------------

client = Table(
    "client",
    metadata,
    word("bank"),
    word("client_id"),
    word("world_id"),
    word("document"),
    PrimaryKeyConstraint("bank", "client_id"),
    Index("client_by_world", "world_id"),
)

consent = Table(
    "consent",
    metadata,
    word("consent_id", primary_key=True),
    word("world_id"),
    word("bank"),
    word("client_id"),
    word("customer_id"),
    Column("version", BigInteger, nullable=False),
    word("document"),
    Index("consent_by_world", "world_id"),
)

token = Table(
    "token",
    metadata,
    word("token_hash", primary_key=True),
    word("kind"),
    word("bank"),
    word("world_id"),
    word("client_id"),
    word("consent_id"),
    word("scope"),
    word("family"),
    instant("issued_at"),
    instant("expires_at", nullable=True),
    instant("ended_at", nullable=True),
    # The signing key that made it; empty for an opaque token.
    word("kid"),
    # The key or certificate of whoever may use it, as `jkt:` or `x5t:` with a thumbprint; empty: whoever bears it.
    word("bound_to"),
    Index("token_by_family", "family"),
    Index("token_by_consent", "consent_id"),
    Index("token_by_world", "world_id"),
)

code = Table(
    "code",
    metadata,
    word("code_hash", primary_key=True),
    word("world_id"),
    instant("expires_at"),
    # Spent codes stay as tombstones: a replay revokes what the first use gave.
    instant("used_at", nullable=True),
    word("document"),
    Index("code_by_world", "world_id"),
)

interaction = Table(
    "interaction",
    metadata,
    word("interaction_id", primary_key=True),
    word("world_id"),
    instant("expires_at"),
    instant("ended_at", nullable=True),
    word("document"),
    Index("interaction_by_world", "world_id"),
)

used_once = Table(
    "used_once",
    metadata,
    word("world_id"),
    word("used"),
    instant("until"),
    PrimaryKeyConstraint("world_id", "used"),
)

access = Table(
    "access",
    metadata,
    word("world_id"),
    word("consent_id"),
    word("chain"),
    Column("number", BigInteger, nullable=False),
    instant("at"),
    word("operation"),
    Column("status", Integer, nullable=False),
    word("document"),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("world_id", "chain", "number"),
    Index("access_by_consent", "world_id", "consent_id", "at"),
)

# A bank's, in every world alike: clients keep what they read of them.
signing_key = Table(
    "signing_key",
    metadata,
    word("kid", primary_key=True),
    word("bank"),
    word("kty"),
    word("state"),
    instant("made_at"),
    instant("retired_at", nullable=True),
    word("public_jwk"),
    word("private_jwk"),
    Index("signing_key_by_bank", "bank", "kty"),
)

server_fact = Table(
    "server_fact",
    metadata,
    word("name", primary_key=True),
    word("document"),
)

# How often a consent was read on a day of the bank's while its customer was away, where that is limited.
quota = Table(
    "quota",
    metadata,
    word("world_id"),
    word("consent_id"),
    word("day"),
    Column("taken", Integer, nullable=False),
    PrimaryKeyConstraint("world_id", "consent_id", "day"),
)

# --- Events --------------------------------------------------------------------------------------------------------

# What happened in a world, in the order in which it was told; never changed. `number` counts from 1 without gaps.
event = Table(
    "event",
    metadata,
    word("world_id"),
    Column("number", BigInteger, nullable=False),
    word("document"),
    PrimaryKeyConstraint("world_id", "number"),
)

# Which number an event has, by its id. Apart from the events, since thousands of ids are put in at once: in their order
# that takes half as long as one by one in the order of the events.
event_number = Table(
    "event_number",
    metadata,
    word("world_id"),
    word("event_id"),
    Column("number", BigInteger, nullable=False),
    PrimaryKeyConstraint("world_id", "event_id"),
    sqlite_with_rowid=False,
)

# Whose instants become events once the clock has passed them, and up to where they have: accounts, customers at a bank,
# consents. Nobody looks at one that nobody listens to.
watch = Table(
    "watch",
    metadata,
    word("world_id"),
    word("kind"),
    word("subject"),
    word("persona"),
    word("bank"),
    instant("mark"),
    Column("listened", Integer, nullable=False),
    PrimaryKeyConstraint("world_id", "kind", "subject"),
)

# Up to where somebody who fetches events has acknowledged them.
listener = Table(
    "listener",
    metadata,
    word("world_id"),
    word("listener"),
    Column("number", BigInteger, nullable=False),
    PrimaryKeyConstraint("world_id", "listener"),
)

# Who wants to be told of events, and where. `position` is the number of the last event that was made into deliveries.
# One process at a time works for a subscription: whoever holds it, until `held_until` by the machine's clock.
subscription = Table(
    "subscription",
    metadata,
    word("world_id"),
    word("subscription_id"),
    word("bank"),
    word("client_id"),
    word("status"),
    Column("version", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    word("holder"),
    instant("held_until"),
    word("document"),
    PrimaryKeyConstraint("world_id", "subscription_id"),
    Index("subscription_by_client", "world_id", "bank", "client_id"),
)

# A message to a subscription: once, whatever becomes of it.
delivery = Table(
    "delivery",
    metadata,
    word("world_id"),
    word("subscription_id"),
    word("message_id"),
    Column("number", BigInteger, nullable=False),
    Column("place", BigInteger, nullable=False),
    word("lane"),
    word("type"),
    word("consent_id"),
    word("state"),
    word("clock"),
    instant("due_at"),
    # In all; and since it was last queued.
    Column("attempts", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    instant("created_at"),
    word("faults"),
    word("body"),
    PrimaryKeyConstraint("world_id", "subscription_id", "message_id"),
)
Index("delivery_by_place", delivery.c.world_id, delivery.c.subscription_id, delivery.c.place)


def is_queued() -> ColumnElement[bool]:
    """Spelled out as a literal, as an engine wants it to see that a query may use the partial index."""
    return delivery.c.state == literal_column("'queued'")


Index(
    "delivery_queued",
    delivery.c.world_id,
    delivery.c.subscription_id,
    delivery.c.clock,
    delivery.c.due_at,
    delivery.c.place,
    sqlite_where=is_queued(),
    postgresql_where=is_queued(),
)

# How many of a subscription's deliveries its world's log has lost because it was full.
delivery_cut = Table(
    "delivery_cut",
    metadata,
    word("world_id"),
    word("subscription_id"),
    Column("deliveries", BigInteger, nullable=False),
    PrimaryKeyConstraint("world_id", "subscription_id"),
)

attempt = Table(
    "attempt",
    metadata,
    word("world_id"),
    word("subscription_id"),
    word("message_id"),
    Column("number", Integer, nullable=False),
    instant("at"),
    Column("took", Integer, nullable=False),
    Column("status", Integer, nullable=False),
    word("problem"),
    word("answer"),
    word("headers"),
    PrimaryKeyConstraint("world_id", "subscription_id", "message_id", "number"),
)

# --- What explains itself ------------------------------------------------------------------------------------------

trace = Table(
    "trace",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    word("trace_id"),
    word("world_id", nullable=True),
    instant("at"),
    word("document"),
    Index("trace_by_id", "trace_id", unique=True),
)

# What clients asked and were answered, in the order in which it was answered. What was gathered in a moment is one row,
# from the exchange numbered `first` to `last`. `documents` is a JSON array of what is said of them; the `bodies` follow
# on one another, as long as the documents say, and stand last, so that whoever needs none of them reads none. Both are
# squeezed by zlib; `size` is what they were before.
exchanges = Table(
    "exchanges",
    metadata,
    word("world_id"),
    Column("last", BigInteger, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    # Those of them that have their own segment in paths, between bars: `|chase|messenger|`.
    word("channels"),
    Column("documents", LargeBinary, nullable=False),
    Column("bodies", LargeBinary, nullable=False),
    PrimaryKeyConstraint("world_id", "last"),
)

# A world's journal: the number of its latest exchange, the bytes of what is there, and what it has lost because it was
# full, up to which number.
journal = Table(
    "journal",
    metadata,
    word("world_id", primary_key=True),
    Column("last", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("lost", BigInteger, nullable=False),
    Column("lost_size", BigInteger, nullable=False),
    Column("lost_upto", BigInteger, nullable=False),
)

# What is said and set on the messengers: pages, people, threads, messages, deliveries. `owner` is whose it is, a page's
# or a thread's; `place` counts what has an order.
chat = Table(
    "chat",
    metadata,
    word("world_id"),
    word("kind"),
    word("key"),
    word("owner"),
    Column("place", BigInteger, nullable=False),
    word("document"),
    PrimaryKeyConstraint("world_id", "kind", "key"),
    Index("chat_by_place", "world_id", "kind", "owner", "place"),
)

# Webhooks of the messengers that are still to leave: `due_at` by the machine's clock or the world's, as `clock` says.
# One process at a time sees to an errand, until `held_until` by the machine's clock.
errand = Table(
    "errand",
    metadata,
    word("world_id"),
    word("delivery_id"),
    word("lane"),
    Column("place", BigInteger, nullable=False),
    word("clock"),
    instant("due_at"),
    instant("held_until"),
    PrimaryKeyConstraint("world_id", "delivery_id"),
)

OVERLAYS = (overlay_entry, overlay_account, overlay_customer, overlay_fact, fault)
AUTHORIZATION = (
    client, consent, token, code, interaction, used_once, access, quota, event, event_number, watch, listener,
    subscription, delivery, delivery_cut, attempt, chat, errand, fault_count, exchanges, journal,
)  # fmt: skip
"""Everything of a world beside its overlays; all keyed by `world_id`, so that a reset is a delete per table."""
RECORDS = (access, exchanges, journal)
"""Of these what was written down once and stays: no snapshot puts it back, since it really was."""
