"""An inbox for the banks' webhooks: it subscribes, takes what comes, and holds the signatures against the secrets."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from standardwebhooks import Webhook as Signed
from standardwebhooks import WebhookVerificationError

from sandbox.testing.banks import Bank
from sandbox.testing.listening import PATIENCE, Listener, Post
from sandbox.testing.worlds import Json, World


@dataclass(frozen=True)
class Webhook:
    post: Post
    type: str
    """`consent.revoked`, without the prefix `sandbox.`; empty where the body is a bank's own notification."""
    signed: bool
    """Whether it bears a signature by the secret of one of the inbox's subscriptions."""

    @property
    def id(self) -> str:
        return self.post.headers.get("webhook-id", "")

    @property
    def headers(self) -> dict[str, str]:
        """Lower-case names."""
        return dict(self.post.headers)

    @property
    def json(self) -> Json:
        told: Json = self.post.json
        return told

    @property
    def data(self) -> Json:
        """What a CloudEvent holds."""
        told: Json = self.json.get("data", {})
        return told


class WebhookInbox:
    """Messages wait here in the order in which they came. `subscribe` first."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.subscriptions: list[Json] = []
        self._listener = Listener()
        self.url = self._listener.url

    def subscribe(self, bank: Bank | str, *event_types: str, **more: Any) -> Json:
        """For the world's client at a bank; without types, to everything. `more`: format, account_ids, amount_over …
        Raises Refused."""
        slug = bank if isinstance(bank, str) else bank.slug
        wish = {"bank": slug, "client_id": self.world.clients[slug]["client_id"], "url": self.url, **more}
        if event_types:
            wish["event_types"] = list(event_types)
        one: Json = self.world.control("POST", "/webhooks", wish)
        self.subscriptions.append(one)
        return one

    def answer(self, status: Callable[[Webhook], int] | int) -> None:
        """From now on: a status, or what makes one of a webhook."""
        self._listener.answers = lambda post: status if isinstance(status, int) else status(self._read(post))

    @property
    def messages(self) -> list[Webhook]:
        return [self._read(post) for post in list(self._listener.posts)]

    def wait(self, type: str = "", *, count: int = 1, timeout: float = PATIENCE) -> list[Webhook]:
        """The first `count` of a type (`consent.revoked`, `consent.*`, any), once they are here. Raises AssertionError
        where they do not come."""
        if not self._listener.wait(lambda posts: len(self._of(type, posts)) >= count, timeout):
            came = [message.type or "?" for message in self.messages]
            told = f"what came: {', '.join(came)}" if came else "nothing came"
            raise AssertionError(f"{count} of {type or 'any type'} did not come in {timeout:g} s; {told}")
        return self._of(type, self._listener.posts)[:count]

    def _of(self, type: str, posts: list[Post]) -> list[Webhook]:
        read = [self._read(post) for post in posts]
        if type.endswith("*"):
            return [one for one in read if one.type.startswith(type[:-1])]
        return [one for one in read if type in ("", one.type)]

    def _read(self, post: Post) -> Webhook:
        told = post.json
        kind = str(told.get("type", "")) if isinstance(told, dict) else ""
        return Webhook(
            post, kind.removeprefix("sandbox."), any(_signs(one["secret"], post) for one in self.subscriptions)
        )

    def close(self) -> None:
        self._listener.close()


def _signs(secret: str, post: Post) -> bool:
    try:
        Signed(secret).verify(post.body, dict(post.headers))
    except WebhookVerificationError:
        return False
    return True
