"""From instants to events. Whole lives exist, the future included, so what will happen is known: the agenda keeps for
every subject that somebody listens to (an account, a customer at a bank, a consent) what lies ahead of it, and writes
it into the log once the clock has passed it. What people do is told at once.

Each subject has a mark in the store: up to it everything is told. The marks move in the transaction that writes, so
that of several processes one tells, and one that is killed has told all or nothing. Ids follow from what happened; so
nothing is told twice even where a deed and the clock tell the same.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain

from msgspec import structs

from sandbox.dialect.bank import Bank
from sandbox.events.lives import bills, consents, rows, shopping
from sandbox.events.lives.telling import Span
from sandbox.events.plans import ACCOUNT, CONSENT, CUSTOMER, Plan, Plans, Subject, instant, named
from sandbox.kernel.bulk import uncollected
from sandbox.kernel.clock import MILLISECOND, from_millis, to_millis
from sandbox.kernel.errors import AccountNotFound, InvoiceNotFound
from sandbox.ledger.accounts import Account
from sandbox.ledger.consents import Consent
from sandbox.ledger.entries import Entry
from sandbox.ledger.happenings import Happening
from sandbox.store.cache import Cache
from sandbox.store.events import EventLog, Watch
from sandbox.store.grants import Grants
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.commerce import Commerce
from sandbox.worlds.names import Names
from sandbox.worlds.witness import Change
from sandbox.worlds.worlds import World, Worlds

STALE = timedelta(days=1) // MILLISECOND
"""A mark that lies so far behind moves on although nothing happened, or plans would grow for ever."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
HEARD_KEPT = 20_000
WATCHED_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class State:
    """An account before a change of it, or after."""

    view: AccountView
    position: rows.Position
    cases: Mapping[str, Happening]
    """What was told of its cards and disputes, by id."""


class _Scopes(threading.local):
    """The changes under way in this thread, by world and account."""

    def __init__(self) -> None:
        self.open: dict[Subject, list[Change]] = {}


class Agenda:
    """The `EventDesk` of all who tell, and the `Witness` of what is done in worlds."""

    def __init__(
        self,
        log: EventLog,
        worlds: Worlds,
        grants: Grants,
        banks: Mapping[str, Bank],
        commerce: Commerce,
    ) -> None:
        self.log = log
        self.worlds = worlds
        self.grants = grants
        self.banks = banks
        self.commerce = commerce
        self.plans = Plans(worlds, grants, banks, commerce)
        self.on_news: list[Callable[[str], None]] = []
        """Called with a world's id when something was told in it, or its clock was moved; perhaps before that is
        committed, in the thread that did it."""
        self._due: dict[str, tuple[int, int | None]] = {}
        self._heard: set[tuple[str, str, tuple[str, ...]]] = set()
        self._watched: Cache[tuple[str, int, str, str], bool] = Cache(log.database, WATCHED_KEPT)
        """Whom the store is known to watch, by world and its version."""
        self._scopes = _Scopes()

    # --- Listening -------------------------------------------------------------------------------------------------

    def listen(self, world: World, consent: Consent) -> None:
        """From now on what the consent lets its client hear is told when it happens: from the grant on, whenever its
        client first comes."""
        key = (world.world_id, consent.consent_id, consent.account_ids)
        if key in self._heard:
            return
        self._watch(world, consent, consent.created_at)
        if self.log.listen(world.world_id, _subjects(consent)):
            self.worlds.touch(world.world_id)  # others have plans as well
            self._due.pop(world.world_id, None)
        if len(self._heard) >= HEARD_KEPT:
            self._heard.clear()
        self._heard.add(key)

    def _watch(self, world: World, consent: Consent, since: datetime) -> None:
        mark = to_millis(since) - 1  # what happens in the very instant is told as well
        here, fresh = (world.world_id, self.worlds.world(world.world_id).stored.version), list[Watch]()
        for kind, subject in _subjects(consent):
            if not self._watched.get((*here, kind, subject)):
                fresh.append(Watch(kind, subject, consent.persona, consent.bank, mark))
                self._watched.keep((*here, kind, subject), True)
        self.log.watch(world.world_id, fresh)

    # --- The clock -------------------------------------------------------------------------------------------------

    def next_due(self, world: World) -> datetime | None:
        """The first instant, maybe passed, at which there is something to collect; None where nobody listens. Until the
        world changes or something is collected this is a look into a table."""
        due = self._next_due(world)
        return from_millis(due) if due is not None else None

    def _next_due(self, world: World) -> int | None:
        kept = self._due.get(world.world_id)
        if kept is None or kept[0] != world.stored.version:
            listened = self.log.listened(world.world_id)
            dues = [self.plans.of(world, watch).first_after(watch.mark) for watch in listened]
            kept = (world.stored.version, min(dues, default=None))
            self._due[world.world_id] = kept
        return kept[1]

    def collect(self, world: World, most: int | None = None) -> int:
        """Tell what the clock has passed since anybody last did, in steps of some weeks; how much that was. After
        `most` it may leave the rest for later."""
        told = 0
        with uncollected():
            while (due := self._next_due(world)) is not None and due <= world.now_millis:
                with self.log.database.transaction():
                    world = self.worlds.world(world.world_id)
                    step, reached = self._step(world, self.log.listened(world.world_id))
                self._due[world.world_id] = (world.stored.version, self._ahead(world, reached))
                told += step
                if most is not None and told >= most:
                    break
        if told:
            self._news(world.world_id)
        return told

    def settle(self, world: World) -> None:
        """Tell everything up to the world's now, and nothing later. Call it in a transaction, of a world read there."""
        reached, drafts = -1, dict[Subject, Plan]()
        while reached < world.now_millis:
            _, reached = self._step(world, self.log.listened(world.world_id), drafts)

    def _ahead(self, world: World, reached: int) -> int | None:
        """When there is something to do again, all being told up to then."""
        listened = self.log.listened(world.world_id)
        return min((self.plans.of(world, one).first_after(max(one.mark, reached)) for one in listened), default=None)

    def _catch_up(self, world: World, watches: Sequence[Watch]) -> int:
        """Tell all that happened to these up to the world's now, so that what somebody puts before now later on is not
        told by the clock. Call it in a transaction."""
        told, reached, drafts = 0, -1, dict[Subject, Plan]()
        while reached < world.now_millis:
            watches = [found for one in watches if (found := self.log.watched(world.world_id, one.kind, one.subject))]
            step, reached = self._step(world, watches, drafts, wholly=True)
            told += step
        return told

    def _step(
        self, world: World, watches: Iterable[Watch], drafts: dict[Subject, Plan] | None = None, *, wholly: bool = False
    ) -> tuple[int, int]:
        """Tell, in order of time, what happened to these up to the world's now, or as far as their plans reach: (how
        much, up to when). Call it in a transaction."""
        now = world.now_millis
        plans = [(watch, self.plans.of(world, watch, drafts)) for watch in watches if watch.mark < now]
        reached = min([now, *(plan.until for _, plan in plans)])
        gathered, marks = list[Happening](), dict[Subject, int]()
        for watch, plan in plans:
            passed = plan.between(watch.mark, reached)
            gathered += passed
            if wholly or passed or plan.until <= reached or reached - watch.mark > STALE:
                # Nobody stands by when offers change: what is done to them in this very instant is yet to be told.
                stays = watch.kind != ACCOUNT and plan.until > reached
                marks[watch.kind, watch.subject] = reached - 1 if stays else reached
        gathered.sort(key=instant)
        told = self.log.append(world.world_id, gathered)
        self.log.move(world.world_id, marks)
        return told, reached

    # --- Deeds -----------------------------------------------------------------------------------------------------

    def tell(self, world: World, happenings: Sequence[Happening]) -> None:
        """Each is told once, however often it is said. Within the caller's transaction, where there is one."""
        with self.log.database.transaction():
            now = self.worlds.world(world.world_id)
            known = {one.account_id for one in happenings if one.account_id}
            watched = (self.log.watched(world.world_id, ACCOUNT, account_id) for account_id in sorted(known))
            told = self._catch_up(now, [watch for watch in watched if watch is not None])
            told += self.log.append(world.world_id, [self._with_names(now, one) for one in happenings])
        if told:
            self._news(world.world_id)

    def _with_names(self, world: World, one: Happening) -> Happening:
        if not one.sequences or not one.account_id:
            return one
        return named(self.banks[one.bank], self.worlds.find_account(world, one.account_id), one, {})

    @contextmanager
    def changing(self, world_id: str, account_id: str) -> Iterator[list[Change]]:
        """See `Witness`: what had happened on the account is told before, what was done to it after."""
        scopes, key = self._scopes.open, (world_id, account_id)
        if key in scopes:
            yield scopes[key]
            return
        changes = list[Change]()
        with self.log.database.transaction():
            watch = self.log.watched(world_id, ACCOUNT, account_id)
            if watch is None:
                yield changes
                return
            world = self.worlds.world(world_id)
            told = self._catch_up(world, [watch])
            before = self._state(world, watch)
            scopes[key] = changes
            try:
                yield changes
            finally:
                del scopes[key]
            later = replace(self.worlds.world(world_id), now_millis=world.now_millis)
            after = self._state(later, watch)
            if before is not None and after is not None:
                told += self.log.append(world_id, self._deeds(later, changes, before, after))
        if told:
            self._news(world_id)

    def _state(self, world: World, watch: Watch) -> State | None:
        """None where the account is still to be opened."""
        try:
            view = self.worlds.account(world, watch.persona, watch.bank, watch.subject)
        except AccountNotFound:
            return None
        balances, past = view.balances(), Span(BEGINNING, world.now)
        cases = self.plans.cases(view, past)
        return State(view, rows.Position(balances.current, balances.held), {one.event_id: one for one in cases})

    def _deeds(self, world: World, changes: Sequence[Change], before: State, after: State) -> list[Happening]:
        """What was done to an account, as of an instant: the past of a row that is new is told now."""
        view, account, now = after.view, after.view.account, world.now
        bank, deed, past = self.banks[account.bank], self.log.head(world.world_id) + 1, Span(BEGINNING, now)
        told, follows = list[Happening](), list[Happening]()
        for change in changes:
            if change.before is None and change.after is not None:
                told += rows.of_row(bank, account, change.after, past)
                follows += self._purchases_of(view, change.after, past)
                follows += self._bills_of(view, change.after, past)
            elif (one := rows.changed(bank, account, change, now, deed=deed + len(told))) is not None:
                told.append(one)
        told = [_retold(one, now) for one in sorted(told, key=instant)]
        news = [rows.synced(account, told, now, deed=deed)] if told else []
        balances = rows.moved(account, before.position, after.position, now, deed=deed)
        follows += [one for event_id, one in after.cases.items() if event_id not in before.cases]
        learned = (_retold(named(bank, view, one, {}), now) for one in sorted(follows, key=instant))
        return [*told, *balances, *news, *learned]

    def _purchases_of(self, view: AccountView, row: Entry, past: Span) -> Iterator[Happening]:
        purchase = self.commerce.purchase_of(view, row.sequence)
        if purchase is not None:
            yield from shopping.of_purchase(view.account, purchase, past)

    def _bills_of(self, view: AccountView, row: Entry, past: Span) -> Iterator[Happening]:
        """Of the invoice that a row is the first to pay."""
        if row.order is not None and row.order.recurrence and row.order.first is None:
            with suppress(InvoiceNotFound):
                invoice = self.commerce.invoice(view, Names(view.account.account_id).name("inv", row.sequence))
                yield from bills.of_invoice(view.account, invoice, past)

    def moved(self, world_id: str, before: int, after: int) -> None:
        self.plans.moved(world_id, before, after)
        self._news(world_id)

    def begun_anew(self, world_id: str) -> None:
        self._news(world_id)

    def _news(self, world_id: str) -> None:
        for call in self.on_news:
            call(world_id)

    # --- Consents --------------------------------------------------------------------------------------------------

    def given(self, world: World, consent: Consent) -> None:
        """A consent was given. Call it in the transaction that stores it."""
        self._watch(world, consent, consent.created_at)
        accounts = self.worlds.shared(world, consent)
        self.log.append(world.world_id, consents.granted(self.banks[consent.bank], consent, accounts))
        self._news(world.world_id)

    def caught_up(self, world: World, consent: Consent) -> int:
        """Tell all that a consent lets hear of up to the world's now; how far the log has come then. Call it in the
        transaction that changes the consent."""
        self._watch(world, consent, world.now)
        watched = (self.log.watched(world.world_id, kind, subject) for kind, subject in _subjects(consent))
        self._catch_up(world, [watch for watch in watched if watch is not None])
        return self.log.head(world.world_id)

    def altered(self, world: World, before: Consent, after: Consent) -> None:
        """A consent was changed or withdrawn. Call it in the transaction that stores it."""
        self._watch(world, after, world.now)
        both = dict.fromkeys(chain(before.account_ids, after.account_ids))
        accounts = {account_id: self._account(world, after, account_id) for account_id in both}
        told = consents.altered(
            self.banks[after.bank],
            before,
            after,
            accounts,
            at=after.updated_at or world.now,
            deed=self.log.head(world.world_id) + 1,
        )
        self.log.append(world.world_id, told)
        self._due.pop(world.world_id, None)
        self._news(world.world_id)

    def _account(self, world: World, consent: Consent, account_id: str) -> Account:
        return self.worlds.account(world, consent.persona, consent.bank, account_id).account


def _subjects(consent: Consent) -> list[Subject]:
    return [
        *((ACCOUNT, account_id) for account_id in consent.account_ids),
        (CUSTOMER, f"{consent.bank}/{consent.customer_id}"),
        (CONSENT, consent.consent_id),
    ]


def _retold(one: Happening, now: datetime) -> Happening:
    """What lies in the past is learned now."""
    return one if one.at == now else structs.replace(one, at=now, of=one.of or one.at)
