"""The first day with Sandbank, at every bank: consent through the pages, balances, transactions while time goes by, a
statement on paper, and the end of it all."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.e2e.newcomer import DIALECTS, TODAY, Client, Row, read_pdf
from tests.e2e.places import BANKS
from tests.e2e.processes import Serving, frozen, serving

PERSON = "maya"
TWO_MONTHS = timedelta(days=60)


@pytest.fixture(scope="module")
def server() -> Iterator[Serving]:
    """A server of this file's own: its clock moves."""
    with serving(*frozen()) as process:
        yield process
        assert "Traceback" not in process.said


@pytest.mark.parametrize("slug", sorted(DIALECTS))
def test_the_first_day(server: Serving, slug: str) -> None:
    server.call("POST", "/worlds/default/reset")
    client, bank = Client(f"{server.url}/{slug}", slug), DIALECTS[slug]

    # The customer says yes on the bank's pages; the client reads a balance, which control knows too.
    client.sign_in(PERSON)
    account, balance = bank.balance(client)
    known = {one["balances"]["current"] for one in server.accounts(PERSON) if one["bank"] == slug}
    assert f"{balance:.2f}" in known

    # Two months of transactions; while it turns the pages a quarter of an hour passes at each, tokens run out and are
    # refreshed, rows post: the walk shows each row of its first moment once.
    window = (TODAY - TWO_MONTHS, TODAY)
    at_once = [row for page in bank.walk(client, account, *window) for row in page]
    walked: list[Row] = []
    pages = 0
    for page in bank.walk(client, account, *window):
        walked += page
        pages += 1
        server.call("POST", "/clock/advance", json={"by": "PT16M"})
    assert pages > 2
    assert walked == at_once
    assert len({row.id for row in walked}) == len(walked) > 20

    # The newest statement says on paper what the feed says.
    answer = bank.statement(client, account)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    paper = read_pdf(answer.content)
    feed = [row for page in bank.walk(client, account, paper.first, paper.last) for row in page]
    assert sorted((row.posted, row.amount) for row in feed) == sorted(paper.rows)
    assert sum(row.amount for row in feed if row.amount > 0) == paper.credits
    assert -sum(row.amount for row in feed if row.amount < 0) == paper.debits
    assert paper.opening + paper.credits - paper.debits == paper.closing
    assert paper.opening + paper.rows[0][1] == paper.balances[0]
    assert paper.balances[-1] == paper.closing

    # What posted since leads from the statement to the balance.
    _, balance = bank.balance(client)
    today = TODAY + timedelta(days=1)
    since = [row for page in bank.walk(client, account, paper.last + timedelta(days=1), today) for row in page]
    assert paper.closing + sum(row.amount for row in since) == balance

    # A month later there is another one, which goes on where this one ended.
    for _ in range(2):  # Citi's refresh tokens live for thirty days
        server.call("POST", "/clock/advance", json={"by": "P16D"})
        assert bank.balance(client)[0] == account
    later = read_pdf(bank.statement(client, account).content)
    assert later.first == paper.last + timedelta(days=1)
    assert later.opening == paper.closing

    # The customer has enough of it.
    told = server.call("GET", "/consents", params={"bank": slug, "customer": PERSON})["consents"]
    (consent,) = (one for one in told if one["client_id"] == "demo-app" and one["status"] == "ACTIVE")
    server.call("POST", f"/consents/{consent['consent_id']}/revoke")
    assert client.get(BANKS[slug].accounts_path).status_code == 401
    assert client.refresh().status_code == 400
