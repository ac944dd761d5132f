"""The catalogue in which personas find merchants."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sandbox.ledger.merchants import Merchant


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
