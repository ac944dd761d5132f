"""The same seed and the same clock give the same bytes: in another process, another time zone, another locale, another
order of hashing, and on the other engine."""

import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.banks.stage import Stage
from tests.conftest import Server, World
from tests.e2e.databases import POSTGRES, new_database
from tests.e2e.places import BANKS
from tests.e2e.processes import Serving, frozen, serving

PEOPLE = ("walt", "lena")
"""Who between them hold accounts of nearly every kind."""
SEED = ("--seed", "11", "--public-url", "http://sandbank.example")
PLACES: Mapping[str, Mapping[str, str]] = {
    "here": {"PYTHONHASHSEED": "1", "TZ": "America/New_York", "LC_ALL": "C", "LANG": "C"},
    "there": {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"},
}

SECRETS = re.compile(
    # What a bank makes anew for every consent: numbers for payments, indices that only their client can use ...
    rb'(?<="identifier":")\d+|(?<="encryptedAccountNumber":")\w+|(?<="nextStartIndex":")\d{20,}'
    # ... and for every refusal.
    rb"|(?<=error )[0-9a-f-]{36}(?=:)"
)

Told = dict[tuple[str, ...], tuple[int, bytes]]


def tour(server: Serving, model: Server, people: Sequence[str]) -> Told:
    """What every bank answers to every operation of its data, in the names of several people; with ids of consents
    and what derives from them masked: nobody can foresee those."""
    told: Told = {}
    for slug in sorted(BANKS):
        stage = Stage(Server(server.url, model.app), slug)
        stage.world = World(stage.server, "default", {slug: {"client_id": "demo-app", "client_secret": "demo-secret"}})
        for customer in people:
            consent_id = stage.access(customer).consent_id
            for operation in stage.document.operations.values():
                if operation.oauth_endpoint or operation.method not in ("GET", "POST"):
                    continue
                if "subscriptions" in operation.path:  # nobody can foresee their ids either
                    continue
                for visit in stage.visits(operation, customer):
                    answer = visit.make()
                    told[slug, customer, visit.url.replace(consent_id, "consent"), repr(visit.body)] = (
                        answer.status_code,
                        SECRETS.sub(b"secret", answer.content.replace(consent_id.encode(), b"consent")),
                    )
    return told


def test_the_same_seed_and_clock_give_the_same_bytes(server: Server, tmp_path: Path) -> None:
    with serving(*frozen(*SEED), env=PLACES["here"]) as process:
        first = tour(process, server, PEOPLE)
    assert sum(status == 200 for status, _ in first.values()) > len(first) / 2

    # Where there are two engines, each is asked for one of the people.
    asked = {"sqlite": PEOPLE[1:], "postgresql": PEOPLE[:1]} if POSTGRES else {"sqlite": PEOPLE}
    for engine, people in asked.items():
        with ExitStack() as stack:
            data = str(tmp_path / "sandbank.db") if engine == "sqlite" else stack.enter_context(new_database())
            process = stack.enter_context(serving(*frozen(*SEED, "--data", data), env=PLACES["there"]))
            second = tour(process, server, people)
        assert second.keys() == {key for key in first if key[1] in people}
        for key in second:
            assert first[key] == second[key], (engine, key)
