"""The front of a cheque as a small PNG, drawn from the row's own numbers. The library is loaded on first use.

It looks like no bank's: our own layout, "SPECIMEN" across it, and of the account number only the last four digits,
since a picture is no way around a consent that does not let a client see the number.
"""

import io
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sandbox.dialect.lettering import fitting, spelt
from sandbox.kernel import money
from sandbox.ledger.accounts import Account
from sandbox.ledger.customers import Customer
from sandbox.ledger.entries import Entry

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

SIZE = (640, 280)
SHADES = [(grey + 8) // 17 * 17 for grey in range(256)]
"""Sixteen greys, in which the picture takes a third less room, without the search for the best sixteen."""
PAPER, LINE, PALE, INK = 238, 170, 221, 34

ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


@lru_cache(maxsize=256)
def front(bank: str, account: Account, holders: tuple[Customer, ...], entry: Entry) -> bytes:
    """The same bytes for the same values."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 (0.3 s that only pictures need)

    image = Image.new("L", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    _frame(pen)
    _who(pen, bank, holders)
    _what(pen, account, entry)
    file = io.BytesIO()
    image.point(SHADES).save(file, "PNG")
    return file.getvalue()


def _frame(pen: "ImageDraw") -> None:
    pen.text((150, 96), "SPECIMEN", font=_font(76), fill=PALE)
    pen.rectangle((6, 6, SIZE[0] - 7, SIZE[1] - 7), outline=LINE, width=2)
    for start, end, height in ((420, 610, 70), (90, 470, 116), (24, 610, 156), (60, 300, 214), (380, 610, 214)):
        pen.line((start, height, end, height), fill=LINE)
    pen.rectangle((486, 92, 610, 120), outline=LINE)


def _who(pen: "ImageDraw", bank: str, holders: Sequence[Customer]) -> None:
    first = holders[0] if holders else None
    lines = [" & ".join(holder.display_name for holder in holders)]
    if first is not None:
        lines += [first.address.line1, f"{first.address.city}, {first.address.state} {first.address.postal_code}"]
    for place, line in enumerate(lines):
        _write(pen, (24, 20 + 17 * place), line, 13, end=410)
    _write(pen, (24, 166), f"{bank}, imitated by Sandbank. Not a real cheque.", 11)


def _what(pen: "ImageDraw", account: Account, entry: Entry) -> None:
    amount = abs(entry.amount)
    number = f"{entry.check_number or 0:04d}"
    _write(pen, (560, 20), number, 15)
    day = entry.authorised_at.astimezone(ZoneInfo(account.time_zone))
    _write(pen, (420, 52), f"Date  {day:%B %-d, %Y}", 13)
    _write(pen, (24, 98), "Pay to", 11)
    _write(pen, (94, 97), entry.counterparty or "Cash", 14, end=470)
    _write(pen, (494, 98), money.text(amount, account.currency), 14)
    _write(pen, (30, 138), in_words(amount, account.currency), 13)
    _write(pen, (24, 198), "Memo", 11)
    _write(pen, (66, 196), entry.memo, 13, end=300)
    _write(pen, (388, 194), "signature on file", 13)
    _write(pen, (60, 240), f"|: {account.routing} |:   ......{account.last4} ||   {number}", 16)


def _write(pen: "ImageDraw", place: tuple[int, int], text: str, size: int, end: int = 620) -> None:
    """The font that comes with the library knows ASCII alone."""
    font = _font(size)
    pen.text(place, fitting(spelt(text, "ascii"), end - place[0], font.getlength), font=font, fill=INK)


@cache
def _font(size: int) -> "FreeTypeFont | ImageFont":
    from PIL import ImageFont  # noqa: PLC0415

    return ImageFont.load_default(size)


def in_words(amount: int, currency: str = "USD") -> str:
    """12345 cents: One hundred twenty-three and 45/100 dollars."""
    places = money.exponent(currency)
    whole, rest = divmod(amount, 10**places)
    fraction = f" and {rest:0{places}d}/{10**places}" if places else ""
    return f"{_number(whole).capitalize()}{fraction} {'dollars' if currency == 'USD' else currency}"


def _number(value: int) -> str:
    for size, name in ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        if value >= size:
            head, rest = divmod(value, size)
            return f"{_number(head)} {name}" + (f" {_number(rest)}" if rest else "")
    if value < len(ONES):
        return ONES[value]
    tens, ones = divmod(value, 10)
    return f"{TENS[tens]}-{ONES[ones]}" if ones else TENS[tens]
