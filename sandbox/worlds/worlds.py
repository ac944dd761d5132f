"""Create, fork, reset, delete worlds; move their clocks; read and change what is in them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sandbox.kernel import ids
from sandbox.kernel.bulk import uncollected
from sandbox.kernel.clock import MILLISECOND, Clock, from_millis, midnight, to_millis, wall
from sandbox.kernel.errors import AccountNotFound, CustomerNotFound, TransactionNotFound, WorldNotFound
from sandbox.kernel.names import did_you_mean
from sandbox.ledger import codec
from sandbox.ledger.accounts import CREDIT_LINES, DEPOSITS, Account
from sandbox.ledger.commerce_facts import CommerceFacts
from sandbox.ledger.consents import Consent
from sandbox.ledger.customers import Customer
from sandbox.ledger.entries import Entry
from sandbox.store.cache import Cache
from sandbox.store.database import Database
from sandbox.store.timelines import Prepared, Render, StoredAccount, Timelines, prepare
from sandbox.store.worlds import StoredWorld
from sandbox.store.worlds import Worlds as WorldStore
from sandbox.worlds.account_states import Snapshot
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.overlay import NOTHING, OVERLAY_SEQUENCE, Overlay
from sandbox.worlds.overlays import COMMERCE, Held, Overlays
from sandbox.worlds.stories import Order, Stories
from sandbox.worlds.witness import Change, Nobody, Witness

Holding = tuple[Account, StoredAccount | None]
"""An account with its rows; None: it has none but the world's own."""

DEFAULT = "default"
HORIZON = timedelta(days=457)
"""How far ahead of the anchor rows are made at first: fifteen months, so that a year on they are still there."""
OWN = "@"
"""A person whom a world added is a persona of their own: this and the username. The seeds tell nothing of them."""
MARGIN = timedelta(days=60) // MILLISECOND
"""The horizon grows once the clock comes this near to it, in milliseconds."""
CACHE_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class World:
    """One world as it stands at one instant of its own clock."""

    stored: StoredWorld
    now_millis: int

    @property
    def world_id(self) -> str:
        return self.stored.world_id

    @property
    def now(self) -> datetime:
        return from_millis(self.now_millis)

    @property
    def anchor(self) -> date:
        return date.fromisoformat(self.stored.anchor)


class Worlds:
    """The service behind every reader. Safe to share between threads; nothing it caches can be stale, since every
    key holds the version of what it was read from."""

    def __init__(
        self, database: Database, stories: Stories, render: Render, wall_clock: Callable[[], int] = wall
    ) -> None:
        self.database = database
        self.stories = stories
        self.wall = wall_clock
        self.witness: Witness = Nobody()
        self._render = render
        self._store = WorldStore(database)
        self._timelines = Timelines(database)
        self._put_over = Overlays(self._store, self._timelines)
        self._snapshots: dict[object, Snapshot] = {}
        self._accounts: Cache[object, list[Holding]] = Cache(database, CACHE_LIMIT)
        self._refs: Cache[object, dict[str, Holding]] = Cache(database, CACHE_LIMIT)
        self._overlays: Cache[object, Overlay] = Cache(database, CACHE_LIMIT)
        self._directories: Cache[object, dict[str, Customer]] = Cache(database, CACHE_LIMIT)
        self._horizons: Cache[tuple[str, str, str], int] = Cache(database, CACHE_LIMIT)

    # --- Worlds ----------------------------------------------------------------------------------------------------

    def create(
        self,
        *,
        name: str = "",
        world_id: str | None = None,
        seed: int = 1,
        now: datetime | None = None,
        anchor: date | None = None,
        speed: float = 1.0,
    ) -> World:
        """A new world. Its clock starts at `now` (the machine's time unless told) and runs at `speed` (0: frozen); the
        anchor, on which its people's stories hang, is that day unless told."""
        machine = self.wall()
        start = to_millis(now) if now else machine
        anchor = anchor or from_millis(start).astimezone(UTC).date()
        template_id = ids.short("template", seed, anchor, self.stories.fingerprint)
        world_id = world_id or _new_id()
        with self.database.transaction():
            self._timelines.add_template(
                template_id, seed=seed, anchor=anchor.isoformat(), seed_data=self.stories.fingerprint
            )
            self._store.add(world_id, template_id, name or world_id, Clock(start, machine, speed), machine)
        return self.world(world_id)

    def world(self, world_id: str) -> World:
        stored = self._store.get(world_id)
        if stored is None:
            raise WorldNotFound(
                f"there is no world {world_id!r}",
                hint=did_you_mean(world_id, [w.world_id for w in self._store.all()]),
            )
        return World(stored, stored.clock.millis(self.wall()))

    def glance(self, *read: World) -> AbstractContextManager[None]:
        """Around one request, for which these have just been read: see `store.worlds.Worlds.glance`."""
        return self._store.glance(*(world.stored for world in read))

    def all(self) -> list[World]:
        machine = self.wall()
        return [World(stored, stored.clock.millis(machine)) for stored in self._store.all()]

    def fork(self, source_id: str, *, name: str = "", world_id: str | None = None) -> World:
        """A copy of a world's clock and overlay. Clients and consents stay with the source: they are secrets."""
        source = self.world(source_id)
        world_id = world_id or _new_id()
        machine = self.wall()
        clock = Clock(source.now_millis, machine, source.stored.clock.speed)
        with self.database.transaction():
            self._store.add(world_id, source.stored.template_id, name or world_id, clock, machine)
            self._store.copy_overlay(source_id, world_id)
        return self.world(world_id)

    def reset(self, world_id: str, now: datetime | None = None) -> World:
        """Forget everything that was done in a world and set its clock back to where it began, or to `now`."""
        stored = self.world(world_id).stored
        clock = replace(stored.first_clock, since=self.wall())
        if now is not None:
            clock = replace(clock, origin=to_millis(now))
        with self.database.transaction():
            self._store.clear(world_id)
            self._store.set_clock(world_id, clock)
        self.witness.begun_anew(world_id)
        return self.world(world_id)

    def rewind(self, world_id: str, clock: Clock) -> World:
        """The clock as it was when a snapshot was taken. What is known of the world is known no longer."""
        self._store.set_clock(world_id, clock)
        self.witness.begun_anew(world_id)
        return self.world(world_id)

    def delete(self, world_id: str) -> None:
        with self.database.transaction():
            self.world(world_id)
            self._store.delete(world_id)

    def fingerprint(self, world: World) -> str:
        """A digest of all that can be read in a world. The same seed, clock and deeds give the same text anywhere."""
        told = (world.stored.template_id, world.now_millis, world.stored.clock.speed)
        return ids.digest("world", *told, *self._store.overlay_lines(world.world_id), size=12).hex()

    # --- Time ------------------------------------------------------------------------------------------------------

    def set_clock(self, world_id: str, now: datetime) -> World:
        """Raises ClockMovedBack."""
        return self._change_clock(world_id, lambda clock, machine: clock.moved_to(to_millis(now), machine))

    def advance(self, world_id: str, by: timedelta) -> World:
        step = by // timedelta(milliseconds=1)
        return self._change_clock(
            world_id, lambda clock, machine: clock.moved_to(clock.millis(machine) + step, machine)
        )

    def set_speed(self, world_id: str, speed: float) -> World:
        return self._change_clock(world_id, lambda clock, machine: clock.at_speed(speed, machine))

    def _change_clock(self, world_id: str, change: Callable[[Clock, int], Clock]) -> World:
        with self.database.transaction():
            before = self.world(world_id).stored
            self._store.set_clock(world_id, change(before.clock, self.wall()))
            after = self.world(world_id)
        self.witness.moved(world_id, before.version, after.stored.version)
        return after

    # --- People ----------------------------------------------------------------------------------------------------

    def customer(self, world: World, username: str) -> Customer:
        """By username. Raises CustomerNotFound."""
        found = self._directory(world).get(username) or self._untold(world, username)
        if found is None:
            raise CustomerNotFound(
                f"nobody here is called {username!r}", hint=did_you_mean(username, self.usernames(world))
            )
        return found

    def customer_by_id(self, world: World, customer_id: str, persona: str = "") -> Customer:
        """Of a customer whom no list names, only `persona` leads to the name. Raises CustomerNotFound."""
        for customer in (*self._directory(world).values(), *self._household(world, persona)):
            if customer.customer_id == customer_id:
                return customer
        raise CustomerNotFound(f"there is no customer {customer_id!r}")

    def usernames(self, world: World) -> list[str]:
        return list(self._directory(world))

    def _directory(self, world: World) -> dict[str, Customer]:
        """Everyone by username, a world's own people over those of the seeds."""
        key = self._version(world)
        directory = self._directories.get(key)
        if directory is None:
            seed, anchor = world.stored.seed, world.anchor
            told = ((username, self.stories.customer(seed, anchor, username)) for username in self.stories.usernames())
            directory = {username: customer for username, customer in told if customer is not None}
            directory |= {own.username: own for own in self._store.customers(world.world_id)}
            self._directories.keep(key, directory)
        return directory

    def _household(self, world: World, persona: str) -> list[Customer]:
        """A persona's people."""
        listed = [customer for customer in self._directory(world).values() if customer.persona == persona]
        untold = None if listed else self._untold(world, persona)
        return listed if untold is None else [untold]

    def _untold(self, world: World, username: str) -> Customer | None:
        """Somebody of the seeds whom no list names: synthetic customers are too many. The persona has the same name."""
        return self.stories.customer(world.stored.seed, world.anchor, username)

    def put_customer(self, world: World, customer: Customer) -> None:
        self._store.put_customer(world.world_id, customer)

    # --- Accounts and their rows -----------------------------------------------------------------------------------

    def accounts(self, world: World, customer: Customer, bank: str) -> list[AccountView]:
        """The customer's accounts at a bank, those not opened yet left out, in the order of the persona's file."""
        return [
            self._view(world, account, stored, customer.persona)
            for account, stored in self._opened(world, customer, bank)
        ]

    def held(self, world: World, customer: Customer, bank: str) -> list[Account]:
        """The same without what is on them."""
        return [account for account, _ in self._opened(world, customer, bank)]

    def _opened(self, world: World, customer: Customer, bank: str) -> Iterator[Holding]:
        now, customer_id = world.now, customer.customer_id
        for account, stored in self._held(world, customer.persona, bank):
            if account.opened_at <= now and customer_id in account.holder_ids():
                yield account, stored

    def account(self, world: World, customer_persona: str, bank: str, account_id: str) -> AccountView:
        """One account of a persona at a bank. Raises AccountNotFound."""
        for account, stored in self._held(world, customer_persona, bank):
            if account.account_id == account_id and account.opened_at <= world.now:
                return self._view(world, account, stored, customer_persona)
        raise AccountNotFound(f"there is no account {account_id!r}")

    def named(
        self, world: World, consent: Consent, ref: str, ref_of: Callable[[Account, str], str]
    ) -> AccountView | None:
        """Of the accounts that a consent shares the one that its client calls `ref`."""
        held = self._held(world, consent.persona, consent.bank)
        key = (*self._version(world), consent.persona, consent.bank, consent.client_id)
        refs = self._refs.get(key)
        if refs is None:
            refs = {ref_of(account, consent.client_id): (account, stored) for account, stored in held}
            self._refs.keep(key, refs)
        account, stored = refs.get(ref, (None, None))
        if account is None or account.account_id not in consent.account_ids or account.opened_at > world.now:
            return None
        return self._view(world, account, stored, consent.persona)

    def shared(self, world: World, consent: Consent) -> list[Account]:
        """The accounts of a consent, in its order, as they are known now."""
        held = {account.account_id: account for account, _ in self._held(world, consent.persona, consent.bank)}
        return [held[account_id] for account_id in consent.account_ids if account_id in held]

    @staticmethod
    def _version(world: World) -> tuple[str, str, int]:
        return world.world_id, world.stored.template_id, world.stored.version

    def find_account(self, world: World, account_id: str) -> AccountView:
        """One account by its id alone: one that the world added, or whose rows were made. Raises AccountNotFound."""
        persona = self._timelines.persona_of(world.stored.template_id, account_id)
        if persona is not None:
            return self.account(world, *persona, account_id)
        own = self._store.accounts(world.world_id).get(account_id)
        if own is None:
            raise AccountNotFound(f"there is no account {account_id!r}")
        holder = self.customer_by_id(world, own.holders[0].customer_id)
        return self.account(world, holder.persona, own.bank, account_id)

    def own_accounts(self, world: World) -> list[Account]:
        """Those that the world added or changed."""
        return list(self._store.accounts(world.world_id).values())

    def people(self, world: World, persona: str, bank: str) -> dict[str, Customer]:
        """Everyone who holds an account of a persona at a bank, by customer_id."""
        wanted = {holder for account, _ in self._held(world, persona, bank) for holder in account.holder_ids()}
        known = (*self._household(world, persona), *self._directory(world).values())
        return {customer.customer_id: customer for customer in known if customer.customer_id in wanted}

    def _held(self, world: World, persona: str, bank: str) -> list[Holding]:
        self.materialise(world, persona, bank)
        key = (*self._version(world), persona, bank)
        held = self._accounts.get(key)
        if held is None:
            changed = self._store.accounts(world.world_id)
            stored = self._timelines.accounts(world.stored.template_id, persona, bank)
            held = [(changed.pop(row.account.account_id, row.account), row) for row in stored]
            held += [
                (account, None)
                for account in changed.values()
                if account.bank == bank and self._belongs(account, persona, world)
            ]
            self._accounts.keep(key, held)
        return held

    def _belongs(self, account: Account, persona: str, world: World) -> bool:
        """Whether an account that a world added is held by someone of the persona."""
        holders = account.holder_ids()
        return any(person.customer_id in holders for person in self._household(world, persona))

    def _view(self, world: World, account: Account, stored: StoredAccount | None, persona: str) -> AccountView:
        key = (world.world_id, account.account_id, world.stored.version)
        overlay = self._overlays.get(key)
        if overlay is None:
            overlay = self._put_over.read(world.world_id, account, stored, self._debts(world, account, persona))
            self._overlays.keep(key, overlay)
        # Without an overlay the state is the template's, and worlds share it.
        shared = overlay is NOTHING and stored is not None and not account.numbering
        cache_key = (world.stored.template_id, account.account_id) if shared else key
        if len(self._snapshots) > CACHE_LIMIT:
            self._snapshots.clear()
        snapshots: dict[object, Snapshot] = {} if self.database.in_transaction else self._snapshots
        return AccountView(
            timelines=self._timelines,
            render=self._render,
            account=account,
            stored=stored,
            overlay=overlay,
            snapshots=snapshots,
            cache_key=cache_key,
            now=world.now_millis,
            world=world,
            persona=persona,
        )

    def _debts(self, world: World, account: Account, persona: str) -> list[Held]:
        """The cards and lines of credit that an account may pay inside its bank."""
        if account.kind not in DEPOSITS:
            return []
        return [held for held in self._held(world, persona, account.bank) if held[0].kind in CREDIT_LINES]

    def change_commerce(
        self, world: World, account_id: str, change: Callable[[CommerceFacts], CommerceFacts]
    ) -> CommerceFacts:
        """What people did to an account's purchases, cards and charges, changed while nobody else changes it."""
        with self.database.transaction(), self.witness.changing(world.world_id, account_id):
            facts = change(self._put_over.facts(world.world_id, account_id))
            self._store.put_facts(world.world_id, COMMERCE, {account_id: codec.encode(facts)})
        return facts

    def touch(self, world_id: str) -> None:
        """Let nobody, in whichever process, go on with what was worked out for the world so far."""
        self._store.touch(world_id)

    # --- Changing what is in a world -------------------------------------------------------------------------------

    def put_account(self, world: World, account: Account) -> None:
        """Add an account to a world, or change one in it alone."""
        self._store.put_account(world.world_id, account)

    @contextmanager
    def together(self, world: World, account_id: str) -> Iterator[None]:
        """Around several changes of one account that are one deed: all of them or none, and told together."""
        with self.database.transaction(), self.witness.changing(world.world_id, account_id):
            yield

    def add_entries(self, world: World, account_id: str, entries: list[Entry]) -> list[Entry]:
        """Put rows of the world's own on an account; they are numbered here. Returns them as numbered."""
        with self.database.transaction(), self.witness.changing(world.world_id, account_id) as changes:
            taken = [sequence for sequence, _ in self._store.overlay(world.world_id, account_id)]
            first = max([OVERLAY_SEQUENCE - 1, *taken]) + 1
            numbered = [replace(entry, sequence=first + place) for place, entry in enumerate(entries)]
            self._store.put_entries(world.world_id, account_id, [(entry.sequence, entry) for entry in numbered])
            changes += [Change(None, entry) for entry in numbered]
        return numbered

    def change_entry(self, world: World, view: AccountView, sequence: int, change: Callable[[Entry], Entry]) -> Entry:
        """A row in another form, in this world alone; returns what it was. Raises TransactionNotFound."""
        account_id = view.account.account_id
        with self.database.transaction(), self.witness.changing(world.world_id, account_id) as changes:
            row = self._changeable(view, sequence)
            changed = change(row)
            self._store.put_entries(world.world_id, account_id, [(sequence, changed)])
            changes.append(Change(row, changed))
        return row

    def hide_entry(self, world: World, view: AccountView, sequence: int) -> Entry:
        """A row gone, in this world alone; returns what it was. Raises TransactionNotFound."""
        account_id = view.account.account_id
        with self.database.transaction(), self.witness.changing(world.world_id, account_id) as changes:
            row = self._changeable(view, sequence)
            self._store.put_entries(world.world_id, account_id, [(sequence, None)])
            changes.append(Change(row, None))
        return row

    def drop_entries(self, world: World, account_id: str, sequences: Iterable[int]) -> None:
        """Rows of the world's own that will not come after all."""
        self._store.put_entries(world.world_id, account_id, [(sequence, None) for sequence in sequences])

    @staticmethod
    def _changeable(view: AccountView, sequence: int) -> Entry:
        """A row in sight, or one of the world's own in whatever state. Raises TransactionNotFound."""
        row = view.entry(sequence)
        entry = row.entry if row is not None else view.own(sequence)
        if entry is None:
            raise TransactionNotFound(f"the account has no row {sequence}")
        return entry

    def fact(self, world: World, kind: str, key: str) -> dict[str, Any] | None:
        """Something said in a world that no row or account holds; None where nobody has said it."""
        document = self._store.fact(world.world_id, kind, key)
        return codec.decode(document, dict[str, Any]) if document is not None else None

    def put_facts(self, world: World, kind: str, facts: Mapping[str, Mapping[str, Any]]) -> None:
        """Facts of one kind, by key, in this world alone; all of them or none."""
        self._store.put_facts(world.world_id, kind, {key: codec.encode(fact) for key, fact in facts.items()})

    # --- Making the template's rows --------------------------------------------------------------------------------

    def materialise(self, world: World, persona: str, bank: str) -> None:
        """Make sure that a persona's rows at a bank are there, well past the clock. Harmless when done twice."""
        order = self.wanting(world, persona, bank)
        if order is not None:
            with uncollected():
                self.store(world, prepare(order.tell(self.stories), self._render))

    def wanting(self, world: World, persona: str, bank: str) -> Order | None:
        """What has to be made before a persona can be read at a bank; None where it is there, well past the clock."""
        key = (world.stored.template_id, persona, bank)
        needed = world.now_millis + MARGIN
        if persona.startswith(OWN) or (self._horizons.get(key) or -1) >= needed:
            return None
        until = self._timelines.until(*key)
        if until is not None and until >= needed:
            self._reach(key, until)
            return None
        horizon = midnight(world.anchor) + HORIZON
        while to_millis(horizon) < needed:
            horizon += HORIZON
        return Order(persona, bank, world.stored.seed, world.anchor, horizon)

    def store(self, world: World, made: Prepared) -> None:
        """Write what was made to an order of this world."""
        self._timelines.save(world.stored.template_id, made)
        self._reach((world.stored.template_id, made.persona, made.bank), made.until)

    def _reach(self, key: tuple[str, str, str], until: int) -> None:
        """A horizon that this process did not know: what a frozen card declines beyond it is not known either."""
        self._horizons.keep(key, until)
        self._overlays.clear()


def _new_id() -> str:
    """An unguessable world id of letters and digits."""
    return "wld_" + ids.secret(9).replace("-", "x").replace("_", "y")
