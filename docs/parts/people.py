"""The people of the seed data, and the logins that choose an outcome."""

from functools import cache

from docs.parts.markdown import code, table
from sandbox.oauth.factors import additions, befalling
from sandbox.oauth.magic import LOGINS
from sandbox.seeding.personas import AccountPlan, Persona
from sandbox.seeding.stories import SeedStories


@cache
def cast() -> list[Persona]:
    return list(SeedStories().personas.values())


def personas() -> str:
    """One line each."""
    return table(
        ("Sign in as", "Test with it", "Accounts"),
        (
            (", ".join(f"[`{login}`](#{one.slug})" for login in one.logins), one.purpose, len(one.accounts))
            for one in cast()
        ),
    )


def cards() -> str:
    return "\n".join(map(_card, cast()))


def _card(one: Persona) -> str:
    people = ", ".join(f"`{person.login}` is {person.first_name} {person.last_name}" for person in one.people)
    facts = [f"{people}. Lives in the zone {one.zone}."]
    if one.own_banks:
        facts.append(f"Has accounts at {', '.join(one.own_banks)} only as listed.")
    for consent in one.consents:
        facts.append(_consent(consent.client, consent.expires_in_days, consent.revoked_days_ago))
    accounts = table(
        ("Account", "Kind", "Product", "Holders", "Bank"),
        ((account.slug, _kind(account), account.product(account.bank), _holders(account), account.bank or "every")
         for account in one.accounts),
    )  # fmt: skip
    return f"### {one.slug}\n\n{one.story}\n\n*{one.purpose}*\n\n{' '.join(facts)}\n\n{accounts}"


def _consent(client: str, expires_in_days: float | None, revoked_days_ago: float | None) -> str:
    if revoked_days_ago is not None:
        return f"A consent to “{client}” was withdrawn about an hour before the world begins."
    return f"A consent to “{client}” runs out {expires_in_days:g} days after the world begins."


def _kind(account: AccountPlan) -> str:
    states = {"closed": account.closed, "locked": account.locked, "dormant": account.dormant}
    notes = [name for name, moment in states.items() if moment is not None]
    notes += [] if account.shareable else ["cannot be shared"]
    kind = account.kind.replace("_", " ").lower()
    return f"{kind} ({', '.join(notes)})" if notes else kind


def _holders(account: AccountPlan) -> str:
    return ", ".join(
        one.login if len(account.holders) == 1 else f"{one.login} ({one.relationship.replace('_', ' ').lower()})"
        for one in account.holders
    )


def magic_logins() -> str:
    logins = table(("Username", "What happens"), ((code(name), magic.text) for name, magic in LOGINS.items()))
    added = table(("Added to any username", "What happens"), ((code(name), text) for name, text in additions()))
    meant = table(("Added to any username", "What happens"), ((code(name), text) for name, text in befalling()))
    return (
        f"{logins}\n\nAn addition to any username (`maya+push`) chooses the second factor:\n\n{added}"
        "\n\nThe name of a [profile of faults](faults.md) (`maya+slow-bank`) befalls every call under the consent that"
        f" is given so:\n\n{meant}"
    )
