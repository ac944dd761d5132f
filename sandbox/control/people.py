"""Personas, and the customers that they become in a world."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sandbox.control import find, show
from sandbox.control.operation import Operation, bank_of, created, world_of
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.kernel import ids
from sandbox.kernel.errors import Conflict
from sandbox.ledger.customers import Address, Customer, CustomerType
from sandbox.oauth.magic import LOGINS
from sandbox.seeding.personas import Persona
from sandbox.worlds.worlds import OWN

ADDRESS = Address(line1="1 Sandbank Way", city="Portland", state="OR", postal_code="97201")
BORN = date(1990, 1, 1)


def list_personas(services: Services, _call: Call) -> Reply:
    return Reply({"personas": [summary(services, persona) for persona in services.seeds.personas.values()]})


def get_persona(services: Services, call: Call) -> Reply:
    persona = services.seeds.persona(call.path["slug"])
    people = [
        {"username": person.login, "first_name": person.first_name, "last_name": person.last_name}
        for person in persona.people
    ]
    accounts = [
        show.present(
            {
                "slug": plan.slug,
                "kind": plan.kind.value,
                "product": plan.product(plan.bank),
                "nickname": plan.nickname,
                "bank": plan.bank,
            }
        )
        for plan in persona.accounts
    ]
    return Reply(summary(services, persona) | {"people": people, "accounts": accounts})


def list_customers(services: Services, call: Call) -> Reply:
    world, worlds, persona = world_of(services, call), services.worlds, call.query.get("persona")
    people = (worlds.customer(world, username) for username in worlds.usernames(world))
    return Reply({"customers": [show.customer(one) for one in people if persona in (None, one.persona)]})


def get_customer(services: Services, call: Call) -> Reply:
    return Reply(show.customer(services.worlds.customer(world_of(services, call), call.path["username"])))


def list_customer_accounts(services: Services, call: Call) -> Reply:
    world = world_of(services, call)
    customer = services.worlds.customer(world, call.path["username"])
    asked = call.query.get("bank")
    banks = [bank_of(services, asked).slug] if asked else find.banks_of(services, customer)
    names = find.usernames(services, world)
    views = (view for bank in banks for view in services.worlds.accounts(world, customer, bank))
    return Reply({"accounts": [show.account(view, names) for view in views]})


def list_shared_by_others(services: Services, call: Call) -> Reply:
    """What other holders of joint accounts share of them."""
    world = world_of(services, call)
    customer, names = services.worlds.customer(world, call.path["username"]), find.usernames(services, world)
    shared = [
        {
            "consent_id": one.consent.consent_id,
            "bank": one.consent.bank,
            "client_id": one.consent.client_id,
            "shared_by": names.get(one.consent.customer_id, one.consent.customer_id),
            "accounts": [view.account.account_id for view in one.views],
            "clusters": [cluster.value for cluster in one.consent.clusters],
            "expires_at": show.instant(one.consent.expires_at),
        }
        for one in services.consents.shared_by_others(world, customer)
    ]
    return Reply({"shared": shared})


def add_customer(services: Services, call: Call) -> Reply:
    wish = call.body
    username = wish["username"]
    with services.database.transaction():
        world = world_of(services, call)
        if username in LOGINS or username in services.worlds.usernames(world):
            raise Conflict(f"there is somebody called {username!r} already", hint="Choose another username.")
        customer = _customer(services, wish)
        services.worlds.put_customer(world, customer)
    return created(show.customer(customer), f"/customers/{username}?world={world.world_id}")


# --- Pieces --------------------------------------------------------------------------------------------------------


def summary(services: Services, persona: Persona) -> dict[str, Any]:
    return {
        "slug": persona.slug,
        "story": persona.story,
        "purpose": persona.purpose,
        "logins": list(persona.logins),
        "banks": [slug for slug in services.banks if persona.plays_at(slug)],
    }


def _customer(services: Services, wish: Mapping[str, Any]) -> Customer:
    username = wish["username"]
    household = services.seeds.persona(wish["persona"]).slug if "persona" in wish else f"{OWN}{username}"
    digits = ids.number("own", username)
    return Customer(
        customer_id="cus_" + ids.short("own", username),
        username=username,
        persona=household,
        first_name=wish["first_name"],
        last_name=wish["last_name"],
        email=wish.get("email", f"{username.partition('@')[0].lower()}@example.com"),
        phone=wish.get("phone", f"50355501{digits % 100:02}"),
        address=Address(**wish["address"]) if "address" in wish else ADDRESS,
        born=date.fromisoformat(wish["born"]) if "born" in wish else BORN,
        middle_name=wish.get("middle_name", ""),
        suffix=wish.get("suffix", ""),
        type=CustomerType(wish.get("type", "CONSUMER")),
        business_name=wish.get("business_name", ""),
        tax_id_last4=wish.get("tax_id_last4", f"{digits // 100 % 10_000:04}"),
        locale=wish.get("locale", "en-US"),
    )


OPERATIONS: Mapping[str, Operation] = {
    "listPersonas": list_personas,
    "getPersona": get_persona,
    "listCustomers": list_customers,
    "addCustomer": add_customer,
    "getCustomer": get_customer,
    "listCustomerAccounts": list_customer_accounts,
    "listSharedByOthers": list_shared_by_others,
}
