"""Where journeys are kept, so that a page can be reloaded, left and taken up again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import local

from sandbox.ledger import codec
from sandbox.oauth.journey import Journey
from sandbox.store.grants import Grants


@dataclass(slots=True)
class Unwritten:
    journey: Journey
    expires_at: datetime
    written: bool = False


class _Walks(local):
    """The journeys that begin in this thread while it walks, by id."""

    begun: dict[str, Unwritten] | None = None


class Logbook:
    def __init__(self, grants: Grants) -> None:
        self.grants = grants
        self._walks = _Walks()

    @contextmanager
    def walk(self) -> Iterator[None]:
        """Around several steps that are taken in one go: a journey that begins inside, of which nobody else can know
        yet, is written once, when it is answered or left."""
        begun = self._walks.begun = dict[str, Unwritten]()
        try:
            yield
        except BaseException:
            for one in begun.values():  # what was written with its answer was perhaps undone
                one.written = one.written and self.grants.interaction(one.journey.journey_id) is not None
            raise
        finally:
            self._walks.begun = None
            for one in begun.values():
                if not one.written:
                    self._add(one)

    def begin(self, journey: Journey, expires_at: datetime, *, known: bool) -> None:
        """`known`: others can find it at once."""
        page = Unwritten(journey, expires_at)
        if self._walks.begun is None or known:
            self._add(page)
        else:
            self._walks.begun[journey.journey_id] = page

    def move(self, journey: Journey) -> bool:
        """Where it stands now. False where it has ended."""
        page = self._page(journey)
        if page is None:
            return self.grants.set_interaction(journey.journey_id, codec.encode(journey))
        page.journey = journey
        return True

    def end(self, journey: Journey, at: datetime) -> bool:
        """False where it had ended already: an answer is given once."""
        page = self._page(journey)
        if page is None:
            return self.grants.end_interaction(journey.journey_id, at)
        self._add(page, at)
        page.written = True
        return True

    def _page(self, journey: Journey) -> Unwritten | None:
        page = (self._walks.begun or {}).get(journey.journey_id)
        return page if page is not None and not page.written else None

    def _add(self, page: Unwritten, ended_at: datetime | None = None) -> None:
        journey = page.journey
        document = codec.encode(journey)
        self.grants.add_interaction(journey.journey_id, journey.world_id, page.expires_at, document, ended_at)
