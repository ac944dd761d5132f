"""Money is an integer of minor units beside an ISO 4217 code. No floats until the wire."""

from decimal import Decimal

# ISO 4217 currencies in the seeds whose minor unit is not a hundredth.
EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "TND": 3}


def exponent(currency: str) -> int:
    return EXPONENTS.get(currency, 2)


def major(minor: int, currency: str = "USD") -> float:
    """Minor units as the JSON number that banks send: 123456 -> 1234.56. Exact to the cent below ten trillion."""
    places = exponent(currency)
    return minor if places == 0 else minor / 10**places


def minor(amount: Decimal | str | int, currency: str = "USD") -> int:
    """A decimal amount as minor units. Raises ValueError for a fraction of a minor unit."""
    scaled = Decimal(amount).scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} {currency} has a fraction of its smallest unit")
    return int(scaled)


def text(minor_units: int, currency: str = "USD") -> str:
    """For people: -1,234.56 USD."""
    places = exponent(currency)
    return f"{Decimal(minor_units).scaleb(-places):,.{places}f} {currency}"
