"""What was in a basket of which only the sum is known: goods off the merchant's shelf whose prices, taxes, postage and
discounts come to it exactly. Amounts are minor units of the merchant's currency."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from sandbox.kernel import ids
from sandbox.kernel.money import exponent
from sandbox.ledger.order_plans import ItemPlan, OrderPlan
from sandbox.ledger.products import Product, Shelf, TaxClass
from sandbox.ledger.purchases import LineItem, TaxLine, Totals
from sandbox.worlds.taxes import Rates, net_of, rates, tax_on

Dice = Callable[[], float]
"""Numbers in [0, 1) out of a stream that the order names."""
NO_PLAN = OrderPlan()
TRIES = 6
DEAREST_SHARE = 2
"""No line takes more than this many times its even share of what is left."""
FREE_POSTAGE = 45_00
POSTAGE = (3_99, 4_99, 5_95, 7_50)
COUPONS = (5, 10, 10, 15, 20)
"""In percent."""
SMALL_FEES = (10, 5, 25, 8, 28, 3, 12, 1)
"""Untaxed, for sums that no net price comes to with its taxes."""
SCHOOL = "9520000"
"""GS1's prefix for examples: no real product has such a number."""


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a basket is paid."""

    merchant: str
    country: str
    state: str
    """Of the shop, or of where it is sent."""
    currency: str
    scale: float
    """Minor units of the currency for a US cent."""
    day: date
    posted: bool
    """Whether it comes in a parcel."""
    category: str = ""
    url: str = ""
    """The shop's, where it has pictures of its goods."""

    def picture(self, sku: str) -> str:
        return f"{self.url}/images/{sku.lower()}.jpg" if self.url else ""


@dataclass(frozen=True, slots=True)
class Basket:
    lines: tuple[LineItem, ...]
    tax_lines: tuple[TaxLine, ...]
    totals: Totals


@dataclass(frozen=True, slots=True)
class Good:
    product: Product
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Pick:
    product: Product
    quantity: int
    unit_price: int
    discount: int = 0

    @property
    def total(self) -> int:
        return times(self.quantity, self.unit_price) - self.discount


def times(quantity: int, unit_price: int) -> int:
    """Thousandths times a price, rounded half up."""
    return (quantity * unit_price + 500) // 1000


def between(dice: Dice, low: int, high: int) -> int:
    return low + int(dice() * (high - low + 1))


def fill(
    shelf: Shelf, counter: Counter, total: int, dice: Dice, *, tip: int = 0, plan: OrderPlan = NO_PLAN, least: int = 1
) -> Basket:
    """A basket that comes to `total`, `tip` included, of at least `least` lines where the money allows."""
    if plan.items:
        return told(plan, counter, total, tip, shelf)
    goods_for = total - tip
    shipping = _shipping(counter, goods_for, dice, plan)
    gross = goods_for - shipping
    stock = _stock(shelf, counter.scale)
    count = max(plan.lines or _count(shelf, stock, gross, dice), least)
    main = [good for good in stock if good.product.tax is shelf.tax] or list(stock)
    side = [good for good in stock if good.product.tax is not shelf.tax]
    groups: list[tuple[TaxClass, list[Pick]]] = []
    if side and len(main) < len(stock) and count > 2 and dice() < 0.6:
        for tax in dict.fromkeys(good.product.tax for good in side):
            picks = _some([good for good in side if good.product.tax is tax], gross // 4, between(dice, 1, 2), dice)
            if picks:
                net = sum(pick.total for pick in picks)
                gross -= net + sum(tax_on(net, rate) for _, rate in _rates(counter, tax, plan))
                groups.append((tax, picks))
                count = max(1, count - len(picks))
    taxes = _rates(counter, shelf.tax, plan)
    found = _net(gross, taxes, counter.currency)
    net, fee = found or (gross, 0)
    taxes = taxes if found is not None else ()
    coupon = _coupon(net, counter, dice, plan) if not groups and not fee else 0
    picks = goods(main, net + coupon, count, dice, counter)
    groups.append((shelf.tax, picks))
    rest = [(TaxClass.NONE, [Pick(FEE, 1000, fee)])] if fee else []
    return _sum(
        groups + rest,
        counter,
        main=taxes,
        coupon=coupon,
        shipping=shipping,
        tip=tip,
        total=total,
        return_days=shelf.return_days,
        plan=plan,
    )


FEE = Product("Bag and recycling fee", 1, 50, TaxClass.NONE)


def _rates(counter: Counter, tax: TaxClass, plan: OrderPlan) -> Rates:
    if plan.taxes is not None:
        return tuple((line.name, line.rate_bp) for line in plan.taxes) if tax is not TaxClass.NONE else ()
    return rates(counter.country, counter.state, tax)


def _net(gross: int, taxes: Rates, currency: str) -> tuple[int, int] | None:
    """(net, small fee): with the taxes on the net, and the fee, they come to `gross`. None: nothing does."""
    fees = SMALL_FEES if exponent(currency) else (5, 3, 1, 2)
    for fee in (0, *fees):
        if fee < gross and (net := net_of(gross - fee, taxes)) is not None:
            return net, fee
    return None


def _shipping(counter: Counter, goods_for: int, dice: Dice, plan: OrderPlan) -> int:
    drawn = dice()
    if plan.shipping is not None:
        return min(plan.shipping, goods_for - 1)
    if not counter.posted or drawn < 0.4 or goods_for > FREE_POSTAGE * counter.scale:
        return 0
    return round(POSTAGE[int(drawn * 100) % len(POSTAGE)] * counter.scale) if goods_for > 20_00 * counter.scale else 0


def _coupon(net: int, counter: Counter, dice: Dice, plan: OrderPlan) -> int:
    drawn = dice()
    if plan.discount is not None:
        return plan.discount
    if not counter.posted or drawn > 0.12:
        return 0
    percent = COUPONS[int(drawn * 1000) % len(COUPONS)]
    return net * percent // (100 - percent)


def _count(shelf: Shelf, stock: Sequence[Good], gross: int, dice: Dice) -> int:
    """How many lines: about the usual number, fewer where the sum is small."""
    usual, most = shelf.basket
    cheap = sorted(good.low for good in stock)[len(stock) // 2]
    wanted = 1 + int(dice() * (2 * usual - 1)) if dice() < 0.85 else between(dice, usual, most)
    return max(1, min(wanted, most, gross // max(cheap, 1)))


@lru_cache(maxsize=256)
def _stock(shelf: Shelf, scale: float) -> tuple[Good, ...]:
    return tuple(
        Good(product, max(1, round(product.low * scale)), max(1, round(product.high * scale)))
        for product in shelf.products
    )


def nice(price: int, currency: str) -> int:
    """A price as shops like it, not above `price` where that is possible."""
    if exponent(currency) == 0:
        return price - price % 10 or price
    if price < 2_00:
        return price - price % 10 - 1 if price > 19 else price
    if price < 40_00:
        return price - price % 50 - 1
    return price - price % 100 - 1


def goods(stock: Sequence[Good], target: int, count: int, dice: Dice, counter: Counter) -> list[Pick]:
    """Lines that sum to `target`, about `count` of them."""
    for _ in range(TRIES):
        if (found := _attempt(stock, target, count, dice, counter)) is not None:
            return found
    nearest = min(stock, key=lambda good: max(good.low - target, target - good.high))
    for pieces in range(min(nearest.product.most, max(1, target // nearest.low)), 1, -1):
        if target % pieces == 0:
            return [Pick(nearest.product, pieces * 1000, target // pieces)]
    return [Pick(nearest.product, 1000, target)]


def _attempt(stock: Sequence[Good], target: int, count: int, dice: Dice, counter: Counter) -> list[Pick] | None:
    cheapest = min(good.low for good in stock)
    dearest = max(good.high for good in stock)
    picks: list[Pick] = []
    free = list(stock)
    left = target
    while True:
        more = count - len(picks)
        ceiling = left - cheapest
        if (more > 1 or left > dearest) and ceiling > 0:
            limit = min(ceiling, max(DEAREST_SHARE * left // max(more, 2), cheapest))
            fits = [good for good in free if good.low <= limit] or [good for good in stock if good.low <= limit]
            if fits:
                good = fits[int(dice() * len(fits))]
                pick = _pick(good, limit, dice, counter)
                picks.append(pick)
                left -= pick.total
                if good in free:
                    free.remove(good)
                continue
        last = _last(free, left, dice, counter) or _last(stock, left, dice, counter)
        if last is not None:
            return [*picks, last]
        if not picks:
            return None
        left += picks.pop().total
        last = _last(stock, left, dice, counter)
        return [*picks, last] if last is not None else None


def _some(stock: Sequence[Good], limit: int, count: int, dice: Dice) -> list[Pick]:
    """Up to `count` lines that come to no more than `limit`."""
    picks: list[Pick] = []
    for _ in range(count):
        fits = [good for good in stock if good.low <= limit and good.product not in [pick.product for pick in picks]]
        if fits:
            good = fits[int(dice() * len(fits))]
            picks.append(Pick(good.product, 1000, between(dice, good.low, min(good.high, limit))))
            limit -= picks[-1].total
    return picks


def _pick(good: Good, limit: int, dice: Dice, counter: Counter) -> Pick:
    product = good.product
    price = between(dice, good.low, min(good.high, limit))
    price = max(nice(price, counter.currency), 1)
    if product.weighed:
        weight = min(between(dice, 300, 2600), max(limit * 1000 // price, 10))
        return Pick(product, weight if times(weight, price) <= limit else 10, price)
    pieces = min(between(dice, 1, product.most), max(limit // price, 1)) if dice() < 0.35 else 1
    return Pick(product, pieces * 1000, price)


def _last(stock: Sequence[Good], left: int, dice: Dice, counter: Counter) -> Pick | None:
    """One line that comes to exactly `left`."""
    fits = [good for good in stock if good.low <= left <= good.high]
    if not fits:
        return None
    good = fits[int(dice() * len(fits))]
    if good.product.weighed:
        price = nice(between(dice, good.low, good.high), counter.currency)
        weight = round(left * 1000 / price)
        if weight > 0 and times(weight, price) == left:
            return Pick(good.product, weight, price)
    shelf_price = nice(left + left // 8, counter.currency)
    if dice() < 0.6 and shelf_price > left:
        return Pick(good.product, 1000, shelf_price, shelf_price - left)
    return Pick(good.product, 1000, left)


def _sum(
    groups: Sequence[tuple[TaxClass, list[Pick]]],
    counter: Counter,
    *,
    main: Rates,
    coupon: int,
    shipping: int,
    tip: int,
    total: int,
    return_days: int,
    plan: OrderPlan,
) -> Basket:
    lines: list[LineItem] = []
    tax_lines: list[TaxLine] = []
    main_class = groups[-1][0] if groups[-1][0] is not TaxClass.NONE or len(groups) == 1 else groups[-2][0]
    for tax, picks in groups:
        taxes = main if tax is main_class else _rates(counter, tax, plan)
        base = sum(pick.total for pick in picks) - (coupon if tax is main_class else 0)
        due = [TaxLine(name, rate, base, tax_on(base, rate)) for name, rate in taxes]
        tax_lines += due
        shares = spread(sum(line.amount for line in due), [pick.total for pick in picks])
        rate = sum(rate for _, rate in taxes)
        for pick, share in zip(picks, shares, strict=True):
            lines.append(_line(pick, len(lines) + 1, rate, share, counter=counter, return_days=return_days))
    subtotal = sum(line.total for line in lines)
    tax_sum = sum(line.amount for line in tax_lines)
    return Basket(tuple(lines), tuple(tax_lines), Totals(subtotal, coupon, shipping, tax_sum, tip, total))


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount in shares that sum to it, in proportion."""
    whole = sum(weights) or 1
    shares, given, reached = list[int](), 0, 0
    for weight in weights:
        reached += weight
        upto = amount * reached // whole if sum(weights) else amount
        shares.append(upto - given)
        given = upto
    return shares


def _line(pick: Pick, number: int, rate: int, tax: int, *, counter: Counter, return_days: int) -> LineItem:
    product = pick.product
    sku, gtin = marks(counter.merchant, product.title)
    return LineItem(
        line_id=f"line_{number}",
        sku=sku,
        title=product.title,
        quantity=pick.quantity,
        unit_price=pick.unit_price,
        total=pick.total,
        discount=pick.discount,
        tax_rate_bp=rate,
        tax_amount=tax,
        description=product.description,
        category=counter.category,
        gtin=gtin,
        image_url=counter.picture(sku) if product is not FEE else "",
        commodity_code=product.commodity_code,
        returnable_until=counter.day + timedelta(days=return_days) if return_days and product is not FEE else None,
    )


@lru_cache(maxsize=16_384)
def marks(merchant: str, title: str) -> tuple[str, str]:
    """(the merchant's own number of a product, the one on its bar code)."""
    body = SCHOOL + ids.digits(5, "gtin", title)
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10
    return ids.short("sku", merchant, title, length=8).upper(), f"{body}{check}"


def told(plan: OrderPlan, counter: Counter, total: int, tip: int, shelf: Shelf | None) -> Basket:
    """A basket whose items are told. What is missing to the total goes to the items without a price, else to tax; what
    is beyond it is a discount."""
    shipping, discount = plan.shipping or 0, plan.discount or 0
    priced = sum(_told_total(item, item.unit_price) for item in plan.items if item.unit_price is not None)
    rest = total - tip - shipping + discount - priced
    taxes = _rates(counter, shelf.tax if shelf else TaxClass.STANDARD, plan)
    open_items = [item for item in plan.items if item.unit_price is None]
    if open_items and rest > len(open_items):
        gross = total - tip - shipping
        wanted = net_of(gross, taxes) or gross * 10_000 // (10_000 + sum(rate for _, rate in taxes))
        net = wanted + discount - priced if wanted + discount - priced > 0 else rest
        shares = iter(spread(net, [1] * len(open_items)))
        items = [item if item.unit_price is not None else _priced(item, next(shares)) for item in plan.items]
    else:
        items = [replace(item, unit_price=item.unit_price or 0) for item in plan.items]
    totals = [_told_total(item, item.unit_price or 0) for item in items]
    subtotal = sum(totals)
    tax = total - tip - shipping - subtotal + discount
    if tax < 0:
        discount, tax = discount - tax, 0
    rate = sum(rate for _, rate in taxes)
    base = subtotal - discount
    named = taxes or (("Tax", 0),)
    amounts = spread(tax, [rate or 1 for _, rate in named]) if tax else []
    tax_lines = tuple(TaxLine(name, rate, base, amount) for (name, rate), amount in zip(named, amounts, strict=False))
    lines = []
    days = shelf.return_days if shelf else 0
    for number, (item, share) in enumerate(zip(items, spread(tax, totals), strict=True), start=1):
        sku, gtin = marks(counter.merchant, item.title)
        lines.append(
            LineItem(
                line_id=f"line_{number}",
                sku=item.sku or sku,
                title=item.title,
                quantity=item.quantity,
                unit_price=item.unit_price or 0,
                total=_told_total(item, item.unit_price or 0),
                discount=item.discount,
                tax_rate_bp=rate if tax else 0,
                tax_amount=share,
                description=item.description,
                category=item.category or counter.category,
                gtin=gtin,
                image_url=counter.picture(item.sku or sku),
                returnable_until=counter.day + timedelta(days=days) if days else None,
            )
        )
    return Basket(tuple(lines), tax_lines, Totals(subtotal, discount, shipping, tax, tip, total))


def _told_total(item: ItemPlan, unit_price: int) -> int:
    return times(item.quantity, unit_price) - item.discount


def _priced(item: ItemPlan, total: int) -> ItemPlan:
    """At the price that brings it to `total`; where no price does, one and a discount."""
    unit = -(-(total + item.discount) * 1000 // item.quantity)
    over = times(item.quantity, unit) - item.discount - total
    return replace(item, unit_price=unit, discount=item.discount + over)
