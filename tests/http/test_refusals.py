"""What goes wrong inside is said in the voice of whoever was addressed, and tells nothing of the inside."""

import pytest

from sandbox.http.contracts import Contracts
from sandbox.http.message import Request, Response
from sandbox.http.traces import traces
from sandbox.http.voices import speaker, voices
from sandbox.kernel.errors import SandbankError, SubsystemUnavailable
from sandbox.store.database import Database
from sandbox.store.traces import Traces
from tests.conftest import SESSION, Server

VOICES = {
    "chase": (500, b'{"code":500,"message":"Internal Server Error"'),
    "citi": (500, b'{"type":"fatal","code":"serverUnavailable"'),
    "usbank": (500, b'{"error":{"code":"500.1000.1000"'),
    "wellsfargo": (500, b'{"code":"500","message":"Internal server error"'),
    "": (500, b'{"error":"InternalError"'),
}
AWAY = {"chase": (500, 503), "citi": (503,), "control": (503,), "usbank": (503,), "wellsfargo": (500, 503)}
"""FDX answers a subsystem that is away with its code 501 in a status of 500; OAuth endpoints know no such thing."""


def said(server: Server, bank: str, failure: Exception) -> Response:
    def fail(_: Request) -> Response:
        raise failure

    banks = server.app.services.banks
    layer = voices(banks, speaker(banks, lambda *_: None, {}), lambda *_: None)
    return layer(fail)(Request("GET", f"/{bank}/x", b"", {}, b"", bank=bank))


@pytest.mark.parametrize("bank", VOICES)
def test_an_error_that_nobody_expected_is_told_by_its_kind_alone(server: Server, bank: str) -> None:
    answer = said(server, bank, ValueError("a secret of the house"))
    status, begins = VOICES[bank]
    assert answer.status == status
    assert answer.body.startswith(begins)
    assert b"secret" not in answer.body
    assert answer.header("Sandbank-Trace")


def test_a_database_that_is_away_makes_a_subsystem_unavailable(server: Server) -> None:
    assert said(server, "usbank", SubsystemUnavailable("gone")).status == 503
    assert said(server, "", SubsystemUnavailable("gone")).header("Retry-After") == "30"


@pytest.mark.parametrize("name", AWAY)
def test_every_operation_declares_what_it_answers_while_the_database_is_away(
    server: Server, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def away(*_: object) -> None:
        raise SubsystemUnavailable("gone")

    monkeypatch.setattr(Contracts, "_call", away)
    prefix = "_sandbox" if name == "control" else name
    for operation in server.app.services.documents[name].operations.values():
        answer = SESSION.request(operation.method, f"{server.url}/{prefix}{operation.path}", timeout=30)
        assert answer.status_code in AWAY[name], operation
        assert answer.headers["Retry-After"] == "30", operation
        assert "Sandbank-Contract" not in answer.headers, operation


def test_a_refusal_gets_through_although_its_trace_cannot_be_kept(caplog: pytest.LogCaptureFixture) -> None:
    class Full(Traces):
        def add(self, trace_id: str, world_id: str | None, at: int, document: str) -> None:
            raise OSError("no space left")

    def refuse(request: Request) -> Response:
        request.notes["error"] = SandbankError("no")
        return Response(404, [], b"{}")

    database = Database.open()
    answer = traces(Full(database), lambda: 0)(refuse)(Request("GET", "/x", b"", {}, b""))
    database.close()
    assert (answer.status, bool(answer.header("Sandbank-Trace"))) == (404, True)
    assert "no space left" in caplog.text
