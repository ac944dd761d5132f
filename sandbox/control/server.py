"""What the server is, and why it refused."""

from collections.abc import Mapping

import orjson

from sandbox.control import info, show
from sandbox.control.operation import Operation, world_of
from sandbox.control.services import Services
from sandbox.dialect.call import Call, Reply
from sandbox.kernel.clock import iso
from sandbox.kernel.errors import TraceNotFound
from sandbox.oauth.factors import additions, befalling
from sandbox.oauth.magic import LOGINS, OTP, PASSWORD


def get_info(services: Services, call: Call) -> Reply:
    return Reply(info.describe(services, call.base_url, call.query["world"]))


def list_banks(services: Services, call: Call) -> Reply:
    return Reply({"banks": info.banks(services, call.base_url)})


def list_magic_logins(_services: Services, _call: Call) -> Reply:
    logins = [
        {"username": username, "outcome": magic.outcome, "text": magic.text} for username, magic in LOGINS.items()
    ]
    added = [{"addition": name, "text": text} for name, text in (*additions(), *befalling())]
    return Reply({"password": PASSWORD, "otp": OTP, "logins": logins, "additions": added})


def get_fingerprint(services: Services, call: Call) -> Reply:
    world = world_of(services, call)
    return Reply({"world": world.world_id, "fingerprint": services.worlds.fingerprint(world), "now": iso(world.now)})


def explain_trace(services: Services, call: Call) -> Reply:
    trace_id = call.path["traceId"]
    story = services.traces.get(trace_id)
    if story is None:
        raise TraceNotFound(
            f"nothing is known of {trace_id!r}", hint="The header Sandbank-Trace of a refusal names its trace."
        )
    return Reply(show.present(orjson.loads(story)))


OPERATIONS: Mapping[str, Operation] = {
    "getInfo": get_info,
    "listBanks": list_banks,
    "listMagicLogins": list_magic_logins,
    "getFingerprint": get_fingerprint,
    "explainTrace": explain_trace,
}
