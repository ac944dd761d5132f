"""The consent pages: one address per journey, showing the step at which it stands; every form leads back to it."""

from collections.abc import Mapping

import flask
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from sandbox.dialect.bank import Bank
from sandbox.kernel import money
from sandbox.kernel.errors import AccountNotFound, BankNotFound
from sandbox.ledger.clients import Client
from sandbox.oauth.consents import why_not
from sandbox.oauth.journeys import Journey, JourneyOver, Journeys, Leave, Outcome, Problem, Step, StepRefused
from sandbox.oauth.magic import LOGINS, OTP
from sandbox.oauth.pages import PAGE_HEADERS, Pages, page_headers
from sandbox.store.grants import Grants


class Views:
    def __init__(self, banks: Mapping[str, Bank], grants: Grants, journeys: Journeys, pages: Pages) -> None:
        self.banks = banks
        self.grants = grants
        self.journeys = journeys
        self.pages = pages

    def blueprint(self) -> flask.Blueprint:
        blueprint = flask.Blueprint("signin", __name__)
        blueprint.add_url_rule("/<slug>/signin/<journey_id>", "show", self.show, methods=["GET"])
        blueprint.add_url_rule("/<slug>/signin/<journey_id>", "answer", self.answer, methods=["POST"])
        return blueprint

    def show(self, slug: str, journey_id: str) -> Response:
        bank = self._bank(slug)
        try:
            return self._page(bank, self.journeys.find(bank, journey_id), None)
        except JourneyOver as over:
            return self._notice(bank, over)

    def answer(self, slug: str, journey_id: str) -> Response:
        bank, form = self._bank(slug), flask.request.form
        journey = None
        try:
            journey = self.journeys.find(bank, journey_id)
            self.journeys.check_form(journey, form.get("csrf", ""))
            outcome = self._step(bank, journey, form)
        except StepRefused as refused:
            return self._page(bank, self.journeys.find(bank, journey_id), refused.problem)
        except AccountNotFound:
            return self._page(
                bank,
                self.journeys.find(bank, journey_id),
                Problem("That account was not offered", "Choose from the list."),
                400,
            )
        except JourneyOver as over:
            return self._notice(bank, over)
        # 303, so that neither a reload nor the back button sends a form again, and no credential travels on
        # (RFC 9700 4.12).
        target = outcome.url if isinstance(outcome, Leave) else f"{self._base_url()}/signin/{journey_id}"
        return Response(status=303, headers={**PAGE_HEADERS, "Location": target})

    def _step(self, bank: Bank, journey: Journey, form: MultiDict[str, str]) -> Outcome:
        action = form.get("action", "continue")
        if action == "cancel":
            return self.journeys.decline(journey)
        if action == "back":
            return self.journeys.back(journey)
        step = form.get("step", journey.step)
        if step != journey.step:
            raise StepRefused(
                "You are elsewhere by now", "Another tab went on with this request. This is where it stands."
            )
        if journey.step is Step.LOGIN:
            return self.journeys.sign_in(journey, form.get("username", ""), form.get("password", ""))
        if journey.step is Step.OTP:
            return self.journeys.verify(journey, form.get("otp", ""))
        if journey.step is Step.ACCOUNTS:
            return self.journeys.choose(journey, form.getlist("account"))
        return self.journeys.approve(journey, bank, self._client(journey))

    # --- Pages -----------------------------------------------------------------------------------------------------

    def _page(self, bank: Bank, journey: Journey, problem: Problem | None, status: int = 200) -> Response:
        context = {
            "bank": bank,
            "client": self._client(journey),
            "journey": {
                "action": f"{self._base_url()}/signin/{journey.journey_id}",
                "csrf": journey.csrf,
                "step": journey.step.value,
            },
            "problem": problem,
        }
        context |= {
            Step.LOGIN: self._login_context,
            Step.OTP: self._otp_context,
            Step.ACCOUNTS: self._accounts_context,
            Step.REVIEW: self._review_context,
        }[journey.step](bank, journey)
        return html(bank, self.pages.render(f"{journey.step.value}.html", **context), status)

    def _login_context(self, bank: Bank, journey: Journey) -> dict[str, object]:
        return {
            "username": flask.request.form.get("username", ""),
            "people": self.journeys.worlds.stories.cast(),
            "magic": [(username, magic.text) for username, magic in LOGINS.items()],
        }

    def _otp_context(self, bank: Bank, journey: Journey) -> dict[str, object]:
        customer = self.journeys.customer(journey)
        return {"phone": f"••• ••• {customer.phone[-4:]}" if customer else "••• ••• 0100", "code_hint": OTP}

    def _accounts_context(self, bank: Bank, journey: Journey) -> dict[str, object]:
        return {"accounts": self._offered(bank, journey)}

    def _offered(self, bank: Bank, journey: Journey) -> list[dict[str, object]]:
        customer = self.journeys.customer(journey)
        world = self.journeys.world(journey)
        views = self.journeys.worlds.accounts(world, customer, bank.slug) if customer else []
        return [
            {
                "id": view.account.account_id,
                "name": view.account.nickname or view.account.product,
                "kind": view.account.kind.replace("_", " ").lower(),
                "mask": f"••{view.account.last4}",
                "balance": money.text(view.balances().current, view.account.currency),
                "eligible": not why_not(view),
                "why_not": why_not(view),
                "checked": not why_not(view)
                and (not journey.account_ids or view.account.account_id in journey.account_ids),
            }
            for view in views
        ]

    def _review_context(self, bank: Bank, journey: Journey) -> dict[str, object]:
        told = self.journeys.disclosure(journey, bank, self._client(journey))
        return {
            "clusters": told.shared,
            "not_shared": told.not_shared,
            "purposes": [purpose.text for purpose in told.purposes],
            "duration": told.duration,
            "lookback": told.lookback,
            "accounts": [account for account in self._offered(bank, journey) if account["id"] in journey.account_ids],
            "how_to_revoke": told.how_to_revoke,
        }

    def _notice(self, bank: Bank, over: JourneyOver) -> Response:
        page = self.pages.render(
            "notice.html",
            bank=bank,
            client=None,
            title=over.title,
            text=over.text,
            detail="",
            trace="",
        )
        return html(bank, page, 400)

    # --- Pieces ----------------------------------------------------------------------------------------------------

    def _bank(self, slug: str) -> Bank:
        if slug not in self.banks:
            raise BankNotFound(f"there is no bank {slug!r}")
        return self.banks[slug]

    def _client(self, journey: Journey) -> Client:
        client = self.grants.client(journey.bank, journey.client_id)
        if client is None:
            raise JourneyOver("The app is not registered any more", "Nothing was shared.")
        return client

    @staticmethod
    def _base_url() -> str:
        base_url: str = flask.request.environ["sandbank.request"].notes["base_url"]
        return base_url


def html(bank: Bank, page: str, status: int) -> Response:
    return Response(page, status, page_headers(bank.skin), content_type="text/html; charset=utf-8")
