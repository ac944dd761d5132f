"""The customer's side at the bank: who reads what, what for, since when and how often; other accounts, offers, and an
end to it. Part of no bank's API; each bank has its own name for it (`Skin.dashboard`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import flask
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from sandbox.dialect.bank import Bank
from sandbox.kernel.errors import (
    AccountNotFound,
    AccountRefused,
    BankNotFound,
    ConsentAlreadyEnded,
    ConsentNotFound,
    NothingShared,
    WorldNotFound,
)
from sandbox.ledger.consents import Consent, ConsentStatus, lives, status_at
from sandbox.ledger.customers import Customer
from sandbox.oauth.consents import INDIVIDUAL, Consents
from sandbox.oauth.disclosure import TARGETED, offers
from sandbox.oauth.door import Door, OutOfOrder, StepRefused, Stopped, TurnedBack, Visitor
from sandbox.oauth.factors import FACTORS
from sandbox.oauth.pages import CLUSTERS, PAGE_HEADERS, Pages, not_shared, shared
from sandbox.oauth.sittings import Sitting, SittingOver, Sittings
from sandbox.oauth.views import account_row, delay_answer, faces, factor_context, html
from sandbox.store.accesses import Accesses
from sandbox.worlds.worlds import DEFAULT, World

SAID: Mapping[str, str] = {
    "stopped": "Sharing has stopped. Whatever the app still tries is refused from now on; what it has read already it "
    "may keep, unless you ask it to forget that.",
    "changed": "Your change holds from now on.",
    "refused": "The account is not shared any more. Whoever shared it can see that you refused.",
}
"""What a page begins with after something was done, by the word in its address."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A customer who has signed in."""

    bank: Bank
    world: World
    sitting: Sitting
    customer: Customer | None
    """None: a magic login, which is nobody and shares nothing."""


class Dashboard:
    def __init__(  # noqa: PLR0917 (what it is made of, each once)
        self,
        banks: Mapping[str, Bank],
        consents: Consents,
        pages: Pages,
        sittings: Sittings,
        accesses: Accesses,
        furnish: Callable[[World], None],
    ) -> None:
        """`furnish` gives a world the consents that its people brought along."""
        self.banks = banks
        self.consents = consents
        self.grants = consents.grants
        self.pages = pages
        self.sittings = sittings
        self.door = Door(consents.worlds)
        self.accesses = accesses
        self.furnish = furnish

    def blueprint(self) -> flask.Blueprint:
        blueprint = flask.Blueprint("dashboard", __name__)
        for path, name, show, answer in (
            ("/<slug>/dashboard", "begin", self.begin, None),
            ("/<slug>/dashboard/<sitting_id>", "home", self.home, self.answer),
            ("/<slug>/dashboard/<sitting_id>/<consent_id>", "app", self.app, self.change),
            ("/<slug>/dashboard/<sitting_id>/<consent_id>/stop", "stop", self.ask_to_stop, self.stop),
        ):
            blueprint.add_url_rule(path, name, self._guarded(show), methods=["GET"])
            if answer is not None:
                blueprint.add_url_rule(path, f"{name}-form", self._guarded(answer), methods=["POST"])
        return blueprint

    # --- Signing in ------------------------------------------------------------------------------------------------

    def begin(self, bank: Bank) -> Response:
        """`?client_id=` or `?world=` selects the world."""
        client_id, world_id = flask.request.args.get("client_id"), flask.request.args.get("world", DEFAULT)
        if client_id is not None:
            client = self.grants.client(bank.slug, client_id)
            if client is None:
                raise SittingOver("No app is known by that name", "Nobody is registered here under that client_id.")
            world_id = client.world_id
        try:
            world = self.consents.worlds.world(world_id)
        except WorldNotFound:
            raise SittingOver("There is no such world", "Nothing is stored under that name.") from None
        return _see_other(self._address(self.sittings.begin(bank, world)))

    def home(self, bank: Bank, sitting_id: str) -> Response:
        world, sitting = self.sittings.find(bank, sitting_id)
        return self._home(bank, world, sitting) if sitting.visitor.proven else self._door(bank, world, sitting)

    def answer(self, bank: Bank, sitting_id: str) -> Response:
        """A step of signing in; once in, signing out, or refusing what somebody else shares."""
        world, sitting = self._posted(bank, sitting_id)
        form = flask.request.form
        if form.get("action") in ("cancel", "leave"):
            self.sittings.end(world, sitting)
            raise SittingOver("You have signed out", "Nothing was changed.")
        if sitting.visitor.proven:
            return self._refuse(self._seat(bank, sitting_id), form)
        try:
            visitor = self._step(bank, world, sitting.visitor, form)
        except StepRefused as refused:
            sitting = self.sittings.go_on(sitting, refused.visitor or sitting.visitor)
            return self._door(bank, world, sitting, refused)
        except (Stopped, OutOfOrder, TurnedBack) as stopped:
            self.sittings.end(world, sitting)
            if isinstance(stopped, Stopped):
                raise
            raise SittingOver(
                "You cannot sign in now", "The bank’s sign-in is not available. Try again later."
            ) from None
        if not visitor.proven:
            return _see_other(self._address(self.sittings.go_on(sitting, visitor)))
        self.sittings.end(world, sitting)
        return _see_other(self._address(self.sittings.begin(bank, world, visitor)))

    def _step(self, bank: Bank, world: World, visitor: Visitor, form: MultiDict[str, str]) -> Visitor:
        if not visitor.username:
            return self.door.password(world, bank, visitor, form.get("username", ""), form.get("password", ""))
        if form.get("action") == "resend":
            return self.door.again(world, visitor)
        if form.get("action") == "back":
            return self.door.device(world, visitor, "") if visitor.factor == "devices" else visitor
        if not visitor.device:
            return self.door.device(world, visitor, form.get("device", "nowhere"))
        return self.door.answer(world, visitor, form.get("otp", ""))

    # --- Changing --------------------------------------------------------------------------------------------------

    def _refuse(self, seat: Seat, form: MultiDict[str, str]) -> Response:
        if seat.customer is not None and form.get("action") == "refuse":
            self.consents.refuse(form.get("consent", ""), form.get("account", ""), seat.customer)
            return _see_other(f"{self._address(seat.sitting)}?said=refused")
        return _see_other(self._address(seat.sitting))

    def change(self, bank: Bank, sitting_id: str, consent_id: str) -> Response:
        self._posted(bank, sitting_id)
        seat, form = self._seat(bank, sitting_id), flask.request.form
        consent = self._own(seat, consent_id)
        try:
            match form.get("action"):
                case "accounts":
                    self.consents.amend(consent_id, account_ids=form.getlist("account"))
                case "purposes":
                    required = [one.code for one in consent.purposes if one.required]
                    self.consents.amend(consent_id, purposes=[*required, *form.getlist("purpose")])
                case "offers":
                    marketing = form.get("marketing") == "yes"
                    targeting = marketing and form.get("targeting") == "yes"
                    self.consents.amend(consent_id, marketing=marketing, targeting=targeting)
        except NothingShared:
            problem = StepRefused("Nothing is ticked", "Tick at least one, or stop sharing with this app.")
            return self._app(seat, consent, problem)
        except AccountRefused:
            problem = StepRefused("Somebody refused", "Another holder of that account does not want it shared.")
            return self._app(seat, consent, problem)
        return _see_other(f"{self._address(seat.sitting)}/{consent_id}?said=changed")

    def stop(self, bank: Bank, sitting_id: str, consent_id: str) -> Response:
        self._posted(bank, sitting_id)
        seat = self._seat(bank, sitting_id)
        self._own(seat, consent_id)
        self.consents.revoke(consent_id, reason="USER_ACTION", initiator=INDIVIDUAL)
        return _see_other(f"{self._address(seat.sitting)}?said=stopped")

    # --- Pages -----------------------------------------------------------------------------------------------------

    def app(self, bank: Bank, sitting_id: str, consent_id: str) -> Response:
        seat = self._seat(bank, sitting_id)
        return self._app(seat, self._own(seat, consent_id))

    def ask_to_stop(self, bank: Bank, sitting_id: str, consent_id: str) -> Response:
        seat = self._seat(bank, sitting_id)
        row = self._row(seat, self._own(seat, consent_id))
        return self._page(seat.bank, seat.sitting, "dashboard_stop.html", f"/{consent_id}/stop", app=row)

    def _door(self, bank: Bank, world: World, sitting: Sitting, problem: StepRefused | None = None) -> Response:
        visitor = sitting.visitor
        if visitor.username:
            page, context = FACTORS[visitor.factor].page, factor_context(self.door.customer(world, visitor), visitor)
        else:
            page, context = "login.html", faces(bank, self.consents.worlds)
        return self._page(bank, sitting, page, problem=problem, client=None, **dict[str, Any](context))

    def _home(self, bank: Bank, world: World, sitting: Sitting) -> Response:
        seat = Seat(bank, world, sitting, self.door.customer(world, sitting.visitor))
        self.furnish(world)
        given = [
            consent
            for consent in self.grants.consents(world.world_id)
            if seat.customer is not None
            and (consent.bank, consent.customer_id) == (bank.slug, seat.customer.customer_id)
        ]
        rows = [self._row(seat, one) for one in sorted(given, key=lambda one: one.created_at, reverse=True)]
        return self._page(
            bank,
            sitting,
            "dashboard.html",
            person=seat.customer.display_name if seat.customer else sitting.visitor.username,
            apps=[row for row in rows if row["live"]],
            ended=[row for row in rows if not row["live"]],
            others=self._others(seat),
        )

    def _app(self, seat: Seat, consent: Consent, problem: StepRefused | None = None) -> Response:
        client = self.grants.client(consent.bank, consent.client_id)
        assert seat.customer is not None
        views = self.consents.worlds.accounts(seat.world, seat.customer, seat.bank.slug)
        return self._page(
            seat.bank,
            seat.sitting,
            "dashboard_app.html",
            f"/{consent.consent_id}",
            problem=problem,
            app=self._row(seat, consent),
            shared=shared(consent.clusters),
            not_shared=not_shared(consent.clusters, seat.bank.clusters),
            accounts=[account_row(view, ticked=view.account.account_id in consent.account_ids) for view in views],
            offers=offers(client) if client is not None and (client.asks_for_marketing or consent.marketing) else "",
            targeted=TARGETED,
        )

    def _row(self, seat: Seat, consent: Consent) -> dict[str, object]:
        """A consent as the pages tell it."""
        client, used = self.grants.client(consent.bank, consent.client_id), self.accesses.summary(consent.consent_id)
        status, ended = status_at(consent, seat.world.now), consent.revocation
        ended_at = ended.at if ended is not None else consent.expires_at
        holder = seat.customer
        views = self.consents.worlds.accounts(seat.world, holder, seat.bank.slug) if holder is not None else []
        return {
            "id": consent.consent_id,
            "live": lives(consent, seat.world.now),
            "held_back": status is ConsentStatus.SUSPENDED,
            "name": client.name if client is not None else consent.client_id,
            "client_uri": client.client_uri if client is not None else "",
            "sees": [CLUSTERS[cluster].title for cluster in consent.clusters],
            "purposes": [
                {
                    "code": one.code,
                    "text": one.text,
                    "required": one.required,
                    "uses": [CLUSTERS[cluster].title for cluster in one.clusters],
                }
                for one in consent.purposes
            ],
            "accounts": [
                f"{view.account.nickname or view.account.product} ••{view.account.last4}"
                for view in views
                if view.account.account_id in consent.account_ids
            ],
            "since": _day(seat.bank, consent.created_at),
            "until": _day(seat.bank, consent.expires_at) if consent.expires_at is not None else "",
            "ended": _day(seat.bank, ended_at) if ended_at is not None else "",
            "how": _how(consent),
            "reads": used.reads,
            "last_read": _moment(seat.bank, used.last_at) if used.last_at is not None else "",
            "marketing": consent.marketing,
            "targeting": consent.targeting,
        }

    def _others(self, seat: Seat) -> list[dict[str, object]]:
        """What others share of accounts that the customer holds with them."""
        if seat.customer is None:
            return []
        found = self.consents.shared_by_others(seat.world, seat.customer)
        return [
            {
                "consent": one.consent.consent_id,
                "account": view.account.account_id,
                "account_name": f"{view.account.nickname or view.account.product} ••{view.account.last4}",
                "by": self.consents.worlds.customer_by_id(
                    seat.world, one.consent.customer_id, one.consent.persona
                ).display_name,
                "app": client.name if client is not None else one.consent.client_id,
                "sees": [CLUSTERS[cluster].title for cluster in one.consent.clusters],
                "since": _day(seat.bank, one.consent.created_at),
            }
            for one in found
            if one.consent.bank == seat.bank.slug
            for client in [self.grants.client(one.consent.bank, one.consent.client_id)]
            for view in one.views
        ]

    def _page(self, bank: Bank, sitting: Sitting, template: str, at: str = "", **context: Any) -> Response:
        """`at` is where the page's forms lead, below the sitting's address."""
        home = self._address(sitting)
        form = {"action": f"{home}{at}", "csrf": sitting.csrf, "steps": ()}
        if sitting.visitor.slow:
            delay_answer()
        said = SAID.get(flask.request.args.get("said", ""), "")
        return html(bank, self.pages.render(template, bank=bank, journey=form, home=home, said=said, **context), 200)

    # --- Pieces ----------------------------------------------------------------------------------------------------

    def _guarded(self, view: Callable[..., Response]) -> Callable[..., Response]:
        """With the bank for its slug; and what cannot be done is told on a page."""

        def respond(slug: str, **path: str) -> Response:
            if slug not in self.banks:
                raise BankNotFound(f"there is no bank {slug!r}")
            bank = self.banks[slug]
            try:
                if flask.request.method == "GET":
                    return view(bank, **path)
                with self.grants.database.transaction():
                    return self._kept(bank, view, path)
            except Stopped as stopped:
                return self._notice(bank, stopped)

        return respond

    def _kept(self, bank: Bank, view: Callable[..., Response], path: Mapping[str, str]) -> Response:
        """What a form does; a sitting that it ends stays ended."""
        try:
            return view(bank, **path)
        except Stopped as stopped:
            return self._notice(bank, stopped)
        except (ConsentNotFound, ConsentAlreadyEnded):
            return self._notice(bank, SittingOver("It has ended already", "There is nothing left to change."))
        except AccountNotFound:
            return self._notice(bank, SittingOver("That account was not offered", "Nothing was changed."))

    def _notice(self, bank: Bank, stopped: Stopped) -> Response:
        context = {"title": stopped.title, "text": stopped.text, "detail": "", "trace": ""}
        page = self.pages.render("notice.html", bank=bank, client=None, dashboard=f"{_base_url()}/dashboard", **context)
        return html(bank, page, 400)

    def _posted(self, bank: Bank, sitting_id: str) -> tuple[World, Sitting]:
        """Raises SittingOver."""
        world, sitting = self.sittings.find(bank, sitting_id)
        self.sittings.check_form(sitting, flask.request.form.get("csrf", ""))
        return world, sitting

    def _seat(self, bank: Bank, sitting_id: str) -> Seat:
        """Raises SittingOver where nobody has signed in yet."""
        world, sitting = self.sittings.find(bank, sitting_id)
        if not sitting.visitor.proven:
            raise SittingOver("You are not signed in", "Sign in to see who may read your accounts.")
        return Seat(bank, world, sitting, self.door.customer(world, sitting.visitor))

    def _own(self, seat: Seat, consent_id: str) -> Consent:
        """A consent of the customer's that lives. Raises SittingOver for any other, as if it were not there."""
        consent = self.consents.living(consent_id)
        own = (seat.bank.slug, seat.customer.customer_id) if seat.customer is not None else None
        if consent is None or (consent.bank, consent.customer_id) != own:
            raise SittingOver("It has ended already", "There is nothing left to change.")
        return consent

    @staticmethod
    def _address(sitting: Sitting) -> str:
        return f"{_base_url()}/dashboard/{sitting.sitting_id}"


def _base_url() -> str:
    base_url: str = flask.request.environ["sandbank.request"].notes["base_url"]
    return base_url


def _see_other(target: str) -> Response:
    return Response(status=303, headers={**PAGE_HEADERS, "Location": target})


def _how(consent: Consent) -> str:
    """How a consent came to its end."""
    ended = consent.revocation
    if ended is None:
        return "It ran out"
    who = {INDIVIDUAL: "You stopped it", "DATA_RECIPIENT": "The app stopped it"}
    return who.get(ended.initiator, "The bank stopped it")


def _day(bank: Bank, instant: datetime) -> str:
    return f"{instant.astimezone(ZoneInfo(bank.time_zone)):%B %-d, %Y}"


def _moment(bank: Bank, instant: datetime) -> str:
    return f"{instant.astimezone(ZoneInfo(bank.time_zone)):%B %-d, %Y, %-I:%M %p %Z}"
