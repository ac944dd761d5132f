"""The platform's memory of one world after another: pages, people, threads and what was said."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from hmac import compare_digest
from typing import Any, TypeVar

from sandbox.kernel import ids
from sandbox.kernel.errors import WorldNotFound
from sandbox.ledger import codec
from sandbox.messenger import tokens
from sandbox.messenger.errors import GraphError, PasswordChanged, TokenExpired, TokenRevoked, TokenUnknown
from sandbox.messenger.hooks import Delivery, Hooks
from sandbox.messenger.meter import Meter
from sandbox.messenger.pages import Page, app_mark, ready
from sandbox.messenger.people import Person, as_person, psid_of
from sandbox.messenger.threads import Message, Thread
from sandbox.outbound.guard import Guard
from sandbox.store.chats import Chats
from sandbox.store.quotas import Quotas
from sandbox.worlds.worlds import World, Worlds

T = TypeVar("T")

PAGE, PERSON, THREAD, MESSAGE = "page", "person", "thread", "message"
MOST_METERS = 1000
TOKENS = "`sandbank info` prints the ready page's token; a new one replaces it, and another world has another."
BATCH = 200
"""Messages that are read at once."""
ALL = 2**31 - 1
LONG = len(app_mark(""))
PROBLEMS: dict[str, type[GraphError]] = {
    "expired": TokenExpired,
    "password_changed": PasswordChanged,
    "revoked": TokenRevoked,
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token came."""

    world: World
    page: Page
    is_app: bool = False
    """An app token stands for the app, not for its page."""


class Desk:
    def __init__(self, chats: Chats, worlds: Worlds, hooks: Hooks, guard: Guard) -> None:
        """`guard` says where requests to apps may go."""
        self.chats = chats
        self.worlds = worlds
        self.hooks = hooks
        self.guard = guard
        self.on_talk: list[Callable[[str], None]] = []
        """Who wants to know, by the person's id, when something was put on a thread in this process."""
        self._quotas = Quotas(chats.database)
        self._meters: dict[tuple[str, str], Meter] = {}
        self._usernames: dict[tuple[str, int, str], dict[str, str]] = {}
        self._marks: dict[str, list[str]] = {}
        """Worlds by how the ids of their apps begin."""

    # --- Callers ---------------------------------------------------------------------------------------------------

    def caller(self, token: str) -> Caller:
        """Raises TokenUnknown and its kin."""
        if "|" in token:
            return self._app(token)
        named = tokens.read(token)
        if named is None:
            raise TokenUnknown("Invalid OAuth access token - Cannot parse access token", hint=TOKENS)
        world, page = self._found(*named)
        views = page.views() if page is not None and world is not None else ()
        page = next((view for view in views if world and tokens.is_of(token, world.world_id, view)), None)
        if page is None or world is None:
            raise TokenUnknown("Invalid OAuth access token data.", page=named[1], world=named[0], hint=TOKENS)
        if page.token_problem:
            raise PROBLEMS[page.token_problem](
                "Error validating access token: the session is not valid any more.", page=page.page_id
            )
        return Caller(world, page)

    def _app(self, token: str) -> Caller:
        app_id, _, secret = token.partition("|")
        for world in self._with_apps_like(app_id):
            for page in self.pages(world):
                view = page.seen_by(app_id)
                if view is not None and compare_digest(view.app.secret.encode(), secret.encode()):
                    return Caller(world, view, is_app=True)
        raise TokenUnknown("Error validating application. Invalid application ID or secret.", app=app_id[:40])

    def _with_apps_like(self, app_id: str) -> Iterator[World]:
        """Worlds whose apps have such ids, which is one at most but for chance. Only for an id unlike all before every
        world is asked for its own."""
        mark = app_id[:LONG]
        if mark not in self._marks:
            self._marks.clear()
            for world in self.worlds.all():
                self._marks.setdefault(app_mark(world.world_id), []).append(world.world_id)
        for world_id in self._marks.get(mark, ()):
            with suppress(WorldNotFound):
                yield self.worlds.world(world_id)

    def _found(self, world_id: str, page_id: str) -> tuple[World | None, Page | None]:
        try:
            world = self.worlds.world(world_id)
        except WorldNotFound:
            return None, None
        return world, self.page(world, page_id)

    # --- Pages -----------------------------------------------------------------------------------------------------

    def page(self, world: World, page_id: str) -> Page | None:
        """As its default app has it, by its id; by `me` the ready one."""
        first = ready(world.world_id)
        if page_id in ("me", first.page_id):
            return self.one(world, PAGE, first.page_id, Page) or first
        return self.one(world, PAGE, page_id, Page)

    def pages(self, world: World) -> list[Page]:
        """The ready one first."""
        stored = {page.page_id: page for _, page in self.all_of(world, PAGE, "", Page)}
        first = ready(world.world_id)
        return [stored.pop(first.page_id, first), *stored.values()]

    def page_told(self, world: World, delivery: Delivery) -> Page | None:
        """The page of a webhook, as the app has it that the webhook is for; None where either is gone."""
        page = self.page(world, delivery.page_id)
        return page.seen_by(delivery.app_id) if page is not None else None

    def set_page(self, world: World, page: Page) -> None:
        """Whichever of its apps looks."""
        self.keep(world, PAGE, page.page_id, page.seen_by(page.default_app))

    def change_page(self, world: World, page: Page, change: Callable[[Page], Page]) -> Page:
        """What becomes of it, from what it is by now, as the same app has it. Where the change raises it stays."""
        with self.chats.database.transaction():
            current = self.page(world, page.page_id)
            seen = current.seen_by(page.app.app_id) if current is not None else None
            changed = change(seen or page)
            self.set_page(world, changed)
        return changed

    def meter(self, world: World, page: Page) -> Meter:
        key = (world.world_id, page.page_id)
        found = self._meters.get(key)
        if found is None:
            if len(self._meters) >= MOST_METERS:
                self._meters.clear()
            found = self._meters[key] = Meter(*key, self._quotas)
        return found

    # --- People ----------------------------------------------------------------------------------------------------

    def person(self, world: World, page: Page, psid: str) -> Person | None:
        """Who has that id at the page; whoever is `gone` as well."""
        known = self.one(world, PERSON, psid, Person)
        if known is not None:
            return known if known.page_id == page.page_id else None
        username = self._by_psid(world, page).get(psid)
        return as_person(world.world_id, page.page_id, self.worlds.customer(world, username)) if username else None

    def person_called(self, world: World, page: Page, username: str) -> Person:
        """The messenger account of a customer. Raises CustomerNotFound."""
        customer = self.worlds.customer(world, username)
        psid = psid_of(world.world_id, page.page_id, customer.username)
        return self.one(world, PERSON, psid, Person) or as_person(world.world_id, page.page_id, customer)

    def people(self, world: World, page: Page) -> list[Person]:
        """Everybody who has written to the page, or was set up to."""
        return [person for _, person in self.all_of(world, PERSON, page.page_id, Person, most=ALL)]

    def set_person(self, world: World, person: Person) -> None:
        self.keep(world, PERSON, person.psid, person, owner=person.page_id)

    def _by_psid(self, world: World, page: Page) -> dict[str, str]:
        key = (world.world_id, world.stored.version, page.page_id)
        found = self._usernames.get(key)
        if found is None:
            if len(self._usernames) > 1000:
                self._usernames.clear()
            names = self.worlds.usernames(world)
            found = self._usernames[key] = {psid_of(world.world_id, page.page_id, name): name for name in names}
        return found

    # --- Threads ---------------------------------------------------------------------------------------------------

    def thread(self, world: World, page: Page, psid: str) -> Thread:
        return self.one(world, THREAD, psid, Thread) or Thread(page.page_id, psid)

    def threads(self, world: World, page: Page) -> list[Thread]:
        return [thread for _, thread in self.all_of(world, THREAD, page.page_id, Thread, most=ALL)]

    def set_thread(self, world: World, thread: Thread) -> None:
        self.keep(world, THREAD, thread.psid, thread, owner=thread.page_id)
        self._talked(thread.psid)

    def hear(self, world: World, page: Page, psid: str, *, by_ad: bool = False) -> Thread:
        """The person did something that opens the window: now it is open anew."""
        thread = replace(self.thread(world, page, psid), heard_at=world.now, by_ad=by_ad)
        self.set_thread(world, thread)
        return thread

    # --- Messages --------------------------------------------------------------------------------------------------

    def add_message(self, world: World, message: Message, head: str = "m_") -> Message:
        """Stored, with the mid that it gets by its place on the thread; `head` is how it begins."""
        with self.chats.database.transaction():
            place = self.chats.next_place(world.world_id, MESSAGE, message.psid)
            named = replace(message, mid=head + ids.short("mid", world.world_id, message.psid, place, length=40))
            text = codec.encode(named)
            self.chats.append(world.world_id, MESSAGE, named.mid, text, owner=named.psid, place=place)
        self._talked(named.psid)
        return named

    def message(self, world: World, mid: str) -> Message | None:
        return self.one(world, MESSAGE, mid, Message)

    def set_message(self, world: World, message: Message) -> None:
        with self.chats.database.transaction():
            self.keep(world, MESSAGE, message.mid, message, owner=message.psid)
            thread = self.one(world, THREAD, message.psid, Thread) or Thread(message.page_id, message.psid)
            self.set_thread(world, replace(thread, changes=thread.changes + 1))

    def messages(self, world: World, psid: str, after: int = -1, most: int = 1000) -> list[tuple[int, Message]]:
        """(place, message) of a thread, oldest first: so many at `most`, behind the place `after`."""
        return self.all_of(world, MESSAGE, psid, Message, after=after, most=most)

    def newest_first(self, world: World, psid: str, before: int = 2**62) -> Iterator[Message]:
        """All of a thread that are in front of a place, read as far as somebody looks."""
        while kept := self.chats.before(world.world_id, MESSAGE, psid, before, most=BATCH):
            yield from (codec.decode(text, Message) for _, text in kept)
            before = kept[-1][0]

    def oldest_first(self, world: World, psid: str, after: int = -1) -> Iterator[Message]:
        """The same the other way round, behind a place."""
        while kept := self.messages(world, psid, after, most=BATCH):
            yield from (message for _, message in kept)
            after = kept[-1][0]

    def place_of(self, world: World, message: Message) -> int:
        """On its thread; 0 where there is no such message."""
        return self.chats.place(world.world_id, MESSAGE, message.mid) or 0

    def last_messages(self, world: World, psid: str, most: int = 100) -> list[Message]:
        """Newest first."""
        kept = self.chats.before(world.world_id, MESSAGE, psid, most=most)
        return [codec.decode(text, Message) for _, text in kept]

    def _talked(self, psid: str) -> None:
        for call in self.on_talk:
            call(psid)

    # --- Documents: what else a noun keeps of a world, by a kind of its own ----------------------------------------

    def one(self, world: World, kind: str, key: str, what: type[T]) -> T | None:
        text = self.chats.get(world.world_id, kind, key)
        return codec.decode(text, what) if text is not None else None

    def all_of(
        self, world: World, kind: str, owner: str, what: type[T], *, after: int = -1, most: int = 1000
    ) -> list[tuple[int, T]]:
        """(place, value), oldest first."""
        kept = self.chats.after(world.world_id, kind, owner, after, most)
        return [(place, codec.decode(text, what)) for place, text in kept]

    def every(self, world: World, kind: str, what: type[T]) -> list[T]:
        """Of all owners, each one's oldest first."""
        return [codec.decode(text, what) for text in self.chats.every(world.world_id, kind)]

    def keep(self, world: World, kind: str, key: str, value: Any, *, owner: str = "") -> None:
        """What has no order among others of its owner."""
        self.chats.put(world.world_id, kind, key, codec.encode(value), owner=owner)

    def forget(self, world: World, kind: str, key: str) -> bool:
        """False where there was none."""
        return self.chats.delete(world.world_id, kind, key)
