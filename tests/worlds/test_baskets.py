"""What must hold of every basket: its goods, taxes, postage, discounts and tip come to what was paid, to the cent."""

import random
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.ledger.order_plans import ItemPlan, OrderPlan, TaxPlan
from sandbox.ledger.products import Product, Shelf, TaxClass
from sandbox.seeding.stories import SeedStories
from sandbox.worlds.baskets import FEE, Basket, Counter, fill, times, told
from sandbox.worlds.taxes import ABROAD, STATES, net_of, rates, tax_on

STORIES = SeedStories()
MERCHANTS = sorted(slug for slug, merchant in STORIES.merchants().items() if merchant.receipts)
DAY = date(2026, 11, 23)
many = settings(max_examples=300, deadline=None)

homes = st.one_of(
    st.sampled_from([*STATES, "OR"]).map(lambda state: ("US", state, "USD", 1.0)),
    st.sampled_from(
        [("PT", "", "EUR", 0.92), ("JP", "", "JPY", 1.49), ("GB", "", "GBP", 0.79), ("KW", "", "KWD", 3.1)]
    ),
)
counters = st.tuples(homes, st.booleans()).map(
    lambda drawn: Counter("shop", drawn[0][0], drawn[0][1], drawn[0][2], drawn[0][3], DAY, posted=drawn[1])
)
shelves = st.sampled_from(MERCHANTS).map(lambda slug: STORIES.shelf(STORIES.merchants()[slug]))


def adds_up(basket: Basket, total: int) -> None:
    totals = basket.totals
    assert totals.total == total
    assert totals.subtotal - totals.discount + totals.shipping + totals.tax + totals.tip == total
    assert totals.subtotal == sum(line.total for line in basket.lines)
    assert totals.tax == sum(line.amount for line in basket.tax_lines) == sum(line.tax_amount for line in basket.lines)
    assert min(totals.subtotal, totals.discount, totals.shipping, totals.tax, totals.tip) >= 0
    for line in basket.lines:
        assert line.total == times(line.quantity, line.unit_price) - line.discount
        assert line.quantity > 0
        assert line.unit_price >= 0
        assert line.discount >= 0
        assert line.tax_amount >= 0
    assert len({line.line_id for line in basket.lines}) == len(basket.lines)


@many
@given(shelves, counters, st.integers(1, 500_000), st.integers(0, 40), st.integers(0, 2**40))
def test_a_basket_comes_to_what_was_paid(shelf: Shelf, counter: Counter, total: int, tip: int, seed: int) -> None:
    tip = total * tip // 100
    basket = fill(shelf, counter, total, random.Random(seed).random, tip=tip)
    adds_up(basket, total)
    assert basket.totals.tip == tip
    assert {line.title for line in basket.lines} <= {product.title for product in (*shelf.products, FEE)}
    for line in basket.tax_lines:
        assert line.amount == tax_on(line.base, line.rate_bp)


@many
@given(shelves, counters, st.integers(1_500, 60_000), st.integers(0, 2**40))
def test_the_same_dice_fill_the_same_basket(shelf: Shelf, counter: Counter, total: int, seed: int) -> None:
    first, second = (fill(shelf, counter, total, random.Random(seed).random) for _ in range(2))
    assert first == second


items = st.builds(
    ItemPlan,
    title=st.sampled_from(["Crème brûlée torch 🔥", "風呂敷", "Łódź linen"]),
    quantity=st.integers(1, 20_000),
    unit_price=st.none() | st.integers(0, 50_000),
    discount=st.just(0),
)
plans = st.builds(
    OrderPlan,
    items=st.lists(items, min_size=1, max_size=12).map(tuple),
    taxes=st.none() | st.lists(st.builds(TaxPlan, st.just("Tax"), st.integers(0, 2_500)), max_size=3).map(tuple),
    discount=st.none() | st.integers(0, 900),
    shipping=st.none() | st.integers(0, 900),
)


@many
@given(plans, st.integers(1_000, 400_000), st.integers(0, 99))
def test_what_is_told_of_a_basket_is_kept_and_the_sums_hold(plan: OrderPlan, total: int, tip: int) -> None:
    counter = Counter("shop", "US", "CA", "USD", 1.0, DAY, posted=True)
    basket = told(plan, counter, total, tip, None)
    adds_up(basket, total)
    assert [line.title for line in basket.lines] == [item.title for item in plan.items]
    for line, item in zip(basket.lines, plan.items, strict=True):
        assert line.quantity == item.quantity
        assert item.unit_price is None or line.unit_price == item.unit_price


@many
@given(st.integers(1, 10**7), st.sampled_from(sorted(STATES)))
def test_a_net_price_with_its_taxes_is_the_gross_price(gross: int, state: str) -> None:
    taxes = rates("US", state, TaxClass.STANDARD)
    net = net_of(gross, taxes)
    if net is not None:
        assert net + sum(tax_on(net, rate) for _, rate in taxes) == gross


def test_food_is_untaxed_at_home_and_taxed_less_abroad() -> None:
    assert rates("US", "CA", TaxClass.REDUCED) == ()
    assert rates("DE", "", TaxClass.REDUCED) == (("MwSt", 700),)
    assert all(food <= general for _, general, food in ABROAD.values())


def test_a_shelf_of_one_dear_thing_still_makes_any_sum() -> None:
    shelf = Shelf((Product("A piano", 90_000, 120_000),))
    counter = Counter("shop", "US", "OR", "USD", 1.0, DAY, posted=False)
    for total in (1, 99, 100_000, 777_777):
        adds_up(fill(shelf, counter, total, random.Random(1).random), total)
