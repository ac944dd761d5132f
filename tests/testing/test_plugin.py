"""The pytest plugin in a project of somebody else's, which has configured nothing."""

from pathlib import Path

from sandbox.dialect.bank import discover
from sandbox.testing import Server as Client
from sandbox.testing.wishes import BANKS
from tests.conftest import NOW, Server
from tests.testing.outside import ROOT, outcome, project

EXAMPLE = ROOT / "examples" / "pytest_plugin" / "test_balances.py"

FIXTURES = """
    import pytest


    def test_a_world_at_the_same_moment_on_any_day(world, clock):
        assert clock.now.isoformat() == "2026-06-15T15:00:00+00:00"
        assert clock.advance("P2D") > clock.now.replace(day=16)


    @pytest.mark.sandbank(banks="citi")
    def test_inboxes(consent, webhook_inbox, messenger_inbox, journal):
        webhook_inbox.subscribe("citi")
        consent.revoke()
        assert webhook_inbox.wait("consent.revoked")[0].signed
        messenger_inbox.say("Hi")
        assert messenger_inbox.messages == []
        assert consent.get().status_code == 401
        journal.expect(bank="citi", status=401, times=1)


    def test_at_every_bank(bank, consent, persona):
        assert consent.bank.slug == bank.slug
        assert consent.customer == persona.username == "maya"
        assert consent.get().status_code == 200


    @pytest.mark.sandbank(banks="chase", persona="diego", now="2026-03-01T09:00:00Z", frozen=False, seed=7)
    def test_as_its_marker_says(bank, persona, world):
        assert (bank.slug, persona.username, persona.password) == ("chase", "diego", "sandbank")
        told = world.control("GET", "/clock")
        assert told["now"].startswith("2026-03-01T09:00:0") and not told["frozen"]


    @pytest.mark.sandbank(banks=["citi", "usbank"])
    class TestOfAClass:
        def test_some_banks(self, bank):
            assert bank.slug in ("citi", "usbank")

        @pytest.mark.sandbank(banks="citi")
        def test_fewer_of_them(self, bank):
            assert bank.slug == "citi"
"""


def test_all_fixtures_work_with_a_server_of_their_own(tmp_path: Path) -> None:
    said = project(tmp_path, FIXTURES)
    # What is left out: 3 banks of each marked test, 2 and 3 of those of the class.
    assert outcome(said) == {"passed": 10, "deselected": 11}, said


def test_the_workers_of_a_parallel_run_share_the_server_that_is_named(tmp_path: Path, server: Server) -> None:
    said = project(tmp_path, FIXTURES, "--sandbank-url", server.url, "--sandbank-banks", "chase, citi", "-n", "2")
    assert outcome(said) == {"passed": 7}, said  # those left out are counted by the workers alone
    assert [world.world_id for world in server.app.services.worlds.all() if world.world_id in said] == []


def test_the_workers_of_a_parallel_run_can_share_a_server_of_their_own(tmp_path: Path) -> None:
    text = """
        import os
        import pytest


        @pytest.mark.parametrize("number", range(6))
        def test_it(sandbank, world, number):
            with open("servers.txt", "a") as file:
                file.write(f"{sandbank.url} {os.getpid()}\\n")
    """
    said = project(tmp_path, text, "--sandbank-shared", "-n", "2", "--dist", "each")
    assert outcome(said) == {"passed": 12}, said
    lines = [line.split() for line in (tmp_path / "servers.txt").read_text().splitlines()]
    assert [len(set(column)) for column in zip(*lines, strict=True)] == [1, 2]


def test_the_example_of_the_documents_passes(tmp_path: Path, server: Server) -> None:
    said = project(tmp_path, EXAMPLE.read_text(encoding="utf-8"), "--sandbank-url", server.url)
    assert outcome(said)["passed"] == 9, said


def test_a_wrong_wish_says_what_would_do(tmp_path: Path, server: Server) -> None:
    text = """
        import pytest


        @pytest.mark.sandbank(person="diego")
        def test_misspelt(persona): ...


        @pytest.mark.sandbank("diego")
        def test_nameless(persona): ...


        @pytest.mark.sandbank(persona="diega")
        def test_unknown(persona): ...
    """
    said = project(tmp_path, text, "--sandbank-url", server.url)
    assert "does not know 'person'; it knows banks, persona, now, frozen, seed" in said
    assert "the marker sandbank takes names" in said
    assert "diego" in said.partition("diega")[2]
    assert "there is no bank 'chas'" in project(tmp_path, text, "--sandbank-banks", "chas")


def test_fixtures_and_parameters_of_the_project_come_first(tmp_path: Path) -> None:
    text = """
        import sys
        import pytest


        @pytest.mark.parametrize("bank", ["chase", "mine"])
        def test_parameters(bank, world):
            assert world == "ours"


        def test_nothing_is_loaded_that_nobody_asks_for():
            assert not {"sandbox.app", "sandbox.testing.server", "sandbox.settings"} & sys.modules.keys()
    """
    own = """
        import pytest


        @pytest.fixture
        def world():
            return "ours"
    """
    said = project(tmp_path, text, "--sandbank-banks", "citi", "-p", "no:hypothesispytest", conftest=own)
    assert outcome(said) == {"passed": 3}, said


def test_the_plugin_knows_every_bank() -> None:
    assert tuple(discover()) == BANKS


def test_a_world_is_made_from_a_committed_snapshot(tmp_path: Path, server: Server) -> None:
    with Client(server.url).world(now=NOW, frozen=True) as world:
        [account, *_] = world.accounts("chloe", "chase")
        world.add_transactions(account["account_id"], [{"amount": "-5.00", "description": "TEA"}])
        world.clock.advance("P1D")
        world.save("tea")
        world.export("tea", tmp_path / "tea.json")
    text = """
        import pytest


        @pytest.mark.sandbank(snapshot="tea.json", banks="chase", persona="chloe")
        def test_it(world, consent, clock):
            assert clock.now.day == 16
            account = consent.accounts[0]["account_id"]
            [row] = world.control("GET", f"/accounts/{account}/transactions")["transactions"]
            assert row["description"] == "TEA"


        @pytest.mark.sandbank(snapshot="coffee.json")
        def test_missing(world): ...
    """
    said = project(tmp_path, text, "--sandbank-url", server.url)
    assert (outcome(said)["passed"], outcome(said)["error"]) == (1, 1), said
    assert "there is no snapshot coffee.json" in said
