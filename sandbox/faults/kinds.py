"""How an answer can be other than usual: each way with its name, what it copies of real banks, and what helps.

Legal is what a client has to bear by the document, or by the rule under which APIs grow: members are added without a
new version. Our documents close their objects all the same, since by them Sandbank judges its own answers.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.faults.luck import Draw
from sandbox.faults.sites import Site
from sandbox.ledger.faults import FaultKind

Change = Callable[[Site, Draw], None]
Fits = Callable[[Site], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    title: str
    copies: str
    """What real banks do, of which this is the like."""
    advice: str
    legal: bool
    fits: Fits
    change: Change
    judged: bool = True
    """Whether the document itself can tell: it cannot where it is closed for our own sake."""


NAMES = re.compile(
    r"(id|key|number|token|offset|cursor|index|code|url|uri|href|rel|reference|currency|status|type|date|time"
    r"|timestamp|last4|iban|name)$",
    re.IGNORECASE,
)
"""Members whose text stands for something: another text would be another thing."""
LEADING_ON = re.compile(r"next|prev|offset|cursor|page|links|total", re.IGNORECASE)
"""Members without which a client does not get on: they may be optional, but not on a page that has a next one."""
INVENTED = ("DIGITAL_WALLET_TOPUP", "CRYPTO_ASSET", "INSTALMENT_PLAN", "EMBEDDED_FINANCE")
ADDED: tuple[tuple[str, Any], ...] = (
    ("carbonFootprint", {"grams": 412, "source": "estimate"}),
    ("riskScore", 0.42),
    ("merchantLogoUrl", "https://logos.example.com/4821.png"),
    ("experimental", True),
)
STRANGE = ' "Łódź" & <Söhne> 東京 🏦'
LONGEST = 4000


def _is_text(site: Site) -> bool:
    """Free text, which may be any."""
    keywords = site.said.keywords
    return (
        isinstance(site.value, str)
        and site.value != ""
        and bool(site.name)
        and not NAMES.search(site.name)
        and not any(word in keywords for word in ("enum", "format", "pattern"))
    )


def _room(site: Site) -> int:
    return int(site.said.keywords.get("maxLength", LONGEST)) - len(site.value)


def _number(site: Site) -> bool:
    return (
        isinstance(site.value, (int, float)) and not isinstance(site.value, bool) and "enum" not in site.said.keywords
    )


def _member(site: Site) -> bool:
    return bool(site.name)


def _other_style(name: str) -> str:
    """`accountId` as `account_id`, and what is one word as `Word`."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return snake if snake != name else name[:1].upper() + name[1:]


def _invent(site: Site, draw: Draw) -> None:
    word = INVENTED[int(draw("word") * len(INVENTED))]
    usual = str(site.value)
    site.holder[site.key] = word if usual.isupper() else _camel(word) if usual[:1].islower() else _camel(word).title()


def _camel(word: str) -> str:
    first, *rest = word.lower().split("_")
    return first + "".join(part.title() for part in rest)


def _add(site: Site, draw: Draw) -> None:
    name, value = ADDED[int(draw("member") * len(ADDED))]
    site.value.setdefault(name, value)


def _set(value: Callable[[Any], Any]) -> Change:
    def change(site: Site, _draw: Draw) -> None:
        site.holder[site.key] = value(site.value)

    return change


def _leave_out(site: Site, _draw: Draw) -> None:
    del site.holder[site.key]


def _rename(site: Site, _draw: Draw) -> None:
    site.holder[_other_style(site.key)] = site.holder.pop(site.key)


def _turn(site: Site, draw: Draw) -> None:
    """A list that begins somewhere else; one of two is turned round."""
    value = site.value
    start = 1 + int(draw("start") * (len(value) - 1))
    site.holder[site.key] = value[start:] + value[:start]


def _lengthen(site: Site, _draw: Draw) -> None:
    size = int(site.said.keywords["maxLength"])
    site.holder[site.key] = (site.value + " " + "X" * size)[:size]


KINDS: Mapping[str, Kind] = {
    "new-enum": Kind(
        "A value that the document does not list",
        "Banks add kinds of accounts and transactions, and tell their clients later or never.",
        "Give every enumeration an `other`, and keep the row.",
        legal=False,
        fits=lambda site: "enum" in site.said.keywords and isinstance(site.value, str) and _member(site),
        change=_invent,
    ),
    "new-member": Kind(
        "A member that the document does not know",
        "Members are added within a version, which by the rules of versioning breaks nobody.",
        "Ignore what you do not know. Do not let a parser refuse unknown members.",
        legal=True,
        fits=lambda site: isinstance(site.value, dict) and bool(site.said.members),
        change=_add,
        judged=False,
    ),
    "missing-optional": Kind(
        "A member left out that the document does not require",
        "Cores behind one bank fill in different members: what one account has, its neighbour has not.",
        "Read optional members as optional, however often they came before.",
        legal=True,
        fits=lambda site: _member(site) and not site.required and not LEADING_ON.search(site.pointer),
        change=_leave_out,
    ),
    "reordered-list": Kind(
        "The items of a list in another order",
        "An order that no document promises changes with the next release: accounts[0] is another account.",
        "Find things by their ids, and sort by what you need.",
        legal=True,
        fits=lambda site: isinstance(site.value, list) and len(site.value) > 1 and isinstance(site.value[0], dict),
        change=_turn,
    ),
    "reordered-members": Kind(
        "The members of an object in another order",
        "JSON objects have no order (RFC 8259, 4), and another serialiser writes another one.",
        "Read members by name; do not compare answers as text.",
        legal=True,
        fits=lambda site: isinstance(site.value, dict) and len(site.value) > 2,
        change=_set(lambda value: dict(reversed(value.items()))),
    ),
    "longest-text": Kind(
        "A text as long as the document lets it be",
        "A memo or nickname that was typed in full.",
        "Store what the document allows, and shorten where it is shown.",
        legal=True,
        fits=lambda site: _is_text(site) and 0 < _room(site) <= LONGEST and "maxLength" in site.said.keywords,
        change=_lengthen,
    ),
    "strange-text": Kind(
        "A text with quotes, angle brackets, foreign letters and an emoji",
        "Merchants and customers write as they like, and banks pass it on.",
        "Escape where it is shown; keep UTF-8 all the way.",
        legal=True,
        fits=lambda site: _is_text(site) and _room(site) >= len(STRANGE),
        change=_set(lambda value: value + STRANGE),
    ),
    "empty-text": Kind(
        "An empty text",
        "A field that nobody filled in comes as an empty string, not as nothing.",
        "Take an empty text for an absent one.",
        legal=True,
        fits=lambda site: _is_text(site) and not site.said.keywords.get("minLength"),
        change=_set(lambda _: ""),
    ),
    "null-member": Kind(
        "A null where the document allows none",
        "Gateways write null for what a core did not answer in time.",
        "Check before you use; treat null like an absent member.",
        legal=False,
        fits=lambda site: _member(site) and site.value is not None and not site.said.nullable,
        change=_set(lambda _: None),
    ),
    "number-as-string": Kind(
        "A number in quotation marks",
        "Amounts as text, since a core or a serialiser made them so; at another bank they are numbers.",
        "Parse amounts from both, into decimals.",
        legal=False,
        fits=lambda site: _number(site) and _member(site),
        change=_set(str),
    ),
    "string-as-number": Kind(
        "Digits without quotation marks",
        "An id or account number that went through a spreadsheet or a loose serialiser: leading zeros are gone.",
        "Turn ids into text at the door, and do no arithmetic with them.",
        legal=False,
        fits=lambda site: isinstance(site.value, str) and site.value.isdecimal() and len(site.value) < 16,
        change=_set(int),
    ),
    "missing-required": Kind(
        "A member left out that the document requires",
        "Documents say `required` of what most accounts have; some product of the bank has it not.",
        "Fail on that item alone, with a message that names it, and keep the others.",
        legal=False,
        fits=lambda site: _member(site) and site.required,
        change=_leave_out,
    ),
    "renamed-member": Kind(
        "A member in another spelling",
        "A release of a gateway changes the style of names, from accountId to account_id.",
        "Let contract tests run against the bank every day; they are the first to see it.",
        legal=False,
        fits=_member,
        change=_rename,
    ),
    "local-time": Kind(
        "A time without its zone",
        "Cores keep local time, and their gateways forget to say which.",
        "Know the bank's zone, and do not take such a time for UTC.",
        legal=False,
        fits=lambda site: site.said.keywords.get("format") == "date-time" and isinstance(site.value, str),
        change=_set(lambda value: re.sub(r"(Z|[+-]\d\d:\d\d)$", "", value)),
    ),
}

EMPTY_PAGE = "empty-page"
REPEATED_ROW = "repeated-row"
PAGES: Mapping[str, tuple[str, str, str]] = {
    EMPTY_PAGE: (
        "A first page without rows that has a next one",
        "Banks that filter after they have cut the pages answer so.",
        "Go on until no next page is told; an empty page is not the end.",
    ),
    REPEATED_ROW: (
        "The last row of a page once more on the next",
        "Rows that post while a client is turning pages move from one page to the next.",
        "Know rows by their ids, and take each once.",
    ),
}
"""What is done to a feed while it is read, since a page of it has to lead on: title, what it copies, advice. Legal."""
EVERY = (*KINDS, *PAGES)
ILLEGAL = tuple(name for name, kind in KINDS.items() if not kind.legal)
LEGAL = (*(name for name, kind in KINDS.items() if kind.legal), *PAGES)


def in_order(fault: FaultKind, wanted: Sequence[str], draw: Draw) -> list[str]:
    """The kinds that may act, in the order in which they are tried. A surprise is legal unless it is asked for."""
    return sorted(wanted or (LEGAL if fault is FaultKind.SURPRISE else EVERY), key=lambda name: draw(f"kind:{name}"))
