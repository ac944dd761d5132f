"""Canonical values in Citi's shapes: one pure function per resource (rows of the feed: rows.py). Member names are those
of the published client kits; see README.md."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from sandbox.banks.citi.names import account_id, day, local, masked
from sandbox.banks.citi.rows import MARKET, card_holder_type
from sandbox.dialect.shapes import Json, present
from sandbox.kernel import ids
from sandbox.kernel.money import major
from sandbox.ledger.accounts import CREDIT_LINES, Account, AccountKind, AccountStatus
from sandbox.ledger.customers import Customer, CustomerType
from sandbox.ledger.entries import Entry, EntryKind
from sandbox.ledger.feed import FeedRow
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.dues import Bill, bill, instalment, interest_this_year, rewards_between, rewards_earned
from sandbox.worlds.positions import Valued, positions, worth
from sandbox.worlds.statements import Statement, latest_statement

KEYS = {
    AccountKind.CHECKING: "checkingAccount",
    AccountKind.SAVINGS: "savingsAccount",
    AccountKind.CERTIFICATE: "timeDepositAccount",
    AccountKind.CREDIT_CARD: "creditCardAccount",
    AccountKind.LINE_OF_CREDIT: "readyCreditAccount",
    AccountKind.MORTGAGE: "loanAccount",
    AccountKind.AUTO_LOAN: "loanAccount",
    AccountKind.STUDENT_LOAN: "loanAccount",
    AccountKind.BROKERAGE: "securitiesBrokerageAccount",
}
"""The one member around an account; `Summary` is added in the list."""

PRODUCT_CODES = {
    AccountKind.CHECKING: "CA_CA",
    AccountKind.SAVINGS: "CA_SA",
    AccountKind.CERTIFICATE: "TD_CD",
    AccountKind.CREDIT_CARD: "0071_VC",
    AccountKind.LINE_OF_CREDIT: "RC_LN",
    AccountKind.MORTGAGE: "LN_MG",
    AccountKind.AUTO_LOAN: "LN_AU",
    AccountKind.STUDENT_LOAN: "LN_ST",
    AccountKind.BROKERAGE: "IN_BR",
}

GROUPS: Mapping[str, Sequence[AccountKind]] = {
    "CHECKING": (AccountKind.CHECKING,),
    "SAVINGS": (AccountKind.SAVINGS, AccountKind.CERTIFICATE),
    "SAVINGS_AND_INVESTMENTS": (AccountKind.BROKERAGE,),
    "CREDIT_CARD": (AccountKind.CREDIT_CARD,),
    "READY_CREDIT": (AccountKind.LINE_OF_CREDIT,),
    "LOAN": (AccountKind.MORTGAGE, AccountKind.AUTO_LOAN, AccountKind.STUDENT_LOAN),
}
"""Version 1, in the order of the list."""

GROUPS_IN_DETAIL: Mapping[str, Mapping[str, Sequence[AccountKind]]] = {
    "CHECKING": {"checkingAccountsDetails": (AccountKind.CHECKING,)},
    "SAVINGS": {
        "savingsAccountsDetails": (AccountKind.SAVINGS,),
        "timeDepositAccountsDetails": (AccountKind.CERTIFICATE,),
    },
    "CREDITCARD": {"creditCardAccountsDetails": (AccountKind.CREDIT_CARD,)},
    "LINEOFCREDIT": {"lineOfCreditAccountsDetails": (AccountKind.LINE_OF_CREDIT,)},
    "LOAN": {"loanAccountsDetails": GROUPS["LOAN"]},
    "BROKERAGE": {"brokerageAccountsDetails": (AccountKind.BROKERAGE,)},
}
"""Version 2, which spells two of the groups otherwise and has an array for each kind."""


def account_status(view: AccountView) -> str:
    match view.status:
        case AccountStatus.CLOSED:
            return "CLOSED"
        case AccountStatus.LOCKED:
            return "BLOCKED"
        case AccountStatus.DORMANT:
            return "DORMANT"
    due = bill(view) if view.account.kind in CREDIT_LINES else None
    return "PAST_DUE" if due is not None and due.past_due else "ACTIVE"


# --- Accounts in summary ------------------------------------------------------------------------------------------


def in_groups(views: Sequence[AccountView]) -> list[AccountView]:
    """In the order of the groups; inside one, as they came."""
    return [view for kinds in GROUPS.values() for view in views if view.account.kind in kinds]


def account_groups(
    shown: Sequence[AccountView], shared: Sequence[AccountView], client_id: str, customer_id: str
) -> list[Json]:
    """A page of accounts in their groups, with totals over all that is shared of a group."""
    groups = []
    for name, kinds in GROUPS.items():
        inside = [view for view in shown if view.account.kind in kinds]
        if inside:
            whole = [view for view in shared if view.account.kind in kinds]
            accounts = [summary(view, client_id, customer_id) for view in inside]
            groups.append({"accountGroup": name, "accounts": accounts, **_totals(whole)})
    return groups


def _totals(views: Sequence[AccountView]) -> Json:
    currency = views[0].account.currency

    def total(amounts: Sequence[int]) -> Json:
        return {"localCurrencyCode": currency, "localCurrencyBalanceAmount": major(sum(amounts), currency)}

    if views[0].account.is_liability:
        return {"totalOutstandingBalance": total([-view.balances().current for view in views])}
    if views[0].account.kind is AccountKind.BROKERAGE:
        return {"totalCurrentBalance": total([worth(view) for view in views])}
    spendable = [view.balances().available for view in views if view.account.kind is not AccountKind.CERTIFICATE]
    totals = {"totalCurrentBalance": total([view.balances().current for view in views])}
    return {**totals, "totalAvailableBalance": total(spendable)} if spendable else totals


def summary(view: AccountView, client_id: str, customer_id: str) -> Json:
    account = view.account
    return {
        f"{KEYS[account.kind]}Summary": present(
            {
                **_product(account),
                "accountNickname": account.nickname,
                **_identity(view, client_id),
                **_SUMMARIES[account.kind](view, customer_id),
            }
        )
    }


def _product(account: Account) -> Json:
    return {
        "productName": account.product,
        "productCode": PRODUCT_CODES[account.kind] + ids.digits(3, "citi", "product", account.product),
        "displayAccountNumber": masked(account),
        "currencyCode": account.currency,
    }


def _identity(view: AccountView, client_id: str) -> Json:
    return {
        "accountId": account_id(view.account, client_id),
        "accountStatus": account_status(view),
        "accountClassification": "LIABILITY" if view.account.is_liability else "ASSET",
    }


def _deposit_in_brief(view: AccountView, _customer_id: str) -> Json:
    balances = view.balances()
    return {"currentBalance": major(balances.current), "availableBalance": major(balances.available)}


def _certificate_in_brief(view: AccountView, _customer_id: str) -> Json:
    return {
        "currentBalance": major(view.balances().current),
        "originalPrincipalAmount": major(_principal(view)),
        "maturityDate": view.account.terms.matures.isoformat() if view.account.terms.matures else None,
    }


def _brokerage_in_brief(view: AccountView, _customer_id: str) -> Json:
    return {"currentBalance": major(worth(view))}


def _card_in_brief(view: AccountView, customer_id: str) -> Json:
    due = bill(view)
    return {
        "outstandingBalance": major(-view.balances().current),
        "availableCredit": major(view.balances().available),
        "creditLimit": major(view.account.terms.credit_limit),
        "minimumDueAmount": major(due.minimum) if due else None,
        "paymentDueDate": due.due.isoformat() if due else None,
        "cardHolderType": card_holder_type(view.account, customer_id),
    }


def _line_in_brief(view: AccountView, _customer_id: str) -> Json:
    return {
        "outstandingBalance": major(-view.balances().current),
        "availableCredit": major(view.balances().available),
        **_next_minimum(bill(view)),
    }


def _loan_in_brief(view: AccountView, _customer_id: str) -> Json:
    due = instalment(view)
    return {
        "originalPrincipalAmount": major(view.account.terms.original_principal),
        "outstandingBalance": major(due.principal),
        "nextPaymentAmount": major(due.amount) if due.principal else None,
        "nextPaymentDate": due.due.isoformat() if due.principal else None,
    }


_SUMMARIES: Mapping[AccountKind, Callable[[AccountView, str], Json]] = {
    AccountKind.CHECKING: _deposit_in_brief,
    AccountKind.SAVINGS: _deposit_in_brief,
    AccountKind.CERTIFICATE: _certificate_in_brief,
    AccountKind.CREDIT_CARD: _card_in_brief,
    AccountKind.LINE_OF_CREDIT: _line_in_brief,
    AccountKind.MORTGAGE: _loan_in_brief,
    AccountKind.AUTO_LOAN: _loan_in_brief,
    AccountKind.STUDENT_LOAN: _loan_in_brief,
    AccountKind.BROKERAGE: _brokerage_in_brief,
}


# --- Accounts in detail -------------------------------------------------------------------------------------------


def account(view: AccountView, *, holdings: bool, points: bool) -> Json:
    """Under the one member that names its kind. `holdings` and `points` tell what else the consent covers."""
    return {KEYS[view.account.kind]: detail(view, holdings=holdings, points=points)}


def detail(view: AccountView, *, holdings: bool, points: bool) -> Json:
    kind = view.account.kind
    members = {**_product(view.account), **_DETAILS[kind](view)}
    if kind is AccountKind.BROKERAGE and holdings:
        members |= _holdings(view)
    if kind is AccountKind.CREDIT_CARD and points and view.account.terms.reward_program:
        members["availablePointBalance"] = rewards_earned(view)[0]
    return present(members)


def detail_groups(
    views: Sequence[AccountView], client_id: str, customer_id: str, *, holdings: bool, points: bool
) -> list[Json]:
    """Version 2: the members of version 1, and those by which an account is known."""

    def entry(view: AccountView) -> Json:
        is_card = view.account.kind is AccountKind.CREDIT_CARD
        members = {
            **_identity(view, client_id),
            "accountNickname": view.account.nickname,
            "cardHolderType": card_holder_type(view.account, customer_id) if is_card else None,
        }
        return {**present(members), **detail(view, holdings=holdings, points=points)}

    groups = []
    for name, arrays in GROUPS_IN_DETAIL.items():
        filled = {
            array: [entry(view) for view in views if view.account.kind in kinds] for array, kinds in arrays.items()
        }
        if any(filled.values()):
            groups.append({"accountGroup": name, **{array: found for array, found in filled.items() if found}})
    return groups


def _savings(view: AccountView) -> Json:
    balances, terms, statement = view.balances(), view.account.terms, latest_statement(view)
    return {
        "currentBalance": major(balances.current),
        "availableBalance": major(balances.available),
        "lastStatementDate": statement.date.isoformat() if statement else None,
        "holdAmount": major(balances.held),
        "floatAmount": 0,
        "totalInterestAmount": major(interest_this_year(view)) if terms.apy is not None else 0,
        "openingDate": day(view.account, view.account.opened_at),
    }


def _checking(view: AccountView) -> Json:
    limit, balances = view.account.terms.overdraft_limit, view.balances()
    return {
        **_savings(view),
        "overdraftLimit": major(limit),
        "availableOverdraftLimit": major(max(min(limit, balances.available), 0)),
    }


def _certificate(view: AccountView) -> Json:
    terms, account = view.account.terms, view.account
    interest = next(iter(view.latest(EntryKind.INTEREST)), None)
    opened = day(account, account.opened_at)
    return {
        "originalPrincipalAmount": major(_principal(view)),
        "interestRate": float(terms.apy or 0),
        "openingDate": opened,
        "maturityDate": terms.matures.isoformat() if terms.matures else opened,
        "lastInterestPaymentAmount": major(interest.amount) if interest else None,
        "tenorTerm": terms.term_months or None,
        "tenorPeriod": "MONTH" if terms.term_months else None,
    }


def _principal(view: AccountView) -> int:
    """What a time deposit was opened with: all of it but the interest it has earned."""
    earned = sum(row.amount for row in view.latest(EntryKind.INTEREST, 1_000))
    return view.account.terms.original_principal or view.balances().current - earned


def _line(view: AccountView) -> Json:
    balances, terms, due = view.balances(), view.account.terms, bill(view)
    members: Json = {
        "outstandingBalance": major(-balances.current),
        "creditLimit": major(terms.credit_limit),
        "availableCredit": major(balances.available),
        "cashAdvanceLimit": major(terms.cash_limit),
        "cashAdvanceAvailableAmount": major(max(min(terms.cash_limit, balances.available), 0)),
    }
    if due is not None:
        members |= {
            "lastStatementBalance": major(due.statement_balance),
            "lastStatementDate": due.statement.date.isoformat(),
            "minimumDueAmount": major(due.minimum),
            **_last_payment(view.account, due.last_payment),
        }
    return members


def _card(view: AccountView) -> Json:
    due = bill(view)
    return {
        **_line(view),
        "creditUsed": major(max(-view.balances().current, 0)),
        "paymentDueDate": due.due.isoformat() if due else None,
    }


def _ready_credit(view: AccountView) -> Json:
    return {**_line(view), **_next_minimum(bill(view))}


def _next_minimum(due: Bill | None) -> Json:
    return {"nextPaymentAmount": major(due.minimum), "nextPaymentDate": due.due.isoformat()} if due else {}


def _loan(view: AccountView) -> Json:
    terms, due, account = view.account.terms, instalment(view), view.account
    today = local(account, view.now)
    left = (terms.matures.year - today.year) * 12 + terms.matures.month - today.month if terms.matures else None
    return {
        "originalPrincipalAmount": major(terms.original_principal),
        "currentPrincipalAmount": major(due.principal),
        "outstandingBalance": major(due.principal),
        "openingDate": terms.originated.isoformat() if terms.originated else day(account, account.opened_at),
        "maturityDate": terms.matures.isoformat() if terms.matures else None,
        "nextPaymentAmount": major(due.amount) if due.principal else None,
        "nextPaymentDate": due.due.isoformat() if due.principal else None,
        "paymentFrequency": "MONTHLY",
        "interestType": "FIXED",
        "interestRate": float(terms.apr or 0),
        "installmentAmount": major(terms.monthly_payment + terms.escrow_payment),
        "remainingTermNumber": max(left, 0) if left is not None and due.principal else None,
        "pastDueAmount": 0,
        "paidPrincipalAmount": major(max(terms.original_principal - due.principal, 0)),
        **_last_payment(account, due.last_payment),
    }


def _brokerage(view: AccountView) -> Json:
    return {"totalSecuritiesValueAmount": major(sum(valued.value for valued in positions(view)))}


def _holdings(view: AccountView) -> Json:
    held = positions(view)
    gains = sum(valued.value - _invested(valued) for valued in held)
    return {"totalUnrealizedGains": major(gains), "security": [_security(view.account, valued) for valued in held]}


def _invested(valued: Valued) -> int:
    return valued.units * valued.holding.cost // 1000


def _security(account: Account, valued: Valued) -> Json:
    invested, holding = _invested(valued), valued.holding
    gain = valued.value - invested
    return {
        "securityName": holding.name,
        "stockCode": holding.symbol,
        "stockMarketCode": MARKET,
        "currencyCode": account.currency,
        "marketValueAmount": major(valued.value),
        "investmentAmount": major(invested),
        "averageUnitCost": major(holding.cost),
        "availableUnits": valued.units / 1000,
        "latestPrice": major(valued.price),
        "unrealizedGains": major(gain),
        "unrealizedPercentageGain": round(gain * 100 / invested, 3) if invested else 0,
    }


def _last_payment(account: Account, entry: Entry | None) -> Json:
    return {"lastPaymentAmount": major(entry.amount), "lastPaymentDate": day(account, entry.ends_at)} if entry else {}


_DETAILS: Mapping[AccountKind, Callable[[AccountView], Json]] = {
    AccountKind.CHECKING: _checking,
    AccountKind.SAVINGS: _savings,
    AccountKind.CERTIFICATE: _certificate,
    AccountKind.CREDIT_CARD: _card,
    AccountKind.LINE_OF_CREDIT: _ready_credit,
    AccountKind.MORTGAGE: _loan,
    AccountKind.AUTO_LOAN: _loan,
    AccountKind.STUDENT_LOAN: _loan,
    AccountKind.BROKERAGE: _brokerage,
}


def routing_number(view: AccountView, client_id: str, consent_id: str) -> Json:
    """The routing number in clear; the account's number as ciphertext of our own making, others for each consent."""
    account = view.account
    return {
        "accountId": account_id(account, client_id),
        "displayAccountNumber": masked(account),
        "routingNumber": account.routing,
        "encryptedAccountNumber": ids.digest("citi", "number", consent_id, account.account_id, size=64).hex(),
    }


# --- Statements ---------------------------------------------------------------------------------------------------


def statement(value: Statement) -> Json:
    return {"statementId": value.statement_id, "statementDate": value.date.isoformat()}


def statement_summary(view: AccountView, value: Statement, feed: Sequence[FeedRow]) -> Json:
    """A card's statement in figures: what is owed is positive here. `feed` is all of its rows."""
    terms, due = view.account.terms, bill(view)
    latest = due is not None and due.statement.statement_id == value.statement_id

    def charged(kind: EntryKind) -> float:
        return major(sum(-row.entry.amount for row in feed if row.entry.kind is kind))

    return present(
        {
            "outstandingBalance": major(-value.closing),
            "creditLimit": major(terms.credit_limit),
            "beginningBalanceAmount": major(-value.opening),
            "totalDebitAmount": major(value.debits),
            "totalCreditAmount": major(value.credits),
            "netInterestAmount": charged(EntryKind.INTEREST),
            "paymentDueDate": (value.date + timedelta(days=terms.due_days)).isoformat(),
            "pastDueAmount": major(due.past_due) if due is not None and latest else None,
            "cashAdvanceLimit": major(terms.cash_limit),
            "cycleToDateFeeAmount": charged(EntryKind.FEE),
            "billingCurrencyCode": view.account.currency,
            "retailCycleInterestRate": float(terms.apr) if terms.apr is not None else None,
            "cashCycleInterestRate": float(terms.cash_apr) if terms.cash_apr is not None else None,
        }
    )


# --- The rest -----------------------------------------------------------------------------------------------------


def reward_account(view: AccountView, card_id: str) -> Json:
    """A point is a cent of the card's reward rate."""
    last = latest_statement(view)
    ever = rewards_earned(view)[0]
    before = rewards_between(view, view.account.history_start, last.end) if last else 0
    return {
        "cardId": card_id,
        "displayCardNumber": masked(view.account),
        "availablePointBalance": ever,
        "rewardCategoryCode": reward_category(view.account),
        "lastStatementPointBalance": before,
        "pointsEarned": ever - before,
    }


def failed_reward_account(card_id: str, account: Account | None, error: Json) -> Json:
    number = masked(account) if account and account.kind is AccountKind.CREDIT_CARD else "X" * 16
    return {
        "cardId": card_id,
        "displayCardNumber": number,
        "availablePointBalance": 0,
        "rewardAccountErrorDetails": error,
    }


def reward_category(account: Account) -> str:
    program = account.terms.reward_program
    if "cash" in program:
        return "CASHBACK"
    return "MILES" if "travel" in program or "mile" in program else "POINTS"


def profile(person: Customer) -> Json:
    address = person.address
    return {
        "customerName": present(
            {
                "fullName": person.display_name,
                "givenName": person.first_name,
                "middleName": person.middle_name,
                "surname": person.last_name,
            }
        ),
        "emails": [{"emailAddress": person.email, "isPreferredEmailAddress": True}],
        "phones": [
            {
                "phoneType": "PRIMARY_MOBILE",
                "phoneCountryCode": "1",
                "areaCode": person.phone[:3],
                "phoneNumber": person.phone[3:],
            }
        ],
        "addresses": [
            present(
                {
                    "addressType": "COMMERCIAL" if person.type is CustomerType.BUSINESS else "RESIDENTIAL",
                    "addressLine1": address.line1,
                    "addressLine2": address.line2,
                    "cityName": address.city,
                    "state": address.state,
                    "postalCode": address.postal_code,
                    "countryCode": address.country,
                }
            )
        ],
    }


def permission(kind: str, given: bool, changed_on: str, card_id: str | None) -> Json:
    return present({"consentType": kind, "consentGivenFlag": given, "consentUpdateDate": changed_on, "cardId": card_id})
