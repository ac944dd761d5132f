"""Merchants that do not exist, and the catalogue in which personas find them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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


class Catalogue:
    """All merchants, by slug and by category, in the order of their slugs, so that files may be split as one likes."""

    def __init__(self, merchants: Iterable[Merchant]) -> None:
        self.by_slug: Mapping[str, Merchant] = {
            merchant.slug: merchant for merchant in sorted(merchants, key=lambda merchant: merchant.slug)
        }
        groups: dict[str, list[Merchant]] = defaultdict(list)
        for merchant in self.by_slug.values():
            groups[merchant.category].append(merchant)
        self.by_category: Mapping[str, Sequence[Merchant]] = dict(groups)

    def __getitem__(self, slug: str) -> Merchant:
        return self.by_slug[slug]

    def __contains__(self, slug: object) -> bool:
        return slug in self.by_slug

    def __len__(self) -> int:
        return len(self.by_slug)

    def in_categories(self, categories: Iterable[str], country: str = "US") -> list[Merchant]:
        return [
            merchant
            for category in categories
            for merchant in self.by_category.get(category, ())
            if merchant.country == country
        ]
