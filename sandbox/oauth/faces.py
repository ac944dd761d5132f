"""Clients, codes and tokens in the words that Authlib asks in."""

from dataclasses import dataclass

from sandbox.ledger.clients import Client
from sandbox.ledger.consents import Consent
from sandbox.oauth.codes import CodeDocument
from sandbox.store.grants import StoredToken


class ClientFace:
    def __init__(self, client: Client) -> None:
        self.client = client
        self.client_id = client.client_id

    def check_grant_type(self, grant_type: str) -> bool:
        return self.client.may_use(grant_type)


@dataclass(frozen=True, slots=True)
class RefreshFace:
    token: StoredToken
    consent: Consent
    text: str

    def check_client(self, client: ClientFace) -> bool:
        return client.client_id == self.token.client_id

    def get_scope(self) -> str:
        return self.token.scope


@dataclass(frozen=True, slots=True)
class CodeFace:
    document: CodeDocument
    family: str

    @property
    def code_challenge(self) -> str:
        return self.document.code_challenge

    @property
    def code_challenge_method(self) -> str:
        return self.document.code_challenge_method

    def get_redirect_uri(self) -> str:
        return self.document.redirect_uri

    def get_scope(self) -> str:
        return self.document.scope
