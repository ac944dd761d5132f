"""Cards: list, one, freeze, unfreeze, report lost. To stop a card is easy; what could do harm needs a fresh sign-in."""

from datetime import timedelta

from sandbox.commerce import finding, telling, wire
from sandbox.dialect.call import Call, Reply
from sandbox.dialect.shapes import Json
from sandbox.dialect.step_up import signed_in_lately
from sandbox.events.lives.cases import of_card
from sandbox.kernel.clock import iso
from sandbox.kernel.errors import CardNotFound
from sandbox.ledger.cards import CardStatus, HeldCard, status_at
from sandbox.worlds.accounts import AccountView

FRESH = timedelta(minutes=5)
RECIPIENT = "DATA_RECIPIENT"


def list_cards(call: Call) -> Reply:
    statuses = call.query.get("status")
    told = [card(call, view, held) for view in finding.views(call) for held in call.commerce.cards(view)]
    return Reply({"cards": [one for one in told if statuses is None or one["status"] in statuses]})


def get_card(call: Call) -> Reply:
    return Reply(card(call, *_asked(call)))


def freeze_card(call: Call) -> Reply:
    return _set(call, CardStatus.FROZEN)


def unfreeze_card(call: Call) -> Reply:
    signed_in_lately(call, FRESH)
    return _set(call, CardStatus.ACTIVE)


def report_card_lost(call: Call) -> Reply:
    signed_in_lately(call, FRESH)
    return _set(call, CardStatus.LOST)


def _set(call: Call, status: CardStatus) -> Reply:
    """Raises CardNotFound or CardEnded."""
    view, held = _asked(call)
    with telling.deed(call):
        after, changed = call.commerce.set_card(
            call.world, view, held.card_id, status, reason=(call.body or {}).get("reason", ""), by=RECIPIENT
        )
        if changed:
            call.events.tell(call.world, list(of_card(view.account, after, telling.just_now(call))))
    return Reply(card(call, view, after))


def _asked(call: Call) -> tuple[AccountView, HeldCard]:
    """Raises CardNotFound."""
    asked = call.path["card_id"]

    def held(view: AccountView) -> HeldCard:
        for one in call.commerce.cards(view):
            if one.card_id == asked:
                return one
        raise CardNotFound

    return finding.among(call, CardNotFound, held, asked)


def card(call: Call, view: AccountView, held: HeldCard) -> Json:
    value = held.card
    replaced = value.replaced_at is not None and value.replaced_at <= view.now
    return {
        "card_id": held.card_id,
        "account_id": wire.account_ref(call, view),
        "last4": value.last4,
        "network": value.network,
        "holder": call.people()[value.holder_id].display_name,
        "status": status_at(held, view.now).value,
        "issued_at": iso(value.issued_at),
        **({"replaced_at": iso(value.replaced_at)} if value.replaced_at is not None and replaced else {}),
        "changes": [
            {"at": iso(one.at), "status": one.status.value, "reason": one.reason, "by": one.by}
            for one in held.changes
            if one.at <= view.now
        ],
    }
