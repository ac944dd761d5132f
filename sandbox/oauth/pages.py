"""The pages on which a customer signs in and decides: one set of templates, in the looks of a bank's `Skin`.

Nothing on a page comes from elsewhere and nothing runs: no script, no font, no picture but our own. What a
client, a customer or a seed file wrote is escaped, and stands in `<bdi>` so that it cannot turn the line.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sandbox.dialect.policy import Skin
from sandbox.ledger.clusters import Cluster
from sandbox.oauth.magic import PASSWORD

_POLICY = "default-src 'none'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"

PAGE_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Content-Security-Policy": _POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)
"""What every answer of a journey carries. A page needs `page_headers`, or it is shown without its style."""

STEPS: Mapping[str, str] = MappingProxyType(
    {"login": "Sign in", "otp": "Verify", "accounts": "Choose accounts", "review": "Review and decide"}
)
"""The pages of a journey, in order, as the list of steps calls them."""


@dataclass(frozen=True, slots=True)
class ClusterText:
    """A data cluster in plain words."""

    title: str
    text: str
    withheld: str
    """How the list of what is *not* shared names it."""


CLUSTERS: Mapping[Cluster, ClusterText] = MappingProxyType(
    {
        Cluster.ACCOUNT_BASIC: ClusterText(
            "Account list",
            "Which of the chosen accounts you have: their kind, name and last four digits.",
            "The list of your accounts",
        ),
        Cluster.ACCOUNT_DETAILED: ClusterText(
            "Account details",
            "Interest rates, limits, due dates and the terms of loans and cards.",
            "Interest rates, limits and due dates",
        ),
        Cluster.BALANCES: ClusterText(
            "Balances",
            "What is in each account now, what is available and what you owe.",
            "Your balances",
        ),
        Cluster.TRANSACTIONS: ClusterText(
            "Transactions",
            "Purchases, deposits, payments and fees: dates, amounts, and who was paid or who paid you.",
            "Your purchases and payments",
        ),
        Cluster.STATEMENTS: ClusterText(
            "Statements",
            "Your periodic statements as documents.",
            "Your statements",
        ),
        Cluster.CUSTOMER_CONTACT: ClusterText(
            "Contact details",
            "Your name, postal address, email address and phone number.",
            "Your address, email and phone number",
        ),
        Cluster.CUSTOMER_PERSONAL: ClusterText(
            "Personal details",
            "Your date of birth and the last four digits of your tax number.",
            "Your date of birth and tax number",
        ),
        Cluster.PAYMENT_SUPPORT: ClusterText(
            "Account and routing numbers",
            "Numbers with which payments to and from these accounts can be set up.",
            "Full account and routing numbers",
        ),
        Cluster.BILLS: ClusterText(
            "Upcoming bills",
            "What is due on cards and loans, and when.",
            "Your upcoming bills",
        ),
        Cluster.IMAGES: ClusterText(
            "Check images",
            "Pictures of checks and receipts that belong to transactions.",
            "Pictures of checks and receipts",
        ),
        Cluster.INVESTMENTS: ClusterText(
            "Investments",
            "What you hold, how much of it, and what it is worth.",
            "Your investments",
        ),
        Cluster.REWARDS: ClusterText(
            "Rewards",
            "Points, miles or cash back that you have earned.",
            "Your rewards",
        ),
        Cluster.TERMS_AND_CONDITIONS: ClusterText(
            "Terms and conditions",
            "The agreements and fee schedules of these accounts.",
            "Agreements and fee schedules",
        ),
        Cluster.NOTIFICATIONS: ClusterText(
            "Notifications",
            "Notices when something changes on these accounts.",
            "Notices about your accounts",
        ),
        Cluster.PURCHASES: ClusterText(
            "Purchases",
            "Which orders stand behind your card payments: where, when, how much, and how far they are.",
            "The orders behind your card payments",
        ),
        Cluster.RECEIPTS: ClusterText(
            "Receipts",
            "What you bought, item by item, with taxes and discounts.",
            "What you bought, item by item",
        ),
        Cluster.DELIVERIES: ClusterText(
            "Deliveries",
            "Parcels on their way to you: the carrier, where they are, and when they should come.",
            "Your parcels and where they go",
        ),
        Cluster.INVOICES: ClusterText(
            "Invoices",
            "What billers ask you to pay, when it is due, and whether it is paid.",
            "Your invoices",
        ),
        Cluster.OFFERS: ClusterText(
            "Offers",
            "Cash back at merchants that is open to you. It is shown only if you agree to offers as well.",
            "Offers that are made to you",
        ),
        Cluster.DISPUTES: ClusterText(
            "Disputes",
            "Charges that you said are wrong, and what came of it. The app can open and withdraw them for you.",
            "Charges that you disputed",
        ),
        Cluster.CARDS: ClusterText(
            "Card controls",
            "Your cards by their last four digits, and whether they work. The app can freeze them for you.",
            "Freezing your cards",
        ),
    }
)

NEVER_SHARED = (
    "Your username, password and one-time codes",
    "Your full card numbers and PINs",
    "Your Social Security number",
    "Accounts that you did not choose",
)


def shared(clusters: Iterable[Cluster]) -> list[ClusterText]:
    """The clusters of a request in plain words, in the order of the table."""
    asked = set(clusters)
    return [text for cluster, text in CLUSTERS.items() if cluster in asked]


def not_shared(clusters: Iterable[Cluster], offered: Iterable[Cluster] = CLUSTERS) -> list[str]:
    """What stays with the bank: what nobody ever gets, then what is offered and was not asked for."""
    kept = set(offered) - set(clusters)
    return [*NEVER_SHARED, *(text.withheld for cluster, text in CLUSTERS.items() if cluster in kept)]


_OPTIONAL: dict[str, object] = {
    "here": "",
    "journey": None,
    "problem": None,
    "username": "",
    "password": PASSWORD,
    "devices": None,
    "can_choose": False,
    "marketing": "",
    "targeting": "",
    "dashboard": "",
    "said": "",
    "added": (),
    "purposes": (),
}


class Pages:
    """Renders the templates beside it; lazily compiled."""

    def render(self, name: str, **context: object) -> str:
        """Every page needs `bank` (its name and skin are read); what else, its template says at the top."""
        return self._environment.get_template(name).render(_OPTIONAL | context)

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=PackageLoader("sandbox.oauth"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.globals.update(step_titles=STEPS, emblem=emblem, icon=icon, style=style)
        return environment


def page_headers(skin: Skin) -> dict[str, str]:
    """The headers of a page in this skin.

    There is no `form-action`: browsers hold every redirect that follows a form post to it, also those that
    the client's own site makes after ours, and nobody can list these.
    """
    digest = b64encode(sha256(style(skin).encode()).digest()).decode()
    return {**PAGE_HEADERS, "Content-Security-Policy": f"{_POLICY}; style-src 'sha256-{digest}'"}


@cache
def style(skin: Skin) -> Markup:
    """What stands between <style> and </style>. `page_headers` allows these very bytes."""
    colours = {"": skin.accent, "-dark": skin.accent_dark, "-ink": skin.ink, "-paper": skin.paper}
    root = "".join(f"--skin{name}: {colour}; " for name, colour in colours.items())
    return Markup(f":root {{ {root}}}\n{_source('pages.css')}")


@cache
def emblem(name: str) -> Markup:
    """An emblem as an inline picture that means nothing to a screen reader."""
    return Markup(f'<svg class="emblem" viewBox="0 0 48 48" aria-hidden="true">{_symbols()[name]}</svg>')


@cache
def icon(skin: Skin) -> str:
    """The emblem as an address, for the browser's tab."""
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">'
        f'<rect width="48" height="48" rx="10" fill="{skin.accent}"/>'
        f'<g color="#fff" transform="translate(7 7) scale(.71)">{_symbols()[skin.emblem]}</g></svg>'
    )
    return f"data:image/svg+xml,{quote(picture)}"


@cache
def _symbols() -> dict[str, str]:
    pattern = r'<symbol id="(\w+)"[^>]*>(.*?)</symbol>'
    return dict(re.findall(pattern, _source("emblems.svg"), flags=re.DOTALL))


def _source(name: str) -> str:
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")
