"""People by the thousand, for load: drawn from a few ways to live, the same for (seed, index) in any order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from sandbox.kernel import ids
from sandbox.ledger.accounts import AccountKind, Relationship, Terms
from sandbox.ledger.customers import Address
from sandbox.seeding.calendar import Schedule
from sandbox.seeding.draw import Draw
from sandbox.seeding.merchants import Catalogue
from sandbox.seeding.personas import AccountPlan, CardPlan, HolderPlan, Moment, Person, Persona
from sandbox.seeding.story.bills import COOLING, HEATING, Bill, Subscription
from sandbox.seeding.story.cash import Cash
from sandbox.seeding.story.debts import PayCard, PayLoan
from sandbox.seeding.story.friends import Friends
from sandbox.seeding.story.income import Benefit, Gig, Payer, Payroll
from sandbox.seeding.story.rhythm import Rhythm
from sandbox.seeding.story.shopping import Shopping
from sandbox.seeding.story.transfers import Sweep

PREFIX = "synthetic-"
BORN = date(1940, 1, 1)
EMPLOYERS = 400
ZONES = {
    "CA": "America/Los_Angeles", "OR": "America/Los_Angeles", "WA": "America/Los_Angeles",
    "NV": "America/Los_Angeles", "AZ": "America/Phoenix", "CO": "America/Denver", "ID": "America/Boise",
    "NM": "America/Denver", "UT": "America/Denver", "IL": "America/Chicago", "IA": "America/Chicago",
    "KS": "America/Chicago", "LA": "America/Chicago", "MN": "America/Chicago", "MO": "America/Chicago",
    "NE": "America/Chicago", "OK": "America/Chicago", "TN": "America/Chicago", "TX": "America/Chicago",
    "WI": "America/Chicago",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pools:
    """Words drawn from Faker once for a seed: drawing a name from a list costs a hundredth of asking Faker for one."""

    first_names: Sequence[str]
    last_names: Sequence[str]
    streets: Sequence[str]
    employers: Sequence[str]


@lru_cache(maxsize=4)
def pools(seed: int) -> Pools:
    from faker import Faker  # noqa: PLC0415 - slow to import, and only bulk seeding needs it

    faker = Faker("en_US", use_weighting=False)
    faker.seed_instance(ids.number(seed, "faker"))
    return Pools(
        [faker.first_name() for _ in range(800)],
        [faker.last_name() for _ in range(1000)],
        [faker.street_name() for _ in range(600)],
        [f"{faker.last_name()} {faker.word().title()}" for _ in range(EMPLOYERS)],
    )


@lru_cache(maxsize=4)
def places(merchants: Catalogue) -> Sequence[tuple[str, str]]:
    """(city, state) in which the catalogue has shops, so that everybody has somewhere to go."""
    return sorted({(m.city, m.state) for m in merchants.by_slug.values() if m.country == "US" and m.city and m.state})


def synthetic_personas(
    seed: int, count: int, merchants: Catalogue, *, first: int = 1, history_months: int = 25
) -> Iterator[Persona]:
    for index in range(first, first + count):
        yield synthetic_persona(seed, index, merchants, history_months=history_months)


def synthetic_persona(seed: int, index: int, merchants: Catalogue, *, history_months: int = 25) -> Persona:
    """Number `index` (from 1) of the people of a seed; the slug and username are synthetic-000001 and so on."""
    slug = f"{PREFIX}{index:06}"
    draw = Draw(seed, "synthetic", index)
    person = someone(slug, draw, pools(seed), places(merchants))
    name, live = WAYS[draw.below(len(WAYS))]
    life = live(Life(draw, slug, pools(seed), merchants))
    return Persona(
        slug=slug,
        story=f"A synthetic customer: {name}.",
        purpose="Bulk.",
        people=(person,),
        accounts=tuple(life.accounts),
        zone=ZONES.get(person.address.state, "America/New_York"),
        history=Moment(months=-history_months),
        rhythms=tuple(life.rhythms),
    )


def someone(slug: str, draw: Draw, words: Pools, cities: Sequence[tuple[str, str]]) -> Person:
    city, state = draw.pick(cities)
    address = Address(
        line1=f"{draw.between(10, 9800)} {draw.pick(words.streets)}",
        city=city,
        state=state,
        postal_code=f"{draw.between(10_000, 99_599)}",
    )
    return Person(
        login=slug,
        first_name=draw.pick(words.first_names),
        last_name=draw.pick(words.last_names),
        born=BORN + timedelta(days=draw.between(0, 66 * 365)),
        address=address,
    )


class Life:
    """A persona in the making: accounts and rhythms, added habit by habit."""

    def __init__(self, draw: Draw, slug: str, words: Pools, merchants: Catalogue) -> None:
        self.draw = draw
        self.slug = slug
        self.words = words
        self.merchants = merchants
        self.accounts: list[AccountPlan] = []
        self.rhythms: list[Rhythm] = []

    def account(
        self,
        slug: str,
        kind: AccountKind,
        product: str,
        opening: int | None,
        terms: Terms | None = None,
        **members: object,
    ) -> None:
        plastic = (CardPlan(self.slug),) if kind in (AccountKind.CHECKING, AccountKind.CREDIT_CARD) else ()
        plan = AccountPlan(
            slug=slug,
            kind=kind,
            products=(("default", product),),
            holders=(HolderPlan(self.slug, Relationship.SOLE_OWNER),),
            opening=opening,
            opened=Moment(months=-self.draw.between(36, 180)),
            terms=terms or Terms(),
            cards=plastic,
            **members,  # type: ignore[arg-type]
        )
        self.accounts.append(plan)

    def add(self, rhythm: Rhythm) -> None:
        self.rhythms.append(rhythm)

    def money(self, low: int, high: int) -> int:
        """Whole dollars between two amounts of dollars, as cents."""
        return self.draw.between(low, high) * 100

    def banking(self, opening: int, savings: int) -> None:
        self.account("checking", AccountKind.CHECKING, "Everyday Checking", opening, cover="savings")
        terms = Terms(apy=Decimal(self.draw.between(150, 430)).scaleb(-2))
        self.account("savings", AccountKind.SAVINGS, "Reserve Savings", savings, terms)
        self.add(Sweep(label="sweep", source="checking", target="savings", keep=max(opening, 1200_00)))

    def card(self, limit: int, owed: int, pays: str) -> None:
        terms = Terms(
            apr=Decimal(self.draw.between(1799, 2799)).scaleb(-2),
            credit_limit=limit,
            cash_limit=limit // 5,
            statement_day=self.draw.between(1, 28),
            reward_program="cash-back",
            reward_rate_bp=self.draw.pick((100, 150, 200)),
        )
        self.account("card", AccountKind.CREDIT_CARD, "Cash Back Card", -owed, terms)
        self.add(PayCard(label="pay-card", card="card", source="checking", pays=pays, share=0.4))

    def home(self, rent: int, on: str) -> None:
        self.add(Bill(label="rent", source="checking", payee="Housing Office", low=rent, high=rent, category="Rent"))
        for label, payee, low, high, season in (
            ("electricity", "City Electric", 48_00, 92_00, COOLING),
            ("gas", "Valley Gas", 28_00, 55_00, HEATING),
        ):
            day = Schedule(days=(self.draw.between(4, 26),))
            bill = Bill(label=label, source="checking", payee=payee, low=low, high=high, season=season, schedule=day)
            self.add(replace(bill, category="Utilities"))
        self.subscribe("Telecom", on, 35_00, 80_00)
        self.subscribe("Streaming", on, 7_99, 17_99)

    def subscribe(self, category: str, on: str, low: int, high: int) -> None:
        found = self.merchants.in_categories([category])
        if found:
            merchant = self.draw.pick(found)
            amount = self.draw.between(low // 100, high // 100) * 100 + 99
            schedule = Schedule(days=(self.draw.between(1, 28),))
            self.add(
                Subscription(label=category.lower(), on=on, merchant=merchant.slug, amount=amount, schedule=schedule)
            )

    def shop(self, label: str, on: str, categories: tuple[str, ...], per_week: float, *, low: int, high: int) -> None:
        share = 0.7 + 0.6 * self.draw.random()
        self.add(
            Shopping(
                label=label, on=on, categories=categories, per_week=per_week * share, low=low, high=high, favourites=3,
                weights=(1, 1, 1, 1, 1.4, 2, 1.2),
            )
        )  # fmt: skip

    def everyday(self, on: str) -> None:
        self.shop("groceries", on, ("Groceries",), 1.6, low=14_00, high=120_00)
        self.shop("coffee", on, ("Coffee",), 1.6, low=3_00, high=11_00)
        self.shop("meals", on, ("Restaurants", "Fast Food"), 1.3, low=9_00, high=64_00)
        self.shop("fuel", on, ("Fuel",), 0.6, low=24_00, high=58_00)
        self.shop("shops", on, ("Shopping", "Clothing", "Home", "Pharmacy"), 0.7, low=8_00, high=110_00)

    def paid(self, net: int) -> None:
        schedule = Schedule(weekday=4, weeks=2) if self.draw.chance(0.7) else Schedule(days=(15, 31))
        payer = self.draw.pick(self.words.employers)
        self.add(Payroll(label="pay", payer=payer, into="checking", net=net, schedule=schedule))


def salaried(life: Life) -> Life:
    life.banking(life.money(900, 3800), life.money(1000, 14_000))
    life.card(life.money(4000, 14_000), life.money(100, 1400), "statement")
    life.paid(life.money(1450, 1750))
    life.home(life.money(1150, 1650), "card")
    life.everyday("card")
    life.add(Cash(label="cash", source="checking", per_month=1.5))
    return life


def revolving(life: Life) -> Life:
    life.banking(life.money(500, 1900), life.money(300, 2500))
    life.card(life.money(4000, 8000), life.money(900, 3200), "part")
    life.paid(life.money(1250, 1500))
    life.home(life.money(950, 1350), "card")
    life.everyday("card")
    life.add(Friends(label="friends", account="checking", names=tuple(life.words.first_names[:6]), out_per_month=3))
    return life


def gig_worker(life: Life) -> Life:
    life.banking(life.money(700, 2200), life.money(500, 4000))
    names = sorted({life.draw.pick(life.words.employers) for _ in range(5)})
    payers = tuple(Payer(name, 60_00, 360_00, 3.0) for name in names)
    life.add(Gig(label="gigs", into="checking", payers=payers))
    life.home(life.money(700, 950), "checking")
    life.everyday("checking")
    return life


def pensioner(life: Life) -> Life:
    life.banking(life.money(1200, 3500), life.money(5000, 42_000))
    benefit = life.money(1700, 2100)
    life.add(Benefit(label="benefit", payer="Social Security", into="checking", amount=benefit, rule="social_security"))
    life.home(life.money(650, 900), "checking")
    life.shop("groceries", "checking", ("Groceries",), 1.4, low=12_00, high=84_00)
    life.shop("pharmacy", "checking", ("Pharmacy", "Medical"), 0.5, low=8_00, high=90_00)
    life.add(Cash(label="cash", source="checking", per_month=3))
    return life


def homeowner(life: Life) -> Life:
    life.banking(life.money(2400, 5200), life.money(4000, 30_000))
    life.card(life.money(8000, 18_000), life.money(400, 2000), "statement")
    life.paid(life.money(2050, 2500))
    started = Moment(months=-life.draw.between(30, 110))
    terms = Terms(
        apr=Decimal(life.draw.between(295, 675)).scaleb(-2),
        original_principal=life.money(190, 300) * 1000,
        term_months=360,
        payment_day=life.draw.between(1, 15),
        escrow_payment=life.money(210, 460),
        autopay=True,
    )
    life.account("mortgage", AccountKind.MORTGAGE, "Fixed Home Loan", None, terms, originated=started)
    life.add(PayLoan(label="mortgage", loan="mortgage", source="checking"))
    life.subscribe("Insurance", "card", 70_00, 150_00)
    life.subscribe("Telecom", "card", 45_00, 120_00)
    life.everyday("card")
    return life


WAYS: Sequence[tuple[str, Callable[[Life], Life]]] = (
    ("a salary, rent, a card paid in full", salaried),
    ("a salary and a card that carries a balance", revolving),
    ("many small payers", gig_worker),
    ("a pension", pensioner),
    ("a salary and a mortgage", homeowner),
)
