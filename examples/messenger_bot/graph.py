"""The Messenger Platform: what a page can do there."""

import hmac
from typing import Any

import requests

from .settings import Settings


class GraphRefused(Exception):
    """`code` and `subcode` are the platform's."""

    def __init__(self, error: dict[str, Any]) -> None:
        self.code = int(error.get("code", 0))
        self.subcode = int(error.get("error_subcode", 0))
        super().__init__(f"{error.get('message')} ({self.code}/{self.subcode}, trace {error.get('fbtrace_id')})")


class OutsideWindow(GraphRefused):
    """The person has not written for a day: only templates that were approved may be sent."""


OUTSIDE_WINDOW = (10, 2018278)
INBOX_APP = "263902037430900"
"""The platform's own inbox, in which people of flesh and blood answer."""


class Graph:
    def __init__(self, settings: Settings) -> None:
        self._url = settings.graph_url
        self._app = f"{settings.app_id}|{settings.app_secret}"
        self._token, self._secret = settings.page_token, settings.app_secret
        self._session = requests.Session()

    def close(self) -> None:
        self._session.close()

    def send(self, psid: str, message: dict[str, Any], messaging_type: str = "RESPONSE") -> None:
        body = {"recipient": {"id": psid}, "messaging_type": messaging_type, "message": message}
        self.call("POST", "me/messages", body)

    def send_to_opt_in(self, token: str, message: dict[str, Any]) -> None:
        """To somebody who agreed to get such messages; whenever they were here last."""
        self.call("POST", "me/messages", {"recipient": {"notification_messages_token": token}, "message": message})

    def act(self, psid: str, action: str) -> None:
        """mark_seen, typing_on, typing_off."""
        self.call("POST", "me/messages", {"recipient": {"id": psid}, "sender_action": action})

    def person_linking(self, account_linking_token: str) -> str:
        """The PSID of who opened the page to link an account, which is why nobody has to believe the browser."""
        query = {"fields": "recipient", "account_linking_token": account_linking_token}
        return str(self.call("GET", "me", query)["recipient"])

    def unlink(self, psid: str) -> None:
        self.call("POST", "me/unlink_accounts", {"psid": psid})

    def hand_over(self, psid: str, metadata: str) -> None:
        """To the people who sit at the page's inbox."""
        body = {"recipient": {"id": psid}, "target_app_id": INBOX_APP, "metadata": metadata}
        self.call("POST", "me/pass_thread_control", body)

    def subscribe(self, callback_url: str, verify_token: str, fields: str) -> None:
        """The platform calls back at once, so the bot has to be listening already."""
        body = {"object": "page", "callback_url": callback_url, "verify_token": verify_token, "fields": fields}
        app_id = self._app.partition("|")[0]
        self.call("POST", f"{app_id}/subscriptions", {**body, "include_values": True}, token=self._app)
        self.call("POST", "me/subscribed_apps", {"subscribed_fields": fields})

    def call(self, method: str, path: str, parameters: dict[str, Any], token: str = "") -> Any:
        """Raises GraphRefused."""
        token = token or self._token
        proof = {"appsecret_proof": hmac.new(self._secret.encode(), token.encode(), "sha256").hexdigest()}
        answer = self._session.request(
            method,
            f"{self._url}/{path}",
            headers={"Authorization": f"Bearer {token}"},
            params=proof if method == "POST" else {**proof, **parameters},
            json=parameters if method == "POST" else None,
            timeout=30,
        )
        told = answer.json()
        if "error" in told:
            error = told["error"]
            outside = (error.get("code"), error.get("error_subcode")) == OUTSIDE_WINDOW
            raise (OutsideWindow if outside else GraphRefused)(error)
        return told
