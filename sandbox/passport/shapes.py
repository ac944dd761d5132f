"""What numbers, tokens, dates and amounts of money look like, whoever's they are, and however a country writes them."""

import re
from collections.abc import Iterator
from decimal import Decimal

RUN = re.compile(r"(?<![\w.])\d(?:[ .\-–]?\d){7,24}(?!\w)")
"""Digits that are read as one number, with single marks between them."""
SSN = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
ROUTING_WORDS = re.compile(r"\b(?:routing|aba|rtn|transit)\b", re.IGNORECASE)
JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*")
SECRETS = (re.compile(r"[A-Za-z0-9._~+-]{16,}={0,2}"), re.compile(r"[A-Za-z0-9_-]{16,}"), re.compile(r"\w{16,}"))
"""Anything that could be a token, by what may stand inside one."""
CARD = re.compile(r"(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|6(?:011|5\d\d)\d{12})")
"""The heads and lengths that card networks use."""
ABA_HEADS = frozenset((*range(13), *range(21, 33), *range(61, 73), 80))
"""First two digits of routing numbers that the Federal Reserve assigns."""

GROUPED = r"\d{1,3}(?:[.'’ \u00a0\u202f]\d{3})+"
"""Thousands as much of Europe and Latin America write them."""
AMOUNT = re.compile(
    r"(?:[$€£¥]\s?\d(?:[\d,.]*\d)?)"
    r"|(?:(?<![\d.,])\d[\d,]*\.\d{2}(?![\d.]))"
    rf"|(?:(?<![\d.,])(?:{GROUPED}|\d+),\d{{2}}(?![\d.,]\d|\d))"
    rf"|(?:(?<![\d.,])(?:{GROUPED}|\d[\d,.]*)\s?(?:€|£|(?:USD|EUR|GBP|JPY|CAD|CHF|BRL|MXN|dollars?|euros?|dólares)\b))"
    r"|(?:\bCHF\s?\d(?:[\d'’,.]*\d)?)",
    re.IGNORECASE,
)
"""1,234.50 and 1.234,50; 1 234,50 € and CHF 1'234.50."""
CENTS = re.compile(r"(?<![\d.,])(\d{1,3}(?:[,'’]\d{3})+|\d+)\.(\d{2})(?!\d|[.,]\d)")
COMMA_CENTS = re.compile(rf"(?<![\d.,])({GROUPED}|\d+),(\d{{2}})(?![,.\d]\d|\d)")
MONTH = (
    r"(?:jan|ene|gen|feb|fév|mar|mär|apr|avr|abr|may|mai|mag|jun|juin|giu|jul|juil|lug|aug|août|ago|sep|set|oct|okt|out"
    r"|ott|nov|dec|dez|déc|dic)[^\W\d]*\.?"
)
DATE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th|\.|er|º)?\s(?:de\s)?{MONTH},?\s(?:de\s|del\s)?\d{{4}}\b"
    rf"|\b{MONTH}\s(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s)?(?:de\s)?\d{{4}}\b"
    r"|\b\d{1,2}[./-]\d{1,2}[./-]\d{4}\b|\b\d{4}[./-]\d{1,2}[./-]\d{1,2}\b",
    re.IGNORECASE,
)
"""Whose year is nobody's last four digits."""
FOUR = re.compile(r"(?<![\d.,$])\d{4}(?![.,%-]?\d)")


def numbers(text: str) -> Iterator[str]:
    """Digits alone."""
    for found in RUN.findall(text):
        yield re.sub(r"\D", "", found)


def candidates(text: str) -> set[str]:
    """Anything that could be a token."""
    return {found for form in SECRETS for found in form.findall(text)}


def is_card(digits: str) -> bool:
    """Of a network's length and head, with a right check digit (ISO/IEC 7812-1)."""
    if not CARD.fullmatch(digits):
        return False
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def is_routing(digits: str) -> bool:
    """Of an assigned range, with a right check digit (ABA)."""
    if len(digits) != 9 or int(digits[:2]) not in ABA_HEADS:
        return False
    return sum(int(digit) * weight for digit, weight in zip(digits, (3, 7, 1) * 3, strict=True)) % 10 == 0


def amounts(text: str) -> set[Decimal]:
    """With two decimals, as money is mostly written."""
    found = [*CENTS.findall(text), *COMMA_CENTS.findall(text)]
    return {Decimal("{}.{}".format(re.sub(r"\D", "", whole), cents)) for whole, cents in found}


def fours(text: str) -> set[str]:
    """Four digits that stand by themselves, and are no year of a date."""
    return set(FOUR.findall(DATE.sub(" ", text)))
