"""What shops sell: invented goods with believable prices."""

from dataclasses import dataclass
from enum import StrEnum


class TaxClass(StrEnum):
    STANDARD = "standard"
    REDUCED = "reduced"
    """Food at home: untaxed in most states, taxed less abroad."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Product:
    """Prices are US cents."""

    title: str
    low: int
    high: int
    tax: TaxClass = TaxClass.STANDARD
    most: int = 1
    """How many of it one buys at once, at most."""
    weighed: bool = False
    """Sold by the pound: the price is that of one."""
    commodity_code: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The goods of some merchants, or of all of a category."""

    products: tuple[Product, ...]
    basket: tuple[int, int] = (1, 3)
    """How many different goods are bought at once: usually, and at most."""
    tax: TaxClass = TaxClass.STANDARD
    """That of most of its goods."""
    ships: bool = False
    """Whether what is ordered online comes in a parcel."""
    return_days: int = 0
