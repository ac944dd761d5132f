"""How often a page may call: by the second, and in 24 hours as often as it has people to talk to. Every answer says how
much of that is used up.

Seconds are the machine's, since a world's clock may stand still, and each server process counts its own; the 24 hours
are the world's, and counted where every process sees them.
"""

from collections.abc import Mapping

import orjson

from sandbox.http.message import Request, Response
from sandbox.http.onion import Layer, Respond
from sandbox.messenger.desk import Caller, Desk
from sandbox.messenger.errors import AppRateLimited, BusinessRateLimited, GraphError, PageRateLimited, RateLimited
from sandbox.messenger.front import CALLER, PREFIX
from sandbox.messenger.magic import TOLD
from sandbox.messenger.meter import BY_PERSON
from sandbox.messenger.pages import Page
from sandbox.messenger.wish import Sending

USAGE = "usage"
"""The note of a request that holds the headers of usage."""
MEDIA_PER_SECOND = 10
"""Sends of audio and video."""
READS_PER_SECOND = 2
"""Calls of the Conversations API."""
FORCED: Mapping[str, type[GraphError]] = {
    "app": AppRateLimited,
    "page": PageRateLimited,
    "business": BusinessRateLimited,
    "calls": RateLimited,
}
"""What a page's behaviour `limited` makes of every call."""


def limits(desk: Desk) -> Layer:
    """Refuses what comes too often."""

    def layer(inner: Respond) -> Respond:
        def respond(request: Request) -> Response:
            caller = request.notes.get(CALLER)
            if isinstance(caller, Caller) and request.path.startswith(f"{PREFIX}/"):
                _count(desk, caller, request)
            return inner(request)

        return respond

    return layer


def usage(inner: Respond) -> Respond:
    """Tells how much is used up, on refusals too: stands outside of who words them."""

    def respond(request: Request) -> Response:
        return inner(request).with_headers(request.notes.get(USAGE, {}))

    return respond


def _count(desk: Desk, caller: Caller, request: Request) -> None:
    world, page = caller.world, caller.page
    meter, behaviour = desk.meter(world, page), page.behaviour
    calls = meter.count(world.now)
    if calls > BY_PERSON * meter.people:
        meter.people = max(1, sum(thread.heard_at is not None for thread in desk.threads(world, page)))
    over = calls > BY_PERSON * meter.people
    request.notes[USAGE] = _headers(page, meter.used(), over and behaviour.rate_limits)
    if behaviour.limited:
        raise FORCED[behaviour.limited](TOLD[FORCED[behaviour.limited]], hint="The page's behaviour `limited` is set.")
    if not behaviour.rate_limits:
        return
    if over:
        raise PageRateLimited(
            TOLD[PageRateLimited],
            calls=calls,
            people=meter.people,
            hint=f"{BY_PERSON} calls in 24 hours for each person who wrote; advance the clock, or set rate_limits.",
        )
    edge, sends = request.path.rpartition("/")[2], request.method == "POST"
    limited = edge == "messages" if sends else edge in ("messages", "conversations") and behaviour.conversations_limit
    rate = behaviour.calls_per_second if sends else READS_PER_SECOND
    if limited and meter.is_full("send" if sends else "read", rate):
        raise RateLimited(TOLD[RateLimited], per_second=rate, edge=edge)


def media_are_not_too_many(sending: Sending) -> None:
    """A rule of the Send API."""
    kind, page = sending.message.get("attachment", {}).get("type"), sending.page
    if kind not in ("audio", "video") or not page.behaviour.rate_limits:
        return
    if sending.desk.meter(sending.world, page).is_full("media", MEDIA_PER_SECOND):
        raise RateLimited(TOLD[RateLimited], per_second=MEDIA_PER_SECOND, of=kind)


def _headers(page: Page, used: int, over: bool) -> dict[str, str]:
    share = {"call_count": used, "total_cputime": 0, "total_time": 0}
    minutes = 60 if over else 0
    by_case = {page.page_id: [{"type": "messenger", **share, "estimated_time_to_regain_access": minutes}]}
    return {"X-App-Usage": orjson.dumps(share).decode(), "X-Business-Use-Case-Usage": orjson.dumps(by_case).decode()}
