"""sandbank persona"""

import re
from pathlib import Path

import click

from sandbox.cli.failures import Failure
from sandbox.cli.personas import seed_data_option
from sandbox.cli.remote import dump

SLUG = re.compile(r"[a-z][a-z0-9-]{1,39}")
TEMPLATE = """\
# A persona: somebody with a story. Check it:   sandbank persona check {file}
# Play it:                                      sandbank serve --seed-data {folder}
#
# Amounts are dollars. Moments are relative to the day on which a world begins: {{days: -3}}, {{months: -14}}.
slug: {slug}
story: {name} works at a print shop, rents a flat and pays for most things by card.
purpose: Say here what you test with it.
zone: America/New_York

people:
  - login: {slug}                  # the username; the password is sandbank, the code 123456
    first_name: {first}
    last_name: {last}
    born: 1992-03-14
    address: {{line1: 12 Harbor Lane, city: Portland, state: OR, postal_code: "97205"}}

accounts:
  - slug: checking
    kind: CHECKING               # or SAVINGS, CERTIFICATE, CREDIT_CARD, MORTGAGE, AUTO_LOAN, STUDENT_LOAN, BROKERAGE …
    product: Everyday Checking
    holders: [{slug}]
    balance: 2400.00             # when the history starts, 25 months ago
    cover: savings               # where money comes from when it runs short
    cards:
      - {{holder: {slug}, network: VISA}}
  - slug: savings
    kind: SAVINGS
    product: Reserve Savings
    holders: [{slug}]
    balance: 5200.00
    terms: {{apy: 3.90}}

rhythms:                         # what happens again and again
  - payroll: {{into: checking, payer: Harbor Print Shop, net: 1290.00, every: 2 weeks, weekday: fri}}
  - bill: {{from: checking, payee: Riverside Flats, amount: 1450.00, day: 1, category: Rent}}
  - shopping: {{on: checking, categories: [Groceries], per_week: 1.6, low: 22.00, high: 96.00}}
  - shopping: {{on: checking, categories: [Coffee], per_week: 2.5, low: 3.50, high: 9.00}}
  - shopping: {{on: checking, categories: [Restaurants, Fast Food], per_week: 1.2, low: 11.00, high: 48.00}}
  - sweep: {{from: checking, to: savings, keep: 2200.00}}

one_offs:                        # what happens once
  - {{on: checking, days: -2, at: "19:42", merchant: {merchant}, amount: 84.10}}
"""


@click.group()
def command() -> None:
    """Write and check personas of one's own."""


@command.command()
@click.argument("slug")
@click.option("--name", default="Robin Reyes", help="First and last name. [Robin Reyes]")
@click.option("--dir", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Where. [.]")
def new(slug: str, name: str, folder: Path) -> None:
    """Write a persona file to start from. SLUG is its name and the username."""
    if not SLUG.fullmatch(slug):
        raise Failure(f"{slug!r} is no name for a persona: lower-case letters, digits and hyphens, a letter first")
    from sandbox.seeding.stories import SeedStories

    file = folder / f"{slug}.yaml"
    first, _, last = name.strip().partition(" ")
    merchant = SeedStories().catalogue.in_categories(["Restaurants"])[0].slug
    words = {"slug": slug, "file": file, "folder": folder, "first": first, "last": last or "Reyes"}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as out:
            out.write(TEMPLATE.format(**words, name=first, merchant=merchant))
    except FileExistsError:
        raise Failure(f"{file} is there already and stays as it is; choose another name or --dir") from None
    except OSError as error:
        raise Failure(f"{file} cannot be written: {error.strerror}") from None
    click.echo(f"{file} is written. Check it with: sandbank persona check {file}")


@command.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@seed_data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(paths: tuple[Path, ...], seed_data: Path | None, as_json: bool) -> None:
    """Check persona files, or folders of them with their products and offers, and play them. Exit code 1 where
    something is wrong."""
    from sandbox.kernel.errors import SeedDataInvalid
    from sandbox.seeding.check import summary
    from sandbox.seeding.folders import persona_files
    from sandbox.seeding.seed_files import load_catalogue, load_offers, load_shelves, read_persona_file

    problems: list[str] = []
    told: dict[str, list[str]] = {}
    try:
        catalogue = load_catalogue(seed_data)
    except SeedDataInvalid as error:
        _stop(error.problems, as_json)
        return
    for folder in [path for path in (*paths, seed_data) if path is not None and path.is_dir()]:
        for load in (load_shelves, load_offers):
            try:
                load(catalogue, folder)
            except SeedDataInvalid as error:
                problems += error.problems
    for file in [file for path in paths for file in (persona_files(path) if path.is_dir() else [path])]:
        try:
            persona = read_persona_file(file, catalogue, str(file))
        except SeedDataInvalid as error:
            problems += error.problems
            continue
        bank = next(iter(persona.own_banks), "chase")
        told[persona.slug] = summary(persona, bank, catalogue)
    if problems:
        _stop(problems, as_json)
    if as_json:
        dump({"problems": [], "played": told})
        return
    for lines in told.values():
        click.echo("\n".join(lines))
    click.echo(f"{len(told)} {'file is' if len(told) == 1 else 'files are'} sound")


def _stop(problems: "list[str] | tuple[str, ...]", as_json: bool) -> None:
    if as_json:
        dump({"problems": list(problems)})
    else:
        click.echo("\n".join(problems), err=True)
    raise SystemExit(1)
