"""Identifiers that derive from (seed, entity), never from the order of calls; and secrets, which do not."""

import hashlib
import secrets
import uuid
from functools import lru_cache

BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
PAIRS = [low + high for high in BASE32 for low in BASE32]
"""Two letters for each ten bits, the lower five first."""


SEPARATOR = "\x1f"
"""Between the parts of a name, in which it cannot occur, so that ("ab", "c") and ("a", "bc") differ."""


def digest(*parts: object, size: int = 16) -> bytes:
    """A stable digest of the parts."""
    return hashlib.blake2b(SEPARATOR.join(map(str, parts)).encode(), digest_size=size).digest()


def number(*parts: object) -> int:
    """A stable number below 2**64."""
    return int.from_bytes(digest(*parts, size=8))


@lru_cache(maxsize=65_536)
def digits(length: int, *parts: object) -> str:
    """A stable string of digits that does not start with zero."""
    value = int.from_bytes(digest(*parts, size=32)) % (9 * 10 ** (length - 1))
    return str(10 ** (length - 1) + value)


def short(*parts: object, length: int = 16) -> str:
    """A stable string of `length` base-32 letters (5 bits each), 51 at most."""
    value = int.from_bytes(digest(*parts, size=32)[-5 * (length + 7) // 8 :])
    return "".join([PAIRS[value >> place & 1023] for place in range(0, 5 * length, 10)])[:length]


def letters(text: str) -> str:
    """What `short` makes of parts that are joined to a text already, 24 letters long: in half the time, since there are
    tens of thousands of events in a year."""
    n, p = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=32).digest()[-15:]), PAIRS
    return (
        f"{p[n & 1023]}{p[n >> 10 & 1023]}{p[n >> 20 & 1023]}{p[n >> 30 & 1023]}{p[n >> 40 & 1023]}{p[n >> 50 & 1023]}"
        f"{p[n >> 60 & 1023]}{p[n >> 70 & 1023]}{p[n >> 80 & 1023]}{p[n >> 90 & 1023]}{p[n >> 100 & 1023]}{p[n >> 110]}"
    )


def stable_uuid(*parts: object) -> str:
    """A stable UUID in the form of version 4."""
    return str(uuid.UUID(bytes=digest(*parts), version=4))


def secret(size: int = 32) -> str:
    """An unguessable URL-safe string of `size` random bytes (256 bits unless told)."""
    return secrets.token_urlsafe(size)


def any_number() -> int:
    """A number below 2**48 that nobody can foresee."""
    return secrets.randbits(48)


def fingerprint(text: str) -> str:
    """What storage keeps of a secret: its SHA-256 in hex. Sound because our secrets carry 128 bits or more."""
    return hashlib.sha256(text.encode()).hexdigest()


# A transaction's number within its account, made to look like a bank's: multiplication by a unit modulo 10**12 is a
# bijection, so numbers never collide and can be turned back.
SPACE = 10**12
MULTIPLIER = 387_420_489_013
INVERSE = pow(MULTIPLIER, -1, SPACE)


def scramble(sequence: int, key: int) -> int:
    return (sequence * MULTIPLIER + key) % SPACE


def unscramble(value: int, key: int) -> int:
    return (value - key) * INVERSE % SPACE
