"""What an account's rows have earned: counted and summed over any window without reading the rows again."""

from array import array
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from sandbox.banks.wellsfargo import render
from sandbox.kernel.clock import to_millis
from sandbox.ledger.accounts import Account
from sandbox.ledger.entries import EntryStatus
from sandbox.ledger.feed import FeedRow, Window
from sandbox.worlds.accounts import AccountView


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
    return lambda row: row.status is EntryStatus.POSTED and render.reward_of(account, row.entry) != 0


def of(view: AccountView) -> Rewards:
    return view.worked_out("rewards", _work_out)


def _work_out(view: AccountView) -> Rewards:
    earned = [row.entry for row in view.scan(Window()) if earns(view.account)(row)][::-1]
    posted = array("q", (to_millis(entry.ends_at) for entry in earned))
    sums = accumulate((render.reward_of(view.account, entry) for entry in earned), initial=0)
    return Rewards(posted, array("q", sums))
