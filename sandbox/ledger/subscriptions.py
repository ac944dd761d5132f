"""Subscriptions: where a client wants to be told of what, and how. And deliveries: what became of each message."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Form(StrEnum):
    CLOUDEVENTS = "cloudevents"
    BANK = "bank"
    """The bank's own notification."""


class RetryClock(StrEnum):
    WORLD = "world"
    """Retries are due when the world's clock says so: whoever advances it sees them all at once."""
    MACHINE = "machine"


class SubscriptionStatus(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"
    """Nothing is sent. What is queued waits until it is active again."""


class DeliveryState(StrEnum):
    QUEUED = "queued"
    DELIVERED = "delivered"
    DEAD = "dead"
    """Every attempt failed. A replay queues it again."""
    PURGED = "purged"
    """Its consent ended, or was held back, before it was delivered."""
    DROPPED = "dropped"
    """Lost on purpose: see Misbehaviour."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """Minor units of a currency."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscription lets pass; what is empty lets everything pass. What concerns the consent itself and the
    endpoint always does."""

    types: tuple[str, ...] = ()
    """Without prefix: `purchase.created`, `shipment.*`."""
    account_ids: tuple[str, ...] = ()
    """As the client knows them."""
    consent_ids: tuple[str, ...] = ()
    amount_over: Threshold | None = None
    merchant: str = ""
    """A part of the name, in whatever case."""
    strictly: bool = False
    """Whether the types hold for what concerns the consent and the endpoint as well."""


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """How a sender fails, each as the share of messages (0 to 1) that it befalls. Which ones follows from the seed and
    the message: the same run fails in the same way."""

    seed: int = 0
    drop: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    delay: float = 0.0
    delay_seconds: int = 60
    bad_signature: float = 0.0
    stale_timestamp: float = 0.0
    rotated_secret: float = 0.0


BEHAVED = Misbehaviour()


@dataclass(frozen=True, slots=True)
class Subscription:
    """One endpoint of one client at one bank, in one world."""

    subscription_id: str
    world_id: str
    bank: str
    client_id: str
    url: str
    secret: str
    """`whsec_` and base64 (Standard Webhooks). It is kept as it is: who signs has to know it."""
    created_at: datetime
    base_url: str
    """Where the bank's paths begin, as the client saw it when it subscribed."""
    wanted: Wanted = Wanted()
    form: Form = Form.CLOUDEVENTS
    clock: RetryClock = RetryClock.WORLD
    status: SubscriptionStatus = SubscriptionStatus.ACTIVE
    why_disabled: str = ""
    description: str = ""
    previous_secret: str = ""
    previous_until: datetime | None = None
    """Until then messages are signed by both."""
    misbehaviour: Misbehaviour = BEHAVED
    fdx_type: str = ""
    """Of an FDX notification subscription, as it was asked for; empty for all others."""
    fdx_category: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one subscription, and how far it came."""

    subscription_id: str
    message_id: str
    """The event's, by which a receiver knows repetitions."""
    number: int
    """The event's, in the world's log; 0 for what is in no log (a ping)."""
    place: int
    """In the order of sending."""
    lane: str
    """Messages of one lane are sent one after the other."""
    type: str
    consent_id: str
    state: DeliveryState
    clock: RetryClock
    due_at: int
    """Milliseconds by that clock; 0: at once."""
    attempts: int
    """In all."""
    failures: int
    """Since it was last queued."""
    created_at: int
    """Milliseconds, the world's."""
    faults: str
    """What befalls it on purpose, separated by spaces."""
    body: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver a message."""

    number: int
    at: int
    """Milliseconds, the world's."""
    took: int
    """Milliseconds of the machine's."""
    status: int
    """What the receiver answered; 0: it did not."""
    problem: str
    """Why it did not count as delivered; empty where it did."""
    answer: str
    """The beginning of the receiver's answer."""
    headers: str
    """What was sent above the body: JSON."""
