"""A bare Authlib server, as its documentation builds one, but leaner: clients, codes and tokens are kept in dicts.

It has one page on which whoever is there agrees; it knows no accounts, no scopes and no consent. It is called in place,
as Sandbank's own Flask is, so that no thread or queue stands between it and the server.
"""

import io
import os
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

import flask
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge

from benchmarks.peers.authlib_names import CALLBACK, CLIENT_ID, SECRET

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"


class Client:
    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return CALLBACK

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == CALLBACK

    def check_client_secret(self, secret: str) -> bool:
        return compare_digest(secret, SECRET)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in ("authorization_code", "refresh_token")


@dataclass
class Code:
    redirect_uri: str
    scope: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope


clients = {CLIENT_ID: Client()}
codes: dict[str, Code] = {}
tokens: dict[str, Any] = {}


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code: str, request: Any) -> None:
        asked = request.payload.data
        codes[code] = Code(
            request.payload.redirect_uri, request.scope, asked["code_challenge"], asked["code_challenge_method"]
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        return codes.get(code)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        codes.pop(self.request.form["code"], None)

    def authenticate_user(self, authorization_code: Code) -> str:
        return "maya"


def save_token(token: dict[str, Any], _request: Any) -> None:
    tokens[token["access_token"]] = token


wsgi = flask.Flask(__name__)
wsgi.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
server = AuthorizationServer(wsgi, query_client=clients.get, save_token=save_token)
server.register_grant(CodeGrant, [CodeChallenge(required=True)])


@wsgi.get("/livez")
def livez() -> str:
    return "alive"


@wsgi.get("/authorize")
def ask() -> str:
    grant = server.get_consent_grant(end_user="maya")
    return f'<form method="post"><p>{grant.client.get_client_id()}</p><button>Agree</button></form>'


@wsgi.post("/authorize")
def agree() -> Any:
    return server.create_authorization_response(grant=server.get_consent_grant(end_user="maya"), grant_user="maya")


@wsgi.post("/token")
def token() -> Any:
    return server.create_token_response()


async def app(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
) -> None:
    if scope["type"] != "http":
        return
    body = (await receive()).get("body", b"")
    environ = {
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": scope["path"],
        "QUERY_STRING": scope["query_string"].decode(),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
    }
    for name, value in scope["headers"]:
        key = name.decode().upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value.decode()
    started: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
        started[:] = [int(status[:3]), [(name.lower().encode(), value.encode()) for name, value in headers]]

    content = b"".join(wsgi(environ, start))
    await send({"type": "http.response.start", "status": started[0], "headers": started[1]})
    await send({"type": "http.response.body", "body": content})
