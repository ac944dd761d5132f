"""The consent pages: one address per journey, showing the step at which it stands; every form leads back to it."""

from collections.abc import Mapping
from urllib.parse import urlencode

import flask
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from sandbox.dialect.bank import Bank
from sandbox.kernel import money
from sandbox.kernel.errors import AccountNotFound, BankNotFound
from sandbox.ledger.clients import Client
from sandbox.ledger.customers import Customer
from sandbox.oauth.consents import why_not
from sandbox.oauth.disclosure import TARGETED, offers
from sandbox.oauth.door import StepRefused, Visitor
from sandbox.oauth.factors import FACTORS, QUESTION, RUN_OUT, additions, devices
from sandbox.oauth.journey import Journey, Step
from sandbox.oauth.journeys import ELSEWHERE, JourneyOver, Journeys, Leave, Outcome
from sandbox.oauth.magic import LOGINS, SLOW_SECONDS
from sandbox.oauth.pages import PAGE_HEADERS, Pages, page_headers
from sandbox.store.grants import Grants
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.worlds import Worlds


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
        # In one transaction, so that of any number of tabs and clicks one comes first; what a refused step used up (a
        # try) stays used up.
        with self.grants.database.transaction():
            try:
                journey = self.journeys.find(bank, journey_id)
                outcome = self._answered(bank, journey, form)
            except JourneyOver as over:
                return self._notice(bank, over)
        if isinstance(outcome, Response):
            return outcome
        # 303, so that neither a reload nor the back button sends a form again, and no credential travels on
        # (RFC 9700 4.12).
        target = outcome.url if isinstance(outcome, Leave) else f"{self._base_url()}/signin/{journey_id}"
        if journey.visitor.slow:
            delay_answer()
        return Response(status=303, headers={**PAGE_HEADERS, "Location": target})

    def _answered(self, bank: Bank, journey: Journey, form: MultiDict[str, str]) -> Outcome | Response:
        """Where the form leads, or the page with what is wrong with it. Raises JourneyOver."""
        self.journeys.check_form(journey, form.get("csrf", ""))
        try:
            return self._step(bank, journey, form)
        except StepRefused as refused:
            return self._page(bank, self.journeys.find(bank, journey.journey_id), refused)
        except AccountNotFound:
            stranger = StepRefused("That account was not offered", "Choose from the list.")
            return self._page(bank, journey, stranger, 400)

    def _step(self, bank: Bank, journey: Journey, form: MultiDict[str, str]) -> Outcome:
        action, step, journeys = form.get("action", "continue"), form.get("step", journey.step), self.journeys
        if action == "cancel":
            return journeys.decline(journey)
        if action == "back":
            return journeys.back(journey)
        if (step, journey.step) == (Step.ACCOUNTS, Step.REVIEW):
            return journeys.choose(journey, form.getlist("account"))  # somebody went back to the page of accounts
        if step != journey.step:
            raise StepRefused(*ELSEWHERE)
        if action == "resend":
            return journeys.resend(journey)
        if journey.step is Step.LOGIN:
            return journeys.sign_in(journey, form.get("username", ""), form.get("password", ""))
        if journey.step is Step.OTP:
            if "device" in form or not journey.visitor.device:
                return journeys.send_code(journey, form.get("device", "nowhere"))
            return journeys.verify(journey, form.get("otp", ""))
        if journey.step is Step.ACCOUNTS:
            return journeys.choose(journey, form.getlist("account"))
        return journeys.approve(
            journey,
            bank,
            self._client(journey),
            purposes=form.getlist("purpose"),
            marketing=form.get("marketing") == "yes",
            targeting=form.get("targeting") == "yes",
        )

    # --- Pages -----------------------------------------------------------------------------------------------------

    def _page(self, bank: Bank, journey: Journey, problem: StepRefused | None, status: int = 200) -> Response:
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
        if journey.visitor.slow:
            delay_answer()
        page = FACTORS[journey.visitor.factor].page if journey.step is Step.OTP else f"{journey.step.value}.html"
        return html(bank, self.pages.render(page, **context), status)

    def _login_context(self, bank: Bank, journey: Journey) -> dict[str, object]:
        client = self._client(journey)
        purposes = [purpose.text for purpose in client.purposes]
        return {**faces(bank, self.journeys.worlds), "purposes": purposes}

    def _otp_context(self, bank: Bank, journey: Journey) -> dict[str, object]:
        return factor_context(self.journeys.customer(journey), journey.visitor)

    def _accounts_context(self, bank: Bank, journey: Journey) -> dict[str, object]:
        before = journey.account_ids
        rows = [
            account_row(view, ticked=not before or view.account.account_id in before)
            for view in self.journeys.offered(journey)
        ]
        return {"accounts": rows}

    def _review_context(self, bank: Bank, journey: Journey) -> dict[str, object]:
        client = self._client(journey)
        return {
            "told": self.journeys.disclosure(journey, bank, client),
            "accounts": [
                account_row(view, ticked=True)
                for view in self.journeys.offered(journey)
                if view.account.account_id in journey.account_ids
            ],
            "marketing": offers(client) if client.asks_for_marketing else "",
            "targeting": TARGETED,
            "dashboard": f"{self._base_url()}/dashboard?{urlencode({'client_id': client.client_id})}",
        }

    def _notice(self, bank: Bank, over: JourneyOver) -> Response:
        page = self.pages.render(
            "notice.html",
            bank=bank,
            client=None,
            dashboard=f"{self._base_url()}/dashboard",
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


def faces(bank: Bank, worlds: Worlds) -> dict[str, object]:
    """Whom one can be, and what a login can choose."""
    return {
        "username": flask.request.form.get("username", ""),
        "people": worlds.stories.cast(),
        "magic": [(username, magic.text) for username, magic in LOGINS.items()],
        "added": additions(bank.oauth.second_factor_by_risk),
    }


def account_row(view: AccountView, *, ticked: bool) -> dict[str, object]:
    """An account as the list for choosing shows it."""
    account = view.account
    return {
        "id": account.account_id,
        "name": account.nickname or account.product,
        "kind": account.kind.replace("_", " ").lower(),
        "mask": f"••{account.last4}",
        "joint": len(account.holders) > 1,
        "balance": money.text(view.balances().current, account.currency),
        "eligible": not why_not(account),
        "why_not": why_not(account),
        "checked": ticked and not why_not(account),
    }


def factor_context(customer: Customer | None, visitor: Visitor) -> dict[str, object]:
    """What the pages of the second factor need."""
    ways = devices(customer)
    return {
        "devices": ways if not visitor.device else None,
        "can_choose": visitor.factor == "devices",
        "phone": ways[visitor.device or "text"].address,
        "code_hint": FACTORS[visitor.factor].right,
        "right": FACTORS[visitor.factor].right,
        "run_out": RUN_OUT,
        "question": QUESTION,
    }


def delay_answer() -> None:
    """Answer late, without holding up anybody else."""
    flask.request.environ["sandbank.request"].notes["delay"] = SLOW_SECONDS


def html(bank: Bank, page: str, status: int) -> Response:
    return Response(page, status, page_headers(bank.skin), content_type="text/html; charset=utf-8")
