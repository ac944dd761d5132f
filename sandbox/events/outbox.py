"""From the log of events to messages: each event becomes one message to each subscription that may and wants to hear of
it, once, in the order of the log."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import orjson

from sandbox.dialect.bank import Bank
from sandbox.events import misbehaviour
from sandbox.events.catalogue import TYPES
from sandbox.events.dress import STILL_TOLD, Dresser, envelope, hearers
from sandbox.events.wishes import wishes
from sandbox.kernel.clock import from_millis, to_millis
from sandbox.ledger.consents import Consent, ConsentStatus, status_at
from sandbox.ledger.happenings import Happening
from sandbox.ledger.subscriptions import Delivery, DeliveryState, Form, RetryClock, Subscription
from sandbox.store.deliveries import Deliveries
from sandbox.store.events import EventLog
from sandbox.store.grants import Grants
from sandbox.store.subscriptions import Held, Subscriptions
from sandbox.worlds.worlds import World, Worlds

TOGETHER = 250
"""Events that are read at once."""
LAST_WORDS = ("consent.revoked", "consent.expired")
"""Nothing follows them, and what was queued before is not sent any more."""

Message = dict[str, Any]


class Outbox:
    def __init__(
        self,
        *,
        log: EventLog,
        subscriptions: Subscriptions,
        deliveries: Deliveries,
        grants: Grants,
        worlds: Worlds,
        banks: Mapping[str, Bank],
        dresser: Dresser,
        listen: Callable[[World, Consent], None],
    ) -> None:
        self.log = log
        self.subscriptions = subscriptions
        self.deliveries = deliveries
        self.grants = grants
        self.worlds = worlds
        self.banks = banks
        self.dresser = dresser
        self.listen = listen
        """From now on what happens under a consent becomes an event."""

    def fill(self, world: World, held: Held) -> bool:
        """Makes messages of the next events of the log. Whether there may be more of them."""
        one = held.subscription
        events = self.log.after(world.world_id, held.position, TOGETHER)
        if not events:
            return False
        with self.subscriptions.database.transaction():
            if self.subscriptions.move(one, was=held.position, to=events[-1][0]):
                consents = self.consents(one)
                for consent in consents:
                    if status_at(consent, world.now) is ConsentStatus.ACTIVE:
                        self.listen(world, consent)
                for happening in (told for _, told in events if told.type in LAST_WORDS):
                    self.deliveries.purge(world.world_id, one.subscription_id, happening.consent_id)
                made = [
                    message
                    for number, happening in events
                    if happening.bank == one.bank
                    for message in self._messages(world, one, consents, number, happening)
                ]
                self.deliveries.add(world.world_id, made)
        return len(events) == TOGETHER

    def consents(self, one: Subscription) -> list[Consent]:
        return self.grants.consents_of(one.world_id, one.bank, one.client_id)

    def still_covered(self, world: World, one: Delivery) -> bool:
        """Whether a message that was queued may leave now: its consent still covers it."""
        if not one.consent_id or one.type in LAST_WORDS:
            return True
        consent, kind = self.grants.as_it_is(one.consent_id), TYPES[one.type]
        return (
            consent is not None
            and one.type in STILL_TOLD[status_at(consent, world.now)]
            and (one.lane in consent.account_ids or one.lane in (one.consent_id, consent.customer_id))
            and (kind.cluster is None or kind.cluster in consent.clusters)
            and (consent.marketing or not kind.marketing)
        )

    def _messages(
        self, world: World, one: Subscription, consents: Sequence[Consent], number: int, happening: Happening
    ) -> Iterator[Delivery]:
        """One for each customer of whom the client may hear it."""
        kind, lane = happening.type, happening.account_id or happening.consent_id or happening.customer_id
        if is_of_client(happening):
            if happening.client_id == one.client_id:
                message = envelope(world.world_id, happening, one.base_url, happening.data)
                yield self.delivery(world, one, message, kind=kind, lane=one.subscription_id, number=number)
            return
        for consent in hearers(consents, number, happening, world.now):
            told = self.dresser.dress(world, number, happening, consent, one.base_url)
            if told is not None and wishes(one.wanted, kind, told["data"]):
                yield self.delivery(
                    world,
                    one,
                    told,
                    kind=kind,
                    lane=lane,
                    number=number,
                    consent_id=consent.consent_id,
                )

    def delivery(
        self,
        world: World,
        one: Subscription,
        message: Message,
        *,
        kind: str,
        lane: str,
        number: int = 0,
        consent_id: str = "",
    ) -> Delivery:
        """A message to be sent; `kind` is the event's type without prefix."""
        message_id = message["id"]
        befallen = misbehaviour.faults(one.misbehaviour, message_id)
        due_at = 0
        if "delay" in befallen:
            now = world.now if one.clock is RetryClock.WORLD else from_millis(self.worlds.wall())
            due_at = to_millis(now + timedelta(seconds=one.misbehaviour.delay_seconds))
        body = message if one.form is Form.CLOUDEVENTS else self.banks[one.bank].notification(message, one)
        return Delivery(
            subscription_id=one.subscription_id,
            message_id=message_id,
            number=number,
            place=misbehaviour.place(number, message_id, befallen),
            lane=lane,
            type=kind,
            consent_id=consent_id,
            state=DeliveryState.QUEUED,
            clock=one.clock,
            due_at=due_at,
            attempts=0,
            failures=0,
            created_at=world.now_millis,
            faults=" ".join(befallen),
            body=orjson.dumps(body).decode(),
        )


def is_of_client(happening: Happening) -> bool:
    """Whether it concerns a client, and no customer of it."""
    return not (happening.account_id or happening.consent_id or happening.customer_id)
