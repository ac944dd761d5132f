"""The control API, operation by operation: what its document says, and a call with the answer that came.

The calls are really made, in the order of `WALK`, against a server of their own. What is random or secret is left out
of the answers, and long lists are cut.
"""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import requests

from docs.parts.banks import document, each_operation
from docs.parts.markdown import cell, code, pretty, table
from docs.parts.serving import NOW, URL, serving

RANDOM = re.compile(
    r"(initial_)?access_token|refresh_token|client_secret|software_statement|consent_id|tan|number|trace|code|fingerprint"
    r"|run_id|event_id|subscription_id|message_id|secret|body|created_at|kid|made_at|retired_at|certificate|private_key|ca|thumbprint"
    r"|saved_at|seed_data|wall|startedDateTime|user-agent|sandbank-trace"
)
"""Members whose values differ from one start to the next, or with every change of the seed data."""
MEASURED = {"took_ms": 1, "took_us": 412, "time": 0.412, "wait": 0.412, "waited_ms": 1}
"""Numbers that differ from one start to the next, and what is shown for them."""
KNOWN = ("demo-secret", NOW, None)
SENT: tuple[Mapping[str, Any], ...] = (
    {
        "type": "template",
        "payload": {
            "template_type": "notification_messages",
            "title": "Offers of the month",
            "payload": "offers",
            "notification_messages_frequency": "MONTHLY",
        },
    },
    {
        "type": "template",
        "payload": {
            "template_type": "button",
            "text": "What would you like to see?",
            "buttons": [
                {"type": "postback", "title": "Balance", "payload": "BALANCE"},
                {"type": "account_link", "url": "http://127.0.0.1:9000/login"},
            ],
        },
    },
)
"""What a bot sent on the messenger before the walk."""
PLACES = ("{mid}",)
"""What stands in a body for what an earlier answer told."""
SHOWN = 1
"""Items of a list of objects."""
WORDS = 3
"""Items of a list of words."""

FILE = {
    "sandbank_snapshot": 1, "name": "before-the-fraud", "note": "", "seed": 1, "anchor": "2026-06-15", "seed_data": "…",
    "now": "2026-06-17T15:00:00Z", "speed": 0, "transactions": [], "accounts": [], "customers": [], "facts": [],
    "faults": [], "left_out": {"consents": 1},
}  # fmt: skip
"""A snapshot's."""

AUTHORIZE = (
    "/chase/aggregator-oauth/v1/authorize?response_type=code&client_id=demo-app"
    "&redirect_uri=http%3A%2F%2F127.0.0.1%3A9000%2Fcallback&state=s1"
)


@dataclass(frozen=True)
class Step:
    """One call. `{name}` in the path is taken from what an earlier step's answer held under `keep`."""

    operation: str
    path: str
    body: Any = None
    query: Mapping[str, str] = field(default_factory=dict)
    keep: Mapping[str, str] = field(default_factory=dict)
    """Name: where in the answer, as in `accounts.0.account_id`."""

    def asked(self, kept: Mapping[str, str]) -> dict[str, str]:
        """The query, with what is kept in the place of `{name}`."""
        return {name: value.format(**kept) for name, value in self.query.items()}

    def told(self, kept: Mapping[str, str]) -> Any:
        """The body, with what is kept in the place of `{name}`."""
        if not isinstance(self.body, dict):
            return self.body
        return {name: value.format(**kept) if value in PLACES else value for name, value in self.body.items()}


WALK = (
    Step("getInfo", "/info"),
    Step("listBanks", "/banks"),
    Step("listMagicLogins", "/magic-logins"),
    Step("getFingerprint", "/fingerprint"),
    Step("getClock", "/clock"),
    Step("createWorld", "/worlds", {"id": "nightly", "now": "2026-06-15T15:00:00Z", "frozen": True}),
    Step("listWorlds", "/worlds"),
    Step("getWorld", "/worlds/nightly"),
    Step("saveSnapshot", "/worlds/nightly/snapshots", {"name": "before-the-fraud", "note": "Maya has paid her rent"}),
    Step("listSnapshots", "/worlds/nightly/snapshots"),
    Step("getSnapshot", "/worlds/nightly/snapshots/before-the-fraud"),
    Step("setClock", "/clock", {"now": "2026-07-01T09:00:00Z"}, {"world": "nightly"}),
    Step("advanceClock", "/clock/advance", {"by": "P1DT2H"}, {"world": "nightly"}),
    Step("setClockSpeed", "/clock/speed", {"speed": 0}, {"world": "nightly"}),
    Step("freezeClock", "/clock/freeze", {"frozen": True}, {"world": "nightly"}),
    Step("diffSnapshot", "/worlds/nightly/snapshots/before-the-fraud/diff"),
    Step("restoreSnapshot", "/worlds/nightly/snapshots/before-the-fraud/restore", {}),
    Step("forkSnapshot", "/worlds/nightly/snapshots/before-the-fraud/fork", {"id": "another-end"}),
    Step("exportSnapshot", "/worlds/nightly/snapshots/before-the-fraud/export"),
    Step("importSnapshot", "/snapshots", {"id": "from-a-file", "snapshot": FILE}),
    Step("deleteSnapshot", "/worlds/nightly/snapshots/before-the-fraud"),
    Step("forkWorld", "/worlds/nightly/fork", {"id": "before-the-fraud"}),
    Step("resetWorld", "/worlds/nightly/reset"),
    Step("listPersonas", "/personas"),
    Step("getPersona", "/personas/chloe"),
    Step("listCustomers", "/customers", query={"persona": "chloe"}),
    Step("getCustomer", "/customers/chloe"),
    Step("addCustomer", "/customers", {"username": "rosa", "first_name": "Rosa", "last_name": "Quintero"}),
    Step(
        "listCustomerAccounts", "/customers/chloe/accounts", query={"bank": "chase"},
        keep={"account": "accounts.0.account_id"},
    ),
    Step(
        "addAccount", "/accounts",
        {"bank": "chase", "customer": "rosa", "kind": "SAVINGS", "nickname": "Rainy day", "opening_balance": "250.00"},
    ),
    Step("getAccount", "/accounts/{account}"),
    Step("changeAccount", "/accounts/{account}", {"nickname": "Bills"}),
    Step(
        "addTransactions", "/accounts/{account}/transactions",
        {"amount": "-18.40", "description": "BLUE FINCH COFFEE", "status": "pending", "hold": "-25.00"},
        keep={"sequence": "transactions.0.sequence"},
    ),
    Step(
        "addPurchase", "/accounts/{account}/purchases",
        {"merchant": "willowcart", "amount": "64.90",
         "order": {"items": [{"title": "Desk lamp", "unit_price": "59.00"}], "shipments": [{"fault": "late"}]}},
    ),
    Step(
        "addBill", "/accounts/{account}/bills",
        {"counterparty": "Alder Dental", "amount": "120.00", "pays_at": "+5d"},
    ),
    Step("listTransactions", "/accounts/{account}/transactions", query={"limit": "10"}),
    Step("getTransaction", "/accounts/{account}/transactions/{sequence}"),
    Step("changeTransaction", "/accounts/{account}/transactions/{sequence}", {"description": "COFFEE AND CAKE"}),
    Step("dropTransaction", "/accounts/{account}/transactions/{sequence}"),
    Step(
        "giveConsent", "/consents", {"bank": "chase", "client_id": "demo-app", "customer": "amina"},
        keep={"joint": "consent_id"},
    ),
    Step(
        "giveConsent", "/consents", {"bank": "chase", "client_id": "demo-app", "customer": "maya"},
        keep={"consent": "consent_id", "tan": "accounts.0.tan"},
    ),
    Step("getTan", "/tans/{tan}"),
    Step("listConsents", "/consents", query={"bank": "chase", "customer": "maya", "status": "ACTIVE"}),
    Step("getConsent", "/consents/{consent}"),
    Step("amendConsent", "/consents/{consent}", {"marketing": True}),
    Step("listSharedByOthers", "/customers/jon/shared-by-others"),
    Step("refuseAccount", "/consents/{joint}/refusals", {"customer": "jon", "account": "Household"}),
    Step("listConsentAccesses", "/consents/{consent}/accesses"),
    Step("listEvents", "/events", query={"limit": "2"}),
    Step("listScenarios", "/scenarios"),
    Step("getScenario", "/scenarios/payday"),
    Step("runScenario", "/scenarios/payday/runs", {"bank": "citi"}, keep={"run": "run_id"}),
    Step("getScenarioRun", "/scenario-runs/{run}"),
    Step("listAccesses", "/audit/accesses", query={"limit": "2"}),
    Step("checkAudit", "/audit/verify"),
    Step("verifyAudit", "/audit/verify", {"heads": []}),
    Step("suspendConsent", "/consents/{consent}/suspend", {"reason": "CUSTOMER_REVIEW"}),
    Step("resumeConsent", "/consents/{consent}/resume"),
    Step("revokeConsent", "/consents/{consent}/revoke", {"reason": "USER_ACTION", "initiator": "INDIVIDUAL"}),
    Step("authorize", "/authorize", {"url": AUTHORIZE, "customer": "maya", "decision": "approve"}),
    Step(
        "registerClient", "/clients",
        {"bank": "citi", "client_id": "my-bot", "name": "My bot", "redirect_uris": ["http://127.0.0.1:9000/callback"]},
    ),
    Step("listClients", "/clients", query={"bank": "citi"}),
    Step("getClient", "/clients/citi/my-bot"),
    Step("changeClient", "/clients/citi/my-bot", {"name": "My better bot", "contacts": ["ops@bot.example"]}),
    Step("rotateClientSecret", "/clients/citi/my-bot/secret"),
    Step("deleteClient", "/clients/citi/my-bot"),
    Step("giveRegistrationToken", "/registration-tokens", {"bank": "wellsfargo", "profile": "strict"}),
    Step("signSoftwareStatement", "/software-statements", {"software_id": "my-bot", "client_name": "My bot"}),
    Step("rotateKeys", "/keys/rotate", {"bank": "wellsfargo"}),
    Step("listKeys", "/keys", query={"bank": "wellsfargo"}),
    Step("retireKeys", "/keys/retire", {"bank": "wellsfargo"}),
    Step("getCertificateAuthority", "/certificates"),
    Step("issueCertificate", "/certificates", {"name": "my-bot", "san_dns": ["bot.example.com"]}),
    Step(
        "addWebhook", "/webhooks",
        {"bank": "usbank", "url": "http://127.0.0.1:9/hooks", "event_types": ["purchase.created", "shipment.*"]},
        keep={"webhook": "subscription_id"},
    ),
    Step("listWebhooks", "/webhooks"),
    Step("getWebhook", "/webhooks/{webhook}"),
    Step("setMisbehaviour", "/webhooks/{webhook}/misbehaviour", {"seed": 7, "delay": 1, "delay_seconds": 3600}),
    Step("pingWebhook", "/webhooks/{webhook}/ping", keep={"message": "message_id"}),
    Step("listWebhookDeliveries", "/webhooks/{webhook}/deliveries", query={"state": "queued"}),
    Step("getWebhookDelivery", "/webhooks/{webhook}/deliveries/{message}"),
    Step("replayWebhook", "/webhooks/{webhook}/replay", {"state": "dead"}),
    Step("listMessengerPages", "/messenger/pages"),
    Step("addMessengerPage", "/messenger/pages", {"name": "Second Bot"}),
    Step("getMessengerPage", "/messenger/pages/ready"),
    Step(
        "changeMessengerPage",
        "/messenger/pages/ready",
        {"callback_url": "http://127.0.0.1:9000/webhook", "behaviour": {"reorder_rate": 1}},
    ),
    Step("addMessengerApp", "/messenger/pages/ready/apps", {"name": "Help Desk"}, keep={"app": "app_id"}),
    Step("listMessengerApps", "/messenger/pages/ready/apps"),
    Step("changeMessengerApp", "/messenger/pages/ready/apps/{app}", {"callback_url": "http://127.0.0.1:9001/webhook"}),
    Step("sendMessengerSample", "/messenger/pages/ready/apps/{app}/test", {"field": "messaging_postbacks"}),
    Step("removeMessengerApp", "/messenger/pages/ready/apps/{app}"),
    Step("listMessengerUsers", "/messenger/users", query={"limit": "2"}),
    Step("addMessengerUser", "/messenger/users", {"first_name": "Ada", "last_name": "Stranger"}),
    Step("getMessengerUser", "/messenger/users/maya"),
    Step("changeMessengerUser", "/messenger/users/maya", {"tester": True}),
    Step(
        "messengerSay",
        "/messenger/users/maya/say",
        {"text": "What is my balance?"},
        keep={"mid": "message.mid", "delivery": "deliveries.0"},
    ),
    # Soon, before the webhook leaves: it is held back, for nobody listens here.
    Step("getMessengerDelivery", "/messenger/deliveries/{delivery}"),
    Step("listMessengerDeliveries", "/messenger/deliveries", query={"limit": "1"}),
    Step("listMagicRecipients", "/messenger/magic"),
    Step("getMessengerAttachment", "/messenger/attachments/{attachment}"),
    Step("getMessengerPicture", "/messenger/users/maya/picture"),
    Step("verifyMessengerDelivery", "/messenger/verify", query={"delivery": "{delivery}", "signature": "sha256=0f4e"}),
    Step("verifyMessengerBytes", "/messenger/verify", {"body": '{"object":"page"}', "signature": "sha256=0f4e"}),
    Step("listMessengerCalls", "/messenger/calls", query={"limit": "1"}),
    Step("replayMessengerDelivery", "/messenger/deliveries/{delivery}/replay"),
    Step("messengerEdit", "/messenger/users/maya/edit", {"mid": "{mid}", "text": "Hello"}),
    Step("messengerUnsend", "/messenger/users/maya/unsend", {"mid": "{mid}"}),
    Step("messengerOptIn", "/messenger/users/maya/opt-in", {}),
    Step("messengerOptOut", "/messenger/users/maya/opt-out", {}),
    Step("messengerTap", "/messenger/users/maya/tap", {"button": "Balance"}),
    Step("messengerReact", "/messenger/users/maya/react", {"emoji": "👍"}),
    Step("messengerRead", "/messenger/users/maya/read"),
    Step("messengerOpen", "/messenger/users/maya/open", {"ref": "spring"}),
    Step("messengerAgent", "/messenger/users/maya/agent", {"text": "This is Ada. How can I help?", "done": True}),
    Step("messengerUnlink", "/messenger/users/maya/unlink"),
    Step("messengerLink", "/messenger/users/maya/link", {"decision": "approve"}),
    Step("listMessengerLinks", "/messenger/users/maya/links"),
    Step("getMessengerThread", "/messenger/users/maya/thread"),
    Step("getWhatsAppAccount", "/messenger/whatsapp"),
    Step("changeWhatsAppAccount", "/messenger/whatsapp", {"callback_url": "http://127.0.0.1:9000/webhook"}),
    Step("changeWhatsAppNumber", "/messenger/whatsapp/numbers/ready", {"conduct": {"late_errors": "status"}}),
    Step("listWhatsAppMagic", "/messenger/whatsapp/magic"),
    Step("streamMessengerThread", "/messenger/users/maya/thread/stream", query={"after": "3"}),
    Step("getPassport", "/passport"),
    Step("listPassportRules", "/passport/rules"),
    Step("probeWebhooks", "/passport/probe", {}),
    Step(
        "listRequests", "/requests", query={"channel": "chase", "status": "4xx"}, keep={"request": "requests.0.id"}
    ),
    Step("getRequest", "/requests/{request}"),
    Step("listUnmatchedRequests", "/requests/unmatched"),
    Step("exportRequests", "/requests/export", query={"format": "har"}),
    Step("verifyRequests", "/verify", {"expect": [{"request": {"bank": "chase", "status": "4xx"}, "at_least": 1}]}),
    Step("waitFor", "/wait-for", {"request": {"bank": "chase", "status": "4xx"}, "timeout": "PT5S"}),
    Step("getReport", "/report", query={"bank": "chase", "min_operations": "1"}),
    Step("listProofRules", "/report/rules"),
    Step("deleteRequests", "/requests"),
    Step("deleteWebhook", "/webhooks/{webhook}"),
    Step("listFaultProfiles", "/faults/profiles"),
    Step("listFaultKinds", "/faults/kinds"),
    Step("putFaults", "/faults", {"profile": "slow-bank", "match": {"bank": "citi"}}),
    Step(
        "addFault", "/faults", {"fault": "status", "status": 429, "match": {"bank": "chase"}, "times": 2},
        keep={"fault": "id"},
    ),
    Step("listFaults", "/faults"),
    Step("getFault", "/faults/{fault}"),
    Step("deleteFault", "/faults/{fault}"),
    Step("clearFaults", "/faults"),
    Step("explainTrace", "/why/{trace}"),
    Step("listPactStates", "/pact/states"),
    Step("changePactState", "/pact/states", {"state": "maya shares accounts at chase"}, query={"world": "nightly"}),
    Step("deleteWorld", "/worlds/nightly"),
)  # fmt: skip

SHOWN_AS = {
    "consent": "CONSENT_ID",
    "joint": "CONSENT_ID",
    "tan": "NUMBER",
    "trace": "TRACE",
    "webhook": "SUBSCRIPTION_ID",
    "message": "MESSAGE_ID",
    "attachment": "ATTACHMENT_ID",
    "run": "RUN_ID",
    "request": "REQUEST_ID",
}
"""What is kept but not shown as it was, by the word that stands for it."""


@dataclass(frozen=True)
class Example:
    command: str
    status: int
    answer: Any


@cache
def examples() -> dict[str, Example]:
    """Every call of the walk with its answer, by operation. Raises where a call was refused."""
    made = {}
    with serving() as url, requests.Session() as session:
        refused = session.get(f"{url}/chase/nowhere", timeout=30)
        kept = {"trace": refused.headers["Sandbank-Trace"]}
        methods = {operation["operationId"]: method for method, _, operation in each_operation("control")}
        kept["attachment"] = bot_sends(session, url)
        for step in WALK:
            address = f"{url}/_sandbox{step.path.format(**kept)}"
            told: Any = None
            under_way = True
            while under_way:
                answer = session.request(
                    methods[step.operation],
                    address,
                    params=step.asked(kept),
                    json=step.told(kept),
                    timeout=30,
                    stream=True,
                )
                if not answer.ok:
                    raise RuntimeError(f"{step.operation} was answered {answer.status_code}: {answer.text}")
                told = _told(answer)
                under_way = step.operation == "getScenarioRun" and told["status"] in ("queued", "running")
            kept |= {name: str(at(told, place)) for name, place in step.keep.items()}
            command = _command(methods[step.operation], step, kept | SHOWN_AS)
            made[step.operation] = Example(command, answer.status_code, cut(_ours(told, url)))
    return made


def bot_sends(session: requests.Session, url: str) -> str:
    """A message with buttons for the customer maya, so that there is something to tap; and a file, whose id it is."""
    page = session.get(f"{url}/_sandbox/messenger/pages/ready", timeout=30).json()
    maya = session.get(f"{url}/_sandbox/messenger/users/maya", timeout=30).json()
    session.post(f"{url}/_sandbox/messenger/users/maya/say", json={"text": "Hi"}, timeout=30)
    for attachment in SENT:
        wish = {"recipient": {"id": maya["psid"]}, "message": {"attachment": attachment}}
        query = {"access_token": page["page_token"]}
        answer = session.post(f"{url}/messenger/me/messages", params=query, json=wish, timeout=30)
        if not answer.ok:
            raise RuntimeError(f"the bot's message was answered {answer.status_code}: {answer.text}")
    answer = session.post(
        f"{url}/messenger/me/message_attachments",
        params={"access_token": page["page_token"]},
        data={"message": json.dumps({"attachment": {"type": "image", "payload": {"is_reusable": True}}})},
        files={"filedata": ("chart.png", b"\x89PNG\r\n\x1a\n", "image/png")},
        timeout=30,
    )
    return str(answer.json()["attachment_id"])


def _told(answer: requests.Response) -> Any:
    """The body; of a stream of events the data of the first."""
    with answer:
        media_type = answer.headers.get("Content-Type", "")
        if media_type.startswith("image/"):
            return f"{len(answer.content)} bytes of {media_type}"
        if not media_type.startswith("text/event-stream"):
            return answer.json() if answer.content else None
        data = (line for line in answer.iter_lines() if line.startswith(b"data: "))
        return json.loads(next(data).removeprefix(b"data: "))


def at(value: Any, place: str) -> Any:
    for key in place.split("."):
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def _ours(told: Any, url: str) -> Any:
    """The answer with the address that the documents use."""
    text = json.dumps(told).replace(url, URL).replace(quote(url, safe=""), quote(URL, safe=""))
    text = text.replace(urlsplit(url).netloc, urlsplit(URL).netloc)
    return json.loads(text)


def cut(value: Any, name: str = "") -> Any:
    """Without what is random, and with lists short enough to read."""
    if isinstance(value, dict):
        return {key: cut(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        most = SHOWN if value and isinstance(value[0], dict) else WORDS
        return [cut(item, name) for item in value[:most]] + (["…"] if len(value) > most else [])
    if isinstance(value, str):
        if RANDOM.fullmatch(name) and value not in KNOWN:
            return "…"
        return re.sub(r"(code=)[^&]+", r"\1…", value)
    return MEASURED.get(name, value)


def _command(method: str, step: Step, kept: Mapping[str, str]) -> str:
    query = f"?{urlencode(step.asked(kept))}" if step.query else ""
    address = f"{URL}/_sandbox{step.path.format(**kept)}{query}"
    words = ["curl"] + (["-X", method] if method != ("POST" if step.body is not None else "GET") else [])
    words.append(shlex.quote(address))
    if step.body is None:
        return " ".join(words)
    body = shlex.quote(json.dumps(step.told(kept), ensure_ascii=False))
    return f"{' '.join(words)} \\\n  -H 'Content-Type: application/json' \\\n  -d {body}"


# --- On the page --------------------------------------------------------------------------------------------------


def operations() -> str:
    """Grouped by the document's tags."""
    shown = []
    for tag in document("control")["tags"]:
        shown.append(f"## {tag['name'].capitalize()}\n\n{tag['description']}.\n")
        for method, path, operation in each_operation("control"):
            if operation["tags"][0] == tag["name"]:
                shown.append(_operation(method, path, operation))
    return "\n".join(shown)


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    example = examples()[operation["operationId"]]
    parts = [f"### {operation['operationId']}", "", f"`{method} /_sandbox{path}` · {operation['summary']}.", ""]
    if "description" in operation:
        parts += [" ".join(operation["description"].split()), ""]
    members = [*_parameters(path, operation), *_members(operation)]
    if members:
        parts.append(table(("What it takes", "Where", "Form", ""), members))
    answer = f"Answers {example.status}" + (":" if example.answer is not None else " without a body.")
    parts += ["```sh", example.command, "```", "", answer, ""]
    if example.answer is not None:
        parts += ["```json", pretty(example.answer), "```", ""]
    return "\n".join(parts)


def _parameters(path: str, operation: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    shared = document("control")["paths"][path].get("parameters", [])
    for given in [*shared, *operation.get("parameters", [])]:
        parameter = resolved(given)
        must = " (required)" if parameter.get("required") else ""
        yield code(parameter["name"]), parameter["in"] + must, form(parameter["schema"]), parameter["description"]


def _members(operation: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    if "requestBody" not in operation:
        return
    schema = resolved(operation["requestBody"]["content"]["application/json"]["schema"])
    while "properties" not in schema and "oneOf" in schema:
        schema = resolved(schema["oneOf"][0])
    for name, member in schema.get("properties", {}).items():
        must = " (required)" if name in schema.get("required", ()) else ""
        yield code(name), f"body{must}", form(member), resolved(member).get("description", "")


def resolved(value: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in value:
        found: Any = document("control")
        for key in value["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        value = found
    return value


def form(schema: Mapping[str, Any]) -> str:
    """A schema in a word or two."""
    schema = resolved(schema)
    if "oneOf" in schema:
        return " or ".join(form(one) for one in schema["oneOf"])
    if "enum" in schema:
        return ", ".join(code(cell(one)) for one in schema["enum"])
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"list of {form(schema['items'])}"
    words = schema.get("format", {"string": "text"}.get(kind, kind))
    if "default" not in schema:
        return str(words)
    default = schema["default"] if isinstance(schema["default"], str) else json.dumps(schema["default"])
    return f"{words}, {code(default)} unless told"
