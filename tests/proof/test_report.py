"""A report says what was touched, what was not, and whether that is enough; in each of its forms."""

import os
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
import requests

from sandbox.contract.documents import load
from sandbox.ledger.exchanges import Exchange
from sandbox.proof.coverage import BankCoverage, OperationCoverage, coverage
from sandbox.proof.rules import RULES
from sandbox.settings import Settings
from tests.conftest import NOW, World, new_world, serving
from tests.control.words import refused, told
from tests.docs.pages import ALL_TEXT
from tests.proof.test_rules import keeps_polling, leaves_a_header_out, reads_all_pages, sends_words_for_numbers
from tests.proof.words import ACCOUNTS, report, stamp

ROOT = Path(__file__).parents[2]


def form(world: World, name: str, **query: object) -> str:
    answer = world.control("GET", "/report", params={"format": name, **query})
    assert answer.ok, answer.text
    return answer.text


def covered(world: World, bank: str, operation: str) -> tuple[BankCoverage, OperationCoverage]:
    journal = world.server.app.services.journal
    exchanges: list[Exchange] = list(journal.onwards(world.world_id, bodies=True))
    [found] = coverage(exchanges, {bank: load(bank)}).banks
    return found, next(one for one in found.operations if one.operation_id == operation)


def touched(parts: list[object]) -> set[str]:
    return {part.name for part in parts if part.times}  # type: ignore[attr-defined]


def test_what_was_called_is_counted_with_its_parameters_and_values(world: World) -> None:
    access = world.access("chase")
    access.get(ACCOUNTS["chase"])
    access.get(ACCOUNTS["chase"], params={"resultType": "details", "limit": 1})
    bank, lists = covered(world, "chase", "searchForAccounts")
    assert (lists.calls, lists.valid, touched(lists.statuses)) == (2, 2, {"200"})  # type: ignore[arg-type]
    asked = touched(lists.parameters)  # type: ignore[arg-type]
    assert {"query limit absent", "query limit present", "query limit = 1 (minimum)"} <= asked
    assert "query limit = 100 (default)" in asked
    assert "query offset present" not in asked
    values = touched(lists.enums)  # type: ignore[arg-type]
    assert "request query resultType = details" in values
    assert "response /accounts/*/depositAccount/status = OPEN" in values
    assert "getAccount" in bank.untouched()


def test_what_breaks_the_document_is_no_coverage_but_of_its_error(world: World) -> None:
    sends_words_for_numbers(world)
    bank, lists = covered(world, "chase", "searchForAccounts")
    assert (lists.calls, lists.valid, bank.touched) == (1, 0, 0)
    assert touched(lists.statuses) == {"400"}  # type: ignore[arg-type]
    assert touched(bank.errors) == {"InvalidInput 400"}  # type: ignore[arg-type]


def test_what_stands_below_a_bank_is_counted_by_itself_where_it_is_called(world: World) -> None:
    access = world.access("chase")
    access.get(ACCOUNTS["chase"])
    assert [one["bank"] for one in report(world)["coverage"]["banks"]] == ["chase"]
    assert access.get("/commerce/v1/purchases").status_code == 200
    requests.get(f"{world.server.url}/messenger/me", params={"access_token": "x"}, timeout=30)
    chase, commerce = report(world)["coverage"]["banks"]
    assert chase["operations"]["touched"] == 1
    assert (commerce["bank"], commerce["operations"]["touched"]) == ("chase/commerce", 1)
    assert commerce["document"].startswith("chase/commerce ")


def test_a_report_passes_or_says_why_not(world: World) -> None:
    reads_all_pages(world)
    good = report(world)
    assert (good["passed"], good["reasons"], good["coverage"]["operations"]) == (True, [], 1)
    assert [one["bank"] for one in good["coverage"]["banks"]] == ["chase"]

    strict = report(world, min_operations=5, min_coverage=50)
    assert not strict["passed"]
    assert strict["reasons"][0] == "1 operations were touched, and 5 had to be"
    assert "50 % had to be" in strict["reasons"][1]


def test_what_may_not_be_broken_can_be_chosen(world: World) -> None:
    leaves_a_header_out(world)
    assert not report(world)["passed"]
    assert report(world, fail_on="resilience,SBX1011")["passed"]
    assert report(world, fail_on="never")["passed"]
    assert not report(world, fail_on="SBX1018")["passed"]
    assert not report(world, accept="SBX1006")["passed"]
    refused(world.control("GET", "/report", params={"fail_on": "SBX9999"}), 400, "InvalidInput")
    refused(world.control("GET", "/report", params={"accept": "resilience"}), 400, "InvalidInput")


def test_what_is_accepted_is_a_warning_in_every_form(world: World) -> None:
    leaves_a_header_out(world)
    accepted = report(world, accept="SBX1018")
    outcomes = {one["rule"]: one["outcome"] for one in accepted["rules"]}
    assert (accepted["passed"], outcomes["SBX1018"], accepted["thresholds"]["accept"]) == (True, "warn", ["SBX1018"])
    assert 'failures="0"' in form(world, "junit", accept="SBX1018")
    assert "| warning |" in form(world, "markdown", accept="SBX1018")
    assert 'failures="0"' not in form(world, "junit")


def test_a_report_can_be_about_one_client_or_bank(world: World) -> None:
    keeps_polling(world)
    assert report(world, client="somebody-else")["exchanges"] == 0
    assert report(world, bank="citi")["exchanges"] == 0
    [bank] = report(world, bank="citi")["coverage"]["banks"]
    assert (bank["bank"], bank["percent"]) == ("citi", 0)
    refused(world.control("GET", "/report", params={"bank": "nobank"}), 404, "BankNotFound")


def test_of_nothing_no_report_passes(world: World) -> None:
    assert report(world)["reasons"] == ["no client called anything"]


def test_build_servers_see_a_case_for_each_rule_at_each_operation(world: World) -> None:
    keeps_polling(world)
    suite = ElementTree.fromstring(form(world, "junit"))[0]
    cases = {(case.attrib["classname"], case.attrib["name"]): [one.tag for one in case] for case in suite}
    assert len(cases) == len(suite) == int(suite.attrib["tests"])
    assert cases["chase.searchForAccounts", "SBX1003"] == ["failure"]
    assert cases["chase.searchForAccounts", "coverage"] == []
    assert cases["chase.getAccount", "coverage"] == ["skipped"]
    assert cases["sandbank.rules", "SBX1014"] == ["skipped"]
    assert cases["sandbank.report", "thresholds"] == ["failure"]


def test_the_page_needs_nothing_else_and_the_summary_fits_into_a_pull_request(world: World) -> None:
    keeps_polling(world)
    page = form(world, "html")
    assert "src=" not in page
    assert "http" not in page.partition("</style>")[0]
    for rule in RULES:
        assert f'id="{rule.rule_id}"' in page
    summary = form(world, "markdown")
    assert "| `SBX1003` | After a consent has ended the client stops | fail | 1 |" in summary


def test_what_surprised_the_client_is_told_with_what_it_did_next(world: World) -> None:
    access = world.access("chase")
    access.get(ACCOUNTS["chase"], headers={"Prefer": "fault=surprise"})
    access.get(f"{ACCOUNTS['chase']}/1")
    told_of = report(world)["surprises"]
    assert told_of[0]["kind"].startswith("surprise")
    assert told_of[0]["then"].startswith("went on: GET")


def test_a_cut_journal_never_passes() -> None:
    with serving(Settings(now=NOW, freeze=True, journal_bytes=40_000)) as server, new_world(server) as world:
        access = world.access("chase")
        for _ in range(60):
            access.get(ACCOUNTS["chase"])
        assert "the journal was full" in report(world)["reasons"][0]


def test_without_a_journal_there_is_no_report() -> None:
    with serving(Settings(now=NOW, freeze=True, journal_bytes=0)) as server, new_world(server) as world:
        refused(world.control("GET", "/report"), 409, "JournalCut")


def test_two_hundred_exchanges_are_reported_in_less_than_a_second(world: World) -> None:
    for bank, path in ACCOUNTS.items():
        access = world.access(bank)
        for _ in range(50):
            access.get(path)
    for name in ("json", "html", "junit"):
        began = time.process_time()  # the server is in this process; what else runs on the machine is not
        form(world, name)
        assert time.process_time() - began < 1


@pytest.mark.parametrize("version", ["spending", "spending_fixed"])
def test_the_three_mistakes_of_the_example_are_named(world: World, version: str) -> None:
    url = world.server.url
    told_to = {"SANDBANK_CONTROL_URL": f"{url}/_sandbox", "SPENDING": version, "SANDBANK_URL": url}
    for bank, client in world.clients.items():
        name = f"SANDBANK_{bank.upper()}"
        told_to |= {f"{name}_URL": f"{url}/{bank}", f"{name}_CLIENT_ID": client["client_id"]}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n0", "examples/contract"]
    run = subprocess.run(command, cwd=ROOT, env={**os.environ, **told_to}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr

    wrong = {"SBX1003": "asked 4 times", "SBX1006": "nextStartIndex", "SBX1007": "depositAccount"}
    for rule_id, words in wrong.items():
        found = stamp(world, rule_id)
        if version == "spending":
            assert words in found["findings"][0]["text"], found
        else:
            assert found["outcome"] == "pass", found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.rule_id))
def test_every_rule_is_documented(rule: object) -> None:
    assert f"`{rule.rule_id}`" in ALL_TEXT  # type: ignore[attr-defined]


def test_rules_are_listed(world: World) -> None:
    listed = told(world.control("GET", "/report/rules", params={"world": None}))["rules"]
    assert [one["rule"] for one in listed] == [rule.rule_id for rule in RULES]
