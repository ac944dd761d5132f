"""The control API without a server: the same calls, answered inside this process by a sandbox of its own."""

from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from sandbox.cli.failures import Failure, Unusable
from sandbox.cli.remote import Json, Remote, refusal
from sandbox.settings import Settings


class Local(Remote):
    """Has the members of a Remote."""

    def __init__(self, settings: Settings) -> None:
        from sandbox.cli.starting import build, checked
        from sandbox.settings import SettingsInvalid

        try:
            self.app = build(checked(settings))
        except SettingsInvalid as error:
            raise Unusable(str(error)) from None
        self.url = "http://localhost"

    def call(self, method: str, path: str, query: Json, body: object = None) -> Json:
        from sandbox.http.message import Request

        asked = {name: value for name, value in query.items() if value is not None}
        headers = {"host": urlsplit(self.url).netloc}
        sent = b""
        if body is not None:
            headers["content-type"], sent = "application/json", orjson.dumps(body)
        request = Request(method, f"/_sandbox{path}", urlencode(asked).encode(), headers, sent)
        response = self.app.onion(request)
        told: Any = orjson.loads(response.body) if response.body else {}
        if response.status >= 400:
            raise Failure(refusal({name: told[name] for name in told if name != "trace"}, response.status))
        return dict(told)

    def close(self) -> None:
        self.app.services.database.close()
