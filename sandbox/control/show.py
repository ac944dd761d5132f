"""Canonical values as the control API writes them: decimal text, instants in UTC, and no member without a value."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sandbox.kernel import money
from sandbox.kernel.clock import from_millis, iso
from sandbox.ledger.accesses import Access
from sandbox.ledger.accounts import DEPOSITS, Account, Terms
from sandbox.ledger.clients import Client
from sandbox.ledger.consents import Consent, expires_soon, status_at
from sandbox.ledger.customers import Customer
from sandbox.ledger.entries import Entry, EntryStatus, Foreign, Trade
from sandbox.ledger.feed import Balances
from sandbox.ledger.purposes import Purpose
from sandbox.oauth import client_metadata
from sandbox.oauth.rules.redirect_uri import ANY_LOOPBACK
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.worlds import World

Json = dict[str, Any]

MONEY_TERMS = {
    "credit_limit",
    "cash_limit",
    "overdraft_limit",
    "monthly_payment",
    "escrow_payment",
    "original_principal",
}
ANY_LOOPBACK_IN_WORDS = "http://localhost:*, http://127.0.0.1:*, http://[::1]:*"


def decimal(minor: int, currency: str) -> str:
    places = money.exponent(currency)
    return f"{Decimal(minor).scaleb(-places):.{places}f}"


def present(members: Mapping[str, Any]) -> Json:
    """Without what has no value."""
    return {name: value for name, value in members.items() if value not in (None, "", (), [])}


def instant(value: datetime | None) -> str | None:
    return iso(value) if value is not None else None


# --- Worlds --------------------------------------------------------------------------------------------------------


def clock(world: World) -> Json:
    speed = world.stored.clock.speed
    return {"world": world.world_id, "now": iso(world.now), "speed": speed, "frozen": speed == 0}


def world(value: World) -> Json:
    stored = value.stored
    return {
        "id": value.world_id,
        "name": stored.name,
        "seed": stored.seed,
        "anchor": stored.anchor,
        "now": iso(value.now),
        "speed": stored.clock.speed,
        "frozen": stored.clock.frozen,
        "created_at": iso(from_millis(stored.created_at)),
    }


# --- People --------------------------------------------------------------------------------------------------------


def customer(value: Customer) -> Json:
    address = value.address
    return present(
        {
            "username": value.username,
            "customer_id": value.customer_id,
            "persona": value.persona,
            "name": value.display_name,
            "first_name": value.first_name,
            "middle_name": value.middle_name,
            "suffix": value.suffix,
            "type": value.type.value,
            "business_name": value.business_name,
            "born": value.born.isoformat(),
            "tax_id_last4": value.tax_id_last4,
            "address": present({field.name: getattr(address, field.name) for field in fields(address)}),
            "customer_since": value.customer_since.isoformat(),
            "locale": value.locale,
        }
    ) | {"last_name": value.last_name, "email": value.email, "phone": value.phone}


# --- Accounts ------------------------------------------------------------------------------------------------------


def account(view: AccountView, usernames: Mapping[str, str]) -> Json:
    """`usernames` by customer id."""
    value = view.account
    return present(
        {
            "account_id": value.account_id,
            "bank": value.bank,
            "kind": value.kind.value,
            "product": value.product,
            "nickname": value.nickname,
            "number": value.number,
            "routing": value.routing,
            "last4": value.last4,
            "currency": value.currency,
            "status": view.status.value,
            "opened_at": iso(value.opened_at),
            "low_balance": decimal(value.low_below, value.currency) if value.kind in DEPOSITS else None,
            "closed_at": instant(value.closed_at),
            "locked_at": instant(value.locked_at),
            "dormant_at": instant(value.dormant_at),
            "cards": [
                present(
                    {
                        "last4": card.last4,
                        "network": card.network,
                        "issued_at": iso(card.issued_at),
                        "replaced_at": instant(card.replaced_at),
                    }
                )
                for card in value.cards
            ],
        }
    ) | {
        "shareable": value.shareable,
        "quirks": [quirk.value for quirk in value.quirks],
        "numbering": value.numbering,
        "business": value.business,
        "holders": [
            present(
                {
                    "username": usernames.get(holder.customer_id),
                    "customer_id": holder.customer_id,
                    "relationship": holder.relationship.value,
                }
            )
            for holder in value.holders
        ],
        "balances": balances(view.balances(), value.currency),
        "terms": terms(value.terms, value.currency),
    }


def balances(value: Balances, currency: str) -> Json:
    return {
        "current": decimal(value.current, currency),
        "available": decimal(value.available, currency),
        "held": decimal(value.held, currency),
        "as_of": iso(value.as_of),
    }


def terms(value: Terms, currency: str) -> Json:
    shown: Json = {}
    for field in fields(value):
        member = getattr(value, field.name)
        if member in (None, "", 0, False):
            continue
        if field.name in MONEY_TERMS:
            shown[field.name] = decimal(member, currency)
        elif isinstance(member, (date, Decimal)):
            shown[field.name] = str(member)
        else:
            shown[field.name] = member
    return shown


# --- Rows ----------------------------------------------------------------------------------------------------------


def transaction(owner: Account, entry: Entry, status: EntryStatus, balance: int | None = None) -> Json:
    currency = owner.currency
    return present(
        {
            "account_id": owner.account_id,
            "status": status.value,
            "kind": entry.kind.value,
            "channel": entry.channel.value,
            "amount": decimal(entry.amount, currency),
            "currency": currency,
            "authorised_at": iso(entry.authorised_at),
            "posted_at": instant(entry.posted_at),
            "dropped_at": instant(entry.dropped_at),
            "hold": decimal(entry.hold, currency) if entry.hold is not None else None,
            "balance": decimal(balance, currency) if balance is not None else None,
            "merchant": entry.merchant,
            "counterparty": entry.counterparty,
            "mcc": entry.mcc,
            "category": entry.category,
            "card_last4": entry.card_last4,
            "check_number": entry.check_number,
            "memo": entry.memo,
            "foreign": foreign(entry.foreign) if entry.foreign else None,
            "related": entry.related,
            "trade": trade(entry.trade, currency) if entry.trade else None,
        }
    ) | {"sequence": entry.sequence, "amount_minor": entry.amount, "description": entry.description}


def foreign(value: Foreign) -> Json:
    return {"amount": decimal(value.amount, value.currency), "currency": value.currency, "rate": value.rate}


def trade(value: Trade, currency: str) -> Json:
    units = str(Decimal(value.units).scaleb(-3))
    return {"symbol": value.symbol, "units": units, "price": decimal(value.price, currency)}


# --- Consents and clients ------------------------------------------------------------------------------------------


def consent(world: World, value: Consent, username: str) -> Json:
    revocation = value.revocation
    return present(
        {
            "updated_at": instant(value.updated_at),
            "revocation": {
                "at": iso(revocation.at),
                "reason": revocation.reason,
                "initiator": revocation.initiator,
            }
            if revocation
            else None,
            "suspensions": [
                present({"at": iso(one.at), "reason": one.reason.value, "resumed_at": instant(one.resumed_at)})
                for one in value.suspensions
            ]
            or None,
            "authorized_at": instant(value.authorized_at),
            "reauthorize_by": instant(value.expires_at) if expires_soon(value, world.now) else None,
            "disclosure": {"version": value.disclosure_version, "sha256": value.disclosure_hash}
            if value.disclosure_hash
            else None,
        }
    ) | {
        "expires_soon": expires_soon(value, world.now),
        "refusals": [
            {"account_id": one.account_id, "customer_id": one.customer_id, "at": iso(one.at)} for one in value.refusals
        ],
        "history": [
            present({"at": iso(event.at), "act": event.act.value, "by": event.by, "detail": event.detail or None})
            for event in value.history
        ],
        "consent_id": value.consent_id,
        "world": world.world_id,
        "bank": value.bank,
        "client_id": value.client_id,
        "customer": username,
        "customer_id": value.customer_id,
        "persona": value.persona,
        "status": status_at(value, world.now).value,
        "accounts": list(value.account_ids),
        "clusters": [cluster.value for cluster in value.clusters],
        "purposes": [purpose(one) for one in value.purposes],
        "scope": value.scope,
        "created_at": iso(value.created_at),
        "expires_at": instant(value.expires_at),
        "duration": value.duration.value,
        "lookback_days": value.lookback_days,
        "marketing": value.marketing,
        "targeting": value.targeting,
    }


def purpose(value: Purpose) -> Json:
    shared = {"clusters": [cluster.value for cluster in value.clusters]}
    required = {"required": True} if value.required else {}
    return {"code": value.code, "text": value.text} | (shared if value.clusters else {}) | required


def access(value: Access) -> Json:
    return present({"error": value.error or None, "trace": value.trace or None}) | {
        "at": iso(value.at),
        "bank": value.bank,
        "client_id": value.client,
        "consent_id": value.consent,
        "customer_id": value.customer,
        "operation": value.operation,
        "status": value.status,
        "purposes": value.purposes,
        "accounts": list(value.accounts),
        "clusters": list(value.clusters),
        "chain": value.chain,
        "number": value.number,
    }


def page(member: str, items: list[Json], limit: int, offset: int) -> Json:
    """`items` hold one more than the limit where there is more."""
    more = {"next_offset": offset + limit} if len(items) > limit else {}
    return {member: items[:limit]} | more


def client(value: Client) -> Json:
    told: Json = {
        "client_id": value.client_id,
        "bank": value.bank,
        "world": value.world_id,
        "name": value.name,
        "redirect_uris": redirect_uris(value),
        "profile": value.profile.value,
        "public": not value.confidential,
        "purposes": [purpose(one) for one in value.purposes],
        "created_at": iso(value.created_at),
    }
    if value.asks_for_marketing:
        told["asks_for_marketing"] = True
    return present({"unattended_reads": value.unattended_reads}) | client_metadata.told(value) | told


def redirect_uris(value: Client) -> list[str]:
    return [ANY_LOOPBACK_IN_WORDS if uri == ANY_LOOPBACK else uri for uri in value.redirect_uris]
