"""Telephone numbers that ring nowhere: an area code, and a line from 555-0100 to 555-0199, which is kept for
fiction."""

from sandbox.kernel import ids

AREA_CODES = {
    "AK": "907", "AL": "205", "AR": "501", "AZ": "602", "CA": "415", "CO": "303", "CT": "203", "DC": "202", "DE": "302",
    "FL": "305", "GA": "404", "HI": "808", "IA": "515", "ID": "208", "IL": "312", "IN": "317", "KS": "316", "KY": "502",
    "LA": "504", "MA": "617", "MD": "410", "ME": "207", "MI": "313", "MN": "612", "MO": "314", "MS": "601", "MT": "406",
    "NC": "704", "ND": "701", "NE": "402", "NH": "603", "NJ": "201", "NM": "505", "NV": "702", "NY": "212", "OH": "216",
    "OK": "405", "OR": "503", "PA": "215", "RI": "401", "SC": "803", "SD": "605", "TN": "615", "TX": "214", "UT": "801",
    "VA": "804", "VT": "802", "WA": "206", "WI": "414", "WV": "304", "WY": "307",
}  # fmt: skip


def default_phone(state: str, *entity: object) -> str:
    """Ten digits."""
    return f"{AREA_CODES.get(state, '212')}55501{ids.number('phone', *entity) % 100:02}"
