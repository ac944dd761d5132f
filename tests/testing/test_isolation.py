"""Sixteen clients in sixteen worlds on one server, as the workers of a parallel run are: nobody sees anybody."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from threading import Barrier

from sandbox.testing import Consent, World
from sandbox.testing import Server as Client
from tests.conftest import NOW, Server

CLIENTS = 16
OPERATIONS = 2_000
FEEDS = {
    "chase": "/jpmc/servicing/inquiry-maintenance/fdx/v4/accounts/{}/transactions",
    "citi": "/gcb/api/v1/accounts/{}/transactions",
    "usbank": "/transactions/v1/accounts/{}/transactions",
    "wellsfargo": "/fdx/v6/accounts/{}/transactions",
}
MARK = re.compile(r"MARK (\d+) OF (\d+)")


class Worker:
    """One client: what it did in its world, and so what it has to find there."""

    def __init__(self, server: Server, number: int) -> None:
        self.number = number
        self.draw = Random(number)
        self.world: World = Client(server.url).world(now=NOW, frozen=True)
        self.bank = tuple(FEEDS)[number % len(FEEDS)]
        [account, *_] = self.world.accounts("chloe", self.bank)
        self.account_id = account["account_id"]
        self.consent: Consent = self.world.consent(self.bank, "chloe")
        self.now = self.world.clock.now
        self.rows = 0
        self.did = 0

    def put(self) -> None:
        text = f"MARK {self.rows} OF {self.number}"
        self.world.add_transactions(self.account_id, [{"amount": "-1.00", "description": text}])
        self.rows += 1

    def read(self) -> None:
        """As the client does. Access tokens end by the world's clock, and this one may have."""
        url = FEEDS[self.bank].format(self.consent.accounts[0]["id"])
        answer = self.consent.get(url)
        if answer.status_code == 401:
            self.again()
            answer = self.consent.get(url)
        assert answer.status_code == 200, answer.text
        marks = MARK.findall(answer.text)
        assert {int(of) for _, of in marks} <= {self.number}, f"{self.number} sees rows of somebody else"
        assert not self.rows or f"MARK {self.rows - 1} OF {self.number}" in answer.text

    def again(self) -> None:
        self.consent.revoke()
        assert self.consent.get().status_code == 401
        self.consent = self.world.consent(self.bank, "chloe")

    def wait(self) -> None:
        self.now += timedelta(minutes=self.draw.randint(1, 3))
        assert self.world.clock.set(self.now) == self.now

    def look(self) -> None:
        assert self.world.clock.now == self.now
        told = self.world.control("GET", f"/accounts/{self.account_id}/transactions", limit=200)
        marks = MARK.findall(str(told["transactions"]))
        assert sorted((int(row), int(of)) for row, of in marks) == [(row, self.number) for row in range(self.rows)]
        consents = self.world.control("GET", "/consents", status="ACTIVE", customer="chloe", bank=self.bank)
        assert self.consent.id in [one["consent_id"] for one in consents["consents"]]

    def work(self, start: Barrier) -> None:
        start.wait(60)
        deeds = self.draw.choices((self.put, self.read, self.wait, self.look, self.again), (5, 6, 3, 3, 1), k=125)
        for deed in deeds:
            deed()
            self.did += 1
        self.look()


def test_2000_interleaved_operations_of_16_clients_never_meet(server: Server) -> None:
    workers = [Worker(server, number) for number in range(CLIENTS)]
    start = Barrier(CLIENTS)
    try:
        with ThreadPoolExecutor(CLIENTS) as pool:
            for done in [pool.submit(worker.work, start) for worker in workers]:
                done.result()
        assert sum(worker.did for worker in workers) == OPERATIONS
        assert len({worker.world.control("GET", "/fingerprint")["fingerprint"] for worker in workers}) == CLIENTS
    finally:
        for worker in workers:
            worker.world.delete()
