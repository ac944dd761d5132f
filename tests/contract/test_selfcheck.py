"""Contract and code speak of the same operations, or the server does not start."""

import pytest

from sandbox.contract.documents import Document
from sandbox.contract.selfcheck import HandlersMismatch, check_handlers


def handler() -> None: ...


def test_a_handler_for_each_operation_is_fine(toy: Document) -> None:
    check_handlers(toy, dict.fromkeys(toy.operations, handler))


def test_everything_that_is_missing_is_named_at_once(toy: Document) -> None:
    handlers: dict[str, object] = {"changeAccount": handler, "issueToken": handler, "searchAccounts": handler}
    handlers |= {"getAccount": None, "lisAccounts": handler, "fly": handler}

    with pytest.raises(HandlersMismatch) as mismatch:
        check_handlers(toy, handlers)

    message = str(mismatch.value)
    assert "no handler for getAccount (GET /accounts/{accountId})" in message
    assert "no handler for listAccounts (GET /accounts)" in message
    assert "no handler for ping (GET /ping)" in message
    assert "no operation for the handler fly" in message
    assert "no operation for the handler lisAccounts. Did you mean listAccounts" in message
