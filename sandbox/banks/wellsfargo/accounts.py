"""Accounts in Wells Fargo's shapes: a description, to which each data cluster adds what it stands for."""

from collections.abc import Callable, Collection, Mapping
from datetime import date

from sandbox.banks.wellsfargo.names import account_uuid, category, day
from sandbox.banks.wellsfargo.rewards import program_id
from sandbox.dialect import fdx, windows
from sandbox.dialect.shapes import Json, present
from sandbox.kernel.clock import iso
from sandbox.kernel.money import major
from sandbox.ledger.accounts import AccountKind, AccountStatus
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.entries import Entry
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.dues import bill, instalment, interest_this_year
from sandbox.worlds.positions import Valued, positions, worth

ACCOUNT_TYPES = {**fdx.ACCOUNT_TYPES, AccountKind.BROKERAGE: "TAXABLE"}


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
            "fiAttributes": [{"name": "dormantSince", "value": day(view, asleep)}] if asleep else None,
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
        members |= {"lastActivityDate": day(view, view.last_activity()), **_DETAILS[family](view)}
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
    return {"lastPaymentAmount": major(entry.amount), "lastPaymentDate": day(view, entry.ends_at)}


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


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
