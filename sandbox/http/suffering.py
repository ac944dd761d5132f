"""What becomes of an answer on which faults act."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import orjson

from sandbox.contract.operations import Operation
from sandbox.dialect.bank import Bank
from sandbox.dialect.call import Call
from sandbox.faults.acting import Acting, Tampering
from sandbox.faults.kinds import EMPTY_PAGE, PAGES, REPEATED_ROW
from sandbox.faults.tampering import Distortion, distorted
from sandbox.http.journal import DISTORTIONS
from sandbox.http.message import CALL, Request, Response, lowered
from sandbox.kernel.errors import Violation
from sandbox.ledger.accounts import Quirk

QUIRKS = {EMPTY_PAGE: Quirk.EMPTY_FIRST_PAGE, REPEATED_ROW: Quirk.REPEATED_ROWS}
TEMPLATE = re.compile(r"\{[^}]*\}")


def quirks(acting: Acting, call: Call, request: Request) -> tuple[Quirk, ...]:
    """What has to be done to a feed while it is read. A kind that is about pages is left aside where there are none."""
    wanted = []
    is_feed = bool(request.bank) and TEMPLATE.sub("{}", request.notes["matched"].path) == call.bank.walk.path
    for tampering in acting.tampering:
        if not is_feed:
            tampering.kinds = [kind for kind in tampering.kinds if kind not in PAGES]
        elif tampering.kinds[0] in PAGES:
            wanted.append(QUIRKS[tampering.kinds[0]])
    return tuple(wanted)


def suffer(acting: Acting, request: Request, response: Response) -> Response:
    """The answer as it leaves."""
    if acting.tampering and response.status < 300 and response.body and CALL in request.notes:
        for tampering in acting.tampering:
            _tamper(acting, tampering, request, response)
    if acting.gateway:
        _of_a_proxy(acting.gateway, response)
    if acting.applied:
        response.with_headers({"Preference-Applied": ", ".join(acting.applied)})
    response.delay += acting.milliseconds / 1000
    response.line = acting.line
    response.bytes_per_second = acting.bytes_per_second
    return response


def _of_a_proxy(status: int, response: Response) -> None:
    """The page of one that knows nothing of the bank's API."""
    title = f"{status} {HTTPStatus(status).phrase}"
    response.status, response.stream = status, None
    response.headers = [("content-type", "text/html"), ("cache-control", "no-store")]
    response.body = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        "<hr><center>gateway</center>\r\n</body>\r\n</html>\r\n"
    ).encode()


def _tamper(acting: Acting, tampering: Tampering, request: Request, response: Response) -> None:
    operation: Operation = request.notes["matched"]
    media_type = (response.header("content-type") or "").partition(";")[0]
    answer = operation.responses.get(str(response.status))
    pointer = answer.pointer(media_type) if answer is not None else None
    if answer is None or pointer is None:
        return
    done = _of_page(tampering, request.notes[CALL][1].bank, response) if request.bank else None
    if done is None:
        headers = lowered(response.headers)

        def judge(body: Any) -> Sequence[Violation]:
            return operation.check_response(response.status, media_type, headers, body)

        changed = distorted(
            response.body,
            tampering.kinds,
            tampering.draw,
            schema={"$ref": pointer},
            resolve=answer.schemas.resolve,
            judge=judge,
        )
        if changed is None:
            return
        response.body, done = changed
        response.headers = [(name, value) for name, value in response.headers if name.lower() != "content-length"]
    acting.names.append(f"{tampering.fault.value}:{done.kind}")
    request.notes.setdefault(DISTORTIONS, []).append(done)
    if tampering.lever:
        acting.applied.append(tampering.lever)


def _of_page(tampering: Tampering, bank: Bank, response: Response) -> Distortion | None:
    """Whether what was wanted of the feed came about."""
    kind = tampering.kinds[0] if tampering.kinds else ""
    if kind not in PAGES:
        return None
    body = orjson.loads(response.body)
    leads_on = bool(bank.walk.following(body))
    if not leads_on or (kind == EMPTY_PAGE and bank.walk.rows(body)):
        return None
    return Distortion(kind, "", "", "", legal=True)
