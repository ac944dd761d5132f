"""Reward programs: what a row earns, in Wells Fargo's shapes; and what an account's rows have earned, counted and
summed over any window without reading the rows again."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from sandbox.banks.wellsfargo.names import SLUG, account_uuid, transaction_id
from sandbox.dialect.shapes import Json
from sandbox.kernel import ids
from sandbox.kernel.clock import iso, to_millis
from sandbox.kernel.money import major
from sandbox.ledger.accounts import Account, AccountKind
from sandbox.ledger.customers import Customer
from sandbox.ledger.entries import Entry, EntryKind, EntryStatus
from sandbox.ledger.feed import FeedRow, Window
from sandbox.worlds.accounts import AccountView


def program_id(program: str) -> str:
    return f"RP-{program.upper()}"


def reward_of(account: Account, entry: Entry) -> int:
    """What a row earns once it has posted: a purchase on a card earns the account's rate, a refund takes it back. In
    minor units of cash-back, which are points where the program counts those."""
    if account.kind is not AccountKind.CREDIT_CARD or entry.kind not in (EntryKind.PURCHASE, EntryKind.REFUND):
        return 0
    earned = abs(entry.amount) * account.terms.reward_rate_bp // 10_000
    return -earned if entry.is_credit else earned


def balance_type(program: str) -> str:
    return "CASHBACK" if "cash" in program else "POINTS"


def points(account: Account, reward: int) -> float:
    """Dollars of cash-back, or points."""
    return major(reward) if balance_type(account.terms.reward_program) == "CASHBACK" else reward


def reward_category_id(account: Account) -> str:
    return f"CAT-ALL-{account.terms.reward_rate_bp}"


def earning(account: Account) -> str:
    rate = f"{account.terms.reward_rate_bp / 100:g}"
    if balance_type(account.terms.reward_program) == "CASHBACK":
        return f"{rate}% back on every purchase"
    return f"{rate} points per dollar on every purchase"


def reward_transaction(account: Account, entry: Entry) -> Json:
    reward, transaction = reward_of(account, entry), transaction_id(account, entry)
    return {
        "rewardTransactionId": f"RT-{transaction}",
        "accountId": account_uuid(account.known_as),
        "programId": program_id(account.terms.reward_program),
        "categoryId": reward_category_id(account),
        "transactionId": transaction,
        "type": "ACCRUED" if reward > 0 else "ADJUSTED",
        "balanceType": balance_type(account.terms.reward_program),
        "amount": points(account, reward),
        "postedTimestamp": iso(entry.ends_at),
        "description": earning(account) if reward > 0 else "Refund",
    }


def reward_program(views: Sequence[AccountView], person: Customer, earned: Sequence[tuple[int, int]]) -> Json:
    """`earned` holds (ever, this year) for each of the views."""
    account = views[0].account
    program = account.terms.reward_program
    kind = balance_type(program)
    return {
        "programId": program_id(program),
        "programName": program.replace("-", " ").title(),
        "memberships": [
            {
                "accountIds": [account_uuid(view.account.known_as) for view in views],
                "customerId": person.customer_id,
                "memberId": ids.digits(10, SLUG, "rewards", person.customer_id, program),
                "businessOrConsumer": person.type.value,
                "balances": [
                    {
                        "name": "Cash rewards" if kind == "CASHBACK" else "Points",
                        "type": kind,
                        "balance": points(account, sum(ever for ever, _ in earned)),
                        "accruedYtd": points(account, sum(this_year for _, this_year in earned)),
                    }
                ],
            }
        ],
    }


def reward_categories(views: Sequence[AccountView]) -> list[Json]:
    """One for each rate at which an account of the program earns."""
    by_rate = {view.account.terms.reward_rate_bp: view.account for view in views if view.account.terms.reward_rate_bp}
    return [
        {
            "categoryId": reward_category_id(account),
            "categoryName": "All purchases",
            "multiplier": rate / 100,
            "description": earning(account),
        }
        for rate, account in sorted(by_rate.items())
    ]


# --- What has been earned ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rewards:
    """Oldest first."""

    posted: "array[int]"
    """When each row that earned something posted, in milliseconds."""
    sums: "array[int]"
    """What had been earned before each of them, and in the end."""

    def _span(self, window: Window) -> tuple[int, int]:
        start = bisect_left(self.posted, to_millis(window.start)) if window.start else 0
        end = bisect_left(self.posted, to_millis(window.end)) if window.end else len(self.posted)
        return start, max(start, end)

    def count(self, window: Window) -> int:
        start, end = self._span(window)
        return end - start

    def sum(self, window: Window) -> int:
        start, end = self._span(window)
        return self.sums[end] - self.sums[start]


def earns(account: Account) -> Callable[[FeedRow], bool]:
    return lambda row: row.status is EntryStatus.POSTED and reward_of(account, row.entry) != 0


def of(view: AccountView) -> Rewards:
    return view.worked_out("rewards", _work_out)


def _work_out(view: AccountView) -> Rewards:
    earned = [row.entry for row in view.scan(Window()) if earns(view.account)(row)][::-1]
    posted = array("q", (to_millis(entry.ends_at) for entry in earned))
    sums = accumulate((reward_of(view.account, entry) for entry in earned), initial=0)
    return Rewards(posted, array("q", sums))
