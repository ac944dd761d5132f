"""Lengths of time as people and ISO 8601 write them."""

import re
from datetime import timedelta

ISO = re.compile(
    r"P(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9}(?:\.\d{1,3})?)S)?)?",
    re.IGNORECASE,
)
SHORT = re.compile(
    r"(?=\d)(?:(?P<weeks>\d{1,6})w)?(?:(?P<days>\d{1,6})d)?(?:(?P<hours>\d{1,9})h)?"
    r"(?:(?P<minutes>\d{1,9})m)?(?:(?P<seconds>\d{1,9}(?:\.\d{1,3})?)s)?"
)


def parse_duration(text: str) -> timedelta:
    """`P1DT2H` or `1d2h`. Months and years have no fixed length and are refused. Raises ValueError."""
    found = ISO.fullmatch(text) or SHORT.fullmatch(text)
    units = {unit: float(count) for unit, count in (found.groupdict() if found else {}).items() if count is not None}
    if not units:
        raise ValueError(f"{text!r} is no duration: P1DT2H and 1d2h are")
    return timedelta(**units)
