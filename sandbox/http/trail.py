"""The record of who read what: written for every call that carried a token of a consent, answered or refused, before
the answer leaves."""

from collections.abc import Sequence

from sandbox.contract.documents import Operation
from sandbox.dialect.bank import Bank
from sandbox.dialect.call import BEARING, Call
from sandbox.dialect.faces import face_of
from sandbox.http.message import CALL, Request
from sandbox.kernel.errors import InternalError, SandbankError
from sandbox.ledger.accesses import Access
from sandbox.ledger.consents import Consent
from sandbox.ledger.purposes import serving
from sandbox.store.accesses import Accesses
from sandbox.worlds.worlds import World

PURPOSE = "sandbank-purpose"
"""The header by which a client may state what it reads for: an extension of Sandbank's, of no bank's document."""
LONGEST = 100


class Trail:
    def __init__(self, accesses: Accesses) -> None:
        self.accesses = accesses

    def answered(self, request: Request, operation: Operation, status: int) -> None:
        call: Call = request.notes[CALL][1]
        explained = call.explained
        self._add(request, operation, status, call.touched, explained.name if explained is not None else "")

    def refused(self, request: Request, operation: Operation, bank: Bank, error: Exception) -> None:
        prepared = request.notes.get(CALL)
        told = error if isinstance(error, SandbankError) else InternalError()
        accounts = prepared[1].touched if prepared is not None else ()
        self._add(request, operation, face_of(bank.faces, told).status, accounts, told.name)

    def _add(self, request: Request, operation: Operation, status: int, accounts: Sequence[str], error: str) -> None:
        bearing: tuple[World, Consent] | None = request.notes.get(BEARING)
        if bearing is None:
            return
        world, consent = bearing
        stated = request.headers.get(PURPOSE)
        clusters = operation.data_clusters
        self.accesses.add(
            Access(
                world=world.world_id,
                at=world.now,
                bank=request.bank,
                client=consent.client_id,
                consent=consent.consent_id,
                customer=consent.customer_id,
                operation=operation.operation_id,
                status=status,
                purposes=serving(consent.purposes, clusters) if stated is None else [stated[:LONGEST]],
                accounts=tuple(accounts),
                clusters=clusters,
                error=error,
                trace=request.trace_id if error or status >= 400 else "",
            )
        )
