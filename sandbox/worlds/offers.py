"""Offers of partners: to whom which are made, what redeems them, and the statement credits that follow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from sandbox.kernel import ids
from sandbox.kernel.clock import iso, parse_instant
from sandbox.kernel.errors import OfferEnded, OfferNotFound
from sandbox.ledger.customers import Customer
from sandbox.ledger.entries import Channel, Entry, EntryKind
from sandbox.ledger.offers import Offer, OfferPlan, OfferState, Redemption, RewardType, Targeting, state_at
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.names import Names
from sandbox.worlds.purchases import Purchases, Teller
from sandbox.worlds.worlds import World, Worlds

FACT = "offer"
"""The kind of the facts that hold what was done with an offer, by offer_id."""
KEPT = timedelta(days=180)
"""How long an offer that is over is still shown."""
LOOK_BACK = timedelta(days=60)
"""How far back purchases are looked at to choose offers by them."""
TASTES_KEPT = 4_096
INTERESTED = 3
"""One in so many has declared an interest."""
MORNING = (6, 14)
"""The hours, UTC, between which offers are made."""
CREDIT, REVERSAL = "STATEMENT CREDIT", "STATEMENT CREDIT REVERSAL"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Books:
    """A customer's accounts at a bank on which purchases are made, with those who tell of them."""

    views: Sequence[AccountView]
    tellers: Sequence[Teller]


class Offers:
    def __init__(self, worlds: Worlds, purchases: Purchases) -> None:
        self.worlds = worlds
        self.purchases = purchases
        self._tastes: dict[tuple[object, datetime], frozenset[str]] = {}

    def all(self, world: World, customer: Customer, bank: str) -> list[Offer]:
        """Newest first."""
        books = self._books(world, customer, bank)
        found = [
            self._offer(world, customer, bank, plan=plan, turn=turn, made=made, books=books)
            for plan in self.worlds.stories.offers()
            for turn, made in self._turns(world, plan)
            if self._fits(customer, plan, turn, made, books)
        ]
        return sorted(found, key=lambda offer: (offer.valid_from, offer.offer_id), reverse=True) if books.views else []

    def one(self, world: World, customer: Customer, bank: str, offer_id: str) -> Offer:
        """Raises OfferNotFound, also for one that was withdrawn."""
        for offer in self.all(world, customer, bank):
            if offer.offer_id == offer_id and state_at(offer, world.now) is not None:
                return offer
        raise OfferNotFound(f"there is no offer {offer_id!r}")

    def activate(self, world: World, customer: Customer, offer: Offer, *, channel: str) -> Offer:
        """Raises OfferEnded."""
        with self.worlds.database.transaction():
            offer = self.one(world, customer, offer.bank, offer.offer_id)
            state = state_at(offer, world.now)
            if state is OfferState.ACTIVATED:
                return offer
            if state is not OfferState.AVAILABLE:
                raise OfferEnded(f"the offer is {state}")
            self._put(world, offer, {"activated_at": iso(world.now), "channel": channel})
            self.credit(world, customer, self.one(world, customer, offer.bank, offer.offer_id))
        return self._again(world, customer, offer)

    def decline(self, world: World, customer: Customer, offer: Offer) -> Offer:
        """Raises OfferEnded."""
        with self.worlds.database.transaction():
            offer = self.one(world, customer, offer.bank, offer.offer_id)
            state = state_at(offer, world.now)
            if state is OfferState.DECLINED:
                return offer
            if state not in (OfferState.AVAILABLE, OfferState.ACTIVATED):
                raise OfferEnded(f"the offer is {state}")
            for redemption in offer.redemptions:
                if redemption.at > world.now and redemption.credit_sequence is not None:
                    self.worlds.drop_entries(world, redemption.account_id, [redemption.credit_sequence])
            self._put(world, offer, {"declined_at": iso(world.now)})
        return self._again(world, customer, offer)

    def withdraw(self, world: World, customer: Customer, offer: Offer) -> Offer:
        """The partner takes it back."""
        self._put(world, offer, {"withdrawn_at": iso(world.now)})
        return replace(offer, withdrawn_at=world.now)

    def credit(self, world: World, customer: Customer, offer: Offer) -> None:
        """Put the statement credits that are to come on the accounts, and what takes them back."""
        views = {view.account.account_id: view for view in self.worlds.accounts(world, customer, offer.bank)}
        for redemption in offer.redemptions:
            wanting = redemption.credit_sequence is None and offer.reward.type is not RewardType.POINTS
            if not wanting or redemption.posts_at is None or redemption.posts_at <= world.now:
                continue
            view = views[redemption.account_id]
            amount, name = redemption.reward, offer.merchant.name.upper()
            row = _adjustment(offer, redemption.sequence, amount, redemption.posts_at, f"{CREDIT} {name} OFFER")
            (credited,) = self.worlds.add_entries(world, view.account.account_id, [row])
            if redemption.reversed_at is not None:
                at = redemption.reversed_at
                back = _adjustment(offer, credited.sequence, -amount, at, f"{REVERSAL} {name} OFFER")
                self.worlds.add_entries(world, view.account.account_id, [back])

    def settle(self, world: World, persona: str, bank: str, account_id: str) -> None:
        """After the rows of an account have changed: credits that are to come for purchases that will not be made go,
        and those for new ones come."""
        with self.worlds.database.transaction():
            view = self.worlds.account(world, persona, bank, account_id)
            gone = set[int]()
            for row in view.overlay.added:
                coming = row.authorised_at > world.now and row.description.startswith(CREDIT)
                if coming and row.related is not None and (row.related in gone or view.row(row.related) is None):
                    gone.add(row.sequence)
            if gone:
                self.worlds.drop_entries(world, account_id, gone)
            now = self.worlds.world(world.world_id)
            people = self.worlds.people(now, persona, bank)
            for holder in (people[name] for name in view.account.holder_ids() if name in people):
                for offer in self.all(now, holder, bank):
                    if offer.activated_at is not None or not offer.activation_required:
                        self.credit(now, holder, offer)

    def _again(self, world: World, customer: Customer, offer: Offer) -> Offer:
        return self.one(self.worlds.world(world.world_id), customer, offer.bank, offer.offer_id)

    def _put(self, world: World, offer: Offer, said: dict[str, str]) -> None:
        before = self.worlds.fact(world, FACT, offer.offer_id) or {}
        self.worlds.put_facts(world, FACT, {offer.offer_id: {**before, **said}})

    # --- To whom ---------------------------------------------------------------------------------------------------

    def _books(self, world: World, customer: Customer, bank: str) -> Books:
        views = [view for view in self.worlds.accounts(world, customer, bank) if view.account.cards]
        return Books(views, [self.purchases.teller(view) for view in views])

    @staticmethod
    def _turns(world: World, plan: OfferPlan) -> Iterator[tuple[int, datetime]]:
        """(number, instant) of each time that it is made, from a while ago."""
        low, high = MORNING
        minutes = ids.number("made", plan.slug) % ((high - low) * 60)
        first = datetime.combine(world.anchor, time(low), UTC) + timedelta(days=plan.first_day, minutes=minutes)
        turn = 0
        if plan.every:
            turn = (world.now - KEPT - first) // timedelta(days=plan.every)
        while (made := first + timedelta(days=plan.every * turn)) <= world.now:
            if made >= world.now - KEPT:
                yield turn, made
            if not plan.every:
                return
            turn += 1

    def _fits(self, customer: Customer, plan: OfferPlan, turn: int, made: datetime, books: Books) -> bool:
        if turn == 0 and any(activation.persona == customer.persona for activation in plan.activations):
            return True
        if ids.number("offered", plan.slug, turn, customer.customer_id) % 100 >= plan.share:
            return False
        if plan.targeting is Targeting.DECLARED:
            return any(ids.number("interest", customer.customer_id, name) % INTERESTED == 0 for name in plan.interests)
        if plan.targeting is Targeting.PURCHASE_DATA:
            return any(not self._taste(view, made).isdisjoint(plan.interests) for view in books.views)
        return True

    def _taste(self, view: AccountView, made: datetime) -> frozenset[str]:
        """The categories of what was bought before an offer was made."""
        key = (view.source, made)
        taste = self._tastes.get(key)
        if taste is None:
            rows = view.rows(made - LOOK_BACK, made, charges=True)
            taste = frozenset(row.category for row in rows if row.kind is EntryKind.PURCHASE)
            if not self.worlds.database.in_transaction:
                if len(self._tastes) >= TASTES_KEPT:
                    self._tastes.clear()
                self._tastes[key] = taste
        return taste

    # --- One offer -------------------------------------------------------------------------------------------------

    def _offer(
        self, world: World, customer: Customer, bank: str, *, plan: OfferPlan, turn: int, made: datetime, books: Books
    ) -> Offer:
        offer_id = "ofr_" + ids.short("offer", plan.slug, turn, customer.customer_id, bank)
        fact = self.worlds.fact(world, FACT, offer_id) or {}
        activated_at, channel = _when(fact.get("activated_at")), str(fact.get("channel", ""))
        taken = [activation for activation in plan.activations if activation.persona == customer.persona]
        if activated_at is None and taken and turn == 0:
            activated_at = datetime.combine(world.anchor, time(), UTC) + timedelta(days=taken[0].days)
            channel = "bank"
        withdrawn_at = _when(fact.get("withdrawn_at"))
        if withdrawn_at is None and plan.withdrawn_after:
            withdrawn_at = made + timedelta(days=plan.withdrawn_after)
        offer = Offer(
            offer_id=offer_id,
            bank=bank,
            customer_id=customer.customer_id,
            merchant=self.worlds.stories.merchants()[plan.merchant],
            title=plan.title,
            description=plan.description,
            terms=plan.terms,
            reward=plan.reward,
            valid_from=made,
            valid_to=made + timedelta(days=plan.days),
            targeting=plan.targeting,
            account_ids=tuple(view.account.account_id for view in books.views),
            max_redemptions=plan.max_redemptions,
            activation_required=plan.activation_required,
            activated_at=activated_at,
            activation_channel=channel,
            declined_at=_when(fact.get("declined_at")),
            withdrawn_at=withdrawn_at,
        )
        since = activated_at if plan.activation_required else made
        return offer if since is None else replace(offer, redemptions=tuple(redemptions(offer, plan, since, books)))


def redemptions(offer: Offer, plan: OfferPlan, since: datetime, books: Books) -> Iterator[Redemption]:
    """The first purchases that count, oldest first, over all accounts."""
    ends = [end for end in (offer.valid_to, offer.declined_at, offer.withdrawn_at) if end is not None]
    found = [
        (row.authorised_at, row.sequence, row, teller)
        for view, teller in zip(books.views, books.tellers, strict=True)
        for row in view.rows(since, min(ends), charges=True)
        if row.merchant == offer.merchant.slug and _counts(row, teller) and -row.amount >= offer.reward.min_spend
    ]
    for at, _, row, teller in sorted(found, key=lambda item: (item[0], item[3].account.account_id, item[1]))[
        : offer.max_redemptions
    ]:
        assert row.posted_at is not None
        credits = teller.rows("credits", row.sequence)
        credit = next((other for other in credits if other.description.startswith(CREDIT)), None)
        posts_at = credit.posted_at if credit is not None else row.posted_at + plan.credit_days * DAY
        yield Redemption(
            account_id=teller.account.account_id,
            sequence=row.sequence,
            purchase_id=Names(teller.account.account_id).name("pur", row.sequence),
            at=at,
            reward=reward(offer, -row.amount),
            credit_sequence=credit.sequence if credit is not None else None,
            posts_at=posts_at,
            reversed_at=_reversed_at(row, teller, posts_at),
        )


def _counts(row: Entry, teller: Teller) -> bool:
    """Whether a row begins a purchase that was not called off."""
    return row.kind is EntryKind.PURCHASE and row.posted_at is not None and teller.root(row) is row


def reward(offer: Offer, spent: int) -> int:
    """Minor units, or points."""
    value, most = offer.reward.value, offer.reward.max_reward
    earned = spent * value // 10_000 if offer.reward.type is RewardType.PERCENT else value
    return earned if most is None else min(earned, most)


def _reversed_at(row: Entry, teller: Teller, posts_at: datetime | None) -> datetime | None:
    """The day after all of the money has gone back, or after the credit where that came later."""
    refunds = teller.rows("refunds", row.sequence)
    if posts_at is None or sum(refund.amount for refund in refunds) < -row.amount:
        return None
    ends = [refund.posted_at for refund in refunds if refund.posted_at is not None]
    return max([posts_at, *ends]) + DAY


def _adjustment(offer: Offer, related: int, amount: int, at: datetime, text: str) -> Entry:
    merchant = offer.merchant
    return Entry(
        0,
        EntryKind.ADJUSTMENT,
        amount,
        at,
        at,
        text,
        channel=Channel.INTERNAL,
        merchant=merchant.slug,
        counterparty=merchant.name,
        mcc=merchant.mcc,
        category=merchant.category,
        related=related,
    )


def _when(text: object) -> datetime | None:
    return parse_instant(str(text)) if text else None
