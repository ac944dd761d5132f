"""By what names Citi's clients know things: ciphertext, masked numbers, reference ids, days."""

from datetime import date, datetime
from functools import lru_cache

from sandbox.dialect.windows import local_day
from sandbox.kernel import ids
from sandbox.ledger.accounts import Account, AccountKind
from sandbox.ledger.entries import Entry, EntryStatus


def account_id(account: Account, client_id: str) -> str:
    """Ciphertext by its looks: 88 hexadecimal digits, others for each client."""
    return ids.digest("citi", "account", client_id, account.known_as, size=44).hex()


def masked(account: Account, last4: str = "") -> str:
    return ("X" * 12 if account.kind is AccountKind.CREDIT_CARD else "X" * 6) + (last4 or account.last4)


def reference_id(account: Account, entry: Entry) -> str:
    """The name of a posted row: the day of its posting and twelve digits."""
    return f"{_stamp(account, entry.ends_at)}{ids.scramble(entry.sequence, key_of(account)):012d}"


def authorization_code(account: Account, entry: Entry) -> str:
    """The name of a pending row, which tells nothing of the row it becomes."""
    return ids.short("citi", "authorised", account.known_as, entry.sequence, length=6).upper()


def order_id(account: Account, entry: Entry) -> str:
    """The name of a row of an investment account: the day of the order and twelve digits."""
    return f"{_stamp(account, entry.authorised_at)}{ids.scramble(entry.sequence, key_of(account)):012d}"


def transaction_ref(account: Account, entry: Entry, status: EntryStatus) -> str:
    if account.kind is AccountKind.BROKERAGE:
        return order_id(account, entry)
    return authorization_code(account, entry) if status is EntryStatus.PENDING else reference_id(account, entry)


def sequence_of(account: Account, reference: str) -> int | None:
    """The row that a reference id can only mean; None for what is no reference id."""
    if len(reference) != 20 or not (reference.isascii() and reference.isdecimal()):
        return None
    return ids.unscramble(int(reference[8:]), key_of(account))


def key_of(account: Account) -> int:
    return _key_of(account.known_as)


@lru_cache(maxsize=4096)
def _key_of(known_as: str) -> int:
    return ids.number("citi", known_as) % ids.SPACE


def _stamp(account: Account, instant: datetime) -> str:
    return day(account, instant).replace("-", "")  # strftime takes five times as long


def local(account: Account, instant: datetime) -> date:
    return local_day(instant, account.time_zone)


def day(account: Account, instant: datetime) -> str:
    """The bank's calendar day: there is no time of day in this dialect."""
    return local(account, instant).isoformat()
