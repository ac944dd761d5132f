"""A person's way through a bank's pages: sign in, one-time code, choice of accounts, review, answer.

The same steps serve the pages and `POST /_sandbox/authorize`. A journey is stored after every step, so that the page
can be reloaded, left and taken up again; it is answered once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from hmac import compare_digest
from urllib.parse import urlencode, urlsplit, urlunsplit

from sandbox.dialect.bank import Bank
from sandbox.kernel import ids
from sandbox.kernel.errors import AccountNotFound, ConsentNotFound, CustomerNotFound
from sandbox.ledger import codec
from sandbox.ledger.clients import Client
from sandbox.ledger.consent_requests import ConsentRequest
from sandbox.ledger.customers import Customer
from sandbox.oauth.codes import CodeDocument
from sandbox.oauth.consents import Choice, Consents, Parties, narrowed
from sandbox.oauth.disclosure import Disclosure
from sandbox.oauth.magic import LOGINS, OTP, PASSWORD
from sandbox.oauth.rules.request import AuthorizationRefused, AuthorizationRequest
from sandbox.store.grants import Grants
from sandbox.worlds.worlds import World, Worlds

LIFETIME = timedelta(minutes=30)
TRIES = 3


class Step(StrEnum):
    LOGIN = "login"
    OTP = "otp"
    ACCOUNTS = "accounts"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Journey:
    journey_id: str
    bank: str
    world_id: str
    client_id: str
    issuer: str
    redirect_uri: str
    asked_redirect_uri: str
    asked: ConsentRequest
    state: str
    code_challenge: str
    csrf: str
    step: Step = Step.LOGIN
    username: str = ""
    tries: int = 0
    account_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Said on the page; the journey stands where it stood."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Off to the client."""

    url: str


Outcome = Journey | Leave


class StepRefused(Exception):
    """What the person did is not accepted; they may try again on the same page."""

    def __init__(self, title: str, text: str) -> None:
        self.problem = Problem(title, text)
        super().__init__(text)


class JourneyOver(Exception):
    """There is nothing to go on with: unknown, answered, run out, or stopped by the bank. Shown on our own page."""

    def __init__(self, title: str, text: str) -> None:
        self.title = title
        self.text = text
        super().__init__(text)


class Journeys:
    def __init__(self, grants: Grants, worlds: Worlds, consents: Consents) -> None:
        self.grants = grants
        self.worlds = worlds
        self.consents = consents

    # --- Beginning and finding -------------------------------------------------------------------------------------

    def begin(self, request: AuthorizationRequest) -> Journey:
        """From a request that all the rules have found good."""
        client = request.known_client
        journey = Journey(
            journey_id=ids.secret(24),
            bank=request.bank.slug,
            world_id=client.world_id,
            client_id=client.client_id,
            issuer=request.issuer,
            redirect_uri=request.redirect_uri,
            asked_redirect_uri=request.asked_redirect_uri,
            asked=request.asked,
            state=request.state,
            code_challenge=request.code_challenge,
            csrf=ids.secret(16),
        )
        expires_at = self.worlds.world(client.world_id).now + LIFETIME
        self.grants.add_interaction(journey.journey_id, journey.world_id, expires_at, codec.encode(journey))
        return journey

    def find(self, bank: Bank, journey_id: str) -> Journey:
        """Raises JourneyOver."""
        found = self.grants.interaction(journey_id)
        journey = codec.decode(found[2], Journey) if found else None
        if found is None or journey is None or journey.bank != bank.slug:
            raise JourneyOver("There is nothing here", "This page belongs to no request that the bank knows of.")
        if found[1] is not None:
            raise JourneyOver(
                "Already answered", "Your answer has been given. Go back to the app to see what came of it."
            )
        if found[0] <= self.worlds.world(journey.world_id).now:
            raise JourneyOver("This page has run out", "It was open for too long. Start again from the app.")
        return journey

    @staticmethod
    def check_form(journey: Journey, csrf: str) -> None:
        """Raises JourneyOver for a form that this journey's page did not make."""
        if not compare_digest(journey.csrf.encode(), csrf.encode("utf-8", "replace")):
            raise JourneyOver(
                "This form is not ours", "It did not come from the page it should have. Nothing was changed."
            )

    # --- Steps -----------------------------------------------------------------------------------------------------

    def sign_in(self, journey: Journey, username: str, password: str) -> Outcome:
        self._expect(journey, Step.LOGIN)
        username = username.strip()
        magic = LOGINS.get(username)
        if magic is not None and password == PASSWORD:
            if magic.outcome == "locked":
                raise StepRefused(
                    "Your login is locked", "Too many tries went wrong. Call the bank to have it unlocked."
                )
            if magic.outcome == "bank_down":
                return self._turn_back(journey, "temporarily_unavailable", "the bank's sign-in is not available")
            if magic.outcome == "wrong_password":
                return self._missed(journey)
            return self._move(replace(journey, step=Step.OTP, username=username, tries=0))
        try:
            customer = self.worlds.customer(self.worlds.world(journey.world_id), username)
        except CustomerNotFound:
            return self._missed(journey)
        if password != PASSWORD:
            return self._missed(journey)
        return self._move(replace(journey, step=Step.OTP, username=customer.username, tries=0))

    def verify(self, journey: Journey, code: str) -> Outcome:
        self._expect(journey, Step.OTP)
        outcome = LOGINS[journey.username].outcome if journey.username in LOGINS else ""
        if outcome == "otp_expired":
            raise StepRefused("That code has run out", "We have sent you a new one. Use it within ten minutes.")
        if outcome == "otp_wrong" or code.strip() != OTP:
            journey = self._counted(journey)
            if journey.tries >= TRIES:
                self._end(journey)
                raise JourneyOver(
                    "Too many wrong codes", "For your safety we have stopped here. Start again from the app."
                )
            raise StepRefused(
                "That code is not right",
                f"Check the code we sent you. {TRIES - journey.tries} tries are left.",
            )
        if outcome == "cancels":
            return self.decline(journey)
        return self._move(replace(journey, step=Step.ACCOUNTS, tries=0))

    def choose(self, journey: Journey, account_ids: Iterable[str]) -> Outcome:
        self._expect(journey, Step.ACCOUNTS)
        world, bank_accounts = self.world(journey), list(account_ids)
        if not bank_accounts:
            raise StepRefused("No account is chosen", "Tick at least one account, or choose not to share.")
        customer = self.customer(journey)
        if customer is None:
            raise StepRefused("There is nothing to share", "You have no account that could be shared.")
        offered = {view.account.account_id for view in self.consents.worlds.accounts(world, customer, journey.bank)}
        if not set(bank_accounts) <= offered:
            raise AccountNotFound("the form names an account that was not offered", offered=sorted(offered))
        if self._foreign_grant(journey, customer):
            return self._turn_back(
                journey, "invalid_grant_id", "the grant to change is another customer's, or has ended"
            )
        return self._move(replace(journey, step=Step.REVIEW, account_ids=tuple(bank_accounts)))

    def back(self, journey: Journey) -> Outcome:
        """From the review to the choice of accounts; elsewhere it changes nothing."""
        return self._move(replace(journey, step=Step.ACCOUNTS)) if journey.step is Step.REVIEW else journey

    def approve(self, journey: Journey, bank: Bank, client: Client) -> Leave:
        """Store the consent and send a code to the client. The code works once."""
        self._expect(journey, Step.REVIEW)
        world, customer = self.world(journey), self.customer(journey)
        assert customer is not None
        code = ids.secret()
        with self.grants.database.transaction():
            self._end(journey)
            choice = Choice(self.consents.chosen(world, bank, customer, journey.account_ids))
            try:
                consent = self.consents.give(Parties(world, bank, client, customer), journey.asked, choice)
            except ConsentNotFound as error:
                return Leave(_with(journey, error="invalid_grant_id", error_description=error.detail))
            document = CodeDocument(
                bank=bank.slug,
                client_id=client.client_id,
                consent_id=consent.consent_id,
                redirect_uri=journey.asked_redirect_uri,
                scope=narrowed(bank, journey.asked.scope, consent.clusters),
                code_challenge=journey.code_challenge,
            )
            expires_at = world.now + bank.oauth.code_lifetime
            self.grants.add_code(ids.fingerprint(code), world.world_id, expires_at, codec.encode(document))
        return Leave(_with(journey, code=code))

    def decline(self, journey: Journey) -> Leave:
        return self._turn_back(journey, "access_denied", "the customer chose not to share")

    # --- What a page needs to know ---------------------------------------------------------------------------------

    def world(self, journey: Journey) -> World:
        return self.worlds.world(journey.world_id)

    def customer(self, journey: Journey) -> Customer | None:
        """Who has signed in; None for a magic login, which is nobody."""
        if not journey.username or journey.username in LOGINS:
            return None
        return self.worlds.customer(self.world(journey), journey.username)

    def disclosure(self, journey: Journey, bank: Bank, client: Client) -> Disclosure:
        """What the review page says. Raises JourneyOver where the grant to merge or replace has ended meanwhile."""
        world, customer = self.world(journey), self.customer(journey)
        assert customer is not None
        parties = Parties(world, bank, client, customer)
        choice = Choice(self.consents.chosen(world, bank, customer, journey.account_ids))
        try:
            draft = self.consents.draft(parties, journey.asked, choice)
        except ConsentNotFound:
            raise JourneyOver("What you shared before has ended", "Start again from the app.") from None
        return self.consents.disclosure(parties, draft)

    # --- Pieces ----------------------------------------------------------------------------------------------------

    @staticmethod
    def _expect(journey: Journey, step: Step) -> None:
        if journey.step is not step:
            raise StepRefused(
                "You are elsewhere by now", "Another tab went on with this request. This is where it stands."
            )

    def _foreign_grant(self, journey: Journey, customer: Customer) -> bool:
        """Whether the grant to merge or replace is not this customer's."""
        if not journey.asked.grant_id:
            return False
        grant = self.consents.active(journey.asked.grant_id)
        return grant is None or grant.customer_id != customer.customer_id

    def _missed(self, journey: Journey) -> Outcome:
        journey = self._counted(journey)
        if journey.tries >= TRIES:
            self._end(journey)
            raise JourneyOver("Your login is locked", "Too many tries went wrong. Start again from the app.")
        raise StepRefused(
            "We could not sign you in",
            f"The username or the password is not right. {TRIES - journey.tries} tries are left.",
        )

    def _counted(self, journey: Journey) -> Journey:
        journey = replace(journey, tries=journey.tries + 1)
        self._move(journey)
        return journey

    def _move(self, journey: Journey) -> Journey:
        if not self.grants.set_interaction(journey.journey_id, codec.encode(journey)):
            raise JourneyOver(
                "Already answered", "Your answer has been given. Go back to the app to see what came of it."
            )
        return journey

    def _end(self, journey: Journey) -> None:
        if not self.grants.end_interaction(journey.journey_id, self.worlds.world(journey.world_id).now):
            raise JourneyOver(
                "Already answered", "Your answer has been given. Go back to the app to see what came of it."
            )

    def _turn_back(self, journey: Journey, error: str, description: str) -> Leave:
        self._end(journey)
        return Leave(_with(journey, error=error, error_description=description))


def refusal_url(refused: AuthorizationRefused) -> str:
    """Where a refusal goes that may go to the client."""
    request = refused.request
    answer = {"error": refused.error, "error_description": refused.description}
    return answer_url(request.redirect_uri, request.state, request.issuer, answer)


def _with(journey: Journey, **answer: str) -> str:
    return answer_url(journey.redirect_uri, journey.state, journey.issuer, answer)


def answer_url(redirect_uri: str, state: str, issuer: str, answer: dict[str, str]) -> str:
    """The redirect URI with the answer, the state as it came, and the issuer (RFC 9207) in its query."""
    members = {**answer, **({"state": state} if state else {}), "iss": issuer}
    parts = urlsplit(redirect_uri)
    query = "&".join(part for part in (parts.query, urlencode(members)) if part)
    return urlunsplit(parts._replace(query=query))
