"""Disputes: from the customer's word to the bank's decision, with the rows that credit the account and take the credit
back. Opening one puts the rows of its whole course on the account, each at its time; withdrawing takes back those that
are still to come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sandbox.kernel import ids
from sandbox.kernel.clock import midnight
from sandbox.kernel.errors import DisputeEnded, DisputeNotFound, DisputeNotPossible, TransactionNotFound
from sandbox.ledger.commerce_facts import CommerceFacts, OpenedDispute
from sandbox.ledger.disputes import Dispute, DisputeReason, DisputeStatus, DisputeStep, status_at
from sandbox.ledger.entries import Channel, Entry, EntryKind, EntryStatus
from sandbox.ledger.entries import status_at as entry_status_at
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.names import Names
from sandbox.worlds.worlds import World, Worlds

DISPUTABLE = frozenset(
    {EntryKind.PURCHASE, EntryKind.BILL_PAYMENT, EntryKind.ATM_WITHDRAWAL, EntryKind.FEE, EntryKind.CHECK}
)
WITHIN = timedelta(days=120)
ENDED = frozenset({DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.WITHDRAWN})
WON_SHARE = {
    DisputeReason.FRAUD: 85,
    DisputeReason.UNRECOGNIZED: 70,
    DisputeReason.DUPLICATE: 90,
    DisputeReason.NOT_RECEIVED: 75,
    DisputeReason.NOT_AS_DESCRIBED: 45,
    DisputeReason.WRONG_AMOUNT: 65,
    DisputeReason.CANCELLED_SUBSCRIPTION: 60,
}
"""In percent."""
NEEDS_INFO = frozenset({DisputeReason.NOT_AS_DESCRIBED, DisputeReason.WRONG_AMOUNT, DisputeReason.NOT_RECEIVED})
"""Where the bank asks for papers first."""
CREDIT, REVERSAL = "DISPUTE PROVISIONAL CREDIT", "DISPUTE CREDIT REVERSAL"

OPENED, LENT = "The customer disputes the charge", "The bank credits the amount until it has decided"
WON, LOST = "The credit is final", "The merchant proved the charge; the credit is taken back"


class Disputes:
    def __init__(self, worlds: Worlds) -> None:
        self.worlds = worlds

    def all(self, view: AccountView) -> list[Dispute]:
        """Newest first."""
        rows = ((view.row(sequence), fact) for sequence, fact in self._opened(view).items())
        found = [self._of(view, row, fact) for row, fact in rows if row is not None]
        return sorted(found, key=lambda dispute: (dispute.steps[0].at, dispute.sequence), reverse=True)

    def one(self, view: AccountView, dispute_id: str) -> Dispute:
        """Raises DisputeNotFound."""
        sequence = Names(view.account.account_id).number("dsp", dispute_id)
        fact = self._opened(view).get(sequence) if sequence is not None else None
        row = view.row(sequence) if sequence is not None else None
        if row is None or fact is None:
            raise DisputeNotFound(f"the account has no dispute {dispute_id!r}")
        return self._of(view, row, fact)

    def open(
        self, world: World, view: AccountView, sequence: int, *, reason: DisputeReason, explanation: str
    ) -> Dispute:
        """Raises TransactionNotFound, or DisputeNotPossible."""
        fact = OpenedDispute(world.now, reason, explanation)

        seeded = self._seeded(view)

        def opened(facts: CommerceFacts) -> CommerceFacts:
            if sequence in facts.disputes or sequence in seeded:
                raise DisputeNotPossible("the row has been disputed already")
            return replace(facts, disputes={**facts.disputes, sequence: fact})

        account_id = view.account.account_id
        with self.worlds.database.transaction():
            row = self._disputable(view, sequence)
            facts = self.worlds.change_commerce(world, account_id, opened)
            rows = self.worlds.add_entries(world, account_id, course(account_id, row, fact))
        return self._told(account_id, row, facts.disputes[sequence], rows)

    def withdraw(self, world: World, view: AccountView, dispute_id: str) -> Dispute:
        """Raises DisputeNotFound, or DisputeEnded."""
        account_id = view.account.account_id
        with self.worlds.database.transaction():
            dispute = self.one(view, dispute_id)
            if (status := status_at(dispute, world.now)) in ENDED:
                raise DisputeEnded(f"the dispute is {status.value if status else 'not open'}")
            row, fact = view.row(dispute.sequence), self._opened(view)[dispute.sequence]
            assert row is not None
            rows = self._rows(view, row, fact)
            coming = [own.sequence for own in rows if own.authorised_at > world.now]
            self.worlds.drop_entries(world, account_id, coming)
            credited = [own for own in rows if own.authorised_at <= world.now and own.amount > 0]
            back = [_adjustment(row, -own.amount, world.now, REVERSAL) for own in credited]
            kept = [own for own in rows if own.sequence not in coming]
            kept += self.worlds.add_entries(world, account_id, back) if back else []

            def withdrawn(facts: CommerceFacts) -> CommerceFacts:
                ended = replace(facts.disputes.get(dispute.sequence, fact), withdrawn_at=world.now)
                return replace(facts, disputes={**facts.disputes, dispute.sequence: ended})

            facts = self.worlds.change_commerce(world, account_id, withdrawn)
        return self._told(account_id, row, facts.disputes[dispute.sequence], kept)

    @staticmethod
    def _disputable(view: AccountView, sequence: int) -> Entry:
        row = view.row(sequence)
        if row is None or entry_status_at(row, view.now) not in (EntryStatus.PENDING, EntryStatus.POSTED):
            raise TransactionNotFound(f"the account has no row {sequence}")
        if row.amount >= 0 or row.kind not in DISPUTABLE:
            raise DisputeNotPossible("only what was charged can be disputed")
        if row.posted_at is None or row.posted_at > view.now:
            raise DisputeNotPossible("the row is pending; it can be disputed once it has posted")
        if row.posted_at < view.now - WITHIN:
            raise DisputeNotPossible(f"the row is older than {WITHIN.days} days")
        return row

    def _of(self, view: AccountView, row: Entry, fact: OpenedDispute) -> Dispute:
        return self._told(view.account.account_id, row, fact, self._rows(view, row, fact))

    def _opened(self, view: AccountView) -> dict[int, OpenedDispute]:
        """All disputes, by the sequence of the charge: those of the seeds, and over them what was done in the world."""
        return {**self._seeded(view), **view.overlay.facts.disputes}

    def _seeded(self, view: AccountView) -> dict[int, OpenedDispute]:
        found = {}
        for plan in self.worlds.stories.disputes(view.persona, view.world.anchor):
            day = midnight(plan.day)
            for row in view.rows(day - timedelta(days=1), day + timedelta(days=3), charges=True):
                if row.order is not None and row.order.plan == plan.about:
                    found[row.sequence] = OpenedDispute(
                        row.authorised_at + plan.opened_after,
                        plan.reason,
                        plan.explanation,
                        decided_at=row.authorised_at + plan.decided_after,
                    )
        return found

    @staticmethod
    def _rows(view: AccountView, row: Entry, fact: OpenedDispute) -> list[Entry]:
        """What the bank put on the account for a dispute about a row."""
        if fact.decided_at is not None:
            near = view.rows(fact.opened_at, fact.decided_at + timedelta(days=1))
            return [own for own in near if own.kind is EntryKind.ADJUSTMENT and own.related == row.sequence]
        return [
            own for own in view.overlay.added
            if own.related == row.sequence and own.description.startswith((CREDIT, REVERSAL))
        ]  # fmt: skip

    @staticmethod
    def _told(account_id: str, row: Entry, fact: OpenedDispute, rows: Sequence[Entry]) -> Dispute:
        credit = next((own.sequence for own in rows if own.amount > 0), None)
        reversal = next((own.sequence for own in rows if own.amount < 0), None)
        places = {DisputeStatus.PROVISIONAL_CREDIT: credit, DisputeStatus.LOST: reversal}
        course = told(fact, rows) if fact.decided_at is not None else plan(account_id, row.sequence, fact)
        steps = [replace(step, sequence=places.get(step.status)) for step in course]
        if fact.withdrawn_at is not None:
            steps = [step for step in steps if step.at <= fact.withdrawn_at]
            note = "The customer withdrew the dispute"
            steps.append(DisputeStep(fact.withdrawn_at, DisputeStatus.WITHDRAWN, note, reversal))
        return Dispute(
            dispute_id=Names(account_id).name("dsp", row.sequence),
            account_id=account_id,
            sequence=row.sequence,
            amount=-row.amount,
            reason=fact.reason,
            explanation=fact.explanation,
            steps=tuple(steps),
        )


def plan(account_id: str, sequence: int, fact: OpenedDispute) -> list[DisputeStep]:
    """The course that a dispute takes if it is not withdrawn."""
    drawn = ids.number("dispute", account_id, sequence)
    at = fact.opened_at
    steps = [DisputeStep(at, DisputeStatus.OPENED, OPENED)]
    if fact.reason in NEEDS_INFO and drawn % 2:
        at += timedelta(hours=26 + drawn // 7 % 22)
        steps.append(DisputeStep(at, DisputeStatus.NEEDS_INFO, "The bank asks for papers about the order"))
    at += timedelta(hours=49 + drawn // 11 % 120)
    steps.append(DisputeStep(at, DisputeStatus.PROVISIONAL_CREDIT, LENT))
    at += timedelta(days=12 + drawn // 13 % 30, hours=drawn // 17 % 24)
    if drawn // 19 % 100 < WON_SHARE[fact.reason]:
        steps.append(DisputeStep(at, DisputeStatus.WON, WON))
    else:
        steps.append(DisputeStep(at, DisputeStatus.LOST, LOST))
    return steps


def told(fact: OpenedDispute, rows: Sequence[Entry]) -> list[DisputeStep]:
    """The course of a dispute of the seeds, whose rows are there."""
    assert fact.decided_at is not None
    lent = [row.authorised_at for row in rows if row.amount > 0]
    back = [row.authorised_at for row in rows if row.amount < 0 and row.authorised_at != fact.withdrawn_at]
    lost, won = DisputeStatus.LOST, DisputeStatus.WON
    return [
        DisputeStep(fact.opened_at, DisputeStatus.OPENED, OPENED),
        *(DisputeStep(at, DisputeStatus.PROVISIONAL_CREDIT, LENT) for at in lent),
        DisputeStep(back[0], lost, LOST) if back else DisputeStep(fact.decided_at, won, WON),
    ]


def course(account_id: str, row: Entry, fact: OpenedDispute) -> list[Entry]:
    """The rows of that course."""
    amounts = {DisputeStatus.PROVISIONAL_CREDIT: (-row.amount, CREDIT), DisputeStatus.LOST: (row.amount, REVERSAL)}
    steps = [step for step in plan(account_id, row.sequence, fact) if step.status in amounts]
    return [_adjustment(row, amounts[step.status][0], step.at, amounts[step.status][1]) for step in steps]


def _adjustment(row: Entry, amount: int, at: datetime, text: str) -> Entry:
    return Entry(
        0,
        EntryKind.ADJUSTMENT,
        amount,
        at,
        at,
        f"{text} {row.description}",
        channel=Channel.INTERNAL,
        merchant=row.merchant,
        counterparty=row.counterparty,
        mcc=row.mcc,
        category=row.category,
        related=row.sequence,
    )
