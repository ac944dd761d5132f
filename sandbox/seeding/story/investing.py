"""A brokerage account: money in, securities bought by plan, dividends, a sale now and then."""

from dataclasses import dataclass
from datetime import date

from sandbox.ledger.entries import Channel, EntryKind, Trade
from sandbox.ledger.prices import price_on
from sandbox.seeding.calendar import Month, business_days_after, on_or_after
from sandbox.seeding.personas import HoldingPlan
from sandbox.seeding.story.book import FACT, Book, Face, Row
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.story import Story
from sandbox.seeding.zones import HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Invest(Rhythm):
    account: str
    source: str = ""
    monthly: int = 0
    day: int = 5
    buys: tuple[tuple[str, float], ...] = ()
    """(symbol, share of the cash that is invested)."""
    dividends: tuple[tuple[str, int], ...] = ()
    """(symbol, thousandths of a cent per unit and quarter)."""
    sells_per_year: float = 0.0

    def plan(self, story: Story, month: Month, days: range) -> None:
        draw = story.draw(self.label, month.key)
        zone = story.books[self.account].clearing.zone
        day = on_or_after(month.day(self.day))
        noon, trading = draw.between(10 * HOUR, 12 * HOUR), draw.between(10 * HOUR, 15 * HOUR)
        paid = on_or_after(month.day(21))
        selling = draw.chance(self.sells_per_year / 12)
        share = 0.04 + 0.08 * draw.random()
        sold_on = business_days_after(month.day(draw.between(8, 24)), 0)
        which = draw.random()
        if day not in days:
            return
        if self.monthly and self.source:
            story.act(zone.at(day, noon), lambda now: self._fund(story, now))
        bought_on = business_days_after(day, 3)
        story.act(zone.at(bought_on, trading), lambda now: self._buy(story, bought_on, now))
        if month.month % 3 == 0:
            story.act(zone.at(paid, 5 * HOUR), lambda now: self._pay_dividends(story, now))
        if selling:
            story.act(zone.at(sold_on, trading), lambda now: self._sell(story, sold_on, which, share, now))

    def _fund(self, story: Story, now: int) -> None:
        source, book = story.books[self.source], story.books[self.account]
        if source.alive(now) and book.alive(now) and source.funds(now) - source.allowance >= self.monthly:
            story.move(source, book, self.monthly, now, story.draw(self.label, now))

    def _buy(self, story: Story, day: int, now: int) -> None:
        book = story.books[self.account]
        money = min(max(0, book.funds(now)), self.monthly) if self.monthly else 0
        for symbol, share in self.buys:
            price = unit_price(story, book, symbol, day)
            units = int(money * share) * 1000 // price
            if units > 0:
                self._trade(story, book, EntryKind.BUY, symbol=symbol, units=units, price=price, now=now)

    def _sell(self, story: Story, day: int, which: float, share: float, now: int) -> None:
        book = story.books[self.account]
        symbols = [symbol for symbol, units in book.units.items() if units > 2000]
        if symbols:
            symbol = symbols[int(which * len(symbols))]
            units = int(book.units[symbol] * share) // 1000 * 1000 or 1000
            price = unit_price(story, book, symbol, day)
            self._trade(story, book, EntryKind.SELL, symbol=symbol, units=units, price=price, now=now)

    @staticmethod
    def _trade(story: Story, book: Book, kind: EntryKind, *, symbol: str, units: int, price: int, now: int) -> None:
        gross = round(units * price / 1000)
        sign = -1 if kind is EntryKind.BUY else 1
        if gross == 0 or not book.alive(now):
            return
        word = "BOUGHT" if kind is EntryKind.BUY else "SOLD"
        face = Face(
            kind, Channel.INTERNAL, f"{word} {units / 1000:g} {symbol}", holding(book, symbol).name, "Investments"
        )
        settled = book.clearing.settled(now, 1, 0)
        row = Row(book, face, sign * gross, now, settled, firm=FACT)
        row.trade = Trade(symbol, units, price)
        story.take(row)
        book.units[symbol] -= sign * units

    def _pay_dividends(self, story: Story, now: int) -> None:
        book = story.books[self.account]
        for symbol, rate in self.dividends:
            amount = round(book.units.get(symbol, 0) * rate / 1_000_000)
            if amount > 0:
                face = Face(
                    EntryKind.DIVIDEND, Channel.INTERNAL, f"DIVIDEND {symbol}", holding(book, symbol).name, "Dividends"
                )
                story.take(Row(book, face, amount, now, now, firm=FACT))


def holding(book: Book, symbol: str) -> HoldingPlan:
    return next(holding for holding in book.plan.holdings if holding.symbol == symbol)


def unit_price(story: Story, book: Book, symbol: str, day: int) -> int:
    return price_on(symbol, holding(book, symbol).price, story.anchor, date.fromordinal(day))
