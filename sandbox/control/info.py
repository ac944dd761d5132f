"""What this server is, as one JSON value: for programs, for the console's home, for the banner."""

from collections.abc import Iterable
from typing import Any

from sandbox.control import demo, show
from sandbox.control.services import Services
from sandbox.dialect.bank import Bank
from sandbox.messenger import tokens
from sandbox.oauth.mtls import https
from sandbox.worlds.worlds import DEFAULT, World

NOT_AFFILIATED = (
    "Sandbank is not affiliated with any bank. Names of banks describe what is imitated; no data here is real."
)


def describe(services: Services, base_url: str, world_id: str = DEFAULT) -> dict[str, Any]:
    """`base_url` is the origin: scheme://host:port."""
    world = services.worlds.world(world_id)
    people = [{"username": username, "story": story} for username, story in services.worlds.stories.cast()]
    return {
        "name": "Sandbank",
        "version": services.version,
        "base_url": base_url,
        **({"tls_url": https(base_url, port)} if (port := services.settings.tls_port) else {}),
        **({"graph_url": https(base_url, port)} if (port := services.settings.messenger_tls) else {}),
        "seed": world.stored.seed,
        "anchor": world.stored.anchor,
        "clock": show.clock(world),
        "fingerprint": services.worlds.fingerprint(world),
        "banks": banks(services, base_url),
        "demo_client": {
            "client_id": demo.CLIENT_ID,
            "client_secret": demo.SECRET,
            "redirect_uris": show.ANY_LOOPBACK_IN_WORDS,
        },
        "messenger": messenger(services, base_url, world),
        "personas": people,
        "persona_count": len(services.seeds.personas),
        "levers": not services.settings.no_levers,
        "not_affiliated": NOT_AFFILIATED,
    }


def messenger(services: Services, base_url: str, world: World) -> dict[str, Any]:
    """What a bot needs to talk to the page that every world has."""
    page = services.desk.pages(world)[0]
    return {
        "base_url": f"{base_url}/messenger",
        "page_id": page.page_id,
        "page_name": page.name,
        "page_token": tokens.page_token(world.world_id, page),
        "app_id": page.app.app_id,
        "app_secret": page.app.secret,
        "verify_token": page.app.verify_token,
        "callback_url": page.app.callback_url or None,
        "waba_id": services.office.account(world).waba_id,
        "phone_number_id": services.office.numbers(world)[0].phone_number_id,
    }


def banks(services: Services, base_url: str) -> list[dict[str, Any]]:
    return [_bank(bank, f"{base_url}/{slug}", services.extensions[slug]) for slug, bank in services.banks.items()]


def _bank(bank: Bank, base_url: str, extensions: Iterable[str]) -> dict[str, Any]:
    return {
        "slug": bank.slug,
        "name": bank.name,
        "base_url": base_url,
        "issuer": base_url,
        "authorization_endpoint": base_url + bank.oauth.authorization_path,
        "token_endpoint": base_url + bank.oauth.token_path,
        "revocation_endpoint": base_url + bank.oauth.revocation_path,
        "metadata_url": f"{base_url}/.well-known/oauth-authorization-server",
        "accounts_url": base_url + bank.accounts_path,
        "openapi_url": f"{base_url}/openapi.json",
        "docs_url": f"{base_url}/docs",
        "dashboard_url": f"{base_url}/dashboard",
        "default_scope": bank.oauth.default_scope,
        "pkce": "S256",
        "extensions": [
            {
                "name": name,
                "base_url": f"{base_url}/{name}/v1",
                "openapi_url": f"{base_url}/{name}/v1/openapi.json",
                "docs_url": f"{base_url}/{name}/v1/docs",
            }
            for name in extensions
        ],
    }
