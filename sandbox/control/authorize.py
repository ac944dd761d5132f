"""A customer's answer to an authorization URL, without a browser: the very steps that the bank's pages take."""

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import parse_qs, parse_qsl, urlsplit

from sandbox.control import find
from sandbox.control.operation import Operation, in_world, wrong
from sandbox.control.services import Services
from sandbox.dialect.bank import Bank
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.errors import BadRequest, ClientNotFound
from sandbox.kernel.names import did_you_mean
from sandbox.ledger.clients import Client
from sandbox.oauth.consents import why_not
from sandbox.oauth.journeys import Journey, JourneyOver, Leave, Outcome, StepRefused, refusal_url
from sandbox.oauth.magic import OTP, PASSWORD
from sandbox.oauth.rules import judge
from sandbox.oauth.rules.request import AuthorizationRefused
from sandbox.worlds.accounts import AccountView


class AuthorizationRejected(BadRequest):
    rule = "An authorization URL must keep to the rules of the authorization endpoint (sandbox/oauth/rules)."


class PageRefused(BadRequest):
    rule = "The bank's pages must accept what the customer does."


class Target(NamedTuple):
    bank: Bank
    base_url: str
    """The issuer, as the client sees it."""
    values: dict[str, list[str]]


def authorize(services: Services, call: Call) -> Reply:
    wish = call.body
    target = _target(services, call.base_url, wish["url"])
    try:
        asked = services.endpoints.authorization_request(target.bank, target.base_url, target.values)
        judged = judge(asked)
        if not in_world(call, judged.known_client.world_id):
            raise ClientNotFound(f"the client {judged.known_client.client_id!r} is not in that world")
        journey = services.journeys.begin(judged)
    except AuthorizationRefused as refused:
        if refused.request.redirect_uri:
            return _answer(refusal_url(refused))
        facts: dict[str, Any] = {**refused.facts, "error": refused.error}
        raise AuthorizationRejected(f"{refused.error}: {refused.description}", **facts) from None
    try:
        return _answer(_walk(services, target.bank, journey, wish).url)
    except (StepRefused, JourneyOver) as refused:
        title, text = _words(refused)
        raise PageRefused(f"{title}. {text}", title=title, text=text) from None


def _walk(services: Services, bank: Bank, journey: Journey, wish: Mapping[str, Any]) -> Leave:
    """Through the pages, as far as they let the customer."""
    journeys = services.journeys
    outcome: Outcome = journeys.sign_in(journey, wish["customer"], wish.get("password", PASSWORD))
    if isinstance(outcome, Leave):
        return outcome
    outcome = journeys.verify(outcome, wish.get("otp", OTP))
    if isinstance(outcome, Leave):
        return outcome
    if wish.get("decision", "approve") == "deny":
        return journeys.decline(outcome)
    client = services.grants.client(journey.bank, journey.client_id)
    if client is None:
        raise ClientNotFound(f"the client {journey.client_id!r} is not registered any more")
    outcome = journeys.choose(outcome, _ticked(services, bank, client, outcome, wish))
    assert isinstance(outcome, Journey)
    return journeys.approve(outcome, bank, client)


def _ticked(services: Services, bank: Bank, client: Client, journey: Journey, wish: Mapping[str, Any]) -> list[str]:
    customer = services.journeys.customer(journey)
    if customer is None:
        return [journey.username]  # a magic login, which has no accounts: the page says so
    views = services.worlds.accounts(services.journeys.world(journey), customer, bank.slug)
    if "accounts" not in wish:
        return [view.account.account_id for view in views if why_not(view) == ""]
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
    if path != bank.oauth.authorization_path:
        expected = f"/{slug}{bank.oauth.authorization_path}"
        message = f"url must lead to the authorization endpoint {expected}"
        raise wrong("/url", message, rule="endpoint", expected=expected, got=path[:200])
    return Target(bank, base, parse_qs(parts.query, keep_blank_values=True, errors="replace"))


def _words(refused: StepRefused | JourneyOver) -> tuple[str, str]:
    if isinstance(refused, StepRefused):
        return refused.problem.title, refused.problem.text
    return refused.title, refused.text


def _answer(redirect: str) -> Reply:
    """The redirect, and of its query what a script wants to see at once."""
    query = dict(parse_qsl(urlsplit(redirect).query))
    told = {name: query[name] for name in ("code", "error", "error_description") if name in query}
    return Reply({"redirect": redirect, **told})


OPERATIONS: Mapping[str, Operation] = {"authorize": authorize}
