"""Account linking without a browser: the tap on Log In, the app's login page, the bank's pages and the way back, each
step noted. The bot calls us while we wait for it; so all waiting is done beside the loop, and the answer comes when the
walk is over."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from sandbox.control.authorize import answered
from sandbox.control.messenger import actor_of
from sandbox.control.messenger_deeds import as_link, opened
from sandbox.control.operation import Operation, members
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.errors import SandbankError
from sandbox.messenger import linking
from sandbox.messenger.acting import Actor
from sandbox.messenger.errors import NothingToTap
from sandbox.messenger.linking import Link
from sandbox.outbound.browser import Browser, Way, redirect, ways
from sandbox.outbound.documents import Unreachable
from sandbox.outbound.guard import Refused

MOST = 30
"""Pages on the way. More is a loop."""
SHOWN = 300
"""Characters of an address in a step."""
OURS = ("mid", "button", "follow")
"""Members of the wish that say how to get to the bank; the others are for its pages."""


class Stuck(Exception):
    """The walk cannot go on: at which step, and why."""

    def __init__(self, step: str, why: str) -> None:
        self.step, self.why = step, why
        super().__init__(why)


def link(services: Services, call: Call) -> Reply:
    """Raises NothingToTap, PersonNotFound or PageNotFound; whatever fails on the way is told in the answer."""
    actor, wish = actor_of(services, call), members(call)
    screen = [one for one in actor.screen(wish.get("mid")) if one.kind == "account_link"]
    wanted = wish.get("button", 0)
    fitting = [one for place, one in enumerate(screen) if wanted in (place, one.title, one.card, one.url)]
    if not fitting:
        raise NothingToTap("there is no Log In button to tap", hint="The page has to send one of type account_link.")
    did, started = opened(actor, fitting[0], call.base_url)
    if not did.opens:
        return Reply(_told(started))
    walk = Walk(services, call, actor, wish, started)
    # What is told at first keeps to the document as the end will; the end is not known yet.
    return Reply(_told(started), stream=lambda: walk.streamed(did.opens))


def _told(one: Link) -> dict[str, Any]:
    last = next((step for step in reversed(one.steps) if not step["ok"]), None)
    failed = {"step": last["step"], "why": last["text"]} if last is not None and one.state != "linked" else None
    return {"linked": one.state == "linked", "failed": failed, "link": as_link(one)}


@dataclass(slots=True)
class Walk:
    """A person on the way from the button to the bank and back."""

    services: Services
    call: Call
    actor: Actor
    wish: Mapping[str, Any]
    link: Link

    async def streamed(self, url: str) -> AsyncIterator[bytes]:
        try:
            await self.go(url)
        except Stuck as stuck:
            self._note(stuck.step, stuck.why, ok=False, state="failed")
        yield orjson.dumps(_told(self.link))

    async def go(self, url: str) -> None:
        """Raises Stuck."""
        browser, follow = Browser(self.services.desk.guard), list(self.wish.get("follow", ()))
        way, step = Way("", url), "login page"
        for _ in range(MOST):
            if self._is_return(way.url):
                self._come_back(way.url)
                return
            if self._is_bank(way.url):
                way, step = Way("", self._at_the_bank(way.url)), "callback"
                continue
            way = await self._next(browser, way, step, follow)
        raise Stuck(step, f"After {MOST} pages the browser is not back: {way.url[:SHOWN]}.")

    async def _next(self, browser: Browser, way: Way, step: str, follow: list[str]) -> Way:
        """The page after this one of the app's."""
        try:
            heard = await browser.go(way)
        except (Refused, Unreachable) as error:
            raise Stuck(step, f"{way.method} {_bare(way.url)}: {error}.") from None
        there = redirect(way.url, heard)
        if there:
            self._note(step, f"{way.method} {_bare(way.url)} sends the browser to {_bare(there)}.")
            return Way("", there)
        if heard.status != 200:
            text = heard.body[:SHOWN].decode("utf-8", "replace")
            raise Stuck(step, f"{way.method} {_bare(way.url)} answers {heard.status}: {text}")
        offered = ways(way.url, heard)
        chosen = self._chosen(offered, follow)
        if chosen is None:
            texts = ", ".join(repr(one.text or _bare(one.url)) for one in offered) or "nowhere"
            raise Stuck(
                step,
                f"{way.method} {_bare(way.url)} is a page that leads on by {texts}. Say in `follow` what is clicked.",
            )
        self._note(step, f"On {_bare(way.url)} the person clicks {chosen.text or _bare(chosen.url)!r}.")
        return chosen

    def _chosen(self, offered: Sequence[Way], follow: list[str]) -> Way | None:
        """What `follow` says next, or the only way that there is."""
        if follow:
            word = follow.pop(0).casefold()
            return next((one for one in offered if word in one.text.casefold() or word in one.url.casefold()), None)
        return offered[0] if len(offered) == 1 else None

    def _is_ours(self, url: str) -> bool:
        host = urlsplit(url).netloc
        own = urlsplit(self.call.base_url).netloc
        label, _, rest = host.partition(".")
        return host == own or (label in self.services.banks and rest == f"localhost:{own.rpartition(':')[2]}")

    def _is_return(self, url: str) -> bool:
        return self._is_ours(url) and urlsplit(url).path == linking.RETURN

    def _is_bank(self, url: str) -> bool:
        parts = urlsplit(url)
        label = parts.netloc.partition(".")[0]
        return self._is_ours(url) and (label in self.services.banks or parts.path.split("/")[1] in self.services.banks)

    def _at_the_bank(self, url: str) -> str:
        """Through the bank's own pages. Raises Stuck."""
        wish = {"customer": self.actor.person.username, **self.wish, "url": url}
        for name in OURS:
            wish.pop(name, None)
        try:
            told = answered(self.services, self.call, wish).body
        except SandbankError as error:
            raise Stuck("bank", f"The bank refuses: {error.detail} {error.hint}".strip()) from None
        if "redirect" not in told:
            raise Stuck("bank", f"The person left the bank's pages at {told['step']}: {told['page']}.")
        outcome = f"answers {told['error']}" if "error" in told else "gives a code"
        self._note("bank", f"{_bare(url)} {outcome} and sends the browser to {_bare(told['redirect'])}.")
        return str(told["redirect"])

    def _come_back(self, url: str) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        token = query.get("account_linking_token", "")
        if token != self.link.token:
            raise Stuck("return", "The browser came back without the account_linking_token that it left with.")
        desk, world = self.services.desk, self.services.worlds.world(self.actor.world.world_id)
        self.link = linking.come_back(desk, world, token, query.get("authorization_code"))

    def _note(self, step: str, text: str, *, ok: bool = True, state: str = "") -> None:
        desk, world = self.services.desk, self.services.worlds.world(self.actor.world.world_id)
        current = linking.get(desk, world, self.link.token) or self.link
        self.link = linking.put(desk, world, current.noted(world, step, text, ok=ok, state=state))


def _bare(url: str) -> str:
    """Without the query, which may hold secrets."""
    return url.partition("?")[0][:SHOWN]


OPERATIONS: Mapping[str, Operation] = {"messengerLink": link}
