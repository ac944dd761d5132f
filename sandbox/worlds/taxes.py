"""Sales taxes, as tables: near enough to the real ones to look right, and no advice. Rates are hundredths of a percent.

States: the state's own general rate and a usual local one on top. Abroad: the value-added taxes, which receipts here
show beside net prices.
"""

from sandbox.ledger.products import TaxClass

STATES = {
    "AL": (400, 500), "AR": (650, 300), "AZ": (560, 280), "CA": (600, 325), "CO": (290, 491), "CT": (635, 0),
    "DC": (600, 0), "FL": (600, 100), "GA": (400, 340), "HI": (400, 50), "IA": (600, 100), "ID": (600, 0),
    "IL": (625, 400), "IN": (700, 0), "KS": (650, 215), "KY": (600, 0), "LA": (445, 511), "MA": (625, 0),
    "MD": (600, 0), "ME": (550, 0), "MI": (600, 0), "MN": (688, 115), "MO": (423, 416), "MS": (700, 0),
    "NC": (475, 225), "ND": (500, 200), "NE": (550, 150), "NJ": (663, 0), "NM": (488, 275), "NV": (460, 378),
    "NY": (400, 488), "OH": (575, 150), "OK": (450, 449), "PA": (600, 0), "RI": (700, 0), "SC": (600, 146),
    "SD": (420, 190), "TN": (700, 255), "TX": (625, 200), "UT": (485, 240), "VA": (430, 100), "VT": (600, 100),
    "WA": (650, 290), "WI": (500, 50), "WV": (600, 50), "WY": (400, 136),
}  # fmt: skip
"""Alaska, Delaware, Montana, New Hampshire and Oregon have none."""
ABROAD = {
    "AT": ("USt", 2000, 1000), "AU": ("GST", 1000, 0), "BR": ("ICMS", 1800, 700), "CA": ("GST", 500, 0),
    "CH": ("MWST", 810, 260), "DE": ("MwSt", 1900, 700), "DK": ("moms", 2500, 2500), "ES": ("IVA", 2100, 1000),
    "FR": ("TVA", 2000, 550), "GB": ("VAT", 2000, 0), "IE": ("VAT", 2300, 0), "IN": ("GST", 1800, 500),
    "IT": ("IVA", 2200, 1000), "JP": ("消費税", 1000, 800), "KR": ("부가세", 1000, 0), "MX": ("IVA", 1600, 0),
    "NL": ("btw", 2100, 900), "NO": ("mva", 2500, 1500), "NZ": ("GST", 1500, 1500), "PL": ("VAT", 2300, 500),
    "PT": ("IVA", 2300, 600), "SE": ("moms", 2500, 1200), "SG": ("GST", 900, 900), "TH": ("VAT", 700, 700),
}  # fmt: skip
"""(name, general rate, that of food)."""

Rates = tuple[tuple[str, int], ...]
"""(name, hundredths of a percent) of each tax on the same goods."""


def rates(country: str, state: str, tax: TaxClass) -> Rates:
    """The taxes on goods of a class where they are sold, or sent to."""
    if tax is TaxClass.NONE:
        return ()
    if country == "US":
        own, local = STATES.get(state, (0, 0)) if tax is TaxClass.STANDARD else (0, 0)
        named = ((f"{state} sales tax", own), ("Local sales tax", local))
    else:
        name, general, food = ABROAD.get(country, ("", 0, 0))
        named = ((name, general if tax is TaxClass.STANDARD else food), ("", 0))
    return tuple((name, rate) for name, rate in named if rate)


def tax_on(base: int, rate_bp: int) -> int:
    """Rounded half up, as tills do."""
    return (base * rate_bp + 5_000) // 10_000


def net_of(gross: int, taxes: Rates) -> int | None:
    """What with its taxes comes to exactly `gross`; None where rounding leaves that sum out."""
    rate = sum(rate for _, rate in taxes)
    guess = gross * 10_000 // (10_000 + rate)
    for net in (guess, guess + 1, guess - 1, guess + 2):
        if net > 0 and net + sum(tax_on(net, rate) for _, rate in taxes) == gross:
            return net
    return None
