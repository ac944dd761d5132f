"""Finding things by the names that callers have for them."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from sandbox.control.services import Services
from sandbox.kernel.errors import AccountNotFound
from sandbox.ledger.customers import Customer
from sandbox.seeding import personas
from sandbox.seeding.stories import SeedStories
from sandbox.worlds.accounts import AccountView
from sandbox.worlds.worlds import World


def account(services: Services, world: World, account_id: str) -> AccountView:
    """By Sandbank's own id alone. Raises AccountNotFound."""
    home = _homes(services.seeds, tuple(services.banks), world.stored.seed).get(account_id)
    if home is not None:
        return services.worlds.account(world, *home, account_id)
    return services.worlds.find_account(world, account_id)


@lru_cache(maxsize=16)
def _homes(seeds: SeedStories, banks: tuple[str, ...], seed: int) -> Mapping[str, tuple[str, str]]:
    """(persona, bank) of every account of the seeds, whether or not its rows have been made."""
    return {
        personas.account_id(seed, bank, persona.slug, plan.slug): (persona.slug, bank)
        for persona in seeds.personas.values()
        for bank in banks
        for plan in persona.accounts
        if plan.bank in ("", bank) and persona.plays_at(bank)
    }


def banks_of(services: Services, customer: Customer) -> list[str]:
    """The banks at which somebody may hold accounts, in the order of the list of banks."""
    persona = services.seeds.personas.get(customer.persona)
    return [slug for slug in services.banks if persona is None or persona.plays_at(slug)]


def usernames(services: Services, world: World) -> dict[str, str]:
    """By customer id."""
    people = (services.worlds.customer(world, username) for username in services.worlds.usernames(world))
    return {person.customer_id: person.username for person in people}


def chosen(offered: Iterable[AccountView], wanted: Iterable[str], known_as: Callable[[AccountView], str]) -> list[str]:
    """Ids of the accounts that are meant by ids (ours, or the bank's: `known_as`), last four digits, nicknames or
    product names. Raises AccountNotFound for a name that means none, or more than one."""
    views = list(offered)
    ids = []
    for name in wanted:
        found = _meant(views, name, known_as)
        if len(found) != 1:
            raise AccountNotFound(
                f"{name!r} is none of the accounts" if not found else f"{name!r} means {len(found)} accounts",
                hint="Name an account by its id, last four digits, nickname or product name.",
                offered=[
                    {
                        "account_id": view.account.account_id,
                        "name": view.account.nickname or view.account.product,
                        "last4": view.account.last4,
                    }
                    for view in (found or views)
                ],
            )
        ids.append(found[0].account.account_id)
    return ids


def _meant(views: list[AccountView], name: str, known_as: Callable[[AccountView], str]) -> list[AccountView]:
    """By the surest kind of name that anything matches."""
    folded = name.casefold()
    tests: tuple[Callable[[AccountView], bool], ...] = (
        lambda view: name in (view.account.account_id, known_as(view)),
        lambda view: folded == view.account.nickname.casefold() != "",
        lambda view: name == view.account.last4,
        lambda view: folded == view.account.product.casefold(),
    )
    for test in tests:
        found = [view for view in views if test(view)]
        if found:
            return found
    return []
