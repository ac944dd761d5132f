"""What a brokerage account holds now, and what it is worth: units from its trades, prices from the invented market."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sandbox.ledger.accounts import Holding
from sandbox.ledger.entries import EntryKind
from sandbox.ledger.prices import price_on
from sandbox.worlds.accounts import AccountView


@dataclass(frozen=True, slots=True)
class Valued:
    """`units` are thousandths; price and value minor units."""

    holding: Holding
    units: int
    price: int
    value: int


def positions(view: AccountView) -> list[Valued]:
    zone = ZoneInfo(view.account.time_zone)
    today, since = view.now.astimezone(zone).date(), view.account.history_start.astimezone(zone).date()
    moved: dict[str, int] = {}
    for kind in (EntryKind.BUY, EntryKind.SELL):
        for row in view.latest(kind, 10_000):
            if row.trade is not None:
                moved[row.trade.symbol] = moved.get(row.trade.symbol, 0) + (
                    row.trade.units if kind is EntryKind.BUY else -row.trade.units
                )
    valued = []
    for holding in view.account.holdings:
        units = holding.units + moved.get(holding.symbol, 0)
        price = price_on(holding.symbol, holding.price, since, today)
        if units > 0:
            valued.append(Valued(holding, units, price, units * price // 1000))
    return valued


def worth(view: AccountView) -> int:
    """Cash and positions, in minor units."""
    return view.balances().current + sum(position.value for position in positions(view))
