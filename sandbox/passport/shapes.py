"""What numbers and tokens look like, whoever's they are; and what an amount of money, an advertisement and a notice
look like in words."""

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

AMOUNT = re.compile(
    r"(?:[$€£¥]\s?\d(?:[\d,.]*\d)?)"
    r"|(?:(?<![\d.,])\d[\d,]*\.\d{2}(?![\d.]))"
    r"|(?:(?<![\d.,])\d[\d,.]*\s?(?:USD|EUR|GBP|JPY|CAD|dollars|euros)\b)"
)
CENTS = re.compile(r"(?<![\d.,])(\d{1,3}(?:,\d{3})+|\d+)\.(\d{2})(?![\d.]\d)")
FOUR = re.compile(r"(?<![\d.,$])\d{4}(?![.,%-]?\d)")

PROMOTION = re.compile(
    r"\d+\s?%\s?(?:off|back|discount)|[$€£]\s?\d[\d.,]*\s?(?:off|back)\b|\bcash\s?-?back\b|\b(?:special|exclusive|limited"
    r"|new)[ -](?:time )?offers?\b|\boffers? (?:for|of the|just)\b|\bpromo(?:tion|tional|s)?\b|\bcoupons?\b"
    r"|\bvouchers?\b"
    r"|\bsave (?:up to )?(?:[$€£]\s?)?\d|\bearn (?:up to )?(?:[$€£]\s?)?\d|\bpre-?approved\b|\bapply (?:now|today)\b"
    r"|\bupgrade (?:now|today)\b|\bbonus points\b|\bon sale\b",
    re.IGNORECASE,
)
"""What advertising sounds like in English. What is an offer of the bank is found by the offer itself, in any words."""
AUTOMATED = re.compile(
    r"\b(?:chat)?bots?\b|\bautomat\w*|\bvirtual (?:assistant|agent)|\bdigital assistant|\brobot"
    r"|\bnot a (?:human|person)"
    r"|\bmachine\b|\bno human\b|\bAI\b|\basistente virtual|\bassistant virtuel|\bvirtuelle\w* Assistent",
    re.IGNORECASE,
)
ENDING = re.compile(
    r"\b(?:expir\w*|renew\w*|ends? (?:soon|on)|re-?authori[sz]\w*|link (?:it |them )?again)\b", re.IGNORECASE
)


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
    return {Decimal(f"{whole.replace(',', '')}.{cents}") for whole, cents in CENTS.findall(text)}
