"""sandbank personas"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sandbox.cli.failures import Failure
from sandbox.cli.remote import Json, dump

if TYPE_CHECKING:
    from sandbox.seeding.personas import Persona

seed_data_option = click.option(
    "--seed-data",
    envvar="SANDBANK_SEED_DATA",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="A folder of your own personas and merchants.",
)


@click.command()
@click.argument("slug", required=False)
@seed_data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(slug: str | None, seed_data: Path | None, as_json: bool) -> None:
    """The people one can sign in as, or one of them (SLUG) with their accounts. Needs no server."""
    from sandbox.kernel.errors import SandbankError
    from sandbox.seeding.stories import SeedStories

    stories = SeedStories(str(seed_data) if seed_data else None)
    try:
        chosen = [stories.persona(slug)] if slug else list(stories.personas.values())
    except SandbankError as error:
        raise Failure(f"{error.detail}. {error.hint}".rstrip()) from None
    if as_json:
        told = [_json(persona) for persona in chosen]
        dump(told[0] if slug else {"personas": told})
    elif slug:
        _card(chosen[0])
    else:
        from sandbox.cli import tables

        rows = ((one.slug, ", ".join(one.logins), one.story, one.purpose) for one in chosen)
        tables.table(("persona", "sign in as", "story", "what to test with it"), rows)
        click.echo(
            "\nEverybody's password is sandbank, every one-time code 123456. `sandbank personas maya` tells more."
        )


def _json(persona: "Persona") -> Json:
    return {
        "slug": persona.slug,
        "story": persona.story,
        "purpose": persona.purpose,
        "logins": list(persona.logins),
        "banks": list(persona.own_banks) or "every bank",
        "accounts": [
            {"slug": plan.slug, "kind": plan.kind.value, "product": plan.product(plan.bank), "bank": plan.bank or None}
            for plan in persona.accounts
        ],
    }


def _card(persona: "Persona") -> None:
    from sandbox.cli import tables

    names = {person.login: f"{person.first_name} {person.last_name}" for person in persona.people}
    tables.pairs(
        {
            "persona": persona.slug,
            "story": persona.story,
            "test with it": persona.purpose,
            "sign in as": [f"{login} ({name})" for login, name in names.items()],
            "password": "sandbank, code 123456",
            "banks": ", ".join(persona.own_banks) or "every bank",
        }
    )
    click.echo()
    tables.table(
        ("account", "kind", "product", "holders", "bank"),
        (
            (
                plan.slug,
                plan.kind.replace("_", " ").lower(),
                plan.product(plan.bank),
                [holder.login for holder in plan.holders],
                plan.bank or "every",
            )
            for plan in persona.accounts
        ),
    )
