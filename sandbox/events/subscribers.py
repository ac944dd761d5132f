"""What clients do with their subscriptions: make, read, change and delete them, and look at what was sent."""

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sandbox.dialect.bank import Bank
from sandbox.events import signing
from sandbox.events.dress import envelope
from sandbox.events.outbox import Outbox
from sandbox.events.wishes import PREFIX, known_types
from sandbox.kernel import ids
from sandbox.kernel.errors import Conflict, EventNotFound, InvalidInput, SubscriptionNotFound, Violation
from sandbox.ledger.consents import ConsentStatus, status_at
from sandbox.ledger.happenings import Happening
from sandbox.ledger.subscriptions import Delivery, DeliveryState, Subscription, SubscriptionStatus
from sandbox.outbound.guard import Guard, Refused
from sandbox.store.deliveries import KEPT
from sandbox.worlds.worlds import World

BOTH_SIGN = timedelta(hours=24)
"""After a rotation messages are signed by the old secret as well for so long."""
MOST = 50
"""Subscriptions of one client."""
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret (Standard Webhooks)."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The client that asks."""

    world: World
    bank: Bank
    client_id: str


class Subscribers:
    def __init__(self, outbox: Outbox, guard: Guard, wake: Callable[[], None]) -> None:
        self.outbox = outbox
        self.guard = guard
        self.wake = wake
        self.store, self.deliveries = outbox.subscriptions, outbox.deliveries

    # --- Subscriptions ---------------------------------------------------------------------------------------------

    def of(self, owner: Owner) -> list[Subscription]:
        return self.store.of_client(owner.world.world_id, owner.bank.slug, owner.client_id)

    def get(self, owner: Owner, subscription_id: str) -> Subscription:
        """Raises SubscriptionNotFound for another client's as well."""
        found = self.store.get(owner.world.world_id, subscription_id)
        if found is None or (found.bank, found.client_id) != (owner.bank.slug, owner.client_id):
            raise SubscriptionNotFound(f"the client has no subscription {subscription_id!r}")
        return found

    def add(
        self, owner: Owner, url: str, base_url: str, *, secret: str = "", member: str = "/url", **members: Any
    ) -> Subscription:
        """It hears of what is told from now on, and of all that happened under its client's consents which nobody
        listened to before. `member` is what the request calls the URL. Raises InvalidInput or Conflict."""
        self.check_url(url, member)
        secret = good_secret(secret) if secret else signing.new_secret()
        world = owner.world
        with self.store.database.transaction():
            taken = len(self.of(owner))
            if taken >= MOST:
                raise Conflict(f"a client has at most {MOST} subscriptions")
            one = Subscription(
                subscription_id="sub_" + ids.secret(15).replace("-", "x").replace("_", "y"),
                world_id=world.world_id,
                bank=owner.bank.slug,
                client_id=owner.client_id,
                url=url,
                secret=secret,
                created_at=world.now,
                base_url=base_url,
                **members,
            )
            self.store.add(one, position=self.outbox.log.head(world.world_id))
            for consent in self.outbox.consents(one):
                if status_at(consent, world.now) is ConsentStatus.ACTIVE:
                    self.outbox.listen(world, consent)
        self.wake()
        return one

    def change(self, one: Subscription, **members: Any) -> Subscription:
        """Raises InvalidInput or SubscriptionNotFound."""
        if "url" in members:
            self.check_url(members["url"])
        if members.get("status") is SubscriptionStatus.ACTIVE:
            members["why_disabled"] = ""
        return self._change(one, lambda now: replace(now, **members))

    def rotate(self, world: World, one: Subscription) -> Subscription:
        """Another secret; the one before signs beside it for a day."""
        until = world.now + BOTH_SIGN
        return self._change(
            one,
            lambda now: replace(now, secret=signing.new_secret(), previous_secret=now.secret, previous_until=until),
        )

    def _change(self, one: Subscription, how: Callable[[Subscription], Subscription]) -> Subscription:
        after = self.store.change(one.world_id, one.subscription_id, how)
        if after is None:
            raise SubscriptionNotFound(f"the subscription {one.subscription_id} was deleted")
        self.wake()
        return after

    def delete(self, one: Subscription) -> None:
        self.store.delete(one.world_id, one.subscription_id)

    def check_url(self, url: str, member: str = "/url") -> None:
        try:
            self.guard.check(url)
        except Refused as error:
            raise InvalidInput([Violation("body", member, "outbound", f"{member}: {error}", got=url)]) from None

    # --- Messages --------------------------------------------------------------------------------------------------

    def ping(self, world: World, one: Subscription) -> str:
        """Sends a message that means nothing. Its id."""
        if one.status is not SubscriptionStatus.ACTIVE:
            raise Conflict("the subscription is disabled", hint="Set its status to active first.")
        with self.store.database.transaction():
            place = self.deliveries.last_place(one.world_id, one.subscription_id)
            message_id = "evt_" + ids.short("webhook.ping", one.subscription_id, place, length=24)
            told = Happening(message_id, "webhook.ping", world.now, one.bank, client_id=one.client_id)
            message = envelope(world.world_id, told, one.base_url, {"endpoint_id": one.subscription_id})
            sent = self.outbox.delivery(world, one, message, kind=told.type, lane=one.subscription_id)
            self.deliveries.add(one.world_id, [replace(sent, place=place + 1)])
        self.wake()
        return message_id

    def latest(
        self, one: Subscription, *, before: int | None, limit: int, state: DeliveryState | None
    ) -> list[Delivery]:
        first = 1 << 62 if before is None else before
        return self.deliveries.latest(one.world_id, one.subscription_id, before=first, limit=limit, state=state)

    def delivery(self, one: Subscription, message_id: str) -> Delivery:
        """Raises EventNotFound."""
        found = self.deliveries.get(one.world_id, one.subscription_id, message_id)
        if found is None:
            lost = self.deliveries.lost(one.world_id, one.subscription_id)
            older = f", of which the {lost} oldest are not in the log any more: a world keeps {KEPT:,}" if lost else ""
            raise EventNotFound(f"there is no message {message_id!r} for {one.subscription_id}{older}")
        return found

    def replay(self, one: Subscription, message_ids: Sequence[str]) -> int:
        """Queues messages again, with their ids, and without the faults that befell them. What was purged stays so. How
        many. Raises EventNotFound."""
        with self.store.database.transaction():
            known = [self.delivery(one, message_id) for message_id in dict.fromkeys(message_ids)]
            queued = sum(self.deliveries.requeue(one.world_id, one.subscription_id, told.message_id) for told in known)
        self.wake()
        return queued

    def in_state(self, one: Subscription, state: DeliveryState, limit: int) -> list[str]:
        return [told.message_id for told in self.latest(one, before=None, limit=limit, state=state)]


def good_types(given: Iterable[str]) -> tuple[str, ...]:
    """Names of events as filters have them, without prefix. Raises InvalidInput for one that no event has."""
    wanted = []
    for place, text in enumerate(given):
        if not known_types(text):
            raise InvalidInput([Violation("body", f"/event_types/{place}", "enum", f"no event is called {text!r}")])
        wanted.append(text.removeprefix(PREFIX))
    return tuple(wanted)


def good_secret(text: str) -> str:
    """Raises InvalidInput for what is no secret of Standard Webhooks."""
    try:
        size = len(base64.b64decode(text.removeprefix("whsec_"), validate=True))
    except ValueError:
        size = 0
    if not text.startswith("whsec_") or not SHORTEST <= size <= LONGEST:
        problem = f"/secret: it has to be whsec_ and {SHORTEST} to {LONGEST} bytes in base64"
        raise InvalidInput([Violation("body", "/secret", "format", problem)])
    return text
