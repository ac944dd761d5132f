"""Whatever a document says that an operation refuses with can be had there."""

import pytest

from sandbox.app import PLATFORM_ERRORS, PLATFORMS, oauth_sound
from sandbox.http.message import Request
from sandbox.http.refusing import Refusing
from sandbox.http.voices import speaker
from sandbox.ledger.faults import Fault, FaultKind
from sandbox.oauth.pages import Pages
from tests.conftest import Server
from tests.faults.words import BANKS


@pytest.mark.parametrize("channel", [*BANKS, "messenger", "whatsapp"])
def test_every_documented_refusal_has_an_error_behind_it(server: Server, channel: str) -> None:
    services = server.app.services
    refusing = Refusing(speaker(services.banks, oauth_sound(services.documents, Pages()), PLATFORMS), PLATFORM_ERRORS)
    documents = [services.documents[channel], *services.extensions.get(channel, {}).values()]
    bank = channel if channel in services.banks else ""
    asked, missing = 0, []
    for operation in (one for document in documents for one in document.operations.values()):
        request = Request(operation.method, f"/{channel}{operation.path}", b"", {}, b"", bank=bank)
        request.notes |= {"matched": operation, "operation": operation.operation_id, "base_url": "http://localhost"}
        for status in (int(one) for one in operation.responses if one.isdigit() and one >= "400"):
            asked += 1
            if refusing.find(request, Fault("prefer", FaultKind.STATUS, status=status)) is None:
                missing.append((operation.operation_id, status))
    assert asked > 50
    assert missing == []
