"""Signatures of messages, as Standard Webhooks has them: HMAC-SHA256 over id, time and body, with a secret that the
client shares with nobody else."""

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from standardwebhooks import Webhook

from sandbox.kernel import ids
from sandbox.ledger.subscriptions import Subscription

STALE = timedelta(minutes=10)
"""Receivers let five minutes pass."""

Headers = list[tuple[str, str]]


def new_secret() -> str:
    return "whsec_" + base64.b64encode(ids.secret(24).encode()).decode()


def secrets_at(subscription: Subscription, now: datetime) -> list[str]:
    """By which messages are signed: two while a rotation goes on."""
    until = subscription.previous_until
    rotating = bool(subscription.previous_secret) and until is not None and now < until
    return [subscription.secret, subscription.previous_secret] if rotating else [subscription.secret]


def signed(message_id: str, body: str, at: datetime, secrets: Sequence[str], faults: Sequence[str] = ()) -> Headers:
    """The headers of a message, `at` by the machine's clock, which is the receiver's as well. Of the faults, those that
    a signature can have are put into it."""
    if "stale_timestamp" in faults:
        at -= STALE
    if "bad_signature" in faults:
        secrets = [_strange(message_id)]
    elif "rotated_secret" in faults:
        secrets = [_strange(message_id), *secrets]
    return [
        ("webhook-id", message_id),
        ("webhook-timestamp", str(int(at.timestamp()))),
        ("webhook-signature", " ".join(_webhook(secret).sign(message_id, at, body) for secret in secrets)),
    ]


def _strange(message_id: str) -> str:
    """A secret that no receiver has."""
    return "whsec_" + base64.b64encode(ids.digest("strange", message_id, size=24)).decode()


@lru_cache(maxsize=1024)
def _webhook(secret: str) -> Webhook:
    return Webhook(secret)
