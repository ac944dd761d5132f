"""By what names Wells Fargo's clients know things: categories, ids, days."""

from datetime import datetime
from functools import lru_cache

from sandbox.dialect import fdx, windows
from sandbox.kernel import ids
from sandbox.ledger.accounts import Account, AccountKind
from sandbox.ledger.entries import Entry, EntryStatus
from sandbox.worlds.accounts import AccountView

SLUG = "wellsfargo"
CATEGORIES = {
    "deposit": "DEPOSIT_ACCOUNT",
    "loc": "LOC_ACCOUNT",
    "loan": "LOAN_ACCOUNT",
    "investment": "INVESTMENT_ACCOUNT",
}
INSTITUTION = "Wells Fargo (Sandbank imitation)"


def account_ref(account: Account, _client_id: str) -> str:
    """A UUID, the same for every client."""
    return account_uuid(account.known_as)


@lru_cache(maxsize=4_096)
def account_uuid(account_id: str) -> str:
    return ids.stable_uuid(SLUG, "account", account_id)


def category(kind: AccountKind) -> str:
    return CATEGORIES[fdx.family(kind)]


def transaction_id(account: Account, entry: Entry) -> str:
    return f"{entry.authorised_at:%Y%m%d}{number_of(account, entry.sequence)}"


def transaction_ref(account: Account, entry: Entry, _status: EntryStatus) -> str:
    return transaction_id(account, entry)


def sequence_of(account: Account, transaction: str) -> int | None:
    """The row that an id can only mean; None for what is no id."""
    number = transaction[8:]
    if len(number) != 12 or not (transaction.isascii() and transaction.isdecimal()):
        return None
    return ids.unscramble(int(number), key_of(account.known_as))


def number_of(account: Account, sequence: int) -> str:
    return f"{ids.scramble(sequence, key_of(account.known_as)):012d}"


@lru_cache(maxsize=4_096)
def key_of(account_id: str) -> int:
    return ids.number(SLUG, account_id) % ids.SPACE


def image_id(account: Account, entry: Entry) -> str:
    """The front of a cheque."""
    return f"IMG-{transaction_id(account, entry)}-F"


def pictured(account: Account, image: str) -> int | None:
    """The row whose picture an id may name."""
    return sequence_of(account, image.removeprefix("IMG-").removesuffix("-F"))


def day(view: AccountView, instant: datetime | None) -> str | None:
    """The bank's day of an instant."""
    return windows.local_day(instant, view.account.time_zone).isoformat() if instant else None
