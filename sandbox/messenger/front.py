"""The Graph API's door. However a client writes its call, inside it has one form: no version, `me` or an id, parameters
as a JSON body (as a query where it reads), and a caller who is known by a token."""

import hmac
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

import orjson

from sandbox.dialect.call import WORLD, Call
from sandbox.http.journal import CLIENT_ID, PAGE_ID
from sandbox.http.message import FURNITURE, Request, Response
from sandbox.http.onion import Layer, Respond
from sandbox.kernel.errors import SandbankError
from sandbox.messenger import advice, files, loose
from sandbox.messenger.desk import Caller, Desk
from sandbox.messenger.errors import ProofWrong, TokenUnknown
from sandbox.worlds.worlds import World

PREFIX = "/messenger"
WHATSAPP = "/whatsapp"
"""Where the second channel's document stands. Outside, both have all paths."""
WHATSAPP_OBJECT = "whatsapp_business_account"
"""What an app's subscription to the second channel is to."""
CALLER = "caller"
"""The note of a request that holds whose token came."""
VERSION = re.compile(r"v\d+\.\d+")
DOCUMENTS = tuple(f"{prefix}/openapi.{form}" for prefix in (PREFIX, WHATSAPP) for form in ("json", "yaml"))
"""No node is called that."""
OPEN = (f"{PREFIX}/account_linking", *DOCUMENTS)
"""Pages for people's browsers, and what is read before there is a token."""
BATCH = "batch"
"""What many calls in one are called in the journal: no document has them as an operation."""
APP_TOKEN = ["oauth", "access_token"]
"""The path at which an app gets its token for its id and secret."""
Batch = Callable[["Asked", Respond], Response]
Channel = Callable[[World, str], bool]
"""Whether a node of a world is one of WhatsApp's."""


@dataclass(slots=True)
class Asked:
    """A call as the platform understands it."""

    request: Request
    method: str
    path: str
    """Without prefix and version: /me/messages."""
    params: loose.Params
    token: str
    proof: str


def front(desk: Desk, batch: Batch, on_whatsapp: Channel) -> Layer:
    """`batch` answers what comes to the root: many calls in one, and many nodes."""

    def layer(inner: Respond) -> Respond:
        def respond(request: Request) -> Response:
            if request.path.split("/", 2)[1:2] not in ([PREFIX[1:]], [WHATSAPP[1:]]):
                return inner(request)
            if request.path in OPEN:
                request.notes[FURNITURE] = request.path in DOCUMENTS
                return inner(request)
            asked = read(request)
            if asked.path == "/" and (asked.method == "POST" or "ids" in asked.params):
                request.notes["operation"] = BATCH
                with suppress(SandbankError):  # each part may have a token of its own
                    note(request, known(desk, asked))
                return batch(asked, respond)
            body, kind = request.body, request.headers.get("content-type", "")
            try:
                return inner(canonical(desk, asked, on_whatsapp))
            except SandbankError as error:
                error.hint = error.hint or advice.on(error, body, kind)
                raise

        return respond

    return layer


def read(request: Request) -> Asked:
    """Raises InvalidParameter."""
    segments = [part for part in request.path.split("/")[2:] if part]
    if segments and VERSION.fullmatch(segments[0]):
        segments = segments[1:]
    params = loose.of_query(request.query.decode("utf-8", "replace"))
    if request.body:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "application/x-www-form-urlencoded":
            params |= loose.of_query(request.body.decode("utf-8", "replace"))
        elif kind == "multipart/form-data":
            request.notes[files.NOTE], fields = files.read(request)
            params |= fields
        else:
            params |= loose.of_json(request.body)
    params = loose.tidy(params)
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    shown = params.pop("access_token", "")
    bearing = bearer.strip() if scheme.lower() in ("bearer", "oauth") else ""
    token = (
        str(shown).strip() or bearing
    )  # one client always sends its own in the header, and beside it the one that counts
    if segments == APP_TOKEN:
        token = f"{params.get('client_id', '')}|{params.get('client_secret', '')}"
    proof = str(params.pop("appsecret_proof", ""))
    method = str(params.pop("method", request.method)).upper() if request.method == "POST" else request.method
    return Asked(request, method, "/" + "/".join(segments), params, token, proof)


def canonical(desk: Desk, asked: Asked, on_whatsapp: Channel) -> Request:
    """Raises TokenUnknown or its kin, or ProofWrong."""
    request, caller = asked.request, known(desk, asked)
    note(request, caller)
    second = asked.params.get("object") == WHATSAPP_OBJECT or on_whatsapp(caller.world, asked.path.split("/")[1])
    request.method, request.path = asked.method, (WHATSAPP if second else PREFIX) + asked.path
    if asked.method == "POST":
        request.query, request.body = b"", orjson.dumps(asked.params)
        request.headers = {**request.headers, "content-type": "application/json"}
    else:
        flat = {name: one if isinstance(one, str) else orjson.dumps(one) for name, one in asked.params.items()}
        request.query, request.body = urlencode(flat).encode(), b""
    return request


def note(request: Request, caller: Caller) -> None:
    """Whose call it is, for whoever looks at it later."""
    page = caller.page
    request.notes |= {CALLER: caller, WORLD: caller.world, PAGE_ID: page.page_id, CLIENT_ID: page.app.app_id}


def known(desk: Desk, asked: Asked) -> Caller:
    if not asked.token:
        raise TokenUnknown("An access token is required to request this resource.", hint="Send the page access token.")
    caller = desk.caller(asked.token)
    if caller.is_app:
        return caller  # its token has the secret in it; one client sends the proof of another token beside it
    if asked.proof or caller.page.behaviour.require_proof:
        expected = hmac.new(caller.page.app.secret.encode(), asked.token.encode(), "sha256").hexdigest()
        if not hmac.compare_digest(expected, asked.proof.lower()):
            raise ProofWrong(
                "Invalid appsecret_proof provided in the API argument"
                if asked.proof
                else "API calls from the server require an appsecret_proof argument",
                hint="hex(HMAC-SHA256(key=app secret, message=access token))",
            )
    return caller


def caller_of(call: Call) -> Caller:
    """Whose call it is."""
    caller = call.asked.notes[CALLER]
    assert isinstance(caller, Caller)
    return caller
