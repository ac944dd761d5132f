"""What the FDX dialects have in common: words for kinds, states and directions. Facts from FDX 4.6 to 6.4."""

from sandbox.kernel.errors import AccountClosed, AccountLocked
from sandbox.ledger.accounts import (
    CREDIT_LINES,
    DEPOSITS,
    LOANS,
    Account,
    AccountKind,
    AccountStatus,
    Relationship,
)
from sandbox.ledger.customers import Address, Customer
from sandbox.ledger.entries import Entry, EntryKind
from sandbox.worlds.accounts import AccountView

ACCOUNT_TYPES = {
    AccountKind.CHECKING: "CHECKING",
    AccountKind.SAVINGS: "SAVINGS",
    AccountKind.CERTIFICATE: "CD",
    AccountKind.CREDIT_CARD: "CREDITCARD",
    AccountKind.LINE_OF_CREDIT: "LINEOFCREDIT",
    AccountKind.MORTGAGE: "MORTGAGE",
    AccountKind.AUTO_LOAN: "AUTOLOAN",
    AccountKind.STUDENT_LOAN: "STUDENTLOAN",
    AccountKind.BROKERAGE: "BROKERAGEPRODUCT",
}

INVESTMENT_TYPES = {
    EntryKind.BUY: "PURCHASED",
    EntryKind.SELL: "SOLD",
    EntryKind.DIVIDEND: "DIVIDEND",
    EntryKind.INTEREST: "INTEREST",
    EntryKind.FEE: "FEE",
    EntryKind.TRANSFER: "TRANSFER",
    EntryKind.DEPOSIT: "DEPOSIT",
    EntryKind.ADJUSTMENT: "ADJUSTMENT",
}


def family(kind: AccountKind) -> str:
    """deposit, loc, loan or investment: FDX's four families of what our seeds hold."""
    if kind in DEPOSITS:
        return "deposit"
    if kind in CREDIT_LINES:
        return "loc"
    return "loan" if kind in LOANS else "investment"


def account_status(view: AccountView, current: int) -> str:
    """FDX has no word for dormant; a dormant account is open."""
    status = view.status
    if status is AccountStatus.CLOSED:
        return "CLOSED"
    if status is AccountStatus.LOCKED:
        return "RESTRICTED"
    if current < 0 and not view.account.is_liability:
        return "NEGATIVECURRENTBALANCE"
    if current >= 0 and view.account.kind in LOANS:
        return "PAID"
    return "OPEN"


def deposit_type(entry: Entry) -> str:
    """transactionType of a deposit account's row."""
    credit = entry.is_credit
    match entry.kind:
        case EntryKind.PURCHASE | EntryKind.REFUND:
            return "POSCREDIT" if credit else "POSDEBIT"
        case EntryKind.DIRECT_DEPOSIT:
            return "DIRECTDEPOSIT"
        case EntryKind.DEPOSIT | EntryKind.CHECK_DEPOSIT:
            return "DEPOSIT"
        case EntryKind.ATM_DEPOSIT:
            return "ATMDEPOSIT"
        case EntryKind.ATM_WITHDRAWAL:
            return "ATMWITHDRAWAL"
        case EntryKind.CHECK:
            return "CHECK"
        case EntryKind.BILL_PAYMENT | EntryKind.PAYMENT:
            return "BILLPAYMENT"
        case EntryKind.TRANSFER:
            return "TRANSFER"
        case EntryKind.FEE:
            return "FEE"
        case EntryKind.INTEREST:
            return "INTEREST"
        case EntryKind.DIVIDEND:
            return "DIVIDEND"
        case EntryKind.ADJUSTMENT:
            return "ADJUSTMENT"
    return "DEPOSIT" if credit else "WITHDRAWAL"


def line_type(entry: Entry) -> str | None:
    """transactionType of a credit line's row; None for a purchase or its refund, for which FDX has a word since 5.3."""
    match entry.kind:
        case EntryKind.PURCHASE | EntryKind.REFUND:
            return None
        case EntryKind.PAYMENT | EntryKind.BILL_PAYMENT:
            return "PAYMENT"
        case EntryKind.FEE:
            return "FEE"
        case EntryKind.INTEREST:
            return "INTEREST"
        case EntryKind.CHECK:
            return "CHECK"
        case EntryKind.ATM_WITHDRAWAL | EntryKind.TRANSFER:
            return "WITHDRAWAL"
    return "ADJUSTMENT"


def loan_type(entry: Entry) -> str:
    match entry.kind:
        case EntryKind.PAYMENT | EntryKind.BILL_PAYMENT | EntryKind.TRANSFER:
            return "PAYMENT"
        case EntryKind.FEE:
            return "FEE"
        case EntryKind.INTEREST:
            return "INTEREST"
    return "ADJUSTMENT"


def investment_type(entry: Entry) -> str:
    return INVESTMENT_TYPES.get(entry.kind, "OTHER")


def direction(entry: Entry) -> str:
    return "CREDIT" if entry.is_credit else "DEBIT"


def not_locked(view: AccountView) -> AccountView:
    """Raises AccountLocked."""
    if view.status is AccountStatus.LOCKED:
        raise AccountLocked(f"account {view.account.account_id} is locked by the bank")
    return view


def not_closed(view: AccountView) -> AccountView:
    """Raises AccountClosed or AccountLocked."""
    if view.status is AccountStatus.CLOSED:
        raise AccountClosed(f"account {view.account.account_id} was closed")
    return not_locked(view)


def name(customer: Customer) -> dict[str, str]:
    parts = {
        "first": customer.first_name,
        "middle": customer.middle_name,
        "last": customer.last_name,
        "suffix": customer.suffix,
    }
    return {key: value for key, value in parts.items() if value}


def relationship(holder: Relationship) -> str:
    """FDX has CUSTODIAN as UNIFORM_TRANSFER_TO_MINOR's adult only; we say PRIMARY."""
    return "PRIMARY" if holder is Relationship.CUSTODIAN else holder.value


def address(value: Address, *, state: str, type: str = "HOME") -> dict[str, str]:
    """`state` is the member that holds the state: `state` in FDX 4, `region` from 5.0 on."""
    found = {"type": type, "line1": value.line1, "line2": value.line2, "city": value.city, state: value.state}
    found |= {"postalCode": value.postal_code, "country": value.country}
    return {key: text for key, text in found.items() if text}


def owner(account: Account, customer_id: str) -> str:
    """How a customer stands to an account."""
    held = {holder.customer_id: holder.relationship for holder in account.holders}
    return relationship(held[customer_id])
