"""Personas: names and faces under which a page speaks, such as those of its agents."""

from dataclasses import dataclass
from typing import Any

from sandbox.dialect.call import Call, Reply
from sandbox.kernel import ids
from sandbox.ledger import codec
from sandbox.messenger.addresses import is_secure
from sandbox.messenger.callers import page_of
from sandbox.messenger.desk import Desk
from sandbox.messenger.errors import InvalidParameter
from sandbox.messenger.pages import Page
from sandbox.messenger.paging import paged
from sandbox.worlds.worlds import World

PERSONA = "persona"


@dataclass(frozen=True, slots=True)
class Persona:
    persona_id: str
    page_id: str
    name: str
    picture: str

    def told(self) -> dict[str, Any]:
        return {"id": self.persona_id, "name": self.name, "profile_picture_url": self.picture}


def find(desk: Desk, world: World, page: Page, persona_id: str) -> Persona | None:
    """The page's persona with that id."""
    persona = desk.one(world, PERSONA, persona_id, Persona)
    return persona if persona and persona.page_id == page.page_id else None


def of_page(desk: Desk, world: World, page: Page) -> list[Persona]:
    """In the order in which they were made."""
    return [one for _, one in desk.all_of(world, PERSONA, page.page_id, Persona)]


def create_persona(desk: Desk, call: Call) -> Reply:
    page, wish, world_id = page_of(call), call.body, call.world.world_id
    if not is_secure(wish["profile_picture_url"]):
        raise InvalidParameter(
            "Param profile_picture_url must be a valid URL", hint="https, or http on this machine's loopback."
        )
    with desk.chats.database.transaction():
        place = desk.chats.next_place(world_id, PERSONA, page.page_id)
        persona_id = ids.digits(16, PERSONA, world_id, page.page_id, place)
        persona = Persona(persona_id, page.page_id, wish["name"], wish["profile_picture_url"])
        desk.chats.append(world_id, PERSONA, persona_id, codec.encode(persona), owner=page.page_id, place=place)
    return Reply({"id": persona_id})


def list_personas(desk: Desk, call: Call) -> Reply:
    return Reply(paged([one.told() for one in of_page(desk, call.world, page_of(call))], call.query))


def delete_persona(desk: Desk, world: World, page: Page, persona_id: str) -> bool:
    """False where the page has none with that id."""
    return find(desk, world, page, persona_id) is not None and desk.forget(world, PERSONA, persona_id)
