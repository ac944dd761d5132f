"""What a customer is told before they agree (12 CFR 1033.411), in one place: the review page shows these parts, and a
consent keeps the version and the SHA-256 of their text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from sandbox.dialect.bank import Bank
from sandbox.ledger.accounts import Account
from sandbox.ledger.clients import Client
from sandbox.ledger.clusters import Cluster
from sandbox.ledger.consents import Consent, DurationType
from sandbox.oauth.pages import CLUSTERS, ClusterText, not_shared, shared

VERSION = "2026-12"
"""Of the wording. A change of it gets another version; what was agreed to before keeps its own."""

MONTH = 30


@dataclass(frozen=True, slots=True)
class PurposeText:
    code: str
    text: str
    uses: tuple[str, ...]
    """The titles of the data that serve it."""
    required: bool
    """It cannot be unticked."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    bank: str
    client: str
    shared: tuple[ClusterText, ...]
    not_shared: tuple[str, ...]
    accounts: tuple[str, ...]
    purposes: tuple[PurposeText, ...]
    duration: str
    lookback: str
    how_to_revoke: str
    joint: str
    """What another holder will see of it; empty where no account has one."""
    marketing: str
    """What was agreed to apart from the rest; empty where it was not."""
    targeting: str
    """And beyond that."""

    @property
    def text(self) -> str:
        """All of it as plain text, a line for each thing that is said."""
        lines = [
            f"{self.bank} will share data with {self.client}.",
            "What it will see:",
            *(f"- {item.title}: {item.text}" for item in self.shared),
            "What it will not see:",
            *(f"- {item}" for item in self.not_shared),
            "From these accounts:",
            *(f"- {account}" for account in self.accounts),
            "What for:",
            *(f"- {purpose.text} ({', '.join(purpose.uses)})" for purpose in self.purposes),
            f"How long: {self.duration}",
            f"How far back: {self.lookback}",
            f"How to stop: {self.how_to_revoke}",
            *([self.joint] if self.joint else []),
            *([self.marketing] if self.marketing else []),
            *([self.targeting] if self.targeting else []),
        ]
        return "\n".join(lines) + "\n"

    @property
    def digest(self) -> str:
        """SHA-256 of the text, in hex."""
        return sha256(self.text.encode()).hexdigest()


def disclose(bank: Bank, client: Client, consent: Consent, held: Sequence[Account]) -> Disclosure:
    """What is said of a consent that is about to be given. `held` are the customer's accounts at the bank."""
    accounts = [account for account in held if account.account_id in consent.account_ids]
    joint = [account for account in accounts if len(account.holders) > 1]
    seen, unseen = _data(consent.clusters, tuple(bank.clusters))
    return Disclosure(
        bank=bank.name,
        client=client.name,
        shared=seen,
        not_shared=unseen,
        accounts=tuple(f"{account.nickname or account.product} ••{account.last4}" for account in accounts),
        purposes=tuple(
            PurposeText(
                purpose.code,
                purpose.text,
                tuple(CLUSTERS[cluster].title for cluster in purpose.clusters),
                purpose.required,
            )
            for purpose in consent.purposes
        ),
        duration=_duration(consent),
        lookback=_lookback(consent),
        how_to_revoke=f"Stop sharing at any time in {bank.skin.dashboard}, or in the app.",
        joint="Whoever holds an account with you sees that it is shared, and can take it out." if joint else "",
        marketing=offers(client) if consent.marketing else "",
        targeting=TARGETED if consent.targeting else "",
    )


@lru_cache(maxsize=256)
def _data(
    clusters: tuple[Cluster, ...], offered: tuple[Cluster, ...]
) -> tuple[tuple[ClusterText, ...], tuple[str, ...]]:
    """What is shared, and what is not."""
    return tuple(shared(clusters)), tuple(not_shared(clusters, offered))


def offers(client: Client) -> str:
    """The sentence of the box for marketing."""
    return f"{client.name} may also use my data to make me offers."


TARGETED = "Offers may be chosen by what I buy and by my interests."
"""The sentence of the box beneath it."""


def _duration(consent: Consent) -> str:
    if consent.duration is DurationType.ONE_TIME:
        return "Once, within 24 hours."
    if consent.expires_at is None:
        return "For as long as the app goes on using it."
    return f"Until {_day(consent.expires_at)}."


def _lookback(consent: Consent) -> str:
    months = consent.lookback_days // MONTH
    return f"{months} months of history" if months > 1 else f"{consent.lookback_days} days of history"


def _day(instant: datetime) -> str:
    return f"{instant:%B %-d, %Y}"
