"""Canonical values in Wells Fargo's shapes: one pure function per resource (accounts: accounts.py, rows of the feed:
rows.py, rewards: rewards.py, consents: consents.py). FDX 6.4: flat objects that name their `accountCategory`, absolute
amounts, days as dates."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sandbox.banks.wellsfargo.names import INSTITUTION, SLUG, account_uuid, day
from sandbox.banks.wellsfargo.rewards import earning, program_id
from sandbox.dialect import fdx
from sandbox.dialect.shapes import Json, present
from sandbox.kernel import ids
from sandbox.kernel.clock import iso
from sandbox.ledger.accounts import AccountKind, AccountStatus
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.customers import Customer, CustomerType
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.statements import Statement

# --- Statements, networks, terms ----------------------------------------------------------------------------------


def statement(view: AccountView, value: Statement, url: str) -> Json:
    processing = value.processing(view.now)
    link = {"href": url, "action": "GET", "rel": "self", "types": ["application/pdf"]}
    return present(
        {
            "accountId": account_uuid(view.account.known_as),
            "statementId": value.statement_id,
            "statementDate": value.date.isoformat(),
            "description": f"{value.date:%B %Y}",
            "status": "PROCESSING" if processing else "AVAILABLE",
            "links": None if processing else [link],
        }
    )


def payment_networks(view: AccountView) -> list[Json]:
    """The account's own number, not a token: everybody whom the customer lets see it sees the same."""
    awake = view.status is AccountStatus.OPEN
    spends = awake and view.account.kind is AccountKind.CHECKING
    common = {
        "bankId": view.account.routing,
        "identifier": view.account.number,
        "identifierType": "ACCOUNT_NUMBER",
        "transferIn": awake,
    }
    return [{**common, "type": "US_ACH", "transferOut": spends}, {**common, "type": "US_RTP", "transferOut": False}]


def asset_transfer_network(view: AccountView) -> Json:
    return {
        "identifier": view.account.number,
        "identifierType": "ACCOUNT_NUMBER",
        "institutionName": INSTITUTION,
        "institutionId": "0000",
        "type": "US_ACATS",
        "jointAccount": len(view.account.holders) > 1,
    }


def terms_and_conditions(view: AccountView, clusters: Collection[Cluster]) -> Json:
    account, terms = view.account, view.account.terms
    program = terms.reward_program if Cluster.REWARDS in clusters else ""
    return present(
        {
            "accountId": account_uuid(account.known_as),
            "productName": account.product,
            "effectiveDate": day(view, account.opened_at),
            "fees": FEES.get(account.kind, []),
            "rates": _rates(view),
            "rewards": {"programId": program_id(program), "description": earning(account)} if program else None,
            "overdraftOptIn": terms.overdraft_limit > 0 if account.kind is AccountKind.CHECKING else None,
        }
    )


FEES: Mapping[AccountKind, list[Json]] = {
    AccountKind.CHECKING: [
        {"name": "Overdraft", "amount": 34.0, "frequency": "PER_EVENT", "description": "At most one a day."},
        {"name": "Returned item", "amount": 30.0, "frequency": "PER_EVENT"},
    ],
    AccountKind.CREDIT_CARD: [{"name": "Late payment", "amount": 29.0, "frequency": "PER_EVENT"}],
    AccountKind.LINE_OF_CREDIT: [{"name": "Late payment", "amount": 29.0, "frequency": "PER_EVENT"}],
}
"""What the seeds charge where they charge it; not every account has met each of them."""


def _rates(view: AccountView) -> list[Json]:
    terms, kind = view.account.terms, view.account.kind
    fixed = kind is AccountKind.CERTIFICATE or fdx.family(kind) == "loan"
    name = {"deposit": "Interest", "loc": "Purchases", "loan": "Loan", "investment": "Cash"}[fdx.family(kind)]
    told = ((name, "APY", terms.apy), (name, "APR", terms.apr), ("Cash advances", "APR", terms.cash_apr))
    return [
        {"name": title, "kind": measure, "rate": float(rate), "type": "FIXED" if fixed else "VARIABLE"}
        for title, measure, rate in told
        if rate is not None
    ]


# --- People -------------------------------------------------------------------------------------------------------


def name(person: Customer) -> Json:
    return {**fdx.name(person), **present({"company": person.business_name})}


def _reach(people: Sequence[Customer]) -> Json:
    """How to reach people: everybody's mail and telephone, and where the first of them lives."""
    first = people[0]
    kind = "BUSINESS" if first.type is CustomerType.BUSINESS else "HOME"
    return {
        "emails": [person.email for person in people],
        "addresses": [{**fdx.address(first.address, state="region", type=kind), "primary": True}],
        "telephones": [
            {"type": "CELL", "country": "1", "number": person.phone, "primary": person is first} for person in people
        ],
    }


def contact(view: AccountView, people: Mapping[str, Customer]) -> Json:
    holders = [
        (people[holder.customer_id], fdx.relationship(holder.relationship))
        for holder in view.account.holders
        if holder.customer_id in people
    ]
    told = [{"relationship": kind, "type": person.type.value, "name": name(person)} for person, kind in holders]
    return {"holders": told, **_reach([person for person, _ in holders])}


def customer(person: Customer, views: Sequence[AccountView], *, personal: bool) -> Json:
    held = [view.account for view in views if person.customer_id in view.account.holder_ids()]
    return present(
        {
            "customerId": person.customer_id,
            "type": person.type.value,
            "name": name(person),
            "dateOfBirth": person.born.isoformat() if personal else None,
            "customerStartDate": person.customer_since.isoformat(),
            **_reach([person]),
            "accounts": [
                {
                    "accountId": account_uuid(account.known_as),
                    "relationship": fdx.owner(account, person.customer_id),
                }
                for account in held
            ],
        }
    )


# --- The interface itself -----------------------------------------------------------------------------------------


def availability(operation_id: str, version: str) -> Json:
    return {"operationId": operation_id, "fdxVersion": version, "status": "ALIVE"}


def metric(start: datetime, end: datetime, operation_ids: list[str], *seed: Any) -> Json:
    """Figures of a month, made from the seed."""
    return {
        "reportTimestamp": iso(end),
        "reportStartTimestamp": iso(start),
        "reportEndTimestamp": iso(end),
        "operationIds": operation_ids,
        "responseTimeAverage": 140 + ids.number(SLUG, "response time", iso(start), *seed) % 160,
        "averageUpTime": (9_950 + ids.number(SLUG, "up time", iso(start), *seed) % 50) / 100,
    }
