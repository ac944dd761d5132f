"""The client that is there at once, in every world and at every bank."""

from typing import NamedTuple

from sandbox.control.services import Services
from sandbox.kernel import ids
from sandbox.ledger.clients import Client
from sandbox.oauth.rules.redirect_uri import ANY_LOOPBACK
from sandbox.worlds.worlds import DEFAULT, World

CLIENT_ID = "demo-app"
SECRET = "demo-secret"  # known to everybody, in the world that everybody shares
NAME = "Demo app"


class Credentials(NamedTuple):
    client_id: str
    secret: str


def client_id_of(world_id: str) -> str:
    """A client's id belongs to one world, so every world's own client has another."""
    return CLIENT_ID if world_id == DEFAULT else f"{CLIENT_ID}-{world_id}"


def furnish_demo(services: Services) -> None:
    """The default world's client. Doing it twice changes nothing."""
    furnish(services, services.worlds.world(DEFAULT), SECRET)


def furnish_world(services: Services, world: World) -> Credentials:
    """A new world's client, with a secret that is told once."""
    secret = ids.secret(24)
    furnish(services, world, secret)
    return Credentials(client_id_of(world.world_id), secret)


def furnish(services: Services, world: World, secret: str) -> None:
    secret_hash = ids.fingerprint(secret)
    with services.database.transaction():
        for slug in services.banks:
            services.grants.add_client(
                Client(
                    client_id=client_id_of(world.world_id),
                    bank=slug,
                    world_id=world.world_id,
                    name=NAME,
                    redirect_uris=(ANY_LOOPBACK,),
                    created_at=world.now,
                    secret_hash=secret_hash,
                )
            )
