"""Canonical values in Wells Fargo's shapes: one pure function per resource. FDX 6.4: flat objects that name their
`accountCategory`, absolute amounts, days as dates."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sandbox.dialect import fdx, windows
from sandbox.dialect.shapes import Json, present
from sandbox.kernel import ids
from sandbox.kernel.clock import iso
from sandbox.kernel.money import major
from sandbox.ledger import codec
from sandbox.ledger.accounts import Account, AccountKind, AccountStatus
from sandbox.ledger.clients import Client
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consents import Consent, authorized_at, lives, status_at
from sandbox.ledger.customers import Customer, CustomerType
from sandbox.ledger.entries import Channel, Entry, EntryKind, EntryStatus
from sandbox.ledger.feed import FeedRow
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.dues import bill, instalment, interest_this_year
from sandbox.worlds.positions import Valued, positions, worth
from sandbox.worlds.statements import Statement

SLUG = "wellsfargo"
CATEGORIES = {
    "deposit": "DEPOSIT_ACCOUNT",
    "loc": "LOC_ACCOUNT",
    "loan": "LOAN_ACCOUNT",
    "investment": "INVESTMENT_ACCOUNT",
}
ACCOUNT_TYPES = {**fdx.ACCOUNT_TYPES, AccountKind.BROKERAGE: "TAXABLE"}
INSTITUTION = "Wells Fargo (Sandbank imitation)"


def account_ref(account: Account, _client_id: str) -> str:
    """A UUID, the same for every client."""
    return account_uuid(account.known_as)


@lru_cache(maxsize=4_096)
def account_uuid(account_id: str) -> str:
    return ids.stable_uuid(SLUG, "account", account_id)


def category(kind: AccountKind) -> str:
    return CATEGORIES[fdx.family(kind)]


# --- Accounts -----------------------------------------------------------------------------------------------------


def descriptor(view: AccountView) -> Json:
    """What the account is, without what is in it. FDX has no word for dormant, so the bank says it in its own."""
    account, kind = view.account, view.account.kind
    asleep = view.status is AccountStatus.DORMANT and account.dormant_at
    return present(
        {
            "accountCategory": category(kind),
            "accountType": ACCOUNT_TYPES[kind],
            "accountId": account_uuid(account.known_as),
            "accountNumberDisplay": account.last4,
            "productName": account.product,
            "productId": account.product.upper().replace(" ", "-"),
            "nickname": account.nickname,
            "status": fdx.account_status(view, view.balances().current),
            "currency": {"currencyCode": account.currency},
            "fiAttributes": [{"name": "dormantSince", "value": _day(view, asleep)}] if asleep else None,
        }
    )


def partial(view: AccountView, code: str, message: str) -> Json:
    """An account of which no more than its description could be had."""
    return {**descriptor(view), "error": {"code": code, "message": message}}


def account(view: AccountView, clusters: Collection[Cluster]) -> Json:
    """The account with as much as the clusters allow. Balances, and a loan's own rate, are always there."""
    family = fdx.family(view.account.kind)
    members = {
        **descriptor(view),
        "lineOfBusiness": "BUSINESS" if view.account.business else "CONSUMER",
        "balanceType": "LIABILITY" if view.account.is_liability else "ASSET",
        "balanceAsOf": iso(view.now),
        **_BALANCES[family](view),
    }
    if Cluster.ACCOUNT_DETAILED in clusters:
        members |= {"lastActivityDate": _day(view, view.last_activity()), **_DETAILS[family](view)}
    if Cluster.BILLS in clusters and family in _BILLS:
        members |= _BILLS[family](view)
    if Cluster.INVESTMENTS in clusters and family == "investment":
        members["holdings"] = [*map(_holding, positions(view)), _cash(view)]
    if Cluster.REWARDS in clusters and view.account.terms.reward_program:
        members["rewardProgramId"] = program_id(view.account.terms.reward_program)
    return present(members)


def _deposit_balances(view: AccountView) -> Json:
    balances = view.balances()
    return {
        "currentBalance": major(balances.current),
        "openingDayBalance": major(balances.opening_day),
        "availableBalance": major(balances.available),
    }


def _deposit_details(view: AccountView) -> Json:
    terms, kind = view.account.terms, view.account.kind
    moves = view.status is AccountStatus.OPEN and kind is not AccountKind.CERTIFICATE
    members: Json = {
        "transferIn": moves,
        "transferOut": moves,
        "billPayStatus": "ACTIVE" if moves and kind is AccountKind.CHECKING else "NOT_AVAILABLE",
        "term": terms.term_months or None,
        "maturityDate": _text(terms.matures),
    }
    if terms.apy is not None:
        fixed = kind is AccountKind.CERTIFICATE
        members |= {
            "annualPercentageYield": float(terms.apy),
            "interestYtd": major(interest_this_year(view)),
            "earnedInterest": {
                "rate": float(terms.apy),
                "compoundingPeriod": "MONTHLY",
                "type": "FIXED" if fixed else "VARIABLE",
            },
        }
    if kind is AccountKind.CHECKING:
        members |= {"overdraftOptIn": terms.overdraft_limit > 0, "overdrafted": view.balances().current < 0}
    return members


def _line_balances(view: AccountView) -> Json:
    balances, cash_limit = view.balances(), view.account.terms.cash_limit
    return {
        "currentBalance": major(-balances.current),
        "principalBalance": major(-balances.current),
        "availableCredit": major(balances.available),
        "availableCash": major(max(min(cash_limit, balances.available), 0)) if cash_limit else None,
    }


def _line_details(view: AccountView) -> Json:
    terms, due = view.account.terms, bill(view)
    apr = float(terms.apr) if terms.apr is not None else None
    members: Json = {
        "creditLine": major(terms.credit_limit),
        "cashAdvanceLimit": major(terms.cash_limit) if terms.cash_limit else None,
        "purchasesApr": apr,
        "advancesApr": float(terms.cash_apr) if terms.cash_apr is not None else None,
        "chargedInterest": {"rate": apr, "compoundingPeriod": "DAILY", "type": "VARIABLE"} if apr else None,
        "cardNetwork": view.account.cards[-1].network if view.account.cards else None,
    }
    if due is not None:
        members |= {
            "nextPaymentAmount": major(due.total),
            "nextPaymentDate": due.due.isoformat(),
            "minimumPaymentAmount": major(due.minimum),
            "pastDueAmount": major(due.past_due),
            "lastStmtBalance": major(due.statement_balance),
            "lastStmtDate": due.statement.date.isoformat(),
            **_last_payment(view, due.last_payment),
        }
    return members


def _line_bills(view: AccountView) -> Json:
    due = bill(view)
    if due is None:
        return {}
    members = {
        "totalPaymentDue": major(due.total),
        "minimumPaymentDue": major(due.minimum),
        "dueDate": due.due.isoformat(),
        "pastDueAmount": major(due.past_due),
        "statementBalance": major(due.statement_balance),
        "statementDate": due.statement.date.isoformat(),
        **_last_payment(view, due.last_payment),
    }
    return _autopaid(members, due.autopay, due.total, due.due, view)


def _loan_balances(view: AccountView) -> Json:
    terms = view.account.terms
    return {
        "principalBalance": major(-view.balances().current),
        "interestRate": float(terms.apr or 0),
        "interestRateType": "FIXED",
    }


def _loan_details(view: AccountView) -> Json:
    terms, due = view.account.terms, instalment(view)
    return {
        "originalPrincipal": major(terms.original_principal),
        "originatingDate": _text(terms.originated),
        "loanTerm": terms.term_months or None,
        "totalNumberOfPayments": terms.term_months or None,
        "nextPaymentAmount": major(due.amount),
        "nextPaymentDate": due.due.isoformat() if due.principal else None,
        "paymentFrequency": "MONTHLY",
        "payOffAmount": major(due.principal),
        "maturityDate": _text(terms.matures),
        "interestPaidYearToDate": major(due.interest_this_year),
        **_last_payment(view, due.last_payment),
    }


def _loan_bills(view: AccountView) -> Json:
    due = instalment(view)
    if not due.principal:
        return {}
    members = {
        "totalPaymentDue": major(due.amount),
        "minimumPaymentDue": major(due.amount),
        "dueDate": due.due.isoformat(),
        **_last_payment(view, due.last_payment),
    }
    return _autopaid(members, due.autopay, due.amount, due.due, view)


def _autopaid(members: Json, autopay: bool, amount: int, due: date, view: AccountView) -> Json:
    """The bill, and the payment that the bank will draw by itself."""
    ahead = autopay and amount > 0 and due >= windows.local_day(view.now, view.account.time_zone)
    members["autoPayEnabled"] = autopay
    if not ahead:
        return {"bills": [members]}
    payment = {"amount": major(amount), "date": due.isoformat(), "type": "AUTOPAY"}
    members |= {"autoPayAmount": payment["amount"], "autoPayDate": payment["date"]}
    return {"bills": [members], "scheduledPayments": [payment]}


def _investment_balances(view: AccountView) -> Json:
    return {"availableCashBalance": major(view.balances().available), "currentValue": major(worth(view))}


def _investment_details(view: AccountView) -> Json:
    moves = view.status is AccountStatus.OPEN
    return {"transferIn": moves, "transferOut": moves}


Shape = Callable[[AccountView], Json]
_BALANCES: Mapping[str, Shape] = {
    "deposit": _deposit_balances,
    "loc": _line_balances,
    "loan": _loan_balances,
    "investment": _investment_balances,
}
_DETAILS: Mapping[str, Shape] = {
    "deposit": _deposit_details,
    "loc": _line_details,
    "loan": _loan_details,
    "investment": _investment_details,
}
_BILLS: Mapping[str, Shape] = {"loc": _line_bills, "loan": _loan_bills}


def _last_payment(view: AccountView, entry: Entry | None) -> Json:
    if entry is None:
        return {}
    return {"lastPaymentAmount": major(entry.amount), "lastPaymentDate": _day(view, entry.ends_at)}


def _holding(valued: Valued) -> Json:
    holding = valued.holding
    return {
        "holdingId": holding.symbol,
        "holdingName": holding.name,
        "holdingType": holding.security_type,
        "securityIds": [{"id": holding.cusip_like, "idType": "CUSIP"}],
        **fdx.priced(valued),
    }


def _cash(view: AccountView) -> Json:
    return {
        "holdingId": "CASH",
        "holdingName": "Cash",
        "holdingType": "CASH",
        "marketValue": major(view.balances().current),
        "cashAccount": True,
    }


def _day(view: AccountView, instant: datetime | None) -> str | None:
    """The bank's day of an instant."""
    return windows.local_day(instant, view.account.time_zone).isoformat() if instant else None


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


# --- Transactions -------------------------------------------------------------------------------------------------


def transactions(account: Account, feed: Sequence[FeedRow]) -> list[Json]:
    """Rows of an account. An id is the day of the authorisation and twelve digits: the same while pending and once
    posted."""
    family = fdx.family(account.kind)
    common = {"accountCategory": CATEGORIES[family], "accountId": account_uuid(account.known_as)}
    return [_transaction(common, family, account, row) for row in feed]


def _transaction(common: Json, family: str, account: Account, row: FeedRow) -> Json:
    entry = row.entry
    pending = row.status is EntryStatus.PENDING
    members: Json = {
        **common,
        "transactionId": transaction_id(account, entry),
        "transactionTimestamp": iso(entry.authorised_at),
        "description": entry.description,
        "debitCreditMemo": fdx.direction(entry),
        "transactionType": _TYPES[family](entry),
        "status": "PENDING" if pending else "POSTED",
        "amount": major(abs(entry.held if pending else entry.amount), account.currency),
    }
    if not pending:
        members["postedTimestamp"] = iso(entry.ends_at)
    if entry.mcc:
        members["category"] = entry.mcc
    if entry.category:
        members["subCategory"] = entry.category
    if entry.memo:
        members["memo"] = entry.memo
    if entry.related is not None:
        members["reference"] = _number(account, entry.related)
    if entry.foreign is not None:
        members["foreignAmount"] = major(entry.foreign.amount, entry.foreign.currency)
        members["foreignCurrency"] = entry.foreign.currency
    if entry.card_last4:
        members["cardNumberDisplay"] = entry.card_last4
    if entry.counterparty and entry.trade is None:
        members["transactionPayee"] = _payee(entry)
    if entry.check_number is not None and family in ("deposit", "loc"):
        members["checkNumber"] = entry.check_number
        members["imageIds"] = [image_id(account, entry)]
    if entry.trade is not None and family == "investment":
        members |= _trade(account, entry)
    reward = 0 if pending else reward_of(account, entry)
    if reward:
        told = {"accrued": points(account, reward)} if reward > 0 else {"adjusted": points(account, reward)}
        members["reward"] = {"categoryId": reward_category_id(account), **told}
    return members


def transaction_id(account: Account, entry: Entry) -> str:
    return f"{entry.authorised_at:%Y%m%d}{_number(account, entry.sequence)}"


def transaction_ref(account: Account, entry: Entry, status: EntryStatus) -> str:
    return transaction_id(account, entry)


def sequence_of(account: Account, transaction: str) -> int | None:
    """The row that an id can only mean; None for what is no id."""
    number = transaction[8:]
    if len(number) != 12 or not (transaction.isascii() and transaction.isdecimal()):
        return None
    return ids.unscramble(int(number), _key(account.known_as))


def _number(account: Account, sequence: int) -> str:
    return f"{ids.scramble(sequence, _key(account.known_as)):012d}"


@lru_cache(maxsize=4_096)
def _key(account_id: str) -> int:
    return ids.number(SLUG, account_id) % ids.SPACE


def _line_type(entry: Entry) -> str:
    """A refund is an ADJUSTMENT: PURCHASE is for what was bought."""
    return fdx.line_type(entry) or ("ADJUSTMENT" if entry.is_credit else "PURCHASE")


def _investment_type(entry: Entry) -> str:
    kind = fdx.investment_type(entry)
    if kind == "OTHER":
        return "DEPOSIT" if entry.is_credit else "WITHDRAWAL"
    return kind


_TYPES: Mapping[str, Callable[[Entry], str]] = {
    "deposit": fdx.deposit_type,
    "loc": _line_type,
    "loan": fdx.loan_type,
    "investment": _investment_type,
}


def _payee(entry: Entry) -> Json:
    """The other side: a merchant, or a person where the money went at once from one to another."""
    if entry.merchant:
        number = ids.digits(8, SLUG, "merchant", entry.merchant)
        return {"merchantName": entry.counterparty, "merchantId": f"M-{number}"}
    if entry.kind is EntryKind.TRANSFER and entry.channel is Channel.INSTANT:
        first, _, last = entry.counterparty.rpartition(" ")
        return {"individualName": present({"first": first or last, "last": last if first else ""})}
    return {"merchantName": entry.counterparty}


def _trade(account: Account, entry: Entry) -> Json:
    assert entry.trade is not None
    trade = entry.trade
    securities = [
        {"id": holding.cusip_like, "idType": "CUSIP"} for holding in account.holdings if holding.symbol == trade.symbol
    ]
    members: Json = {
        "symbol": trade.symbol,
        "units": trade.units / 1000,
        "unitPrice": major(trade.price),
        "commission": 0,
    }
    return {**members, "securityIds": securities} if securities else members


# --- Images -------------------------------------------------------------------------------------------------------


def image_id(account: Account, entry: Entry) -> str:
    """The front of a cheque."""
    return f"IMG-{transaction_id(account, entry)}-F"


def pictured(account: Account, image: str) -> int | None:
    """The row whose picture an id may name."""
    return sequence_of(account, image.removeprefix("IMG-").removesuffix("-F"))


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
            "effectiveDate": _day(view, account.opened_at),
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


# --- Rewards ------------------------------------------------------------------------------------------------------


def program_id(program: str) -> str:
    return f"RP-{program.upper()}"


def reward_of(account: Account, entry: Entry) -> int:
    """What a row earns once it has posted: a purchase on a card earns the account's rate, a refund takes it back. In
    minor units of cash-back, which are points where the program counts those."""
    if account.kind is not AccountKind.CREDIT_CARD or entry.kind not in (EntryKind.PURCHASE, EntryKind.REFUND):
        return 0
    earned = abs(entry.amount) * account.terms.reward_rate_bp // 10_000
    return -earned if entry.is_credit else earned


def balance_type(program: str) -> str:
    return "CASHBACK" if "cash" in program else "POINTS"


def points(account: Account, reward: int) -> float:
    """Dollars of cash-back, or points."""
    return major(reward) if balance_type(account.terms.reward_program) == "CASHBACK" else reward


def reward_category_id(account: Account) -> str:
    return f"CAT-ALL-{account.terms.reward_rate_bp}"


def earning(account: Account) -> str:
    rate = f"{account.terms.reward_rate_bp / 100:g}"
    if balance_type(account.terms.reward_program) == "CASHBACK":
        return f"{rate}% back on every purchase"
    return f"{rate} points per dollar on every purchase"


def reward_transaction(account: Account, entry: Entry) -> Json:
    reward, transaction = reward_of(account, entry), transaction_id(account, entry)
    return {
        "rewardTransactionId": f"RT-{transaction}",
        "accountId": account_uuid(account.known_as),
        "programId": program_id(account.terms.reward_program),
        "categoryId": reward_category_id(account),
        "transactionId": transaction,
        "type": "ACCRUED" if reward > 0 else "ADJUSTED",
        "balanceType": balance_type(account.terms.reward_program),
        "amount": points(account, reward),
        "postedTimestamp": iso(entry.ends_at),
        "description": earning(account) if reward > 0 else "Refund",
    }


def reward_program(views: Sequence[AccountView], person: Customer, earned: Sequence[tuple[int, int]]) -> Json:
    """`earned` holds (ever, this year) for each of the views."""
    account = views[0].account
    program = account.terms.reward_program
    kind = balance_type(program)
    return {
        "programId": program_id(program),
        "programName": program.replace("-", " ").title(),
        "memberships": [
            {
                "accountIds": [account_uuid(view.account.known_as) for view in views],
                "customerId": person.customer_id,
                "memberId": ids.digits(10, SLUG, "rewards", person.customer_id, program),
                "businessOrConsumer": person.type.value,
                "balances": [
                    {
                        "name": "Cash rewards" if kind == "CASHBACK" else "Points",
                        "type": kind,
                        "balance": points(account, sum(ever for ever, _ in earned)),
                        "accruedYtd": points(account, sum(this_year for _, this_year in earned)),
                    }
                ],
            }
        ],
    }


def reward_categories(views: Sequence[AccountView]) -> list[Json]:
    """One for each rate at which an account of the program earns."""
    by_rate = {view.account.terms.reward_rate_bp: view.account for view in views if view.account.terms.reward_rate_bp}
    return [
        {
            "categoryId": reward_category_id(account),
            "categoryName": "All purchases",
            "multiplier": rate / 100,
            "description": earning(account),
        }
        for rate, account in sorted(by_rate.items())
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


# --- Consents -----------------------------------------------------------------------------------------------------

ABOUT_CUSTOMERS = (Cluster.CUSTOMER_CONTACT, Cluster.CUSTOMER_PERSONAL)


def consent(value: Consent, accounts: Sequence[Account], client: Client | None, at: datetime, url: str) -> Json:
    """A ConsentGrant. `client` is None where its registration is gone."""
    links = [{"href": f"{url}/revocation", "action": "GET", "rel": "revocation", "types": ["application/json"]}]
    if lives(value, at):
        links = [{**links[0], "action": "PUT", "rel": "revoke"}]
    parties = [*_recipients(value, client), {"name": INSTITUTION, "type": "DATA_PROVIDER"}]
    return {**grant(value, accounts, at), "parties": parties, "links": links}


def grant(value: Consent, accounts: Sequence[Account], at: datetime) -> Json:
    """What a consent grants and for how long, whoever the parties are."""
    assert value.expires_at is not None, "consents at this bank end"
    return {
        "id": value.consent_id,
        "status": status_at(value, at).value,
        "createdTime": iso(value.created_at),
        "expirationTime": iso(value.expires_at),
        "updatedTime": iso(value.updated_at or value.created_at),
        **_terms(value),
        "resources": _resources(value, accounts),
    }


def granted_details(value: Consent, accounts: Sequence[Account], at: datetime) -> Json:
    """The members of an authorization detail of type fdx_v1.0 as it was granted (RFC 9396 7.1): the consent request,
    narrowed to what the customer agreed to, and the grant that came of it."""
    by_type: dict[str, Json] = {}
    for resource in _resources(value, accounts):
        about = {"resourceType": resource["resourceType"], "dataClusters": resource["dataClusters"]}
        by_type.setdefault(resource["resourceType"], about)
    return {
        "consentRequest": {**_terms(value), "resources": list(by_type.values())},
        "consentGrant": grant(value, accounts, at),
    }


def _terms(value: Consent) -> Json:
    assert value.expires_at is not None, "consents at this bank end"
    return {
        "durationType": value.duration.value,
        "durationPeriod": (value.expires_at - authorized_at(value)).days,
        "lookbackPeriod": value.lookback_days,
    }


def _recipients(value: Consent, client: Client | None) -> list[Json]:
    """The client, as a registry knows it where it named one, and who stands between it and the bank (FDX's
    intermediaries)."""
    if client is None:
        return [{"name": value.client_id, "type": "DATA_RECIPIENT"}]
    more = further(client)
    own = {"registered_entity_name": client.name, "registered_entity_id": client.client_id, "registry": "PRIVATE"}
    recipient = {
        "name": client.name,
        "type": "DATA_RECIPIENT",
        "homeUri": client.client_uri or None,
        "logoUri": client.logo_uri or None,
        **_registered((more.get("registry_references") or [own])[0]),
    }
    between = [
        {
            "name": one.get("name"),
            "type": "DATA_ACCESS_PLATFORM",
            "homeUri": one.get("uri"),
            "logoUri": one.get("logo_uri"),
            **_registered((one.get("registry_references") or [{}])[0]),
        }
        for one in more.get("intermediaries", [])
    ]
    return [present(recipient), *(present(one) for one in between)]


def _registered(reference: Mapping[str, Any]) -> Json:
    return {
        "registry": reference.get("registry"),
        "registeredEntityName": reference.get("registered_entity_name"),
        "registeredEntityId": reference.get("registered_entity_id"),
    }


def further(client: Client) -> Json:
    """What else was registered, in FDX's members (us_banks 2.6)."""
    return codec.decode(client.documents, dict[str, Any]) if client.documents else {}


def _resources(value: Consent, accounts: Sequence[Account]) -> list[Json]:
    """What is shared: `accounts`, by the names that they have now, and the customer."""
    about_accounts = [cluster.value for cluster in value.clusters if cluster not in ABOUT_CUSTOMERS]
    about_customer = [cluster.value for cluster in value.clusters if cluster in ABOUT_CUSTOMERS]
    resources: list[Json] = [
        {"resourceType": "ACCOUNT", "resourceId": account_uuid(account.known_as), "dataClusters": about_accounts}
        for account in accounts
        if about_accounts
    ]
    if about_customer:
        resources.append({"resourceType": "CUSTOMER", "resourceId": value.customer_id, "dataClusters": about_customer})
    return resources


RECIPIENT_MEMBERS = (
    "description",
    "duration_type",
    "duration_period",
    "lookback_period",
    "registry_references",
    "intermediaries",
)
"""FDX's of a registration, which are told as they were said (us_banks 2.6)."""


def recipient(client: Client) -> Json:
    """A registration as others may see it: nothing by which it proves itself."""
    more = further(client)
    return present(
        {
            "recipient_id": client.client_id,
            "client_name": client.name,
            "client_uri": client.client_uri or None,
            "logo_uri": client.logo_uri or None,
            "contacts": list(client.contacts) or None,
            "scope": client.scope or None,
            **{name: more.get(name) for name in RECIPIENT_MEMBERS},
            "status": "APPROVED",
        }
    )


def data_provider(version: str) -> Json:
    return {"providerId": SLUG, "name": INSTITUTION, "type": "DATA_PROVIDER", "fdxVersions": [version]}


def revocations(value: Consent) -> Json:
    ended = value.revocation
    if ended is None:
        return {"revocations": []}
    told = {"reason": ended.reason, "initiator": ended.initiator, "updatedTime": iso(ended.at)}
    return {"revocations": [{"status": "REVOKED", **told}]}


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
