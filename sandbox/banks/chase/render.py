"""Canonical values in Chase's shapes: one pure function per resource. FDX 4: wrapped items, absolute amounts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sandbox.dialect import fdx
from sandbox.dialect.shapes import Json, present
from sandbox.kernel import ids
from sandbox.kernel.clock import iso, midnight
from sandbox.kernel.money import major
from sandbox.ledger.accounts import Account, AccountKind, Relationship
from sandbox.ledger.customers import Customer
from sandbox.ledger.entries import Entry, EntryStatus
from sandbox.ledger.feed import FeedRow
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.dues import bill, instalment, interest_this_year, rewards_earned
from sandbox.worlds.positions import Valued, positions
from sandbox.worlds.statements import Statement

SECURITY_TYPES = {
    "STOCK": "STOCK",
    "ETF": "STOCK",
    "MUTUALFUND": "MUTUALFUND",
    "BOND": "BOND",
    "OPTION": "OPTION",
}


def account_id(account: Account, client_id: str) -> str:
    """Twelve digits, the same for every client."""
    return ids.digits(12, "chase", account.known_as)


# --- Accounts -----------------------------------------------------------------------------------------------------


def wrapper(kind: AccountKind) -> str:
    return f"{fdx.family(kind)}Account"


def descriptor(view: AccountView) -> Json:
    account = view.account
    return {
        wrapper(account.kind): present(
            {
                "accountId": account_id(account, ""),
                "accountType": fdx.ACCOUNT_TYPES[account.kind],
                "accountNumberDisplay": account.last4,
                "productName": account.product,
                "nickname": account.nickname,
                "status": fdx.account_status(view, view.balances().current),
                "currency": {"currencyCode": account.currency},
            }
        )
    }


def account(view: AccountView, *, holdings: bool, embedded: Sequence[FeedRow] | None = None) -> Json:
    """The whole account. `holdings` tells whether positions may be shown; `embedded` rows go inside, unwrapped."""
    kind = view.account.kind
    name = wrapper(kind)
    details = {"deposit": _deposit, "loc": _line, "loan": _loan, "investment": _investment}[fdx.family(kind)](view)
    if kind is AccountKind.BROKERAGE and holdings:
        details["holdings"] = [_holding(valued) for valued in positions(view)] + [_cash(view)]
    if embedded is not None:
        details["transactions"] = [next(iter(row.values())) for row in transactions(view.account, embedded)]
    last = view.last_activity()
    common = {
        **descriptor(view)[name],
        "balanceType": "LIABILITY" if view.account.is_liability else "ASSET",
        "balanceAsOf": iso(view.now),
        "lastActivityDate": iso(last)[:10] if last else None,
        "rewardProgramId": view.account.terms.reward_program,
    }
    return {name: present({**common, **details})}


def _deposit(view: AccountView) -> Json:
    balances, terms = view.balances(), view.account.terms
    open_for_business = view.status.value == "OPEN"
    return {
        "transferIn": open_for_business,
        "transferOut": open_for_business,
        "billPayStatus": "ACTIVE"
        if view.account.kind is AccountKind.CHECKING and open_for_business
        else "NOT_AVAILABLE",
        "currentBalance": major(balances.current),
        "openingDayBalance": major(balances.opening_day),
        "availableBalance": major(balances.available),
        "annualPercentageYield": float(terms.apy) if terms.apy is not None else None,
        "interestYtd": major(interest_this_year(view)) if terms.apy is not None else None,
        "term": terms.term_months or None,
        "maturityDate": _timestamp(terms.matures),
    }


def _line(view: AccountView) -> Json:
    balances, terms, due = view.balances(), view.account.terms, bill(view)
    members: Json = {
        "creditLine": major(terms.credit_limit),
        "availableCredit": major(balances.available),
        "currentBalance": major(-balances.current),
        "principalBalance": major(-balances.current),
        "purchasesApr": float(terms.apr) if terms.apr is not None else None,
        "advancesApr": float(terms.cash_apr) if terms.cash_apr is not None else None,
        "cashAdvanceLimit": major(terms.cash_limit),
        "availableCash": major(max(min(terms.cash_limit, balances.available), 0)),
        "cardNetwork": view.account.cards[-1].network if view.account.cards else None,
    }
    if due is not None:
        members |= {
            "nextPaymentAmount": major(due.total),
            "nextPaymentDate": _timestamp(due.due),
            "minimumPaymentAmount": major(due.minimum),
            "pastDueAmount": major(due.past_due),
            "lastStmtBalance": major(due.statement_balance),
            "lastStmtDate": _timestamp(due.statement.date),
            **_last_payment(due.last_payment),
        }
    return members


def _loan(view: AccountView) -> Json:
    terms, due = view.account.terms, instalment(view)
    return {
        "principalBalance": major(due.principal),
        "interestRate": float(terms.apr or 0),
        "interestRateType": "FIXED",
        "originalPrincipal": major(terms.original_principal),
        "originatingDate": _timestamp(terms.originated),
        "loanTerm": terms.term_months or None,
        "totalNumberOfPayments": terms.term_months or None,
        "nextPaymentAmount": major(due.amount),
        "nextPaymentDate": _timestamp(due.due) if due.principal else None,
        "paymentFrequency": "MONTHLY",
        "payOffAmount": major(due.principal),
        "maturityDate": _timestamp(terms.matures),
        "interestPaidYearToDate": major(due.interest_this_year),
        **_last_payment(due.last_payment),
    }


def _investment(view: AccountView) -> Json:
    balances = view.balances()
    return {
        "availableCashBalance": major(balances.available),
        "currentValue": major(balances.current + sum(valued.value for valued in positions(view))),
    }


def _last_payment(entry: Entry | None) -> Json:
    if entry is None:
        return {}
    return {"lastPaymentAmount": major(entry.amount), "lastPaymentDate": iso(entry.ends_at)}


def _holding(valued: Valued) -> Json:
    holding = valued.holding
    return {
        "holdingName": holding.name,
        "holdingType": SECURITY_TYPES.get(holding.security_type, "OTHER"),
        "symbol": holding.symbol,
        **fdx.priced(valued),
    }


def _cash(view: AccountView) -> Json:
    return {
        "holdingName": "Cash",
        "holdingType": "OTHER",
        "holdingSubType": "CASH",
        "marketValue": major(view.balances().current),
        "cashAccount": True,
    }


def _timestamp(day: date | None) -> str | None:
    """FDX 4 writes dates of loans and bills as midnights."""
    return iso(midnight(day)) if day is not None else None


# --- Transactions -------------------------------------------------------------------------------------------------


def _key(account: Account) -> int:
    return ids.number("chase", account.known_as) % ids.SPACE


def transaction_id(account: Account, entry: Entry, status: EntryStatus) -> str:
    """The day of the authorisation and twelve digits: the same while pending and once posted."""
    return _transaction_id(entry, iso(entry.authorised_at), _key(account))


def _transaction_id(entry: Entry, authorised: str, key: int) -> str:
    return f"{authorised[:10].replace('-', '')}{ids.scramble(entry.sequence, key):012d}"


def sequence_of(account: Account, transaction: str) -> int | None:
    """The row that an id can only mean; None for what is no id."""
    if len(transaction) != 20 or not (transaction.isascii() and transaction.isdecimal()):
        return None
    return ids.unscramble(int(transaction[8:]), _key(account))


def transactions(account: Account, feed: Sequence[FeedRow]) -> list[Json]:
    """Rows of an account, each wrapped in the name of its kind. A `reference` is the twelve digits of another row's
    id."""
    family = fdx.family(account.kind)
    name, number, key = f"{family}Transaction", account_id(account, ""), _key(account)
    return [{name: _transaction(family, number, key, account, row)} for row in feed]


def _transaction(family: str, number: str, key: int, account: Account, row: FeedRow) -> Json:
    entry = row.entry
    pending = row.status is EntryStatus.PENDING
    authorised = iso(entry.authorised_at)
    members: Json = {
        "transactionId": _transaction_id(entry, authorised, key),
        "accountId": number,
        "transactionTimestamp": authorised,
        "description": entry.description,
        "debitCreditMemo": fdx.direction(entry),
        "status": "PENDING" if pending else "POSTED",
        "amount": major(abs(entry.held if pending else entry.amount), account.currency),
    }
    if not pending:
        members["postedTimestamp"] = iso(entry.ends_at)
    if entry.mcc:
        members["category"] = entry.mcc
    if entry.memo:
        members["memo"] = entry.memo[:255]
    if entry.related is not None:
        members["reference"] = f"{ids.scramble(entry.related, key):012d}"
    if entry.foreign is not None:
        members["foreignAmount"] = major(entry.foreign.amount, entry.foreign.currency)
        members["foreignCurrency"] = entry.foreign.currency
    if entry.check_number is not None and family in ("deposit", "loc"):
        members["checkNumber"] = entry.check_number
    _KINDS[family](members, entry)
    return members


def _as_deposit(members: Json, entry: Entry) -> None:
    members["transactionType"] = fdx.deposit_type(entry)
    if entry.counterparty:
        members["payee"] = entry.counterparty


def _as_line(members: Json, entry: Entry) -> None:
    kind = fdx.line_type(entry)
    if kind is not None:
        members["transactionType"] = kind


def _as_loan(members: Json, entry: Entry) -> None:
    members["transactionType"] = fdx.loan_type(entry)


def _as_investment(members: Json, entry: Entry) -> None:
    members["transactionType"] = fdx.investment_type(entry)
    members["fees"] = 0
    if entry.trade is not None:
        members |= {
            "symbol": entry.trade.symbol,
            "units": entry.trade.units / 1000,
            "unitPrice": major(entry.trade.price),
            "unitType": "SHARES",
        }


_KINDS = {"deposit": _as_deposit, "loc": _as_line, "loan": _as_loan, "investment": _as_investment}


# --- The rest -----------------------------------------------------------------------------------------------------


def tan(account: Account, consent_id: str) -> str:
    """A token of one consent: another consent has another, and it dies with its own."""
    return ids.digits(14, "token", consent_id, account.account_id)


def payment_network(view: AccountView, consent_id: str) -> Json:
    return {
        "bankId": view.account.routing,
        "identifier": tan(view.account, consent_id),
        "identifierType": "TOKENIZED_ACCOUNT_NUMBER",
        "type": "US_ACH",
        "transferIn": True,
        "transferOut": view.account.kind is AccountKind.CHECKING,
    }


def statement(view: AccountView, value: Statement, at: datetime, url: str) -> Json:
    processing = value.processing(at)
    return present(
        {
            "accountId": account_id(view.account, ""),
            "statementId": value.statement_id,
            "statementDate": value.date.isoformat(),
            "description": f"{value.date:%B %Y} statement",
            "status": "PROCESSING" if processing else "AVAILABLE",
            "links": None
            if processing
            else [{"href": url, "action": "GET", "rel": "statement", "types": ["application/pdf"]}],
        }
    )


RELATIONSHIPS = {Relationship.AUTHORIZED_USER: "SECONDARY"}
"""FDX 4 has no AUTHORIZED_USER; 5.0 brought it."""


def relationship(value: Relationship) -> str:
    return RELATIONSHIPS.get(value, fdx.relationship(value))


def contact(view: AccountView, people: Mapping[str, Customer]) -> Json:
    holders = [
        (people[holder.customer_id], holder.relationship)
        for holder in view.account.holders
        if holder.customer_id in people
    ]
    first = holders[0][0]
    return {
        "holders": [
            present(
                {
                    "relationship": relationship(kind),
                    "type": person.type.value,
                    "name": fdx.name(person),
                    "businessCustomer": {"name": person.business_name} if person.business_name else None,
                }
            )
            for person, kind in holders
        ],
        "emails": [person.email for person, _ in holders],
        "addresses": [fdx.address(first.address, state="state")],
        "telephones": [{"type": "CELL", "country": "1", "number": person.phone} for person, _ in holders],
    }


def customer(person: Customer, views: Sequence[AccountView], *, personal: bool) -> Json:
    held = [
        (view, holder.relationship)
        for view in views
        for holder in view.account.holders
        if holder.customer_id == person.customer_id
    ]
    return present(
        {
            "customerId": person.customer_id,
            "type": person.type.value,
            "name": fdx.name(person),
            "businessCustomer": {"name": person.business_name} if person.business_name else None,
            "dateOfBirth": person.born.isoformat() if personal else None,
            "email": [person.email],
            "addresses": [fdx.address(person.address, state="state")],
            "telephones": [{"type": "CELL", "country": "1", "number": person.phone}],
            "accounts": [
                {"accountId": account_id(view.account, ""), "relationship": relationship(kind)} for view, kind in held
            ],
        }
    )


def reward_program(program: str, views: Sequence[AccountView], person: Customer) -> Json:
    earned = [rewards_earned(view) for view in views]
    return {
        "programId": program,
        "programName": program.replace("-", " ").title(),
        "memberships": [
            {
                "accountIds": [account_id(view.account, "") for view in views],
                "customerId": person.customer_id,
                "memberId": ids.digits(10, "chase", "rewards", person.customer_id, program),
                "businessOrConsumer": person.type.value,
                "balances": [
                    {
                        "name": "Cash back",
                        "type": "CASHBACK",
                        "balance": major(sum(ever for ever, _ in earned)),
                        "accruedYtd": major(sum(this_year for _, this_year in earned)),
                    }
                ],
            }
        ],
    }
