"""Merchants that do not exist, as a person meets them on a receipt."""

from dataclasses import dataclass

from sandbox.ledger.entries import Channel


@dataclass(frozen=True, slots=True)
class Merchant:
    """Prices are US cents whatever the currency; a foreign price is worked out from the day's rate."""

    slug: str
    name: str
    descriptor: str
    """What a feed prints before the city; `#{store}` becomes a store's number and marks a chain."""
    mcc: str
    category: str
    channels: tuple[Channel, ...]
    low: int
    typical: int
    high: int
    city: str = ""
    """Empty: a nationwide chain, met wherever one is."""
    state: str = ""
    country: str = "US"
    endings: tuple[int, ...] = ()
    """Hundredths that prices end in, in the merchant's currency; none means any."""
    currency: str = "USD"
    receipts: bool = False
    """Whether it sends itemised receipts."""
    url: str = ""
    phone: str = ""
    street: str = ""
    postal_code: str = ""

    @property
    def is_chain(self) -> bool:
        return "{store}" in self.descriptor or not self.city
