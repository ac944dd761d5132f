"""How often a client may read while its customer is away. Nothing of it is known of the real banks: the number is ours
(reconstructed), and only strict clients are held to it, and those that were registered with another.

A customer is there where a call says so: by `FDX-API-Actor-Type: USER` (FDX 6) or `x-fapi-customer-ip-address` (FAPI).
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.dialect.bank import Bank
from sandbox.kernel.errors import RateLimited
from sandbox.ledger.consents import Consent
from sandbox.store.quotas import Quotas
from sandbox.worlds.worlds import World


class Frequency:
    def __init__(self, quotas: Quotas) -> None:
        self.quotas = quotas

    def count(self, bank: Bank, world: World, consent: Consent, headers: Mapping[str, str]) -> None:
        """One more read. A day is the bank's, on the world's clock. Raises RateLimited."""
        limit = consent.unattended_reads
        if limit is None or is_attended(headers):
            return
        now = world.now.astimezone(ZoneInfo(bank.time_zone))
        if self.quotas.take(world.world_id, consent.consent_id, now.date().isoformat(), limit):
            return
        raise RateLimited(
            f"the consent was read {limit} times today while its customer was away",
            retry_after=_seconds_left(now),
            hint="Say FDX-API-Actor-Type: USER while the customer is there, or move the world's clock to tomorrow.",
        )


def is_attended(headers: Mapping[str, str]) -> bool:
    return headers.get("fdx-api-actor-type", "").upper() == "USER" or "x-fapi-customer-ip-address" in headers


def _seconds_left(now: datetime) -> int:
    """Until the bank's day ends."""
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    return max(1, int(tomorrow.timestamp() - now.timestamp()))
