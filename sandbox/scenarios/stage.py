"""Where a scenario plays: one world of a server, a client of its bank, and what has come of the steps so far."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from sandbox.dialect.bank import discover
from sandbox.dialect.walking import FeedWalk
from sandbox.scenarios.door import USUAL, Answer, Door, Refused
from sandbox.scenarios.references import Unknown
from sandbox.scenarios.scenario import Setting
from sandbox.seeding.personas import account_id

Json = dict[str, Any]

UNAUTHORIZED = 401


class Stage:
    def __init__(self, door: Door, setting: Setting, world_id: str, client: Json) -> None:
        """`client` holds the id and the secret of one that is registered at the bank."""
        self.door = door
        self.setting = setting
        self.world_id = world_id
        self.client_id: str = client["client_id"]
        self._secret: str = client["client_secret"]
        self.known: Json = {"world": world_id, "bank": setting.bank, "client_id": self.client_id}
        self.consent: Json = {}
        """The latest; calls carry its token unless they name another."""
        self.inbox: list[Json] = []
        """Events that have come and that no expectation has taken yet."""
        self.accounts: dict[str, str] = {}
        """Ids of accounts by names of one's own, before those of the persona's file."""
        self._heard: list[Json] = []

    @property
    def now(self) -> str:
        told: str = self.control("GET", "/clock")["now"]
        return told

    def account(self, slug: str) -> str:
        """Sandbank's id of one of the persona's accounts."""
        return self.accounts.get(slug) or account_id(self.setting.seed, self.setting.bank, self.setting.persona, slug)

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
        consent: Json | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Answer:
        """A call to the bank with a consent's token, as the client makes it; `path` is below the bank's prefix. A token
        that is too old is replaced by the refresh token. Raises Refused."""
        carried = consent or self.consent
        try:
            return self._call(method, path, body, carried, query)
        except Refused as refused:
            if refused.status != UNAUTHORIZED or not self._refreshed(carried):
                raise
        return self._call(method, path, body, carried, query)

    def own(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """What the bank answers to the client in its own name, whoever consented. Raises Refused."""
        return self.door.call(
            method,
            f"/{self.setting.bank}{path}",
            headers=USUAL,
            credentials=(self.client_id, self._secret),
            body=body,
            query=query,
        ).body

    def poll(self) -> None:
        """Fetch what has happened since, and acknowledge it."""
        more = True
        while more:
            told = self.own("GET", "/events/v1/events", limit=100)
            self.inbox += told["events"]
            self._heard += told["events"]
            if told["events"]:
                self.own("POST", "/events/v1/events/acknowledgements", {"cursor": told["cursor"]})
            more = told["more"]

    def news(self) -> list[Json]:
        """The events that came since somebody last asked for them. Nobody is told anything before a consent."""
        if self.consent:
            self.poll()
        heard, self._heard = self._heard, []
        return heard

    def _call(self, method: str, path: str, body: Any, carried: Json, query: Mapping[str, Any] | None) -> Answer:
        bearer = carried.get("access_token", "")
        headers = {**USUAL, "client_id": self.client_id, "Authorization": f"Bearer {bearer}"}
        return self.door.call(method, f"/{self.setting.bank}{path}", headers=headers, body=body, query=query)

    def _refreshed(self, carried: Json) -> bool:
        """Whether the bank gave another token; it is put into the consent."""
        if "refresh_token" not in carried:
            return False
        form = {"grant_type": "refresh_token", "refresh_token": carried["refresh_token"]}
        try:
            tokens = self.door.form(self._token_endpoint, form, (self.client_id, self._secret), USUAL)
        except Refused:
            return False
        carried |= {name: tokens[name] for name in ("access_token", "refresh_token") if name in tokens}
        return True

    @cached_property
    def walk(self) -> FeedWalk:
        """How the bank's feeds are walked. Raises Unknown for a bank of which only the server knows."""
        found = discover().get(self.setting.bank)
        if found is None:
            raise Unknown(f"nothing tells how feeds are walked at {self.setting.bank}")
        return found.walk

    @cached_property
    def _token_endpoint(self) -> str:
        banks = self.door.control("GET", "/banks")["banks"]
        return next(str(bank["token_endpoint"]) for bank in banks if bank["slug"] == self.setting.bank)
