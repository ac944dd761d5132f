"""What a scenario can look at, and whether it is as expected."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.scenarios.matching import difference, nearest
from sandbox.scenarios.stage import Stage
from sandbox.scenarios.walks import pages

Json = dict[str, Any]


class Unseen(Exception):
    """An expectation is not met; the text says what there is instead."""


def seen(stage: Stage, noun: str, form: Any, times: int | None) -> tuple[Any, str]:
    """What was found, and a line for people. Without `times` one is enough, with it so many have to be there. Raises
    Unseen."""
    if noun == "event":
        form = {**form, "type": PREFIX + form["type"].removeprefix(PREFIX)}
    items = SIGHTS[noun](stage, form if isinstance(form, dict) else {})
    form = {name: value for name, value in form.items() if name not in SELECTORS} if isinstance(form, dict) else form
    found = [item for item in items if not difference(form, item)]
    if noun == "event":
        taken = found[:1] if times is None else found
        stage.inbox = [event for event in stage.inbox if not any(event is one for one in taken)]
    if times is None and not found:
        close = nearest(form, items)
        raise Unseen(
            f"no {noun} is as expected: {f'of {len(items)} the nearest differs: {close}' if items else 'there is none'}"
        )
    if times is not None and len(found) != times:
        raise Unseen(f"{len(found)} of {len(items)} are such a {noun}, and not {times}")
    text = f"no such {noun}" if times == 0 else " ".join(filter(None, (noun, _headline(form))))
    return (found[0] if found else None), text


PREFIX = "sandbox."
FEED_PAGE = 100
MOST_PAGES = 10
"""Of a list, newest first."""
SELECTORS = ("account", "of")
"""Members of a form that say where to look."""


def _headline(form: Any) -> str:
    """A form in a few words."""
    if not isinstance(form, dict):
        return str(form)
    return ", ".join(
        f"{name} {value}"
        for name, value in form.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    )


def _events(stage: Stage, _form: Json) -> list[Json]:
    """Those that have come and that nobody has looked for yet."""
    stage.poll()
    return stage.inbox


def _rows(stage: Stage, form: Json) -> list[Json]:
    rows: list[Json] = stage.control("GET", f"/accounts/{_account(stage, form)}/transactions", limit=200)[
        "transactions"
    ]
    return rows


def _balances(stage: Stage, form: Json) -> list[Json]:
    return [stage.control("GET", f"/accounts/{_account(stage, form)}")["balances"]]


def _consents(stage: Stage, _form: Json) -> list[Json]:
    return [stage.control("GET", f"/consents/{stage.consent['consent_id']}")]


def _accesses(stage: Stage, _form: Json) -> list[Json]:
    found: list[Json] = stage.control("GET", f"/consents/{stage.consent['consent_id']}/accesses")["accesses"]
    return found


def _clients_own(plural: str) -> Callable[[Stage, Json], list[Json]]:
    """What the client sees of a kind under the commerce API, page by page."""

    def look(stage: Stage, form: Json) -> list[Json]:
        query: Json = {"account_id": stage.ref(form["account"])} if "account" in form else {}
        found = list[Json]()
        for _ in range(MOST_PAGES):
            body = stage.bank("GET", f"/commerce/v1/{plural}", query=query).body
            found += body[plural]
            if not body.get("next_cursor"):
                break
            query["cursor"] = body["next_cursor"]
        return found

    return look


def _receipts(stage: Stage, form: Json) -> list[Json]:
    """Of the purchase that `of` names, if it has one yet."""
    purchase = stage.bank("GET", f"/commerce/v1/purchases/{form.get('of', '')}").body
    if "receipt" not in purchase:
        return []
    return [stage.bank("GET", f"/commerce/v1/receipts/{purchase['receipt']['receipt_id']}").body]


def _feed(stage: Stage, form: Json) -> list[Json]:
    """The rows that the bank's feed shows: {transaction, description, row}."""
    return [row for page in pages(stage, stage.ref(form["account"]), FEED_PAGE) for row in page]


def _account(stage: Stage, form: Json) -> str:
    return stage.account(form["account"]) if "account" in form else str(stage.consent["accounts"][0]["account_id"])


SIGHTS: Mapping[str, Callable[[Stage, Json], list[Any]]] = {
    "event": _events,
    "row": _rows,
    "feed": _feed,
    "balance": _balances,
    "consent": _consents,
    "access": _accesses,
    "purchase": _clients_own("purchases"),
    "receipt": _receipts,
    "shipment": _clients_own("shipments"),
    "invoice": _clients_own("invoices"),
    "offer": _clients_own("offers"),
    "dispute": _clients_own("disputes"),
    "card": _clients_own("cards"),
}
