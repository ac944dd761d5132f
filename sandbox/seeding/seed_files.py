"""Reads the seed data: the built-in folder, and a folder of the user's that adds to it or replaces parts of it.

A folder holds `merchants/*.yaml`, `products/*.yaml`, `offers/*.yaml` and `personas/*.yaml`; one without merchants and
personas holds persona files itself. What has the name of a built-in persona, merchant, shelf or offer takes its place.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from sandbox.kernel.errors import SeedDataInvalid
from sandbox.ledger.merchants import Merchant
from sandbox.ledger.offers import OfferPlan
from sandbox.ledger.products import Shelf
from sandbox.seeding import marked_yaml
from sandbox.seeding.folders import folders, persona_files, shown
from sandbox.seeding.marked_yaml import Document
from sandbox.seeding.merchants import Catalogue
from sandbox.seeding.personas import Persona
from sandbox.seeding.schemas import read_merchants, read_persona
from sandbox.seeding.shelf_schemas import read_offers, read_shelves

T = TypeVar("T")


def load_catalogue(extra: Path | None = None) -> Catalogue:
    """Raises SeedDataInvalid with the problems of all files."""
    problems: list[str] = []
    merchants: dict[str, Merchant] = {}
    for folder in folders(extra):
        here: dict[str, str] = {}
        for path in sorted((folder / "merchants").glob("*.yaml")):
            source = shown(path, folder)
            try:
                found = read_merchants(marked_yaml.read(path, source))
            except SeedDataInvalid as error:
                problems += error.problems
                continue
            for merchant in found:
                if merchant.slug in here:
                    problems.append(f"{source}:1: slug: {merchant.slug!r} is in {here[merchant.slug]}, too")
                here[merchant.slug] = source
                merchants[merchant.slug] = merchant
    if problems:
        raise SeedDataInvalid(problems)
    return Catalogue(merchants.values())


def load_shelves(catalogue: Catalogue, extra: Path | None = None) -> Mapping[str, Shelf]:
    """By merchant or category. Raises SeedDataInvalid with the problems of all files."""
    shelves: dict[str, Shelf] = {}
    for found in _documents("products", extra, lambda document: read_shelves(document, catalogue)):
        shelves |= found
    return shelves


def load_offers(catalogue: Catalogue, extra: Path | None = None) -> Sequence[OfferPlan]:
    """In the order of slugs. Raises SeedDataInvalid with the problems of all files."""
    offers = {
        offer.slug: offer
        for found in _documents("offers", extra, lambda document: read_offers(document, catalogue))
        for offer in found
    }
    return [offers[slug] for slug in sorted(offers)]


def _documents(kind: str, extra: Path | None, read: Callable[[Document], T]) -> list[T]:
    """What each file of a kind holds, built-in files first."""
    found, problems = list[T](), list[str]()
    for folder in folders(extra):
        for path in sorted((folder / kind).glob("*.yaml")):
            try:
                found.append(read(marked_yaml.read(path, shown(path, folder))))
            except SeedDataInvalid as error:
                problems += error.problems
    if problems:
        raise SeedDataInvalid(problems)
    return found


def load_personas(catalogue: Catalogue, extra: Path | None = None) -> dict[str, Persona]:
    """By slug, in the order of slugs. Raises SeedDataInvalid with the problems of all files."""
    problems: list[str] = []
    personas: dict[str, Persona] = {}
    for folder in folders(extra):
        for path in persona_files(folder):
            try:
                persona = read_persona_file(path, catalogue, shown(path, folder))
            except SeedDataInvalid as error:
                problems += error.problems
                continue
            personas[persona.slug] = persona
    owners: dict[str, str] = {}
    for persona in personas.values():
        for login in persona.logins:
            if owners.setdefault(login, persona.slug) != persona.slug:
                problems.append(
                    f"{persona.source}:1: people: the login {login!r} belongs to the persona {owners[login]}"
                )
    if problems:
        raise SeedDataInvalid(problems)
    return dict(sorted(personas.items()))


def read_persona_file(path: Path, catalogue: Catalogue, source: str = "") -> Persona:
    document = marked_yaml.read(path, source)
    persona = read_persona(document, catalogue)
    if persona.slug != path.stem:
        raise SeedDataInvalid([document.problem(("slug",), f"must be the file's name, {path.stem}")])
    return persona
