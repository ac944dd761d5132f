"""The running account of one story: rows as they happen, and what the account can still bear.

Everything inside a story is integers: amounts in cents, instants in seconds since the epoch. `timeline.py` turns rows
into entries.
"""

from dataclasses import dataclass

from sandbox.ledger.accounts import CREDIT_LINES
from sandbox.ledger.entries import Channel, EntryKind, Foreign, OrderPart, Trade
from sandbox.seeding.clearing import Clearing
from sandbox.seeding.personas import AccountPlan
from sandbox.seeding.zones import DAY

NEVER = 1 << 62
"""An instant that no story reaches."""

WISH, BILL, RETRY, FACT = range(4)
"""How firm a row is. A wish (a purchase) is not made without money; a bill finds money or bounces, and is then
presented once more (a retry); a fact happens anyhow."""


@dataclass(frozen=True, slots=True)
class Face:
    """What all rows of one habit look like."""

    kind: EntryKind
    channel: Channel
    description: str
    counterparty: str = ""
    category: str = ""
    merchant: str = ""
    mcc: str = ""


class Row:
    """One entry in the making. `taken`: it came to be; `number`: its sequence, once all rows are known."""

    __slots__ = (
        "amount", "at", "began", "book", "card", "check", "drop", "face", "firm", "foreign", "hold", "memo", "number",
        "of", "plan", "post", "recurrence", "taken", "trade",
    )  # fmt: skip

    def __init__(
        self, book: "Book", face: Face, amount: int, at: int, post: int, *, firm: int = WISH, of: "Row | None" = None
    ) -> None:
        self.book = book
        self.face = face
        self.amount = amount
        self.at = at
        self.post = post
        self.firm = firm
        self.of = of
        self.drop = False
        """True: at `post` the hold vanishes instead of posting."""
        self.hold: int | None = None
        self.card = ""
        self.check: int | None = None
        """0: the next number of the chequebook."""
        self.memo = ""
        self.foreign: Foreign | None = None
        self.trade: Trade | None = None
        self.began: Row | None = None
        """The row that began the order of which this one pays a part."""
        self.plan = ""
        self.recurrence = ""
        self.taken = False
        self.number = -1

    @property
    def order(self) -> OrderPart | None:
        if self.began is None and not self.plan and not self.recurrence:
            return None
        return OrderPart(self.began.number if self.began is not None else None, self.plan, self.recurrence)


class Book:
    """One account of a story. Rows outside `opens` … `quiet` do not happen; interest goes on until `ends`."""

    __slots__ = (
        "allowance", "area", "cards", "clearing", "covers", "credited", "credits", "ends", "fee_days", "free",
        "next_check", "only_card", "opening", "opens", "plan", "posted", "quiet", "rows", "settled_to", "statement",
        "tracked", "units", "unposted",
    )  # fmt: skip

    def __init__(
        self,
        plan: AccountPlan,
        *,
        clearing: Clearing,
        opening: int,
        opens: int,
        quiet: int,
        ends: int,
        cards: dict[str, list[tuple[int, int, str]]],
    ) -> None:
        self.plan = plan
        self.clearing = clearing
        self.opening = opening
        self.opens = opens
        self.quiet = quiet
        self.ends = ends
        self.cards = cards
        """login → (from, until, last4) of each piece of plastic."""
        ages = [age for plastic in cards.values() for age in plastic]
        lasting = len(ages) == 1 and ages[0][0] <= opens and ages[0][1] == NEVER
        self.only_card = ages[0][2] if lasting else ""
        """Where one card serves for good; spares a look at the dates."""
        terms = plan.terms
        overdraft = terms.overdraft_limit if plan.overdraft else 0
        self.allowance = terms.credit_limit if plan.kind in CREDIT_LINES else overdraft
        self.rows: list[Row] = []
        self.free = opening
        """Opening balance and all debits authorised and credits posted so far: never above the posted balance."""
        self.credits: list[tuple[int, int]] = []
        """(instant, amount) of money that is not here yet."""
        self.covers: Book | None = None
        self.fee_days: set[int] = set()
        self.next_check = 1001
        self.tracked = bool(terms.apy or terms.apr or plan.kind in CREDIT_LINES or plan.monthly_fee)
        self.posted = opening
        self.area = 0
        """Posted balance times seconds since the last interest."""
        self.settled_to = opens
        self.unposted: list[tuple[int, int]] = []
        self.statement = 0
        """Credit lines: what was owed at the last cut."""
        self.credited = 0
        """Credit lines: credits since the last cut."""
        self.units: dict[str, int] = {holding.symbol: holding.units for holding in plan.holdings}

    @property
    def slug(self) -> str:
        return self.plan.slug

    @property
    def bank(self) -> str:
        return self.clearing.bank

    def alive(self, instant: int) -> bool:
        return self.opens <= instant < self.quiet

    def funds(self, instant: int) -> int:
        """What can be spent: money that is here, less what is promised, plus the line of credit or overdraft."""
        if self.credits:
            waiting = []
            for credit in self.credits:
                if credit[0] <= instant:
                    self.free += credit[1]
                else:
                    waiting.append(credit)
            self.credits = waiting
        return self.free + self.allowance

    def enter(self, row: Row) -> None:
        row.taken = True
        self.rows.append(row)
        amount = row.amount
        if row.check == 0:
            row.check = self.next_check
            self.next_check += 1
        if amount < 0:
            held = amount if row.hold is None else min(row.hold, amount)
            self.free += held
            given_back = (0 if row.drop else amount) - held
            if given_back:
                self.credits.append((row.post, given_back))
        elif not row.drop:
            self.credited += amount
            if row.post <= row.at:
                self.free += amount
            else:
                self.credits.append((row.post, amount))
        if self.tracked and not row.drop:
            self.unposted.append((row.post, amount))

    def settle(self, instant: int) -> int:
        """The posted balance at an instant; also brings `area` up to it."""
        if self.unposted:
            due = sorted(item for item in self.unposted if item[0] <= instant)
            if due:
                self.unposted = [item for item in self.unposted if item[0] > instant]
                for post, amount in due:
                    self.area += self.posted * (post - self.settled_to)
                    self.settled_to = post
                    self.posted += amount
        self.area += self.posted * (instant - self.settled_to)
        self.settled_to = instant
        return self.posted

    def interest(self, percent: object, instant: int) -> int:
        """Interest on the daily balance since the last call, at a yearly rate in percent; signed like the balance."""
        self.settle(instant)
        hundredths = round(float(str(percent)) * 100)
        earned, self.area = self.area * hundredths / (10_000 * 365 * DAY), 0
        return round(earned)

    def card_of(self, login: str, instant: int) -> str | None:
        """Last four of the plastic that this person can use; empty where the account has no plastic at all; None
        where the person's card is dead and the next one not there yet."""
        cards = self.cards.get(login)
        if cards is None:
            if not self.cards:
                return ""
            cards = next(iter(self.cards.values()))
        for issued, replaced, last4 in reversed(cards):
            if issued <= instant < replaced:
                return last4
        return None
