"""What a habit is to a story."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.seeding.calendar import Month
from sandbox.seeding.personas import Moment

if TYPE_CHECKING:
    from sandbox.seeding.story.story import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Something recurring. `label` names its stream of choices; it lasts from `starts` until before `ends`."""

    label: str
    starts: Moment | None = None
    ends: Moment | None = None

    def plan(self, story: "Story", month: Month, days: range) -> None:
        """Add what happens in a month; `days` are those of its days on which the rhythm lasts.

        Rows may fall into the month before (an income that shifts) but no earlier, and only `Action`s may look at
        balances: the month before is still unlived when a month is planned.
        """
        raise NotImplementedError
