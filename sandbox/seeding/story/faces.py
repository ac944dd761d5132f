"""What a merchant's rows look like in a feed."""

from sandbox.ledger.entries import Channel, EntryKind
from sandbox.ledger.merchants import Merchant
from sandbox.seeding.story.book import Face


def at_merchant(
    merchant: Merchant,
    *,
    online: bool,
    store: int = 1,
    city: str = "",
    state: str = "",
    kind: EntryKind = EntryKind.PURCHASE,
) -> Face:
    """`store` is the number of a chain's store, `city` and `state` where it stands; others stand where the catalogue
    says."""
    name = merchant.descriptor.replace("{store}", f"{store:04}")
    away = city if merchant.is_chain and not online else ""
    place = (merchant.phone if online else "") or (away or merchant.city).upper()
    region = (state if away else merchant.state) or merchant.country
    channel = Channel.ONLINE if online else Channel.CARD_PRESENT
    description = f"{name} {place} {region}"
    return Face(kind, channel, description, merchant.name, merchant.category, merchant.slug, merchant.mcc)
