"""Canonical values in U.S. Bank's shapes. What is absent is "" or 0, never null and never left out; times come in two
formats, by view."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import count
from zoneinfo import ZoneInfo

from sandbox.dialect import fdx
from sandbox.dialect.places import STATES
from sandbox.dialect.shapes import Json
from sandbox.kernel import ids
from sandbox.kernel.money import major
from sandbox.ledger.accounts import CREDIT_LINES, DEPOSITS, LOANS, Account, AccountKind, AccountStatus, Card
from sandbox.ledger.customers import Customer, CustomerType
from sandbox.ledger.entries import Channel, Entry, EntryKind, EntryStatus
from sandbox.ledger.feed import FeedRow
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.dues import bill, instalment
from sandbox.worlds.positions import positions, worth
from sandbox.worlds.statements import Statement

ZONE = "America/Chicago"

TYPES = {
    AccountKind.CHECKING: ("DDA", "Demand Deposit Account (checking)"),
    AccountKind.SAVINGS: ("SAV", "Savings Account"),
    AccountKind.CERTIFICATE: ("CDA", "Certificate of Deposit"),
    AccountKind.CREDIT_CARD: ("CCD", "Consumer Credit Card"),
    AccountKind.LINE_OF_CREDIT: ("LOC", "Line of Credit"),
    AccountKind.MORTGAGE: ("MTG", "Mortgage"),
    AccountKind.AUTO_LOAN: ("LON", "Auto Loan"),
    AccountKind.STUDENT_LOAN: ("LON", "Student Loan"),
    AccountKind.BROKERAGE: ("BRK", "Brokerage Account"),
}

TRANSACTION_TYPES = {
    EntryKind.PURCHASE: "PURCHASE",
    EntryKind.REFUND: "REFUND",
    EntryKind.DIRECT_DEPOSIT: "DEPOSIT",
    EntryKind.DEPOSIT: "DEPOSIT",
    EntryKind.CHECK_DEPOSIT: "DEPOSIT",
    EntryKind.ATM_DEPOSIT: "DEPOSIT",
    EntryKind.ATM_WITHDRAWAL: "WITHDRAWAL",
    EntryKind.CHECK: "CHECK",
    EntryKind.BILL_PAYMENT: "PAYMENT",
    EntryKind.PAYMENT: "PAYMENT",
    EntryKind.TRANSFER: "TRANSFER",
    EntryKind.FEE: "FEE",
    EntryKind.INTEREST: "INTEREST",
    EntryKind.ADJUSTMENT: "ADJUSTMENT",
    EntryKind.DIVIDEND: "DIVIDEND",
    EntryKind.BUY: "BUY",
    EntryKind.SELL: "SELL",
}

CHANNELS = {
    Channel.CARD_PRESENT: "Card Present",
    Channel.ONLINE: "Card Not Present",
    Channel.ACH: "Electronic payment",
    Channel.CHECK: "Check",
    Channel.ATM: "ATM",
    Channel.BRANCH: "Branch",
    Channel.INTERNAL: "Internal transfer",
    Channel.INSTANT: "Instant payment",
    Channel.WIRE: "Wire",
}

HOLDING_TYPES = {"STOCK": "STOCK", "ETF": "STOCK", "MUTUALFUND": "MUTUALFUND", "BOND": "BOND", "OPTION": "OPTION"}


def account_id(account: Account, client_id: str) -> str:
    """Twelve digits, the same for every client."""
    return ids.digits(12, "usbank", account.known_as)


def payment_account_id(account: Account) -> str:
    return ids.digits(12, "usbank", "payment", account.known_as)


def customer_id(customer_id: str) -> str:
    return ids.digits(10, "usbank", customer_id)


def iso_time(instant: datetime | None) -> str:
    """2026-11-20T21:29:10.000Z, or "" for none."""
    if instant is None:
        return ""
    return f"{instant:%Y-%m-%dT%H:%M:%S}.{instant.microsecond // 1000:03d}Z"


def local_time(instant: datetime | None) -> str:
    """2026-11-20 15:29 in Central time, or "" for none."""
    return f"{instant.astimezone(ZoneInfo(ZONE)):%Y-%m-%d %H:%M}" if instant is not None else ""


def day(value: date | None) -> str:
    return value.isoformat() if value is not None else ""


def masked(last4: str) -> str:
    return f"XXXXXXXXXXXX{last4}" if last4 else ""


# --- Accounts ----------------------------------------------------------------------------------------------------


def kind(account: Account) -> tuple[str, str]:
    """(code, words)."""
    if account.kind is AccountKind.CREDIT_CARD and account.business:
        return "BCD", "Business Credit Card"
    return TYPES[account.kind]


def account_short(view: AccountView) -> Json:
    account = view.account
    amounts = balances(view)
    code, words = kind(account)
    return {
        "nickname": account.nickname,
        "accountID": account_id(account, ""),
        "paymentAccountID": payment_account_id(account),
        "accountType": code,
        "description": words,
        "status": view.status.value,
        "availableBalance": amounts["availableBalance"],
        "lineOfCredit": amounts["lineOfCredit"],
        "availableCredit": amounts["availableCredit"],
        "currentBalance": amounts["currentBalance"],
    }


def balances(view: AccountView) -> Json:
    """All six, 0 where one does not apply; what is owed is positive. `principleBalance` is the bank's spelling."""
    account, found = view.account, view.balances()
    sign = -1 if account.is_liability else 1
    invested = worth(view) - found.current if account.kind is AccountKind.BROKERAGE else 0
    line = account.kind in CREDIT_LINES
    return {
        "openingDayBalance": major(sign * found.opening_day + invested),
        "availableBalance": major(found.available) if account.kind in DEPOSITS | {AccountKind.BROKERAGE} else 0,
        "lineOfCredit": major(account.terms.credit_limit) if line else 0,
        "availableCredit": major(found.available) if line else 0,
        "currentBalance": major(sign * found.current + invested),
        "principleBalance": major(-found.current) if account.is_liability else 0,
    }


def account_detail(view: AccountView, owner: str, *, holdings: bool) -> Json:
    """One account and its cards by state. `holdings` tells whether positions may be shown."""
    account = view.account
    code, words = kind(account)
    terms, last = account.terms, view.last_activity()
    paid = _last_payment(view)
    return {
        "account": {
            "nickname": account.nickname,
            "accountID": account_id(account, ""),
            "customerID": customer_id(owner),
            "paymentAccountID": payment_account_id(account),
            "routingTransitNumber": account.routing if account.kind in DEPOSITS else "",
            "accountType": code,
            "displayName": f"{account.product} - {account.last4}",
            "description": words,
            "status": view.status.value,
            "interestRate": float(terms.apr or terms.apy or 0),
            "annualPercentageYield": float(terms.apy or 0),
            "balanceType": "LIABILITY" if account.is_liability else "ASSET",
            "lastActivityDate": iso_time(last),
            "lastPaymentAmount": major(paid.amount) if paid else 0,
            "lastPaymentDate": iso_time(paid.ends_at if paid else None),
            "balanceAsOf": iso_time(view.now),
            "balances": balances(view),
            "loan": _loan(view),
            "holdings": _holdings(view) if holdings else [],
        },
        "cards": _card_count(view),
    }


def _last_payment(view: AccountView) -> Entry | None:
    if view.account.kind in CREDIT_LINES:
        due = bill(view)
        return due.last_payment if due else None
    return instalment(view).last_payment if view.account.kind in LOANS else None


def _loan(view: AccountView) -> Json:
    terms = view.account.terms
    if view.account.kind not in LOANS:
        return {
            "originalPrincipal": 0,
            "originatingDate": "",
            "loanTerm": 0,
            "maturityDate": "",
            "nextPaymentAmount": 0,
            "nextPaymentDate": "",
            "escrowBalance": 0,
        }
    due = instalment(view)
    return {
        "originalPrincipal": major(terms.original_principal),
        "originatingDate": day(terms.originated),
        "loanTerm": terms.term_months,
        "maturityDate": day(terms.matures),
        "nextPaymentAmount": major(due.amount),
        "nextPaymentDate": day(due.due if due.principal else None),
        "escrowBalance": 0,
    }


def _holdings(view: AccountView) -> list[Json]:
    return [
        {
            "securityID": valued.holding.cusip_like,
            "symbol": valued.holding.symbol,
            "holdingName": valued.holding.name,
            "holdingType": HOLDING_TYPES.get(valued.holding.security_type, "OTHER"),
            "units": valued.units / 1000,
            "currentUnitPrice": major(valued.price),
            "marketValue": major(valued.value),
            "costBasis": major(valued.units * valued.holding.cost // 1000),
        }
        for valued in positions(view)
    ]


def _card_count(view: AccountView) -> Json:
    states = [_card_state(view, card) for card in plastic(view)]
    names = ("UNASSIGNED", "ACTIVE", "INACTIVE", "CLOSED", "CANCELLED", "SUSPENDED")
    return {"total": len(states), **{name.lower(): states.count(name) for name in names}}


def plastic(view: AccountView) -> list[Card]:
    """Cards of a credit card account, those not made yet left out."""
    if view.account.kind is not AccountKind.CREDIT_CARD:
        return []
    return [card for card in view.account.cards if card.issued_at <= view.now]


def _card_state(view: AccountView, card: Card) -> str:
    if card.replaced_at is not None and card.replaced_at <= view.now:
        return "CANCELLED"
    return {AccountStatus.CLOSED: "CLOSED", AccountStatus.LOCKED: "SUSPENDED"}.get(view.status, "ACTIVE")


def card(view: AccountView, value: Card, holder: Customer) -> Json:
    issued = value.issued_at.date()
    return {
        "paymentAccountID": payment_account_id(view.account),
        "cardID": ids.digits(12, "usbank", "card", view.account.account_id, value.last4, issued),
        "cardBrand": value.network.lower(),
        "number": masked(value.last4),
        "firstName": holder.first_name,
        "lastName": holder.last_name,
        "zip": holder.address.postal_code[:5],
        "cvv": "",
        "expirationDate": day(_expires(issued, min(value.replaced_at or view.now, view.now).date())),
        "activateBy": "",
        "status": _card_state(view, value),
        "type": "CREDIT",
    }


def _expires(issued: date, seen: date) -> date:
    """Plastic is good for four years, to the end of the month, and is then sent anew under the same number."""
    terms = (date(year, issued.month, monthrange(year, issued.month)[1]) for year in count(issued.year + 4, 4))
    return next(end for end in terms if end >= seen)


# --- Transactions ------------------------------------------------------------------------------------------------


def account_tag(account: Account) -> str:
    """Six digits of a transaction's id that say whose it is: the id alone has to lead to the account."""
    return ids.digits(6, "usbank", "tag", account.known_as)


def _key(account: Account) -> int:
    return ids.number("usbank", account.known_as) % ids.SPACE


def transaction_id(account: Account, entry: Entry, status: EntryStatus) -> str:
    return f"{account_tag(account)}{ids.scramble(entry.sequence, _key(account)):012d}"


def sequence_of(account: Account, transaction: str) -> int | None:
    """The row that an id names, if it can be one of the account's."""
    tag, number = transaction[:6], transaction[6:]
    if tag != account_tag(account) or len(number) != 12 or not (number.isascii() and number.isdecimal()):
        return None
    return ids.unscramble(int(number), _key(account))


def transactions(account: Account, rows: Sequence[FeedRow]) -> list[Json]:
    """The view FULL, which is the default."""
    number, tag, key = account_id(account, ""), account_tag(account), _key(account)
    return [_full(account, row, number, tag, key) for row in rows]


def _full(account: Account, row: FeedRow, number: str, tag: str, key: int) -> Json:
    entry = row.entry
    purchase = entry.kind in (EntryKind.PURCHASE, EntryKind.REFUND)
    card_number = masked(entry.card_last4)
    return {
        "accountID": number,
        "transactionID": f"{tag}{ids.scramble(entry.sequence, key):012d}",
        "cardNumber": card_number,
        "maskedCardNumber": card_number,
        "referenceTransactionID": "" if entry.related is None else f"{tag}{ids.scramble(entry.related, key):012d}",
        "postedTimestamp": iso_time(entry.ends_at if row.status is EntryStatus.POSTED else None),
        "transactionTimestamp": iso_time(entry.authorised_at),
        "transactionType": TRANSACTION_TYPES[entry.kind],
        "channel": CHANNELS[entry.channel],
        "description": entry.description[:256],
        "memo": entry.memo[:256],
        "debitCreditMemo": fdx.direction(entry),
        "category": "MCC" if purchase and entry.mcc else "",
        "subCategory": entry.mcc if purchase else "",
        "reference": entry.counterparty if purchase else "",
        "status": row.status.value,
        "amount": major(abs(entry.held if row.status is EntryStatus.PENDING else entry.amount), account.currency),
        "payee": "" if purchase else entry.counterparty,
        "checkNumber": "" if entry.check_number is None else str(entry.check_number),
        "foreignAmount": major(entry.foreign.amount, entry.foreign.currency) if entry.foreign else 0,
        "foreignCurrency": entry.foreign.currency if entry.foreign else "",
    }


SHORT = ("transactionID", "description", "memo", "status", "amount", "transactionType")
PURCHASE = (
    "transactionID",
    "cardNumber",
    "channel",
    "description",
    "category",
    "subCategory",
    "reference",
    "status",
    "amount",
)
MEMO = ("transactionID", "description", "memo")


def short(full: Json, entry: Entry) -> Json:
    return {"transactionTimestamp": local_time(entry.authorised_at), **{name: full[name] for name in SHORT}}


def purchase(full: Json, entry: Entry) -> Json:
    return {
        "transactionTimestamp": local_time(entry.authorised_at),
        "postedTimestamp": local_time(entry.ends_at if full["status"] == "POSTED" else None),
        **{name: full[name] for name in PURCHASE},
    }


def memo(full: Json, entry: Entry) -> Json:
    return {"transactionTimestamp": local_time(entry.authorised_at), **{name: full[name] for name in MEMO}}


# --- People, statements, paying ----------------------------------------------------------------------------------


def name(person: Customer) -> Json:
    return {
        "prefix": "",
        "firstName": person.first_name,
        "middleName": person.middle_name,
        "lastName": person.last_name,
        "suffix": person.suffix,
        "company": person.business_name,
    }


def address(person: Customer) -> Json:
    value = person.address
    return {
        "addressType": "PRIMARY",
        "line1": value.line1,
        "line2": value.line2,
        "line3": "",
        "city": value.city,
        "state": STATES.get(value.state, value.state),
        "zip": value.postal_code,
        "country": value.country,
        "lastUpdateDate": "",
    }


def telephone(person: Customer) -> Json:
    return {"type": "PRIMARY", "country": "US", "number": person.phone}


def contact(view: AccountView, people: Mapping[str, Customer]) -> Json:
    holders = [(people[holder.customer_id], holder.relationship) for holder in view.account.holders]
    return {
        "contact": {
            "accountID": account_id(view.account, ""),
            "holders": [
                {
                    "customerID": customer_id(person.customer_id),
                    "relationship": relationship.value,
                    "type": person.type.value,
                    "name": name(person),
                }
                for person, relationship in holders
            ],
            "emails": [{"email": person.email} for person, _ in holders],
            "addresses": [address(holders[0][0])],
            "telephones": [telephone(person) for person, _ in holders],
        }
    }


def customer(person: Customer) -> Json:
    born = "" if person.type is CustomerType.BUSINESS else f"{person.born.isoformat()}T00:00:00.000Z"
    return {
        "customer": {
            "customerID": customer_id(person.customer_id),
            "associatedEmail": person.email,
            "name": name(person),
            "dateOfBirth": born,
            "taxID": f"XXX-XX-{person.tax_id_last4}" if person.tax_id_last4 else "",
            "governmentID": "",
            "emails": [{"email": person.email}],
            "addresses": [address(person)],
            "telephones": [telephone(person)],
            "dependents": "",
            "relationshipStatus": "",
            "createdDate": f"{person.customer_since.isoformat()} 09:00",
        }
    }


def tan(account: Account, consent_id: str) -> str:
    """A token of one consent: another consent has another, and it dies with its own."""
    return ids.digits(13, "token", "usbank", consent_id, account.account_id)


def payment_networks(view: AccountView, consent_id: str) -> list[Json]:
    """Instant payments only come in."""
    return [
        {
            "bankId": view.account.routing,
            "identifier": tan(view.account, consent_id),
            "identifierType": "TOKENIZED_ACCOUNT_NUMBER",
            "type": network,
            "transferIn": True,
            "transferOut": network == "US_ACH" and view.account.kind is AccountKind.CHECKING,
        }
        for network in ("US_ACH", "US_RTP")
    ]


def statement(view: AccountView, value: Statement, at: datetime) -> Json:
    return {
        "accountID": account_id(view.account, ""),
        "statementID": value.statement_id,
        "statementDate": value.date.isoformat(),
        "description": f"{value.date:%B %Y} statement",
        "status": "PROCESSING" if value.processing(at) else "AVAILABLE",
    }
