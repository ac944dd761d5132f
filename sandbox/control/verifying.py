"""What clients did is held against what somebody expects of it, at once or as soon as it has come about."""

from collections.abc import AsyncIterator, Callable, Hashable, Mapping
from typing import Any

import orjson

from sandbox.control.awaited import AWAITED
from sandbox.control.operation import Operation, world_of, wrong
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.durations import parse_duration
from sandbox.kernel.errors import JournalCut, WorldNotFound
from sandbox.proof import showing
from sandbox.proof.expecting import Bound, Expectation, bound, verify
from sandbox.proof.seen import Seen
from sandbox.proof.waiting import Look, until

LONGEST = 60.0
"""Seconds for which an answer is held back."""
USUAL = "PT10S"


def verify_requests(services: Services, call: Call) -> Reply:
    world, wish = world_of(services, call), call.body
    after = _bound(wish["after"]) if "after" in wish else None
    expected = [_expectation(number, one, after) for number, one in enumerate(wish["expect"])]
    is_kept(services)
    exchanges = [Seen(one) for one in services.journal.onwards(world.world_id, bodies=True)]
    cut = services.journal.cut(world.world_id)
    strictly, nothing_else = wish.get("order") == "strict", wish.get("nothing_else", False)
    verdict = verify(expected, exchanges, cut, strictly=strictly, nothing_else=nothing_else, after=after)
    return Reply(
        {
            "verified": verdict.verified,
            "expectations": [one.shown() for one in verdict.expectations],
            "out_of_order": verdict.out_of_order or None,
            "others": [seen.one.id for seen in verdict.others],
            "looked_at": len(exchanges),
            "cut": showing.cut(cut),
        }
    )


def wait_for(services: Services, call: Call) -> Reply:
    """The answer is sent once it is met, or the time is over. Whatever is wrong with the question is said at once."""
    world, wish = world_of(services, call), call.body
    subjects = [name for name in AWAITED if name in wish]
    if len(subjects) != 1:
        raise wrong("/", f"one of {', '.join(AWAITED)} can be waited for at a time", expected=list(AWAITED))
    seconds = _seconds(wish.get("timeout", USUAL))
    look, changed = AWAITED[subjects[0]](services, world, wish)
    first = _told(services, world.world_id, look(), 0)  # by which it is seen that the answer keeps to the document
    return Reply(first, stream=lambda: _answer(services, world.world_id, look, changed, seconds))


def is_kept(services: Services) -> None:
    """Raises JournalCut where the server was told to keep nothing."""
    if not services.journal.most:
        raise JournalCut("the server keeps no journal", hint="serve --journal-bytes says how much of it is kept.")


async def _answer(
    services: Services, world_id: str, look: Callable[[], Look], changed: Callable[[], Hashable], seconds: float
) -> AsyncIterator[bytes]:
    try:
        seen, waited = await until(look, changed, seconds)
    except WorldNotFound as error:
        seen, waited = Look(met=False, missing=error.detail), 0.0
    yield orjson.dumps(_told(services, world_id, seen, waited))


def _told(services: Services, world_id: str, seen: Look, waited: float) -> dict[str, Any]:
    return {
        "met": seen.met,
        "waited_ms": round(waited * 1000),
        "found": list(seen.found),
        "missing": seen.missing or None,
        "nearest": list(seen.nearest),
        "cut": showing.cut(services.journal.cut(world_id)),
    }


def _expectation(number: int, wish: Mapping[str, Any], after: Bound | None) -> Expectation:
    try:
        return Expectation.of(wish, after)
    except ValueError as error:
        raise wrong(f"/expect/{number}", str(error)) from None


def _bound(text: str) -> Bound:
    try:
        return bound(text)
    except ValueError:
        raise wrong("/after", f"{text!r} is neither an exchange's id nor an instant") from None


def _seconds(text: str) -> float:
    try:
        seconds = parse_duration(text).total_seconds()
    except ValueError as error:
        raise wrong("/timeout", str(error)) from None
    if seconds > LONGEST:
        raise wrong("/timeout", f"nothing is waited for longer than {LONGEST:.0f} s", got=text)
    return seconds


OPERATIONS: Mapping[str, Operation] = {"verifyRequests": verify_requests, "waitFor": wait_for}
