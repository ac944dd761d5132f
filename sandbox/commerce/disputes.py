"""Disputes: list, open, follow, withdraw. Only what has happened of them is told."""

from collections.abc import Sequence

from sandbox.commerce import finding, pages, telling, wire
from sandbox.dialect.call import Call, Reply
from sandbox.dialect.shapes import Json
from sandbox.events.lives.cases import of_dispute
from sandbox.kernel.clock import iso
from sandbox.kernel.errors import DisputeNotFound
from sandbox.ledger.disputes import Dispute, DisputeReason, DisputeStep, passed
from sandbox.worlds.accounts import AccountView


def list_disputes(call: Call) -> Reply:
    statuses = call.query.get("status")
    opened = [(view, one) for view in finding.views(call) for one in call.commerce.disputes(view)]
    told = [
        dispute(call, view, one)
        for view, one in sorted(opened, key=lambda pair: pair[1].steps[0].at, reverse=True)
        if passed(one, view.now)
    ]
    return Reply(pages.short(call, "disputes", [one for one in told if statuses is None or one["status"] in statuses]))


def open_dispute(call: Call) -> Reply:
    wish = call.body
    view, row = finding.transaction(call, wish["transaction_id"])
    call.touched = (view.account.account_id,)
    with telling.deed(call):
        opened = call.commerce.open_dispute(
            call.world,
            view,
            row.entry.sequence,
            reason=DisputeReason(wish["reason"]),
            explanation=wish.get("explanation", ""),
        )
        call.events.tell(call.world, list(of_dispute(view.account, opened, telling.just_now(call))))
    where = f"{call.base_url}/commerce/v1/disputes/{opened.dispute_id}"
    return Reply(dispute(call, view, opened), 201, headers={"Location": where})


def get_dispute(call: Call) -> Reply:
    return Reply(dispute(call, *_asked(call)))


def withdraw_dispute(call: Call) -> Reply:
    view, found = _asked(call)
    with telling.deed(call):
        after = call.commerce.withdraw_dispute(call.world, view, found.dispute_id)
        call.events.tell(call.world, list(of_dispute(view.account, after, telling.just_now(call))))
    return Reply(dispute(call, view, after))


def _asked(call: Call) -> tuple[AccountView, Dispute]:
    """Raises DisputeNotFound."""
    asked = call.path["dispute_id"]
    return finding.among(call, DisputeNotFound, lambda one: call.commerce.dispute(one, asked), asked)


# --- On the wire ----------------------------------------------------------------------------------------------------


def dispute(call: Call, view: AccountView, value: Dispute) -> Json:
    steps = passed(value, view.now)
    return wire.known(
        {
            "dispute_id": value.dispute_id,
            "account_id": wire.account_ref(call, view),
            "transaction_id": wire.first(wire.transaction_ids(call, view, [value.sequence])),
            "amount": wire.money(value.amount, view.account.currency),
            "reason": value.reason.value,
            "status": steps[-1].status.value,
            "opened_at": iso(steps[0].at),
            "updated_at": iso(steps[-1].at),
            "steps": _steps(call, view, steps),
        }
    ) | {"explanation": value.explanation}


def _steps(call: Call, view: AccountView, steps: Sequence[DisputeStep]) -> list[Json]:
    return [
        {
            "at": iso(step.at),
            "status": step.status.value,
            "note": step.note,
            **wire.known({"transaction_id": _row(call, view, step)}),
        }
        for step in steps
    ]


def _row(call: Call, view: AccountView, step: DisputeStep) -> str | None:
    return None if step.sequence is None else wire.first(wire.transaction_ids(call, view, [step.sequence]))
