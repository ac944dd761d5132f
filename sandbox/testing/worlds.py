"""A world of a test's own."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from sandbox.testing.banks import Bank
from sandbox.testing.clock import Clock
from sandbox.testing.consents import Consent
from sandbox.testing.journal import Journal
from sandbox.testing.people import Persona

if TYPE_CHECKING:
    from sandbox.testing.server import Server

Json = dict[str, Any]


class World:
    """What one test does, no other test sees. Used as a context manager, it is deleted in the end."""

    def __init__(self, server: "Server", world_id: str, clients: Mapping[str, Mapping[str, Any]]) -> None:
        self.server = server
        self.id = world_id
        self.clients = clients
        """{client_id, client_secret, …} of the world's own client, by bank."""
        self.clock = Clock(self)
        self.journal = Journal(self)

    def __repr__(self) -> str:
        return f"World({self.id!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.delete()

    def control(self, method: str, path: str, body: object = None, **query: Any) -> Any:
        """An operation of the control API, in this world. Raises Refused."""
        return self.server.control(method, path, body, world=self.id, **query)

    def bank(self, slug: str) -> Bank:
        """A bank as this world's client knows it. Raises KeyError where there is none."""
        return Bank(self, self.server.banks[slug], self.clients[slug])

    @property
    def banks(self) -> list[Bank]:
        return [self.bank(slug) for slug in self.server.banks]

    def persona(self, username: str) -> Persona:
        """Raises Refused where nobody is called that."""
        return Persona(self, self.control("GET", f"/customers/{quote(username, safe='')}"))

    def consent(self, bank: str, customer: str = "maya", **more: object) -> Consent:
        """A consent given at once, with its tokens. `more` are further members of `POST /_sandbox/consents`: accounts,
        clusters, scope, purposes, lifetime_days … Raises Refused."""
        wish = {"bank": bank, "customer": customer, "client_id": self.clients[bank]["client_id"], **more}
        return Consent(self.bank(bank), self.control("POST", "/consents", wish))

    def accounts(self, customer: str, bank: str | None = None) -> list[Json]:
        """As the control API shows them, with `account_id`."""
        told = self.control("GET", f"/customers/{quote(customer, safe='')}/accounts", bank=bank)
        accounts: list[Json] = told["accounts"]
        return accounts

    def add_transactions(self, account_id: str, rows: Sequence[Mapping[str, object]]) -> list[Json]:
        """Rows put on an account, as they became. The members of one: amount, description, status, posted_at …"""
        told = self.control("POST", f"/accounts/{quote(account_id)}/transactions", list(rows))
        made: list[Json] = told["transactions"]
        return made

    def reset(self, now: str | None = None) -> None:
        """Forget what was done here; the clock goes back to where it began, or to `now`."""
        self.server.control("POST", f"/worlds/{self.id}/reset", {} if now is None else {"now": now})

    def fork(self, **wish: object) -> "World":
        """A copy as it stands, with a client of its own and without consents."""
        made = self.server.control("POST", f"/worlds/{self.id}/fork", wish)
        return World(self.server, made["id"], made["clients"])

    def save(self, name: str, note: str = "", *, replace: bool = False) -> Json:
        """Keep everything as it stands, under a name. Raises Refused where there is one already."""
        wish = {"name": name, "note": note, "replace": replace}
        told: Json = self.server.control("POST", f"/worlds/{self.id}/snapshots", wish)
        return told

    def restore(self, name: str) -> None:
        """Put everything back as it was, tokens and all; the clock goes back too."""
        self.server.control("POST", self._snapshot(name) + "/restore", {})

    def diff(self, name: str, with_: str = "now") -> Json:
        """What has changed since a snapshot: {same, from, to, differences: [{kind, change, key, members …}]}."""
        told: Json = self.server.control("GET", self._snapshot(name) + "/diff", **{"with": with_, "limit": 1000})
        return told

    def export(self, name: str, path: str | Path | None = None) -> Json:
        """A snapshot as a file's content, and written where `path` says: the same each time, with nobody's secrets."""
        told: Json = self.server.control("GET", self._snapshot(name) + "/export")
        if path is not None:
            Path(path).write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return told

    def _snapshot(self, name: str) -> str:
        return f"/worlds/{self.id}/snapshots/{quote(name, safe='')}"

    def delete(self) -> None:
        self.server.control("DELETE", f"/worlds/{self.id}")
