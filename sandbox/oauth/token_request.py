"""A call to the token endpoint and its kin, as Authlib reads it."""

from collections.abc import Mapping

from authlib.oauth2.rfc6749 import OAuth2Request
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload

from sandbox.dialect.bank import Bank
from sandbox.dialect.call import Call
from sandbox.ledger.clients import Client
from sandbox.oauth.faces import ClientFace
from sandbox.worlds.worlds import World


class TokenRequest(OAuth2Request):  # type: ignore[misc]
    grant_types: tuple[str, ...] = ()
    """What the endpoint serves that was called."""
    client: ClientFace | None
    """Who calls, once that is proven."""
    auth_method: str = ""
    """How it was proven."""
    bound_to: str = ""
    """The key or certificate that the request is proven by, and its access token bound to."""

    def __init__(self, call: Call, bank: Bank) -> None:
        # The sandbox speaks plain HTTP on loopback; Authlib's check of the scheme is about servers on the net.
        headers = {"Authorization": call.headers["authorization"]} if "authorization" in call.headers else {}
        super().__init__("POST", "https://sandbank.invalid", headers=headers)
        form: Mapping[str, str] = call.body or {}
        self.payload = BasicOAuth2Payload(form)
        self._form = form
        self.bank = bank
        self.call = call
        self.proven_world: World | None = None

    @property
    def form(self) -> Mapping[str, str]:
        return self._form

    @property
    def args(self) -> Mapping[str, str]:
        return {}

    @property
    def world(self) -> World:
        """The client's."""
        assert self.proven_world is not None, "no world is asked for before the client is known"
        return self.proven_world

    @property
    def registration(self) -> Client:
        assert self.client is not None, "no registration is asked for before the client is known"
        return self.client.client
