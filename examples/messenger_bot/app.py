"""The bot's web server: what the platform, the banks and people's browsers call."""

import hashlib
import json
from typing import Any

from flask import Flask, Response, abort, redirect, render_template_string, request
from werkzeug.wrappers import Response as AnyResponse

from . import profile, signatures, subscriptions, templates
from .bot import FIELDS, Bot
from .graph import Graph
from .inbox import Inbox
from .linking import Linking, LinkingFailed
from .memory import Memory
from .oauth import BankClient
from .settings import Settings
from .turn import Desk

PAGE = "<!doctype html><meta name=viewport content='width=device-width'><title>{{ title }}</title><p>{{ text }}</p>"


class Service:
    """Everything that lives as long as the server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.graph = Graph(settings)
        self.memory = Memory(settings.database)
        self.clients = {bank: BankClient(settings, bank) for bank in settings.clients}
        self.linking = Linking(settings, self.memory, self.graph, self.clients)
        self.bot = Bot(Desk(settings, self.graph, self.memory, self.linking, self.clients))
        self.inbox = Inbox(self.memory, {"platform": self.bot.told_by_platform, "bank": self.bot.told_by_bank})

    def start(self) -> None:
        """Introduces itself to the platform and the banks, which call back: the web server has to listen already."""
        self.inbox.start()
        self.graph.subscribe(f"{self.settings.bot_url}/webhook", self.settings.verify_token, FIELDS)
        profile.set_up(self.graph)
        templates.register(self.graph)
        for client in self.clients.values():
            subscriptions.subscribe(self.memory, client, self.settings.bot_url)

    def stop(self) -> None:
        self.inbox.stop()
        self.memory.close()
        self.graph.close()


def create_app(service: Service) -> Flask:
    app = Flask(__name__)
    settings = service.settings

    @app.get("/webhook")
    def prove() -> str:
        """The platform wants to know whether the address is ours."""
        if request.args.get("hub.verify_token") != settings.verify_token:
            abort(403)
        return request.args.get("hub.challenge", "")

    @app.post("/webhook")
    def hear() -> str:
        body = request.get_data()
        if not signatures.is_from_platform(body, request.headers, settings.app_secret):
            abort(403)
        for entry in json.loads(body).get("entry", []):
            # While a person has the conversation, what is said comes as `standby`: not for us.
            for event in entry.get("messaging", []):
                psid = event.get("sender", {}).get("id", "")
                if psid and psid != settings.page_id:
                    service.inbox.take(id_of(event), "platform", psid, json.dumps(event))
        return "EVENT_RECEIVED"

    @app.get("/link/<ticket>")
    def depart(ticket: str) -> AnyResponse:
        token, back = request.args.get("account_linking_token", ""), request.args.get("redirect_uri", "")
        return redirect(service.linking.depart(ticket, token, back))

    @app.get("/callback")
    def arrive() -> AnyResponse:
        state, issuer = request.args.get("state", ""), request.args.get("iss", "")
        return redirect(service.linking.arrive(request.url, state, issuer))

    @app.post("/bank-events/<bank>")
    def hear_bank(bank: str) -> tuple[str, int]:
        body, known = request.get_data(), service.memory.subscription(bank)
        if known is None or not signatures.is_from_bank(body, request.headers, known[1]):
            abort(401)
        event = json.loads(body)
        link = service.memory.link_of_consent(event["data"].get("consent_id", ""))
        if link is not None:
            service.inbox.take(event["id"], "bank", link.psid, body.decode())
        return "", 204

    @app.errorhandler(LinkingFailed)
    def failed(error: LinkingFailed) -> Response:
        return Response(render_template_string(PAGE, title="Not linked", text=str(error)), status=400)

    return app


def id_of(event: dict[str, Any]) -> str:
    """Of a message its mid; other events have none, and are known by what they say."""
    mid = event.get("message", event.get("postback", {})).get("mid")
    return str(mid or hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest())
