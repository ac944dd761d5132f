"""Where a scenario plays: one world of a server, a client of its bank, and what has come of the steps so far."""

from collections.abc import Mapping
from typing import Any

from sandbox.scenarios.door import USUAL, Answer, Door
from sandbox.scenarios.references import Unknown
from sandbox.scenarios.scenario import Setting
from sandbox.seeding.personas import account_id

Json = dict[str, Any]


class Stage:
    def __init__(self, door: Door, setting: Setting, world: Json) -> None:
        """`world` is the answer with which it was made."""
        self.door = door
        self.setting = setting
        self.world_id: str = world["id"]
        self.client_id: str = world["clients"][setting.bank]["client_id"]
        self.known: Json = {"world": world["id"], "bank": setting.bank, "client_id": self.client_id}
        self.consent: Json = {}
        """The latest; calls carry its token unless they name another."""
        self.inbox: list[Json] = []
        """Events that have come and that no expectation has taken yet."""

    @property
    def now(self) -> str:
        told: str = self.control("GET", "/clock")["now"]
        return told

    def account(self, slug: str) -> str:
        """Sandbank's id of one of the persona's accounts."""
        return account_id(self.setting.seed, self.setting.bank, self.setting.persona, slug)

    def ref(self, slug: str) -> str:
        """What the client calls one of them. Raises Unknown where the consent does not share it."""
        own = self.account(slug)
        for shared in self.consent.get("accounts", ()):
            if shared["account_id"] == own:
                return str(shared["id"])
        raise Unknown(f"the consent does not share {slug}")

    def control(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        return self.door.control(method, path, body, world=self.world_id, **query)

    def bank(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Answer:
        """A call to the bank with a consent's token, as the client makes it; `path` is below the bank's prefix."""
        bearer = token or self.consent.get("access_token", "")
        headers = {**USUAL, "client_id": self.client_id, "Authorization": f"Bearer {bearer}"}
        return self.door.call(method, f"/{self.setting.bank}{path}", headers=headers, body=body, query=query)
