"""A person's way through a bank's pages: sign in, one-time code, choice of accounts, review, answer.

The same steps serve the pages and `POST /_sandbox/authorize`. A journey is stored after every step, so that the page
can be reloaded, left and taken up again; it is answered once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from urllib.parse import urlencode, urlsplit, urlunsplit

from msgspec.structs import replace

from sandbox.dialect.bank import Bank
from sandbox.faults.rules import Rules
from sandbox.kernel import ids
from sandbox.kernel.errors import AccountNotFound, AccountRefused, ConsentNotFound, NothingShared
from sandbox.ledger import codec
from sandbox.ledger.clients import Client
from sandbox.ledger.customers import Customer
from sandbox.ledger.purposes import Purpose, limited
from sandbox.oauth.codes import CodeDocument
from sandbox.oauth.consents import Choice, Consents, Parties, narrowed
from sandbox.oauth.disclosure import Disclosure
from sandbox.oauth.door import Door, OutOfOrder, StepRefused, Stopped, TurnedBack, Visitor
from sandbox.oauth.factors import FACTORS
from sandbox.oauth.journey import Journey, Step
from sandbox.oauth.logbook import Logbook
from sandbox.oauth.rules.request import AuthorizationRefused, AuthorizationRequest
from sandbox.store.grants import Grants
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.worlds import World, Worlds

LIFETIME = timedelta(minutes=30)
"""On the world's clock, from the request to the answer."""
ANSWERED = ("Already answered", "Your answer has been given. Go back to the app to see what came of it.")

ELSEWHERE = ("You are elsewhere by now", "Another tab went on with this request. This is where it stands.")


@dataclass(frozen=True, slots=True)
class Leave:
    """Off to the client."""

    url: str
    answer: Mapping[str, str]
    """What the URL says of how it went."""
    slow: bool = False


Outcome = Journey | Leave


class JourneyOver(Stopped):
    """There is nothing to go on with: unknown, answered, run out, or stopped by the bank. Shown on our own page."""


class Journeys:
    def __init__(
        self, banks: Mapping[str, Bank], grants: Grants, worlds: Worlds, consents: Consents, rules: Rules
    ) -> None:
        self.banks = banks
        self.grants = grants
        self.worlds = worlds
        self.consents = consents
        self.rules = rules
        self.door = Door(worlds)
        self.logbook = Logbook(grants)

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
            nonce=request.nonce,
            dpop_jkt=request.dpop_jkt,
            two_factors=request.two_factors,
        )
        expires_at = self.worlds.world(client.world_id).now + LIFETIME
        self.logbook.begin(journey, expires_at, known=bool(request.request_uri))
        return journey

    def find(self, bank: Bank, journey_id: str) -> Journey:
        """Raises JourneyOver."""
        found = self.grants.interaction(journey_id)
        journey = codec.decode(found[2], Journey) if found else None
        if found is None or journey is None or journey.bank != bank.slug:
            raise JourneyOver("There is nothing here", "This page belongs to no request that the bank knows of.")
        if found[1] is not None:
            raise JourneyOver(*ANSWERED)
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
        world, bank = self.world(journey), self.banks[journey.bank]
        return self._at_the_door(journey, lambda visitor: self.door.password(world, bank, visitor, username, password))

    def send_code(self, journey: Journey, device: str) -> Outcome:
        """To the device that was chosen; empty: choose anew."""
        self._expect(journey, Step.OTP)
        return self._at_the_door(journey, lambda visitor: self.door.device(self.world(journey), visitor, device))

    def resend(self, journey: Journey) -> Outcome:
        self._expect(journey, Step.OTP)
        return self._at_the_door(journey, lambda visitor: self.door.again(self.world(journey), visitor))

    def verify(self, journey: Journey, answer: str) -> Outcome:
        self._expect(journey, Step.OTP)
        return self._at_the_door(journey, lambda visitor: self.door.answer(self.world(journey), visitor, answer))

    def choose(self, journey: Journey, account_ids: Iterable[str]) -> Outcome:
        """The accounts; once more from the review, where somebody went back there."""
        if journey.step is not Step.REVIEW:
            self._expect(journey, Step.ACCOUNTS)
        wanted = tuple(dict.fromkeys(account_ids))
        if not wanted:
            raise StepRefused("No account is chosen", "Tick at least one account, or choose not to share.")
        customer = self.customer(journey)
        eligible = self.consents.eligible(self.world(journey), self.banks[journey.bank], customer) if customer else []
        offered = [account.account_id for account in eligible]
        if not offered:
            raise StepRefused("There is nothing to share", "You have no account that could be shared.")
        if not set(wanted) <= set(offered):
            raise AccountNotFound("the form names an account that was not offered", offered=sorted(offered))
        if self._foreign_grant(journey):
            return self._turn_back(
                journey, "invalid_grant_id", "the grant to change is another customer's, or has ended"
            )
        return self._move(replace(journey, step=Step.REVIEW, account_ids=wanted))

    def back(self, journey: Journey) -> Outcome:
        """From the review to the choice of accounts, from a code to where it should go; elsewhere nothing changes."""
        if journey.step is Step.OTP and journey.visitor.factor == "devices":
            return self.send_code(journey, "")
        return self._move(replace(journey, step=Step.ACCOUNTS)) if journey.step is Step.REVIEW else journey

    def approve(
        self,
        journey: Journey,
        bank: Bank,
        client: Client,
        *,
        purposes: Iterable[str] | None = None,
        marketing: bool = False,
        targeting: bool = False,
    ) -> Leave:
        """Store the consent and send a code to the client. The code works once. Of the client's `purposes` only those
        that are named, and those that it requires; None: all."""
        self._expect(journey, Step.REVIEW)
        world, customer = self.world(journey), self.customer(journey)
        assert customer is not None
        asked = limited(client.purposes, journey.asked.clusters)
        agreed = ticked(asked, purposes)
        if not agreed:
            raise StepRefused("Nothing is ticked", "Tick at least one purpose, or choose not to share.")
        choice = Choice(
            self.consents.chosen(world, bank, customer, journey.account_ids),
            tuple(purpose.code for purpose in agreed),
            marketing and client.asks_for_marketing,
            targeting,
            two_factors="mfa" in FACTORS[journey.visitor.factor].amr,
        )
        parties, code = Parties(world, bank, client, customer), ids.secret()
        with self.grants.database.transaction():
            self._end(journey)
            try:
                consent = self.consents.give(parties, journey.asked, choice)
            except ConsentNotFound as error:
                return _leave(journey, error="invalid_grant_id", error_description=error.detail)
            except AccountRefused as error:
                return _leave(journey, error="access_denied", error_description=error.detail)
            if journey.visitor.profile:
                self.rules.befall(world, consent.consent_id, journey.visitor.profile)
            document = CodeDocument(
                bank=bank.slug,
                client_id=client.client_id,
                consent_id=consent.consent_id,
                redirect_uri=journey.asked_redirect_uri,
                scope=narrowed(bank, journey.asked.scope, consent.clusters),
                code_challenge=journey.code_challenge,
                nonce=journey.nonce,
                auth_time=journey.auth_time,
                amr=FACTORS[journey.visitor.factor].amr,
                dpop_jkt=journey.dpop_jkt,
            )
            expires_at = world.now + bank.oauth.code_lifetime
            self.grants.add_code(ids.fingerprint(code), world.world_id, expires_at, codec.encode(document))
        return _leave(journey, code=code)

    def decline(self, journey: Journey) -> Leave:
        return self._turn_back(journey, "access_denied", "the customer chose not to share")

    # --- What a page needs to know ---------------------------------------------------------------------------------

    def world(self, journey: Journey) -> World:
        return self.worlds.world(journey.world_id)

    def customer(self, journey: Journey) -> Customer | None:
        """Who has signed in; None for a magic login, which is nobody."""
        return self.door.customer(self.world(journey), journey.visitor)

    def offered(self, journey: Journey) -> list[AccountView]:
        """The accounts of whoever has signed in, those included that cannot be shared."""
        customer = self.customer(journey)
        return self.worlds.accounts(self.world(journey), customer, journey.bank) if customer else []

    def disclosure(self, journey: Journey, bank: Bank, client: Client) -> Disclosure:
        """What the review page says. Raises JourneyOver where the grant to merge or replace has ended meanwhile."""
        world, customer = self.world(journey), self.customer(journey)
        assert customer is not None
        parties = Parties(world, bank, client, customer)
        choice = Choice(self.consents.chosen(world, bank, customer, journey.account_ids))
        try:
            draft = self.consents.draft(parties, journey.asked, choice)
        except NothingShared:
            raise JourneyOver("There is nothing to share", "The app asks for data that it has no use for.") from None
        except AccountRefused:
            raise JourneyOver("There is nothing to share", "Whoever holds these accounts with you refused.") from None
        except ConsentNotFound:
            raise JourneyOver("What you shared before has ended", "Start again from the app.") from None
        return self.consents.disclosure(parties, draft)

    # --- Pieces ----------------------------------------------------------------------------------------------------

    @staticmethod
    def _expect(journey: Journey, step: Step) -> None:
        if journey.step is not step:
            raise StepRefused(*ELSEWHERE)

    def _foreign_grant(self, journey: Journey) -> bool:
        """Whether the grant to merge or replace is not this customer's."""
        if not journey.asked.grant_id:
            return False
        grant, customer = self.consents.active(journey.asked.grant_id), self.customer(journey)
        return grant is None or customer is None or grant.customer_id != customer.customer_id

    def _at_the_door(self, journey: Journey, take: Callable[[Visitor], Visitor]) -> Outcome:
        """One step of signing in. What it changes is kept, also where it goes wrong."""
        try:
            visitor = take(journey.visitor)
        except StepRefused as refused:
            if refused.visitor is not None:
                self._move(replace(journey, visitor=refused.visitor))
            raise
        except Stopped as stopped:
            self._end(journey)
            raise JourneyOver(stopped.title, stopped.text) from stopped
        except OutOfOrder:
            return self._turn_back(journey, "temporarily_unavailable", "the bank's sign-in is not available")
        except TurnedBack:
            return self.decline(journey)
        if not visitor.proven:
            return self._move(replace(journey, step=Step.OTP, visitor=visitor))
        if journey.two_factors and "mfa" not in FACTORS[visitor.factor].amr:
            return self._turn_back(
                journey, "unmet_authentication_requirements", "the customer signed in with one factor"
            )
        signed_in = self.worlds.wall() // 1000
        return self._move(replace(journey, step=Step.ACCOUNTS, visitor=visitor, auth_time=signed_in))

    def _move(self, journey: Journey) -> Journey:
        if not self.logbook.move(journey):
            raise JourneyOver(*ANSWERED)
        return journey

    def _end(self, journey: Journey) -> None:
        if not self.logbook.end(journey, self.worlds.world(journey.world_id).now):
            raise JourneyOver(*ANSWERED)

    def _turn_back(self, journey: Journey, error: str, description: str) -> Leave:
        self._end(journey)
        return _leave(journey, error=error, error_description=description)


def ticked(purposes: tuple[Purpose, ...], codes: Iterable[str] | None) -> tuple[Purpose, ...]:
    """Those that are named, and those that the client requires; None: all. One that stands alone always."""
    wanted = None if codes is None or len(purposes) == 1 else set(codes)
    return tuple(one for one in purposes if wanted is None or one.required or one.code in wanted)


def refusal_url(refused: AuthorizationRefused) -> str:
    """Where a refusal goes that may go to the client."""
    request = refused.request
    return answer_url(request.redirect_uri, request.state, request.issuer, refused.answer)


def _leave(journey: Journey, **answer: str) -> Leave:
    url = answer_url(journey.redirect_uri, journey.state, journey.issuer, answer)
    return Leave(url, answer, journey.visitor.slow)


def answer_url(redirect_uri: str, state: str, issuer: str, answer: dict[str, str]) -> str:
    """The redirect URI with the answer, the state as it came, and the issuer (RFC 9207) in its query."""
    members = {**answer, **({"state": state} if state else {}), "iss": issuer}
    parts = urlsplit(redirect_uri)
    query = "&".join(part for part in (parts.query, urlencode(members)) if part)
    return urlunsplit(parts._replace(query=query))
