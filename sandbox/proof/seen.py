"""An exchange as it is looked at: its query and its bodies as values, read when they are first asked for."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from sandbox.ledger.exchanges import Exchange
from sandbox.proof.showing import value_of


class Seen:
    def __init__(self, one: Exchange) -> None:
        self.one = one

    def __repr__(self) -> str:
        return f"<Seen {self.one.id}: {self.one.method} {self.one.path} {self.one.status}>"

    @cached_property
    def query(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in parse_qsl(self.one.query, keep_blank_values=True):
            found.setdefault(name, []).append(value)
        return found

    @cached_property
    def asked(self) -> Any:
        """The request's body; None also where not all of it was kept."""
        one = self.one
        return None if "request" in one.cut else value_of(one.request_body, one.request_headers)

    @cached_property
    def answer(self) -> Any:
        """The answer's body; None also where not all of it was kept."""
        one = self.one
        return None if "response" in one.cut else value_of(one.response_body, one.response_headers)

    @property
    def token(self) -> str:
        """The fingerprint of what it was authorized by; empty without."""
        return self.one.request_headers.get("authorization", "").rpartition(" ")[2]
