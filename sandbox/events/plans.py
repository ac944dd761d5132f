"""Plans: what will happen to a subject that somebody listens to, an account, a customer at a bank or a consent. Whole
lives exist, the future included; a plan is a stretch of one, put in order."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from msgspec import structs

from sandbox.dialect.bank import Bank
from sandbox.events.lives import bills, cases, consents, offers, rows, shopping
from sandbox.events.lives.telling import Span
from sandbox.kernel.clock import MILLISECOND, from_millis, to_millis
from sandbox.kernel.errors import AccountNotFound, CustomerNotFound
from sandbox.ledger.accounts import Account
from sandbox.ledger.entries import Entry, status_at
from sandbox.ledger.feed import Window
from sandbox.ledger.happenings import Happening
from sandbox.store.events import Watch
from sandbox.store.grants import Grants
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.commerce import Commerce
from sandbox.worlds.worlds import World, Worlds

AHEAD = timedelta(days=7) // MILLISECOND
"""So far ahead of the clock a plan reaches."""
SLICE = timedelta(days=28) // MILLISECOND
"""It reaches no farther than this from where it begins: a year is told in steps."""
LONGEST = timedelta(days=120)
"""After this nothing more happens to a purchase or an invoice."""
END = datetime.max.replace(tzinfo=UTC)
PLANS_KEPT = 20_000
ACCOUNT, CUSTOMER, CONSENT = "account", "customer", "consent"

Subject = tuple[str, str]
"""(kind, name)."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What comes after a plan's end of purchases and invoices that began before it, newest of them first."""

    rows: object
    """The state of the rows from which that follows."""
    purchases: Sequence[Happening]
    invoices: Sequence[Happening]


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens to one subject in (since, until], in order; worked out for one version of its world."""

    version: int
    since: int
    until: int
    happenings: Sequence[Happening]
    begun: Begun | None = None

    def first_after(self, mark: int) -> int:
        """When there is something to do: the next happening, or to plan further."""
        place = self._place(mark)
        return to_millis(self.happenings[place].at) if place < len(self.happenings) else self.until

    def between(self, mark: int, now: int) -> Sequence[Happening]:
        return self.happenings[self._place(mark) : self._place(now)]

    def _place(self, mark: int) -> int:
        """Of the first that happens in a later millisecond."""
        return bisect_left(self.happenings, from_millis(mark + 1), key=instant)


class Plans:
    """Those made last are kept, and one that goes on where another ended knows what had begun by then."""

    def __init__(self, worlds: Worlds, grants: Grants, banks: Mapping[str, Bank], commerce: Commerce) -> None:
        self.worlds = worlds
        self.grants = grants
        self.banks = banks
        self.commerce = commerce
        self._kept: dict[tuple[str, Subject], Plan] = {}
        self._versions: dict[str, tuple[int, int]] = {}
        """By world: (its version after its clock was moved, an earlier one that had the same future)."""

    def moved(self, world_id: str, before: int, after: int) -> None:
        """A clock was moved, which changes nothing of what lies ahead."""
        if self.worlds.database.in_transaction:
            return  # it may yet be undone
        if len(self._versions) >= PLANS_KEPT:
            self._versions.clear()
        self._versions[world_id] = (after, self._version(world_id, before))

    def _version(self, world_id: str, version: int) -> int:
        moved, same = self._versions.get(world_id, (version, version))
        return same if moved == version else version

    def of(self, world: World, watch: Watch, drafts: dict[Subject, Plan] | None = None) -> Plan:
        """A plan of the subject in which its mark lies. What is made in a transaction is kept among the `drafts` alone,
        since what it was made from may yet be undone."""
        subject = (watch.kind, watch.subject)
        key = (world.world_id, subject)
        version = self._version(world.world_id, world.stored.version)
        kept = (drafts or {}).get(subject) or self._kept.get(key)
        if kept is not None and kept.version != version:
            kept = None
        if kept is not None and kept.since <= watch.mark < kept.until:
            return kept
        begun = kept.begun if kept is not None and kept.until == watch.mark else None
        until = min(max(world.now_millis, watch.mark) + AHEAD, watch.mark + SLICE)
        span = Span(from_millis(watch.mark), from_millis(until))
        happenings, begun = _LIVES[watch.kind](self, replace(world, now_millis=until), watch, span, begun)
        plan = Plan(version, watch.mark, until, sorted(happenings, key=instant), begun)
        if self.worlds.database.in_transaction:
            if drafts is not None:
                drafts[subject] = plan
        elif watch.kind != CONSENT:  # a consent changes without its world
            if len(self._kept) >= PLANS_KEPT:
                self._kept.clear()
            self._kept[key] = plan
        return plan

    # --- Lives -----------------------------------------------------------------------------------------------------

    # All that happens to a subject in a span, as it will look from the span's end (`world` is then); and what has begun
    # by then, given what had at the span's start where that is known.

    def _account(self, world: World, watch: Watch, span: Span, begun: Begun | None) -> "Lives":
        try:
            view = self.worlds.account(world, watch.persona, watch.bank, watch.subject)
        except AccountNotFound:
            return [], None  # it is still to be opened
        bank, account = self.banks[watch.bank], view.account
        living = view.living(span.since, span.until)
        opening = view.edge(span.since + MILLISECOND).balance
        known = {row.sequence: row for row in living}
        now, later = self._orders(view, span, begun, lambda one: named(bank, view, one, known))
        return [
            *rows.of_rows(bank, account, living, opening=opening, span=span),
            *now.purchases,
            *now.invoices,
            *(named(bank, view, one, known) for one in self.cases(view, span)),
        ], later

    def _orders(
        self, view: AccountView, span: Span, begun: Begun | None, name: Callable[[Happening], Happening]
    ) -> tuple[Begun, Begun]:
        """What happens to purchases and invoices in a span, and what after it to those that began by its end."""
        source, _ = view.template_rows()
        if begun is None or begun.rows != source:
            begun, window = Begun(source, (), ()), Window(span.since - LONGEST, None)
        else:
            window = Window(span.since + MILLISECOND, None)
        account, onward = view.account, Span(span.since, END)
        bought = (shopping.of_purchase(account, one, onward) for one in self.commerce.purchases(view, window))
        billed = (bills.of_invoice(account, one, onward) for one in self.commerce.invoices(view, window))
        purchases = [*(name(one) for told in bought for one in told), *begun.purchases]
        invoices = [*(name(one) for told in billed for one in told), *begun.invoices]
        end = span.until + MILLISECOND
        return (
            Begun(source, [one for one in purchases if one.at < end], [one for one in invoices if one.at < end]),
            Begun(source, [one for one in purchases if one.at >= end], [one for one in invoices if one.at >= end]),
        )

    def cases(self, view: AccountView, span: Span) -> Iterator[Happening]:
        """What happens to the account itself, its disputes and its cards."""
        yield from cases.of_account_itself(view.account, span)
        for dispute in self.commerce.disputes(view):
            yield from cases.of_dispute(view.account, dispute, span)
        for card in self.commerce.cards(view):
            yield from cases.of_card(view.account, card, span)

    def _customer(self, world: World, watch: Watch, span: Span, _: Begun | None) -> "Lives":
        try:
            customer = self.worlds.customer_by_id(world, watch.subject.partition("/")[2], watch.persona)
        except CustomerNotFound:
            return [], None
        made = self.commerce.offers(world, customer, watch.bank)
        return [self._redeemed(world, one) for offer in made for one in offers.of_offer(offer, span)], None

    def _redeemed(self, world: World, one: Happening) -> Happening:
        """An offer's event with the bank's name of the row that earned its reward, where it is about one."""
        if not one.sequences:
            return one
        return named(self.banks[one.bank], self.worlds.find_account(world, one.account_id), one, {})

    def _consent(self, world: World, watch: Watch, span: Span, _: Begun | None) -> "Lives":
        found = self.grants.consent(watch.subject)
        if found is None:
            return [], None
        consent = found[2]

        def accounts() -> list[Account]:
            views = (self.worlds.account(world, consent.persona, consent.bank, one) for one in consent.account_ids)
            return [view.account for view in views]

        return list(consents.of_consent(self.banks[consent.bank], consent, accounts, span)), None


Lives = tuple[Iterable[Happening], Begun | None]
_LIVES: Mapping[str, Callable[[Plans, World, Watch, Span, Begun | None], Lives]] = {
    ACCOUNT: Plans._account,
    CUSTOMER: Plans._customer,
    CONSENT: Plans._consent,
}


def instant(one: Happening) -> datetime:
    return one.at


def named(bank: Bank, view: AccountView, one: Happening, known: Mapping[int, Entry]) -> Happening:
    """With the bank's names of the rows that it is about, as they were then."""
    several = one.type.startswith("purchase.")
    if not (one.sequences or several) or "transaction_id" in one.data or "transaction_ids" in one.data:
        return one
    found = [known.get(sequence) or view.row(sequence) for sequence in one.sequences]
    refs = [bank.transaction_ref(view.account, row, status_at(row, one.at)) for row in found if row is not None]
    if several:
        return structs.replace(one, data={**one.data, "transaction_ids": refs})
    return structs.replace(one, data={**one.data, "transaction_id": refs[0]}) if refs else one
