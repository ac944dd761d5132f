"""Seed files are refused with file, line, field and what is allowed; a folder of one's own joins the built-in one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.kernel.errors import SeedDataInvalid
from sandbox.ledger.accounts import Relationship
from sandbox.seeding import marked_yaml
from sandbox.seeding.calendar import EVERY_OTHER_FRIDAY, Schedule
from sandbox.seeding.merchants import Catalogue
from sandbox.seeding.personas import Moment, Persona
from sandbox.seeding.schemas import read_merchants, read_persona
from sandbox.seeding.seed_files import load_catalogue, load_personas
from sandbox.seeding.story.bills import HEATING, Bill
from sandbox.seeding.story.income import Payroll
from sandbox.seeding.story.shopping import Shopping

PERSONA = """\
slug: kim
story: Kim tries things.
purpose: Tests.
people:
  - login: kim
    first_name: Kim
    last_name: Ode
    born: 1990-02-03
    address: {line1: 1 Elm Street, city: Portland, state: OR, postal_code: "97205"}
accounts:
  - slug: checking
    kind: CHECKING
    product: Everyday Checking
    holders: [kim]
    balance: 1200.00
    cards: [{holder: kim, network: VISA}]
rhythms:
  - payroll: {payer: Acorn Works, into: checking, net: 1800.00, every: 2 weeks, weekday: fri}
  - shopping: {on: checking, categories: [Groceries], per_week: 1.5, weights: {sat: 3, sun: 1}}
  - bill: {from: checking, payee: Gas, low: 30, high: 50, day: last, season: heating, rise: {months: -3, to: 61.5}}
one_offs:
  - {id: tv, on: checking, days: -9, at: 19:42, counterparty: Somebody, amount: 20.00}
  - {of: tv, on: checking, days: -2, kind: REFUND, amount: 5.00}
"""

SATURDAYS = (0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 1.0)

Read = Callable[[str], Persona]


@pytest.fixture
def read(catalogue: Catalogue) -> Read:
    return lambda text: read_persona(marked_yaml.parse(text, "kim.yaml"), catalogue)


def problems(read: Read, *changes: tuple[str, str]) -> tuple[str, ...]:
    text = PERSONA
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(SeedDataInvalid) as refused:
        read(text)
    return refused.value.problems


def test_a_persona_is_read_as_it_is_written(read: Read) -> None:
    kim = read(PERSONA)
    assert kim.rhythms == (
        Payroll(label="payroll-1", payer="Acorn Works", into="checking", net=1800_00, schedule=EVERY_OTHER_FRIDAY),
        Shopping(label="shopping-1", on="checking", categories=("Groceries",), per_week=1.5, weights=SATURDAYS),
        Bill(
            label="bill-1",
            source="checking",
            payee="Gas",
            low=30_00,
            high=50_00,
            schedule=Schedule(days=(31,)),
            season=HEATING,
            rises=((Moment(months=-3), 61_50),),
        ),
    )
    assert [rhythm.label for rhythm in kim.rhythms] == ["payroll-1", "shopping-1", "bill-1"]
    assert kim.one_offs[0].when == Moment(days=-9, second=19 * 3600 + 42 * 60)
    assert [once.amount for once in kim.one_offs] == [-20_00, 5_00]
    assert kim.accounts[0].holders[0].relationship is Relationship.SOLE_OWNER


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("every: year", (1,)),
        ("every: year, month: 4", (4,)),
        ("every: year, months: [4, 9]", (4, 9)),
        ("every: quarter", (3, 6, 9, 12)),
        ("every: month", ()),
        ("months: [2]", (2,)),
    ],
)
def test_a_schedule_falls_into_the_months_that_it_names(read: Read, words: str, months: tuple[int, ...]) -> None:
    bill = read(PERSONA.replace("day: last", f"day: last, {words}")).rhythms[2]
    assert isinstance(bill, Bill)
    assert bill.schedule == Schedule(days=(31,), months=months)


def test_words_mean_what_people_mean() -> None:
    text = "on: yes\nat: 19:42\ncode: 02134\nday: 2026-01-31\nnone: ~\ntrue: true\nprice: 1.50\n"
    value = marked_yaml.parse(text, "x").value
    assert value["on"] == "yes"
    assert value["at"] == "19:42"
    assert value["code"] == "02134"
    assert value["day"].isoformat() == "2026-01-31"
    assert value["none"] is None
    assert value[True] is True
    assert value["price"] == 1.5


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("kind: CHECKING", "kind: CHEQUING", "kim.yaml:12: accounts[0].kind: 'CHEQUING' is not allowed. Did you mean"),
        ("balance: 1200.00", "balance: 12.005", "kim.yaml:15: accounts[0].balance: 12.005 has a fraction of a cent"),
        ("balance: 1200.00", "owed: 1200.00", "kim.yaml:15: accounts[0].owed: a CHECKING has a balance: write"),
        ("net: 1800.00", "net: lots", "kim.yaml:18: rhythms[0].payroll.net: 'lots' is not an amount of dollars"),
        ("net: 1800.00", "net: -5", "kim.yaml:18: rhythms[0].payroll.net: -5 is negative"),
        ("net: 1800.00, ", "", "kim.yaml:18: rhythms[0].payroll.net: is required"),
        ("into: checking", "into: cheking", "kim.yaml:18: rhythms[0].payroll.into: no account named 'cheking'."),
        ("payer:", "payor:", "kim.yaml:18: rhythms[0].payroll.payor: unknown field. Did you mean payer"),
        ("payroll:", "payrol:", "kim.yaml:18: rhythms[0].payrol: no such rhythm. Did you mean payroll"),
        ("weekday: fri", "weekday: freitag", "kim.yaml:18: rhythms[0].payroll.weekday: 'freitag' is not allowed."),
        ("every: 2 weeks, weekday: fri", "every: week", "kim.yaml:18: rhythms[0].payroll.weekday: is needed"),
        ("Groceries", "Grocery", "kim.yaml:19: rhythms[1].shopping.categories[0]: no category of merchants named"),
        ("per_week: 1.5, ", "", "kim.yaml:19: rhythms[1].shopping.per_week: give either per_week or per_month"),
        ("season: heating", "season: {13: 2}", "kim.yaml:20: rhythms[2].bill.season.13: must be a month (1 to 12)"),
        ("days: -9", "days: soon", "kim.yaml:22: one_offs[0].days: 'soon' is not a whole number"),
        ("at: 19:42", "at: 25:00", "kim.yaml:22: one_offs[0]: '25:00' is not a time of day"),
        (
            "{id: tv, ",
            "{id: tv, dispute: {reason: fraud, opened: 9, decided: 9}, ",
            "kim.yaml:22: one_offs[0].dispute.decided: must be later than opened",
        ),
        ("of: tv", "of: radio", "kim.yaml:23: one_offs[1].of: no earlier one-off with the id 'radio'"),
        ("holder: kim", "holder: jim", "kim.yaml:16: accounts[0].cards[0].holder: no person named 'jim'."),
        ("login: kim", "login: jim", "kim.yaml:14: accounts[0].holders[0]: no person named 'kim'."),
        ("state: OR", "state: Oregon", "kim.yaml:9: people[0].address.state: 'Oregon' is not a state code"),
        ("born: 1990-02-03", "born: 1990-02-31", "kim.yaml:8: '1990-02-31' cannot be read"),
        ("story: Kim tries things.", "story: ''", "kim.yaml:2: story: must not be empty"),
        ("slug: kim", "slug: Kim!", "kim.yaml:1: slug: 'Kim!' is not a slug"),
        ("purpose: Tests.", "purpose: Tests.\nstory: Again.", "kim.yaml:4: story is written twice"),
        ("purpose: Tests.", "purpose: [", "kim.yaml:"),
        ("purpose: Tests.", "purpose: Tests.\nzone: Mars/Olympus", "kim.yaml:4: zone: 'Mars/Olympus' is not"),
        ("purpose: Tests.", "purpose: !!python/object:os.system x", "kim.yaml:3: the tag"),
        ("people:", "peple:", "kim.yaml:1: people: is required"),
        ("purpose: Tests.", "purpose: Tests.\n? [a]\n: b", "kim.yaml:4: a key has to be a word"),
        ("[kim]", "[kim, kim]", "kim.yaml:14: accounts[0].holders: names somebody twice"),
        ("[Groceries]", "[]", "kim.yaml:19: rhythms[1].shopping.categories: must not be empty"),
        ("balance: 1200.00", f"balance: {10**17}", "kim.yaml:15: accounts[0].balance: 100000000000000000 is more than"),
        ("at: 19:42", "at: '²²:00'", "kim.yaml:22: one_offs[0]: '²²:00' is not a time of day"),
        ("days: -9, ", "years: -500, ", "kim.yaml:22: one_offs[0].years: -500 is more than a hundred years away"),
        ("days: -9, ", "date: {days: -9}, ", "kim.yaml:22: one_offs[0]: {'days': -9} is not a date"),
        ("born: 1990-02-03", "born: 0001-01-01", "kim.yaml:8: people[0].born: 0001-01-01 does not lie between"),
        ("low: 30, high: 50", "low: 50, high: 30", "kim.yaml:20: rhythms[2].bill.low: must not be above high"),
        ("day: last", "day: last, days: [3]", "kim.yaml:20: rhythms[2].bill.day: give one, or a list"),
        ("weights:", "days: [mon], weights:", "kim.yaml:19: rhythms[1].shopping.days: give either days or weights"),
        ("{months: -3, to: 61.5}", "[{months: -3, to: x}]", "kim.yaml:20: rhythms[2].bill.rise[0].to: 'x' is not an"),
        ("OR, postal_code: \"97205\"", "OR, postal_code: ٩٧٢٠٥", "kim.yaml:9: people[0].address.postal_code: '٩٧٢"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(read: Read, old: str, new: str, problem: str) -> None:
    assert any(found.startswith(problem) for found in problems(read, (old, new))), problems(read, (old, new))


def test_all_mistakes_are_named_at_once_in_the_order_of_lines(read: Read) -> None:
    found = problems(read, ("kind: CHECKING", "kind: X"), ("net: 1800.00", "net: x"), ("days: -2", "days: x"))
    assert [problem.split(":")[1] for problem in found] == ["12", "18", "23"]


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words", "slug: [", "a: &a [*a]\n", "\x00", "slug: {{{{"])
def test_what_is_no_persona_is_refused(read: Read, text: str) -> None:
    with pytest.raises(SeedDataInvalid, match=r"^kim\.yaml:\d+: "):
        read(text)


def test_aliases_cannot_explode(read: Read) -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 12))
    with pytest.raises(SeedDataInvalid, match="too many aliases"):
        read(f"l0: &l0 [x]\n{levels}\n")


@pytest.mark.parametrize("nest", ["[", "{a: ", "? ", "- "])
def test_depth_cannot_overflow(read: Read, nest: str) -> None:
    with pytest.raises(SeedDataInvalid, match="nested too deeply"):
        read(nest * 50_000)


def test_a_path_may_hold_colons(catalogue: Catalogue) -> None:
    with pytest.raises(SeedDataInvalid) as refused:
        read_persona(marked_yaml.parse("slug: x\nstory: 1\npurpose: []\n", "C: mine/x.yaml"), catalogue)
    assert refused.value.problems[-1] == "C: mine/x.yaml:3: purpose: must be text"


def test_what_an_alias_stands_for_is_refused_where_it_is_used(read: Read) -> None:
    found = problems(read, ("per_week: 1.5", "per_week: &often often"), ("days: -2", "days: *often"))
    assert [problem.split(": '")[0] for problem in found] == [
        "kim.yaml:19: rhythms[1].shopping.per_week",
        "kim.yaml:23: one_offs[1].days",
    ]


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(b"slug: \xff\xfe")
    with pytest.raises(SeedDataInvalid, match="cannot be read"):
        marked_yaml.read(path)


def test_a_merchant_is_checked_too() -> None:
    text = """\
- slug: acorn
  name: Acorn
  descriptor: ACORN AND A NAME THAT IS FAR TOO LONG
  mcc: 54
  category: Groceries
  price: {low: 5, typical: 2, high: 9}
  endings: ["99"]
  phone: "5035551234"
  url: https://acorn.com
"""
    with pytest.raises(SeedDataInvalid) as refused:
        read_merchants(marked_yaml.parse(text, "shops.yaml"))
    assert [problem.split(": ")[1] for problem in refused.value.problems] == [
        "[0].mcc",
        "[0].price",
        "[0].endings[0]",
        "[0].phone",
        "[0].url",
    ]


# --- The built-in data, and one's own ----------------------------------------------------------------------------


def test_the_catalogue_is_large_and_made_up(catalogue: Catalogue) -> None:
    assert len(catalogue) >= 250
    for merchant in catalogue.by_slug.values():
        assert 0 < merchant.low <= merchant.typical <= merchant.high
        assert len(merchant.mcc) == 4
        assert merchant.country == "US" or not merchant.phone or merchant.country == "CA"


def test_a_folder_of_ones_own_joins(tmp_path: Path) -> None:
    (tmp_path / "personas").mkdir()
    (tmp_path / "merchants").mkdir()
    (tmp_path / "personas" / "kim.yaml").write_text(PERSONA.replace("[Groceries]", "[Moonstones]"), encoding="utf-8")
    (tmp_path / "merchants" / "moon.yaml").write_text(
        "- {slug: moon-shop, name: Moon Shop, descriptor: MOON SHOP, mcc: 5999, category: Moonstones,\n"
        "   price: {low: 2, typical: 3, high: 4}}\n".replace("5999", '"5999"'),
        encoding="utf-8",
    )
    catalogue = load_catalogue(tmp_path)
    personas = load_personas(catalogue, tmp_path)
    assert "moon-shop" in catalogue
    assert {"kim", "maya"} <= set(personas)


def test_a_persona_of_ones_own_replaces_the_built_in_one(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "maya.yaml").write_text(PERSONA.replace("kim", "maya"), encoding="utf-8")
    maya = load_personas(catalogue, tmp_path)["maya"]
    assert maya.story == "Kim tries things."
    assert maya.source.endswith("maya.yaml")


def test_the_problems_of_all_files_come_together(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "kim.yaml").write_text(PERSONA.replace("kind: CHECKING", "kind: X"), encoding="utf-8")
    (tmp_path / "jim.yaml").write_text(PERSONA, encoding="utf-8")
    (tmp_path / "ada.yaml").write_text(
        PERSONA.replace("kim", "ada").replace("login: ada", "login: maya"), encoding="utf-8"
    )
    with pytest.raises(SeedDataInvalid) as refused:
        load_personas(catalogue, tmp_path)
    text = "\n".join(refused.value.problems)
    assert "kim.yaml:12: accounts[0].kind" in text
    assert "jim.yaml:1: slug: must be the file's name, jim" in text
    assert "ada.yaml" in text


def test_two_personas_cannot_share_a_login(tmp_path: Path, catalogue: Catalogue) -> None:
    second = "  - login: jon\n    first_name: Jon\n    last_name: Ode\n    born: 1990-02-03\n    address: {line1: 1 Elm, city: Portland, state: OR, postal_code: '97205'}\naccounts:\n"  # noqa: E501
    (tmp_path / "kim.yaml").write_text(PERSONA.replace("accounts:\n", second, 1), encoding="utf-8")
    with pytest.raises(SeedDataInvalid, match="'jon' belongs to the persona amina"):
        load_personas(catalogue, tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SeedDataInvalid, match="is not a folder"):
        load_catalogue(tmp_path / "nowhere")
