"""A run says what is not as told, and where."""

from sandbox.scenarios.door import Door
from sandbox.scenarios.runner import Report, run
from tests.cli.words import run as command
from tests.conftest import Server
from tests.scenarios.test_files import read


def played(server: Server, steps: str) -> Report:
    return run(read(steps), Door(server.url))


LUNCH = "  - row: {account: card, amount: '-12.00', description: LUNCH}\n    as: lunch\n"


def test_an_expectation_that_is_not_met_says_what_is_there(server: Server) -> None:
    report = played(server, LUNCH + "  - expect: {row: {account: card, description: LUNCH, amount: '-131313.00'}}\n")
    assert report.problem.startswith("lunch.yaml:8: expect: no row is as expected: of ")
    assert report.problem.endswith("the nearest differs: amount is '-12.00', not '-131313.00'")
    assert len(report.lines) == 2


def test_a_number_of_times_is_taken_at_its_word(server: Server) -> None:
    assert played(server, LUNCH + "  - expect: {row: {account: card, description: LUNCH}, times: 1}\n").passed
    report = played(server, LUNCH + "  - expect: {row: {account: card, description: LUNCH}, times: 0}\n")
    assert "1 of " in report.problem
    assert "are such a row, and not 0" in report.problem


def test_a_refusal_has_to_be_expected(server: Server) -> None:
    wrong = "  - row: {account: card, amount: a lot, description: LUNCH}\n"
    report = played(server, wrong)
    assert "lunch.yaml:6: row: POST /_sandbox/accounts/" in report.problem
    assert "is refused with 400" in report.problem
    assert played(server, wrong + "    refused: 400\n").passed
    assert "should be refused with 400, and is not" in played(server, LUNCH + "    refused: 400\n").problem


def test_a_reference_that_leads_nowhere_says_what_there_is(server: Server) -> None:
    report = played(server, LUNCH + "  - expect: {row: {account: card, sequence: $lunch.sequnce}}\n")
    assert "$lunch.sequnce: there is no 'sequnce' in ['account_id'" in report.problem


def test_a_run_leaves_no_world_unless_it_is_to_be_kept(server: Server) -> None:
    scenario, door = read(LUNCH), Door(server.url)
    gone, kept = run(scenario, door), run(scenario, door, keep=True)
    there = [world["id"] for world in door.control("GET", "/worlds")["worlds"]]
    assert gone.world not in there
    assert kept.world in there
    door.control("DELETE", f"/worlds/{kept.world}")


def test_the_command_plays_at_a_server_that_runs(server: Server) -> None:
    told = command("scenario", "run", "payday", "--url", server.url)
    assert told.exit_code == 0, told.output
    assert "✓ 2026-06-15T15:00Z  row       posted 2048.75 USD LARKSPUR STUDIO PAYROLL" in told.output
    assert told.output.endswith("1 of 1 as told\n")


def test_a_story_that_cannot_happen_at_a_bank_is_skipped_with_the_reason(server: Server) -> None:
    told = command("scenario", "run", "empty-first-page", "payday", "--bank", "usbank", "--url", server.url)
    assert told.exit_code == 0, told.output
    assert "  skipped: U.S. Bank answers a feed whole, so there are no pages" in told.output
    assert told.output.endswith("1 of 1 as told; 1 skipped\n")


def test_the_command_starts_a_server_where_none_is_named() -> None:
    told = command("scenario", "run", "payday", "--json")
    assert told.exit_code == 0, told.output
    assert '"passed": true' in told.stdout


def test_a_scenario_that_does_not_exist_is_named_with_the_one_near_it() -> None:
    told = command("scenario", "show", "paydya")
    assert told.exit_code == 1
    assert "Did you mean payday?" in told.output
