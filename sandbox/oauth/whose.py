"""Whose request it is that shows no token which works: for the record, never for a decision."""

from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import parse_qs

from authlib.oauth2.rfc6749.util import extract_basic_authorization

from sandbox.dialect.call import Asked
from sandbox.kernel.errors import WorldNotFound
from sandbox.oauth.bearer import Bearers
from sandbox.oauth.signed import unverified
from sandbox.worlds.worlds import World

FORM = "application/x-www-form-urlencoded"


class Whose:
    def __init__(self, bearers: Bearers) -> None:
        self.bearers = bearers

    def __call__(self, bank: str, asked: Asked) -> tuple[str, World] | None:
        """(client_id, the world that it is in), where the request names one."""
        scheme, _, credentials = asked.headers.get("authorization", "").partition(" ")
        shown = [f"{scheme} {credentials}"] if scheme.lower() in ("bearer", "dpop") else []
        misplaced = parse_qs(asked.query.decode("latin-1")).get("access_token", ()) if asked.query else ()
        for authorization in (*shown, *(f"Bearer {token}" for token in misplaced)):
            found = self.bearers.behind(authorization)
            if found is not None:
                return found[1].client_id, found[0]
        for client_id in named(asked):
            client = self.bearers.grants.client(bank, client_id)
            if client is not None:
                with suppress(WorldNotFound):
                    return client_id, self.bearers.worlds.world(client.world_id)
        return None


def named(asked: Asked) -> Iterator[str]:
    """Whatever a request says of who its client is."""
    authorization = asked.headers.get("authorization", "")
    if authorization[:6].lower() == "basic ":
        with suppress(ValueError):
            yield extract_basic_authorization({"Authorization": authorization})[0] or ""
    for header in ("client_id", "client-id"):
        if header in asked.headers:
            yield asked.headers[header]
    is_form = asked.headers.get("content-type", "").startswith(FORM)
    for text in (asked.query, asked.body if is_form else b""):
        form = parse_qs(text.decode("utf-8", "replace")) if text else {}
        yield from form.get("client_id", ())
        for assertion in form.get("client_assertion", ()):
            yield str(unverified(assertion).get("sub", ""))
