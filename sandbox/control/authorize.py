"""A customer's answer to an authorization URL, without a browser: the very steps that the bank's pages take."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from sandbox.control import find
from sandbox.control.mishaps import MISHAPS, Mishap, Notice
from sandbox.control.operation import Operation, in_world, wrong
from sandbox.control.services import Services
from sandbox.dialect.bank import Bank
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.errors import BadRequest, ClientNotFound
from sandbox.kernel.names import did_you_mean
from sandbox.ledger.clients import Client
from sandbox.oauth.door import StepRefused
from sandbox.oauth.factors import FACTORS
from sandbox.oauth.journey import Journey, Step
from sandbox.oauth.journeys import JourneyOver, Outcome, refusal_url
from sandbox.oauth.magic import PASSWORD, SLOW_SECONDS
from sandbox.oauth.rules import judge
from sandbox.oauth.rules.request import AuthorizationRefused
from sandbox.worlds.accounts import AccountView


class AuthorizationRejected(BadRequest):
    rule = "An authorization URL must keep to the rules of the authorization endpoint (sandbox/oauth/rules)."


class PageRefused(BadRequest):
    rule = "The bank's pages must accept what the customer does."


SIGN_IN = "/signin/"


class Target(NamedTuple):
    bank: Bank
    base_url: str
    """The issuer, as the client sees it."""
    path: str
    values: dict[str, list[str]]


class Walk(NamedTuple):
    """A customer on the bank's pages."""

    services: Services
    bank: Bank
    client: Client
    wish: Mapping[str, Any]
    mishap: Mishap

    def to_the_end(self, journey: Journey) -> tuple[Outcome, list[Notice]]:
        """Through the pages, as far as they let the customer, and as far as the customer goes."""
        outcome: Outcome = journey
        notices: list[Notice] = []
        while isinstance(outcome, Journey) and outcome.step != self.wish.get("leave_at"):
            here, outcome = outcome, STEPS[outcome.step](self, outcome)
            notices += self.mishap(self.services.journeys, self.bank, self.client, here, outcome)
        return outcome, notices


def authorize(services: Services, call: Call) -> Reply:
    return answered(services, call, call.body)


def answered(services: Services, call: Call, wish: Mapping[str, Any]) -> Reply:
    """`wish` is what the operation takes. Raises AuthorizationRejected, PageRefused and others."""
    target = _target(services, call.base_url, wish["url"])
    try:
        with services.journeys.logbook.walk():
            journey, client = _journey(services, call, target)
            walk = Walk(services, target.bank, client, wish, MISHAPS[wish.get("mishap", "")])
            outcome, notices = walk.to_the_end(journey)
    except AuthorizationRefused as refused:
        if refused.request.redirect_uri:
            return Reply({"redirect": refusal_url(refused), **refused.answer})
        facts: dict[str, Any] = {**refused.facts, "error": refused.error}
        raise AuthorizationRejected(f"{refused.error}: {refused.description}", **facts) from None
    except (StepRefused, JourneyOver) as refused:
        raise PageRefused(f"{refused.title}. {refused.text}", title=refused.title, text=refused.text) from None
    told = {"notices": [notice._asdict() for notice in notices]} if notices else {}
    if isinstance(outcome, Journey):
        return Reply({"page": f"{target.base_url}{SIGN_IN}{outcome.journey_id}", "step": outcome.step.value, **told})
    answer = {"redirect": outcome.url, **outcome.answer, **told}
    return Reply(answer, delay=SLOW_SECONDS if outcome.slow else 0.0)


def _journey(services: Services, call: Call, target: Target) -> tuple[Journey, Client]:
    """A new one for an authorization URL; for the address of a page the one that was left there. Raises
    AuthorizationRefused, JourneyOver or ClientNotFound."""
    elsewhere = ClientNotFound("the client of that URL is not in that world")
    if not target.path.startswith(SIGN_IN):
        judged = judge(services.endpoints.authorization_request(target.bank, target.base_url, target.values))
        if not in_world(call, judged.known_client.world_id):
            raise elsewhere
        return services.endpoints.begin(judged), judged.known_client
    journey = services.journeys.find(target.bank, target.path.removeprefix(SIGN_IN))
    if not in_world(call, journey.world_id):
        raise elsewhere
    client = services.grants.client(journey.bank, journey.client_id)
    if client is None:
        raise ClientNotFound(f"the client {journey.client_id!r} is not registered any more")
    return journey, client


def _sign_in(walk: Walk, journey: Journey) -> Outcome:
    return walk.services.journeys.sign_in(journey, walk.wish["customer"], walk.wish.get("password", PASSWORD))


def _verify(walk: Walk, journey: Journey) -> Outcome:
    if not journey.visitor.device:
        return walk.services.journeys.send_code(journey, walk.wish.get("device", "text"))
    return walk.services.journeys.verify(journey, walk.wish.get("otp", FACTORS[journey.visitor.factor].right))


def _choose(walk: Walk, journey: Journey) -> Outcome:
    if walk.wish.get("decision", "approve") == "deny":
        return walk.services.journeys.decline(journey)
    return walk.services.journeys.choose(journey, _ticked(walk.services, walk.bank, walk.client, journey, walk.wish))


def _decide(walk: Walk, journey: Journey) -> Outcome:
    """Approval; of a journey that was left at this page also a refusal."""
    wish, journeys = walk.wish, walk.services.journeys
    if wish.get("decision", "approve") == "deny":
        return journeys.decline(journey)
    known, asked = [purpose.code for purpose in walk.client.purposes], wish.get("purposes")
    strange = next((code for code in asked or () if code not in known), None)
    if strange is not None:
        raise wrong("/purposes", f"the client has no purpose {strange}", rule="enum", expected=known, got=strange)
    return journeys.approve(
        journey,
        walk.bank,
        walk.client,
        purposes=asked,
        marketing=wish.get("marketing", False),
        targeting=wish.get("targeting", False),
    )


STEPS: Mapping[Step, Callable[[Walk, Journey], Outcome]] = {
    Step.LOGIN: _sign_in,
    Step.OTP: _verify,
    Step.ACCOUNTS: _choose,
    Step.REVIEW: _decide,
}


def _ticked(services: Services, bank: Bank, client: Client, journey: Journey, wish: Mapping[str, Any]) -> list[str]:
    customer = services.journeys.customer(journey)
    if customer is None:
        return [journey.visitor.username]  # a magic login, which has no accounts: the page says so
    world = services.journeys.world(journey)
    if "accounts" not in wish:
        return [account.account_id for account in services.consents.eligible(world, bank, customer)]
    views = services.worlds.accounts(world, customer, bank.slug)
    return find.chosen(views, wish["accounts"], partial(_known_as, bank, client))


def _known_as(bank: Bank, client: Client, view: AccountView) -> str:
    return bank.account_ref(view.account, client.client_id)


def _target(services: Services, origin: str, url: str) -> Target:
    """The bank that the URL addresses, whichever way. Raises InvalidInput."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as error:
        raise wrong("/url", f"url cannot be read: {error}", rule="format", got=url[:200]) from None
    if parts.scheme not in ("", "http", "https"):
        raise wrong("/url", "url must be an http(s) URL or a path", rule="format", got=url[:200])
    base = f"{parts.scheme or 'http'}://{parts.netloc}" if parts.netloc else origin
    if services.settings.public_url:
        base = services.settings.public_url.rstrip("/")
    label, dot, rest = host.partition(".")
    slug, path = label, parts.path
    if not (dot and rest == "localhost" and label in services.banks):
        slug, _, path = parts.path.lstrip("/").partition("/")
        path, base = f"/{path}", f"{base}/{slug}"
    bank = services.banks.get(slug)
    if bank is None:
        hint = did_you_mean(slug, services.banks)
        message = f"url must begin with a bank's prefix, such as /{next(iter(services.banks), 'bank')}/. {hint}"
        raise wrong("/url", message.rstrip(), rule="bank", expected=list(services.banks), got=slug[:100])
    if path not in (bank.oauth.authorization_path, bank.oauth.app_path) and not path.startswith(SIGN_IN):
        expected = f"/{slug}{bank.oauth.authorization_path}"
        message = f"url must lead to the authorization endpoint {expected}, or to a page that was left"
        raise wrong("/url", message, rule="endpoint", expected=expected, got=path[:200])
    return Target(bank, base, path, parse_qs(parts.query, keep_blank_values=True, errors="replace"))


OPERATIONS: Mapping[str, Operation] = {"authorize": authorize}
