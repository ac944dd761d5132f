"""The messenger from both ends: the phone of a person who talks to a page, and the webhook of the page's bot."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sandbox.testing.listening import PATIENCE, Listener, Post
from sandbox.testing.worlds import Json, World


class MessengerInbox:
    """What a bot is configured with, what the person does, and what arrives at either end."""

    def __init__(self, world: World, username: str) -> None:
        self.world = world
        self.username = username
        page = world.control("GET", "/messenger/pages/ready")
        self.page: Json = page
        """The page that every world has, as `GET /_sandbox/messenger/pages/{page}` shows it."""
        self.graph_url = f"{world.server.url}/messenger"
        """What stands for the Graph API's address."""
        self.page_id: str = page["page_id"]
        self.page_token: str = page["page_token"]
        self.app_secret: str = page["app_secret"]
        self.verify_token: str = page["verify_token"]
        self.psid: str = world.control("GET", f"/messenger/users/{quote(username, safe='')}")["psid"]
        """How the page knows the person."""
        self._listener: Listener | None = None
        self._seen = 0

    # --- The person --------------------------------------------------------------------------------------------------

    def say(self, text: str, **more: Any) -> Json:
        return self.do("say", text=text, **more)

    def tap(self, button: str | int, **more: Any) -> Json:
        """By its title or its place."""
        return self.do("tap", button=button, **more)

    def do(self, what: str, **how: Any) -> Json:
        """Any deed: say, tap, react, read, edit, open, opt-in, opt-out, link, unlink. Raises Refused."""
        told: Json = self.world.control("POST", f"/messenger/users/{self.psid}/{what}", how)
        return told

    @property
    def messages(self) -> list[Json]:
        """What the bot has sent, oldest first; each has `content`, as it was sent."""
        thread = self.world.control("GET", f"/messenger/users/{self.psid}/thread", limit=1000)
        return [one for one in thread["messages"] if one["sender"] == "page"]

    def wait(self, text: str | None = None, *, timeout: float = PATIENCE) -> Json:
        """The next message of the bot's, with this in its text; each is waited for once. Raises AssertionError."""
        wish: dict[str, Any] = {"user": self.psid, "after": self._seen}
        if text is not None:
            wish["text"] = {"contains": text}
        told = self.world.control("POST", "/wait-for", {"message": wish, "timeout": f"PT{timeout:.3f}S"})
        if not told["met"]:
            shown = [one["content"] for one in self.messages if one["place"] > self._seen]
            raise AssertionError(f"{told['missing'] or 'no message came'}; since the last one came {shown}")
        found: Json = told["found"][0]
        self._seen = found["place"]
        return found

    # --- The bot's webhook -------------------------------------------------------------------------------------------

    def connect(self, callback_url: str) -> None:
        """From now on the page's webhooks go to a bot that listens there. Raises Refused."""
        self.world.control("PATCH", f"/messenger/pages/{self.page_id}", {"callback_url": callback_url})

    def listen(self) -> str:
        """From now on they come here, and `wait_for_webhook` has them. Answers the address."""
        if self._listener is None:
            self._listener = Listener()
            self._listener.challenges = self._challenge
            self.connect(self._listener.url)
        return self._listener.url

    def _challenge(self, query: Mapping[str, str]) -> str | None:
        return query.get("hub.challenge") if query.get("hub.verify_token") == self.verify_token else None

    @property
    def webhooks(self) -> list[Post]:
        return list(self._listener.posts) if self._listener else []

    def wait_for_webhook(self, member: str = "", *, skip: int = 0, timeout: float = PATIENCE) -> Json:
        """The first event with this member (`message`, `postback`, `account_linking`) behind so many, once it is here.
        Every post has to be signed by the app's secret. Raises AssertionError."""
        self.listen()
        assert self._listener is not None
        self._listener.wait(lambda posts: len(self._events(member, posts)) > skip, timeout)
        unsigned = [post for post in self.webhooks if not self.is_signed(post)]
        found = self._events(member, self.webhooks)[skip:]
        if unsigned or not found:
            why = "is not signed by the app's secret" if unsigned else f"did not come in {timeout:g} s"
            raise AssertionError(
                f"a webhook with {member or 'anything'} {why}; what came: {[p.json for p in self.webhooks]}"
            )
        return found[0]

    def is_signed(self, post: Post) -> bool:
        wanted = hmac.new(self.app_secret.encode(), post.body, hashlib.sha256).hexdigest()
        return post.headers.get("x-hub-signature-256") == f"sha256={wanted}"

    @staticmethod
    def _events(member: str, posts: list[Post]) -> list[Json]:
        entries = [entry for post in posts for entry in post.json["entry"]]
        events = [event for entry in entries for event in entry.get("messaging", [])]
        return [event for event in events if not member or member in event]

    def close(self) -> None:
        if self._listener is not None:
            self._listener.close()
