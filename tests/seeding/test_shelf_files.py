"""What shops sell and offer is refused with file, line, field and what is allowed; so are orders in personas' files."""

from pathlib import Path

import pytest

from sandbox.kernel.errors import SeedDataInvalid
from sandbox.ledger.offers import RewardType, Targeting
from sandbox.ledger.products import TaxClass
from sandbox.seeding import marked_yaml
from sandbox.seeding.merchants import Catalogue
from sandbox.seeding.schemas import read_persona
from sandbox.seeding.seed_files import load_offers, load_shelves
from sandbox.seeding.shelf_schemas import read_offers, read_shelves

from .test_seed_files import PERSONA

SHELVES = """\
- of: [Groceries, steepwell-tea]
  basket: [3, 9]
  tax: reduced
  ships: true
  return_days: 30
  products:
    - {title: Tea, low: 4.00, high: 9.00, most: 3}
    - {title: Teapot, low: 20.00, high: 40.00, tax: standard}
"""
OFFERS = """\
- slug: tea-time
  merchant: steepwell-tea
  title: 10% back
  description: Tea.
  terms: Once.
  reward: {percent: 10, max: 5.00, min_spend: 20.00}
  from: -3
  days: 20
  every: 40
  targeting: declared
  interests: [Groceries]
"""


def test_a_shelf_is_read_as_it_is_written(catalogue: Catalogue) -> None:
    shelves = read_shelves(marked_yaml.parse(SHELVES, "tea.yaml"), catalogue)
    assert list(shelves) == ["Groceries", "steepwell-tea"]
    shelf = shelves["steepwell-tea"]
    assert (shelf.basket, shelf.ships, shelf.return_days) == ((3, 9), True, 30)
    assert [(product.title, product.tax, product.most) for product in shelf.products] == [
        ("Tea", TaxClass.REDUCED, 3),
        ("Teapot", TaxClass.STANDARD, 1),
    ]


def test_an_offer_is_read_as_it_is_written(catalogue: Catalogue) -> None:
    (offer,) = read_offers(marked_yaml.parse(OFFERS, "tea.yaml"), catalogue)
    assert (offer.reward.type, offer.reward.value, offer.reward.max_reward) == (RewardType.PERCENT, 1000, 500)
    assert (offer.first_day, offer.days, offer.every, offer.targeting) == (-3, 20, 40, Targeting.DECLARED)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("steepwell-tea]", "steepwel-tea]", "tea.yaml:1: [0].of[1]: no merchant or category named 'steepwel-tea'"),
        ("[3, 9]", "[9, 3]", "tea.yaml:2: [0].basket"),
        ("tax: reduced", "tax: half", "tea.yaml:3: [0].tax"),
        ("low: 4.00", "low: 14.00", "tea.yaml:7: [0].products[0].low: must not be above high"),
        ("most: 3", "moist: 3", "tea.yaml:7: [0].products[0].moist: unknown field"),
    ],
)
def test_a_mistake_on_a_shelf_is_named_with_its_place(catalogue: Catalogue, old: str, new: str, problem: str) -> None:
    with pytest.raises(SeedDataInvalid) as refused:
        read_shelves(marked_yaml.parse(SHELVES.replace(old, new, 1), "tea.yaml"), catalogue)
    assert refused.value.problems[0].startswith(problem)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("merchant: steepwell-tea", "merchant: nobody", "tea.yaml:2: [0].merchant"),
        ("percent: 10", "percent: 10, fixed: 5.00", "tea.yaml:6: [0].reward: needs one of percent, fixed and points"),
        ("every: 40", "every: 12", "tea.yaml:9: [0].every: must be more than days"),
        ("interests: [Groceries]", "share: 40", "tea.yaml:1: [0].interests"),
        ("days: 20", "days: 300", "tea.yaml:8: [0].days"),
    ],
)
def test_a_mistake_in_an_offer_is_named_with_its_place(catalogue: Catalogue, old: str, new: str, problem: str) -> None:
    with pytest.raises(SeedDataInvalid) as refused:
        read_offers(marked_yaml.parse(OFFERS.replace(old, new, 1), "tea.yaml"), catalogue)
    assert refused.value.problems[0].startswith(problem)


def test_a_shelf_of_ones_own_takes_the_place_of_the_built_in_one(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "products").mkdir()
    (tmp_path / "offers").mkdir()
    (tmp_path / "products" / "tea.yaml").write_text(SHELVES, encoding="utf-8")
    (tmp_path / "offers" / "tea.yaml").write_text(OFFERS, encoding="utf-8")
    assert len(load_shelves(catalogue, tmp_path)["Groceries"].products) == 2
    assert len(load_shelves(catalogue)["Groceries"].products) > 50
    slugs = [offer.slug for offer in load_offers(catalogue, tmp_path)]
    assert slugs == sorted(slugs)
    assert "tea-time" in slugs


def test_every_merchant_that_gives_receipts_has_a_shelf(catalogue: Catalogue) -> None:
    shelves = load_shelves(catalogue)
    for merchant in catalogue.by_slug.values():
        assert not merchant.receipts or {merchant.slug, merchant.category} & set(shelves)


@pytest.mark.parametrize(
    ("order", "problem"),
    [
        ("{lines: 0}", "one_offs[0].order.lines"),
        ("{items: [{title: A}], lines: 3}", "one_offs[0].order.lines: go without items"),
        ("{items: [{titel: A}]}", "one_offs[0].order.items[0].title: is required"),
        ("{shipments: [{fault: eaten}]}", "one_offs[0].order.shipments[0].fault: 'eaten' is not allowed"),
        (
            "{shipments: [{checkpoints: [{after_hours: 2, status: delivered}]}]}",
            "one_offs[0].order.shipments[0].checkpoints",
        ),
        ("{match: perhaps}", "one_offs[0].order.match"),
    ],
)
def test_a_mistake_in_an_order_is_named_with_its_place(catalogue: Catalogue, order: str, problem: str) -> None:
    text = PERSONA.replace("amount: 20.00}", f"amount: 20.00, order: {order}}}")
    with pytest.raises(SeedDataInvalid) as refused:
        read_persona(marked_yaml.parse(text, "kim.yaml"), catalogue)
    assert any(f": {problem}" in found for found in refused.value.problems), refused.value.problems


def test_only_purchases_have_orders(catalogue: Catalogue) -> None:
    text = PERSONA.replace("kind: REFUND, amount: 5.00", "kind: REFUND, amount: 5.00, order: {lite: true}")
    with pytest.raises(SeedDataInvalid, match="goes with kind PURCHASE"):
        read_persona(marked_yaml.parse(text, "kim.yaml"), catalogue)
