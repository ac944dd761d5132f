"""What the FDX dialects have in common: words for kinds, states and directions, and what they refuse alike. Facts from
FDX 4.6 to 6.4."""

from collections.abc import Callable

from sandbox.dialect import pdf
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.errors import (
    AccountClosed,
    AccountLocked,
    AccountTypeNotSupported,
    RewardProgramNotFound,
    StatementNotFound,
    StatementProcessing,
)
from sandbox.kernel.money import major
from sandbox.ledger.accounts import (
    CREDIT_LINES,
    DEPOSITS,
    LOANS,
    Account,
    AccountKind,
    AccountStatus,
    Relationship,
)
from sandbox.ledger.consents import history_start
from sandbox.ledger.customers import Address, Customer
from sandbox.ledger.entries import Entry, EntryKind
from sandbox.ledger.feed import Window
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.positions import Valued
from sandbox.worlds.statements import Statement, rows_of, statement_named, statements

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


def priced(valued: Valued) -> dict[str, float | bool]:
    """A holding's units and what they are worth: the members that every FDX version has."""
    return {
        "units": valued.units / 1000,
        "purchasedPrice": major(valued.holding.cost),
        "currentUnitPrice": major(valued.price),
        "marketValue": major(valued.value),
        "cashAccount": False,
    }


def not_locked(view: AccountView) -> AccountView:
    """Raises AccountLocked."""
    if view.status is AccountStatus.LOCKED:
        raise AccountLocked("the bank has locked the account", account=view.account.account_id)
    return view


def not_closed(view: AccountView) -> AccountView:
    """Raises AccountClosed or AccountLocked."""
    if view.status is AccountStatus.CLOSED:
        raise AccountClosed("the account was closed", account=view.account.account_id)
    return not_locked(view)


def payable_by_number(view: AccountView) -> AccountView:
    """Raises AccountClosed, AccountLocked or AccountTypeNotSupported."""
    kind = not_closed(view).account.kind
    if kind not in DEPOSITS or kind is AccountKind.CERTIFICATE:
        raise AccountTypeNotSupported(f"a {kind.lower().replace('_', ' ')} account cannot be paid into by number")
    return view


def statements_within(view: AccountView, window: Window) -> list[Statement]:
    """The statements whose day lies in a window of whole days, newest first."""
    return [
        statement
        for statement in statements(view)
        if (window.start is None or statement.end > window.start)
        and (window.end is None or statement.end <= window.end)
    ]


def readable_statement(call: Call, view: AccountView, statement_id: str) -> Statement:
    """A statement in the consent's sight. Raises StatementNotFound or StatementProcessing."""
    statement = statement_named(view, statement_id)
    if statement is None or statement.end <= history_start(call.consent):
        raise StatementNotFound(f"the account has no statement {statement_id!r} in sight", asked=statement_id)
    if statement.processing(call.world.now):
        raise StatementProcessing(
            "the statement was cut a few hours ago and is still being prepared", ready_at=statement.ready_at
        )
    return statement


def statement_document(call: Call, view: AccountView, statement_id: str) -> Reply:
    """A statement as PDF. Raises StatementNotFound or StatementProcessing."""
    return as_document(call, view, readable_statement(call, view, statement_id))


def as_document(call: Call, view: AccountView, statement: Statement) -> Reply:
    people = call.people()
    holders = [people[holder] for holder in view.account.holder_ids() if holder in people]
    document = pdf.statement(call.bank.name, view.account, holders, statement, rows_of(view, statement))
    return Reply(document, media_type="application/pdf")


def reward_programs(call: Call, named: Callable[[str], str] = str) -> dict[str, list[AccountView]]:
    """The shared accounts that take part in each reward program, by the program's id; `named` makes it of the slug."""
    programs: dict[str, list[AccountView]] = {}
    for view in call.accounts().values():
        if view.account.terms.reward_program:
            programs.setdefault(named(view.account.terms.reward_program), []).append(view)
    return programs


def reward_program(call: Call, program_id: str, named: Callable[[str], str] = str) -> list[AccountView]:
    """The shared accounts that take part in one. Raises RewardProgramNotFound."""
    programs = reward_programs(call, named)
    if program_id not in programs:
        raise RewardProgramNotFound(f"no shared account takes part in {program_id!r}", programs=list(programs))
    return programs[program_id]


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
