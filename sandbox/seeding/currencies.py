"""What foreign money costs on a day. The rates are invented around believable levels."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from sandbox.kernel.money import exponent
from sandbox.ledger.entries import Foreign
from sandbox.ledger.waves import wave

LEVELS = {
    "AUD": "0.66", "BRL": "0.19", "CAD": "0.73", "CHF": "1.13", "CLP": "0.00106", "CNY": "0.139",
    "COP": "0.00024", "CRC": "0.0019", "CZK": "0.043", "DKK": "0.145", "EGP": "0.021", "EUR": "1.085",
    "GBP": "1.27", "HKD": "0.128", "HUF": "0.00275", "IDR": "0.000062", "ILS": "0.27", "INR": "0.0119",
    "ISK": "0.0072", "JPY": "0.0067", "KES": "0.0077", "KRW": "0.00073", "KWD": "3.25", "MAD": "0.1",
    "MXN": "0.055", "MYR": "0.22", "NOK": "0.094", "NZD": "0.6", "PEN": "0.267", "PHP": "0.0175", "PLN": "0.25",
    "RON": "0.218", "SEK": "0.095", "SGD": "0.745", "THB": "0.028", "TND": "0.32", "TRY": "0.031", "TWD": "0.031",
    "VND": "0.00004", "ZAR": "0.054",
}  # fmt: skip


def rate_on(currency: str, day: int) -> Decimal:
    """Dollars for one unit of `currency`, to five significant digits."""
    swing = 1 + 0.05 * wave(currency, day, 300) + 0.012 * wave(currency, day, 30) + 0.003 * wave(currency, day, 1)
    rate = Decimal(LEVELS[currency]) * Decimal(round(swing * 1_000_000)).scaleb(-6)
    return rate.quantize(Decimal(1).scaleb(rate.adjusted() - 4), ROUND_HALF_EVEN)


def abroad(cents: int, currency: str, day: int, endings: Sequence[int] = ()) -> tuple[int, Foreign]:
    """About `cents` dollars as a price in `currency`, and what exactly it comes to in cents.

    `endings` are hundredths that prices end in; where money has no hundredths, prices end in 0.
    """
    rate = rate_on(currency, day)
    places = exponent(currency)
    units = max(1, round(Decimal(cents).scaleb(-2 + places) / rate))
    if places == 0:
        units = max(10, units // 10 * 10) if endings or units > 200 else units
    elif endings:
        whole = 10**places
        units = units // whole * whole + endings[units % len(endings)] * whole // 100 or whole
    return in_dollars(units, currency, rate), Foreign(units, currency, str(rate))


def notes_abroad(cents: int, currency: str, day: int) -> tuple[int, Foreign]:
    """About `cents` dollars in bank notes of `currency`, and what they come to in cents: machines give round sums."""
    rate = rate_on(currency, day)
    worth = Decimal(cents).scaleb(-2) / rate
    note = Decimal(1).scaleb(max(1 if exponent(currency) else 3, worth.adjusted() - 1))
    units = int(max(1, round(worth / note)) * note) * 10 ** exponent(currency)
    return in_dollars(units, currency, rate), Foreign(units, currency, str(rate))


def in_dollars(units: int, currency: str, rate: Decimal) -> int:
    return max(1, round(Decimal(units).scaleb(2 - exponent(currency)) * rate))
