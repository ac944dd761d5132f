"""What a scenario can do: each word with the form of what stands behind it, and the deed."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError
from marshmallow.fields import Field

from sandbox.events.catalogue import TYPES
from sandbox.kernel.durations import parse_duration
from sandbox.kernel.names import did_you_mean
from sandbox.scenarios import sights, walks, webhooks
from sandbox.scenarios.references import names_in
from sandbox.scenarios.stage import Stage
from sandbox.seeding.seed_fields import NAMES, unknown

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a step: a value for later steps, and a line for people."""

    value: Any
    text: str


Deed = Callable[[Stage, Any], Told]


# --- Forms ---------------------------------------------------------------------------------------------------------


class Members(Field[Json]):
    """A mapping of known members. `needed` have to be there; `account` and `merchant` have to exist. Values may be
    references, so their types are for the API to judge."""

    def __init__(self, needed: str, allowed: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.needed, self.allowed = needed.split(), [*needed.split(), *allowed.split()]

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Json:
        if not isinstance(value, Mapping):
            raise ValidationError(f"must be a mapping with {', '.join(self.allowed)}")
        problems: dict[str, list[Any]] = {name: ["is required"] for name in self.needed if name not in value}
        for name, inner in value.items():
            if name not in self.allowed:
                hint = did_you_mean(str(name), self.allowed) or f"Allowed: {', '.join(self.allowed)}."
                problems[str(name)] = [f"unknown field. {hint}"]
            elif name in REFERRED and inner not in (known := _known(name, inner)):
                problems[name] = list(unknown(name, inner, known).messages)
        if problems:
            raise ValidationError(problems)
        return dict(value)


REFERRED = {"account": "accounts", "merchant": "merchants"}


def _known(name: str, said: Any) -> frozenset[Any]:
    """The names that a member may have; all of them where it is a reference, or the file's persona is not known."""
    names: frozenset[str] = getattr(NAMES.get(), REFERRED[name])
    return frozenset((said,)) if not names or any(names_in(said)) else names


class Duration(Field[str]):
    """P1DT2H or 1d2h."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            parse_duration(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from None
        return str(value)


class Sight(Field[Json]):
    """One noun with the members that are expected of it; `times`, if it is about their number."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Json:
        nouns = [word for word in value if word in sights.SIGHTS] if isinstance(value, Mapping) else []
        if len(nouns) != 1:
            raise ValidationError(f"must name one of {', '.join(sights.SIGHTS)}")
        Members(nouns[0], "times").deserialize(value)
        if nouns[0] == "event":
            _event(value["event"])
        times = value.get("times", 1)
        if isinstance(times, bool) or not isinstance(times, int) or times < 0:
            raise ValidationError({"times": ["must be a whole number from 0 on"]})
        slug = value[nouns[0]].get("account") if isinstance(value[nouns[0]], Mapping) else None
        if slug is not None and slug not in NAMES.get().accounts:
            raise ValidationError({nouns[0]: {"account": unknown("account", slug, NAMES.get().accounts).messages}})
        return dict(value)


ENOUGH = Decimal(500)
"""What has to be there before something is spent."""


def _event(said: Any) -> None:
    """Raises ValidationError."""
    kind = said.get("type") if isinstance(said, Mapping) else None
    plain = str(kind).removeprefix("sandbox.")
    if plain not in TYPES:
        raise ValidationError({"event": {"type": unknown("type of event", plain, TYPES).messages}})


# --- Deeds ---------------------------------------------------------------------------------------------------------

CONSENT = "scope clusters purposes marketing targeting accounts lifetime_days lookback_days duration customer"
ROW = (
    "amount description status authorised_at posted_at dropped_at hold kind channel merchant counterparty mcc category"
    " card_last4 check_number memo foreign related"
)

PURCHASE = (
    "placed_at status posted_at dropped_at hold card_last4 description memo foreign recurrence charges refunds order"
)


def consent(stage: Stage, said: Json) -> Told:
    body = {"bank": stage.setting.bank, "customer": stage.setting.persona, "client_id": stage.client_id, **said}
    if "accounts" in said:
        body["accounts"] = [stage.account(slug) for slug in said["accounts"]]
    given = stage.control("POST", "/consents", body)
    stage.consent = given
    stage.poll()  # from now on the client listens
    names = ", ".join(account["name"] for account in given["accounts"])
    return Told(given, f"{given['customer']} consents: {names}")


def amend(stage: Stage, said: Json) -> Told:
    changes = dict(said)
    found = changes.pop("consent", stage.consent)
    if "accounts" in changes:
        changes["accounts"] = [stage.account(slug) for slug in changes["accounts"]]
    amended = stage.control("PATCH", f"/consents/{found['consent_id']}", changes)
    return Told(amended, "the consent now says " + ", ".join(f"{name} {value}" for name, value in said.items()))


def refuse(stage: Stage, said: Json) -> Told:
    body = {"account": stage.account(said["account"]), "customer": said["customer"]}
    changed = stage.control("POST", f"/consents/{stage.consent['consent_id']}/refusals", body)
    return Told(changed, f"{said['customer']} takes {said['account']} out of the consent")


def revoke(stage: Stage, said: Json) -> Told:
    found = said.pop("consent", stage.consent)
    ended = stage.control("POST", f"/consents/{found['consent_id']}/revoke", said)
    return Told(ended, "the consent is withdrawn")


def suspend(stage: Stage, said: Json) -> Told:
    found = said.get("consent", stage.consent)
    held = stage.control("POST", f"/consents/{found['consent_id']}/suspend", {"reason": said["reason"]})
    return Told(held, f"the bank holds the consent back: {said['reason']}")


def resume(stage: Stage, said: Json) -> Told:
    found = said.get("consent", stage.consent)
    return Told(stage.control("POST", f"/consents/{found['consent_id']}/resume"), "the bank lets the consent go on")


def row(stage: Stage, said: Json) -> Told:
    account = stage.account(said.pop("account"))
    made = stage.control("POST", f"/accounts/{account}/transactions", said)["transactions"][0]
    return Told(made, f"{made['status'].lower()} {made['amount']} {made['currency']} {made['description']}")


def purchase(stage: Stage, said: Json) -> Told:
    account = stage.account(said.pop("account"))
    made = stage.control("POST", f"/accounts/{account}/purchases", said)
    first = made["transactions"][0]
    return Told(made, f"{first['status'].lower()} {first['amount']} {first['currency']} {first['description']}")


def bill(stage: Stage, said: Json) -> Told:
    account = stage.account(said.pop("account"))
    made = stage.control("POST", f"/accounts/{account}/bills", said)
    first = made["transactions"][0]
    return Told(made, f"{first['counterparty']} asks for {first['amount'].lstrip('-')} {first['currency']}")


def change(stage: Stage, said: Json) -> Told:
    found = said.pop("row")
    changed = stage.control("PATCH", _row(found), said)
    return Told(changed, f"{changed['description']} is {changed['status'].lower()}, {changed['amount']}")


def drop(stage: Stage, said: Json) -> Told:
    found = said["row"]
    stage.control("DELETE", _row(found))
    return Told(found, f"{found['description']} vanishes")


def account(stage: Stage, said: Json) -> Told:
    name = said.pop("account")
    changed = stage.control("PATCH", f"/accounts/{stage.account(name)}", said)
    return Told(changed, f"{name}: " + ", ".join(f"{member} {value}" for member, value in said.items()))


def advance(stage: Stage, said: str) -> Told:
    clock = stage.control("POST", "/clock/advance", {"by": said})
    return Told(clock, f"{said} later")


def get(stage: Stage, said: Json) -> Told:
    """Without a path: the list of accounts."""
    carried = said.get("consent") or stage.consent
    path = said.get("path") or carried["accounts_url"].partition(f"/{stage.setting.bank}")[2]
    answer = stage.bank("GET", path, consent=carried, query=said.get("query"))
    return Told(answer.body, f"GET {path}: {answer.status}")


def send(stage: Stage, said: Json) -> Told:
    answer = stage.bank(said["method"], said["path"], said.get("body"), consent=said.get("consent"))
    return Told(answer.body, f"{said['method']} {said['path']}: {answer.status}")


def feed(stage: Stage, said: Json) -> Told:
    """Every page of the feed of an account, as the client calls it now or, with `ref`, under another name."""
    ref = str(said["ref"]) if "ref" in said else stage.ref(said["account"])
    pages = list(walks.pages(stage, ref, int(said.get("limit", 50))))
    rows = [row for page in pages for row in page]
    value = {"pages": [len(page) for page in pages], "rows": rows, "ids": walks.ids(rows)}
    return Told(value, f"{len(rows)} rows on {len(pages)} pages")


def card(stage: Stage, said: Json) -> Told:
    """What is done to the newest card of an account that has not ended."""
    listed = stage.bank("GET", "/commerce/v1/cards", query={"account_id": stage.ref(said["account"])}).body["cards"]
    card = next((one for one in reversed(listed) if one["status"] in ("active", "frozen")), None)
    if card is None:
        raise sights.Unseen(f"{said['account']} has no card that could be {said['do']}")
    changed = stage.bank(
        "POST", f"/commerce/v1/cards/{card['card_id']}/{said['do']}", {"reason": said.get("reason", "")}
    )
    return Told(changed.body, f"card ··{changed.body['last4']} is {changed.body['status']}")


def offer(stage: Stage, said: Json) -> Told:
    """An offer that looks like `match` is activated or declined."""
    found, _ = sights.seen(stage, "offer", said["match"], None)
    body = {"channel": said.get("channel", "chat")} if said["do"] == "activate" else None
    changed = stage.bank("POST", f"/commerce/v1/offers/{found['offer_id']}/{said['do']}", body).body
    return Told(changed, f"{changed['title']}: {changed['activation']['state']}")


def dispute(stage: Stage, said: Json) -> Told:
    """About a transaction by the bank's name."""
    body = {
        "transaction_id": said["transaction"],
        "reason": said["reason"],
        "explanation": said.get("explanation", ""),
    }
    opened = stage.bank("POST", "/commerce/v1/disputes", body).body
    return Told(opened, f"the charge of {opened['amount']['amount']} is in dispute")


def withdraw(stage: Stage, said: Json) -> Told:
    ended = stage.bank("POST", f"/commerce/v1/disputes/{said['dispute']['dispute_id']}/withdraw").body
    return Told(ended, "the dispute is withdrawn")


def spend(stage: Stage, said: Json) -> Told:
    """Money comes in if there is too little, and then so much goes out that `leave` is left to spend."""
    account, leave = stage.account(said["account"]), Decimal(said["leave"])
    path = f"/accounts/{account}/transactions"
    available = Decimal(stage.control("GET", f"/accounts/{account}")["balances"]["available"])
    if available < leave + ENOUGH:
        wanted = leave + ENOUGH - available
        stage.control("POST", path, {"amount": f"{wanted:f}", "kind": "DEPOSIT", "description": "COUNTER DEPOSIT"})
        available += wanted
    told = {"kind": said.get("kind", "PURCHASE"), "description": said.get("description", "CEDAR STREET GARAGE")}
    charge = {"amount": f"{leave - available:f}", **told}
    made = stage.control("POST", path, charge)
    return Told(made["transactions"][0], f"{made['balances']['available']} is left to spend")


def until(stage: Stage, said: Json) -> Told:
    """The clock goes forward, step by step, until an event comes."""
    step, most = parse_duration(said.get("by", "P1D")), parse_duration(said["within"])
    for _ in range(most // step):
        stage.control("POST", "/clock/advance", {"by": said.get("by", "P1D")})
        with suppress(sights.Unseen):
            return Told(*sights.seen(stage, "event", said["event"], None))
    raise sights.Unseen(f"no such event came within {said['within']}")


def webhook(stage: Stage, said: Json) -> Told:
    return Told(*webhooks.DEEDS[said["do"]](stage))


def expect(stage: Stage, said: Json) -> Told:
    wanted = dict(said)
    times = wanted.pop("times", None)
    ((noun, form),) = wanted.items()
    return Told(*sights.seen(stage, noun, form, times))


def _row(found: Json) -> str:
    return f"/accounts/{found['account_id']}/transactions/{found['sequence']}"


@dataclass(frozen=True, slots=True)
class Kind:
    form: Field[Any]
    deed: Deed
    text: str
    """For the documentation."""


STEPS: Mapping[str, Kind] = {
    "consent": Kind(Members("", CONSENT), consent, "The customer consents; later calls carry this consent's token."),
    "amend": Kind(Members("", f"consent {CONSENT}"), amend, "The customer changes the consent."),
    "refuse": Kind(Members("account customer"), refuse, "A joint holder takes an account out of the consent."),
    "revoke": Kind(Members("", "consent reason initiator"), revoke, "The consent is withdrawn."),
    "suspend": Kind(Members("reason", "consent"), suspend, "The bank holds the consent back for a while."),
    "resume": Kind(Members("", "consent"), resume, "The bank lets the consent go on."),
    "row": Kind(Members("account amount", ROW), row, "A row is put on an account."),
    "purchase": Kind(Members("account merchant amount", PURCHASE), purchase, "Something is bought."),
    "bill": Kind(
        Members("account amount", "merchant counterparty description category memo pays_at retried_after recurrence"),
        bill,
        "Somebody sends a bill, and is paid; or at first is not.",
    ),
    "change": Kind(Members("row", ROW), change, "A row is changed."),
    "drop": Kind(Members("row"), drop, "A row vanishes."),
    "account": Kind(
        Members("account", "nickname product shareable status terms quirks numbering low_balance"),
        account,
        "An account is changed.",
    ),
    "advance": Kind(Duration(), advance, "The world's clock goes forward."),
    "get": Kind(
        Members("", "path query consent"), get, "The client reads at the bank: its accounts, or what is at a path."
    ),
    "send": Kind(Members("method path", "body consent"), send, "The client writes at the bank."),
    "feed": Kind(Members("account", "limit ref"), feed, "The client walks an account's feed, page by page."),
    "card": Kind(Members("account do", "reason"), card, "A card is frozen (freeze, unfreeze) or reported lost."),
    "offer": Kind(Members("do match", "channel"), offer, "An offer is taken up (activate) or refused (decline)."),
    "dispute": Kind(Members("transaction reason", "explanation"), dispute, "A charge is disputed."),
    "withdraw": Kind(Members("dispute"), withdraw, "A dispute is withdrawn."),
    "spend": Kind(
        Members("account leave", "kind description"), spend, "So much is charged that this is left to spend."
    ),
    "until": Kind(Members("event within", "by"), until, "The clock goes forward until an event comes."),
    "webhook": Kind(Members("do"), webhook, "The client's endpoints are pinged, or one is disabled (ping, disable)."),
    "expect": Kind(Sight(), expect, "Something has to be there, or not."),
}
