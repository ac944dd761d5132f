"""Money between a persona's own accounts: a fixed sum by habit, or whatever is left over."""

from dataclasses import dataclass

from sandbox.seeding.calendar import MONTHLY, Month, Schedule, on_or_after
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.story import Story
from sandbox.seeding.zones import HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Rhythm):
    """Not made when the source lacks the money."""

    source: str
    target: str
    amount: int
    schedule: Schedule = MONTHLY
    vary: float = 0.0
    description: str = ""
    memo: str = ""

    def plan(self, story: Story, month: Month, days: range) -> None:
        draw = story.draw(self.label, month.key)
        for day in self.schedule.dates(month, story.phase(self.label)):
            amount = draw.spread(self.amount, self.vary) if self.vary else self.amount
            at = story.home.at(day, draw.between(7 * HOUR, 12 * HOUR))
            if day in days and amount > 0:
                story.act(at, lambda now, amount=amount: self._move(story, amount, now))  # type: ignore[misc]

    def _move(self, story: Story, amount: int, now: int) -> None:
        source, target = story.books[self.source], story.books[self.target]
        if not (source.alive(now) and target.alive(now)):
            return
        if source.funds(now) - source.allowance - source.plan.floor < amount:
            story.refused += 1
            return
        story.move(
            source, target, amount, now, story.draw(self.label, now), description=self.description, memo=self.memo
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep(Rhythm):
    """Once a month, all above `keep`, in whole `step`s, if it is worth the trouble."""

    source: str
    target: str
    keep: int
    day: int = 27
    at_least: int = 50_00
    step: int = 50_00
    description: str = ""

    def plan(self, story: Story, month: Month, days: range) -> None:
        day = month.day(self.day)
        if day in days:
            draw = story.draw(self.label, month.key)
            story.act(
                story.home.at(on_or_after(day), draw.between(12 * HOUR, 16 * HOUR)), lambda now: self._move(story, now)
            )

    def _move(self, story: Story, now: int) -> None:
        source, target = story.books[self.source], story.books[self.target]
        if not (source.alive(now) and target.alive(now)):
            return
        spare = (source.funds(now) - source.allowance - self.keep) // self.step * self.step
        if spare >= max(self.at_least, 1):
            story.move(source, target, spare, now, story.draw(self.label, now), description=self.description)
