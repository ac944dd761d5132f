"""Where a person shops: few merchants, the nearest first, the favourite most often."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from sandbox.kernel import ids
from sandbox.ledger.entries import Channel, EntryKind
from sandbox.ledger.merchants import Merchant
from sandbox.seeding.draw import Draw
from sandbox.seeding.personas import Person
from sandbox.seeding.story.book import Face
from sandbox.seeding.story.faces import at_merchant
from sandbox.seeding.zones import HOUR

HOURS = {
    "Coffee": (6.5, 11.0), "Restaurants": (11.5, 21.5), "Fast Food": (11.0, 21.5), "Bars": (18.0, 23.7),
    "Groceries": (8.0, 20.5), "Fuel": (6.5, 20.0), "Transit": (6.5, 19.5), "Taxi": (7.0, 23.7),
    "Parking": (8.0, 18.0), "Medical": (8.5, 16.5), "Dental": (8.5, 16.5), "Hotels": (14.0, 22.0),
    "Museums": (10.0, 17.0), "Entertainment": (14.0, 21.5), "Delivery": (17.0, 21.5), "Education": (9.0, 17.0),
    "Fitness": (6.0, 20.0),
}  # fmt: skip
"""When people pay there, in hours after midnight; elsewhere OPENING."""
OPENING = (9.5, 19.5)
ONLINE_HOURS = (7.0, 23.7)

RETURNED = frozenset(
    {"Clothing", "Shoes", "Electronics", "Home", "Shopping", "Department Store", "Sports", "Toys", "Hardware", "Garden",
     "Books", "Kids", "Beauty", "Gifts"}
)  # fmt: skip
"""Categories whose goods are sometimes brought back."""

BY_SUBSCRIPTION = frozenset({"4814", "4816", "4899", "5815", "5817", "5968", "7372", "7393"})
"""Merchant codes of those who bill by the month: nobody drops in there. Only categories that have no others offer
them."""
PUMP = "5542"
TABLE_SERVICE = frozenset({"5812", "5813", "4121"})
ONLINE_SHARE = 0.15
"""Of the purchases at shops that sell both ways."""


@dataclass(frozen=True, slots=True)
class Haunt:
    """A merchant as one person meets it. Times in seconds after midnight, prices in cents."""

    merchant: Merchant
    face: Face
    refund_face: Face
    online: bool
    opens: int
    span: int
    low: int
    typical: int
    high: int
    hold: int
    """A fixed hold of the pump, else 0."""
    tips: bool
    returned: bool


@dataclass(frozen=True, slots=True)
class Haunts:
    places: Sequence[Haunt]
    cumulative: Sequence[float]


def haunt(
    merchant: Merchant,
    person: Person,
    *,
    online: bool,
    hours: tuple[float, float] | None = None,
    low: int = 0,
    high: int = 0,
) -> Haunt:
    store = 1 + ids.number("store", merchant.slug, person.address.city, person.address.state) % 2400
    city, state = person.address.city, person.address.state
    opens, closes = hours or (ONLINE_HOURS if online else HOURS.get(merchant.category, OPENING))
    cheapest, dearest = narrowed(merchant, low, high)
    return Haunt(
        merchant=merchant,
        face=at_merchant(merchant, online=online, store=store, city=city, state=state),
        refund_face=at_merchant(merchant, online=online, store=store, city=city, state=state, kind=EntryKind.REFUND),
        online=online,
        opens=round(opens * HOUR),
        span=round((closes - opens) * HOUR),
        low=cheapest,
        typical=min(max(merchant.typical, cheapest), dearest),
        high=dearest,
        hold=(1_00, 125_00)[ids.number("pump", merchant.slug) % 2] if merchant.mcc == PUMP else 0,
        tips=not online and merchant.mcc in TABLE_SERVICE,
        returned=merchant.category in RETURNED,
    )


def narrowed(merchant: Merchant, low: int, high: int) -> tuple[int, int]:
    """The part of a merchant's range that a person spends there; the person's own where the two have nothing in
    common."""
    if not (low or high):
        return merchant.low, merchant.high
    least, most = max(low, merchant.low), min(high, merchant.high)
    return (least, most) if least <= most else (low, high)


def near(merchants: Sequence[Merchant], person: Person, channel: Channel | None) -> list[Merchant]:
    """Those within reach: in the same city and everywhere, else in the same state, else online, else all."""
    home = person.address
    merchants = [merchant for merchant in merchants if merchant.mcc not in BY_SUBSCRIPTION] or merchants
    if channel is Channel.ONLINE:
        return [merchant for merchant in merchants if Channel.ONLINE in merchant.channels]
    physical = [merchant for merchant in merchants if Channel.CARD_PRESENT in merchant.channels]
    here = [merchant for merchant in physical if (merchant.city, merchant.state) == (home.city, home.state)]
    chains = [merchant for merchant in physical if merchant.is_chain and merchant not in here]
    online = [] if channel else [merchant for merchant in merchants if merchant.channels == (Channel.ONLINE,)]
    if here or chains:
        return [*here, *chains, *online]
    in_state = [merchant for merchant in physical if merchant.state == home.state]
    return in_state or online or physical or list(merchants)


def choose(reachable: Sequence[Merchant], person: Person, count: int, draw: Draw) -> list[Merchant]:
    """`count` favourites: local ones first, then others, in an order of this person's own."""
    home = person.address
    ranked = sorted(
        (
            ((merchant.city, merchant.state) != (home.city, home.state), draw.random(), merchant)
            for merchant in reachable
        ),
        key=lambda item: item[:2],
    )
    return [merchant for _, _, merchant in ranked[:count]]


def weighted(places: Sequence[Haunt]) -> Haunts:
    return Haunts(places, list(accumulate(1 / (rank + 1.5) for rank in range(len(places)))))
