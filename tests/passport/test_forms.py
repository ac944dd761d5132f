"""A passport in each of its forms, and the command that writes them."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
import requests
from click.testing import CliRunner

from sandbox.cli import main
from sandbox.passport.rules import BY_ID, RULES
from tests.docs.pages import ALL_TEXT
from tests.passport.conftest import Story

EVIL = "<script>alert(1)</script> ]]> \x1b"


@pytest.fixture
def leaky(story: Story) -> Story:
    """Somebody's bot has told a number, and somebody's name is markup."""
    story.asks(EVIL)
    story.answers(f"{EVIL} You have the account {story.account()['number']}.")
    return story


def form(story: Story, name: str) -> str:
    answer = story.world.control("GET", "/passport", params={"format": name})
    assert answer.ok, answer.text
    return answer.text


def test_every_rule_is_one_case_of_the_build_servers_report(leaky: Story) -> None:
    suite = ElementTree.fromstring(form(leaky, "junit"))[0]
    assert len(suite) == len(RULES) == int(suite.attrib["tests"])
    told = {case.attrib["name"].partition(":")[0]: [one.tag for one in case] for case in suite}
    assert told["numbers"] == ["failure"]
    assert told["shapes"] == []
    assert told["deleted"] == ["skipped"]
    failure = next(suite.iter("failure"))
    assert "maya's `" in failure.attrib["message"]


def test_the_page_needs_nothing_else_and_shows_text_as_text(leaky: Story) -> None:
    answer = leaky.world.control("GET", "/passport", params={"format": "html"})
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    page = answer.text
    assert "<script" not in page
    assert "src=" not in page
    assert "href=" not in page
    assert all(f'id="{rule.rule_id}"' in page for rule in RULES)
    assert "maya&#39;s `" in page


def test_the_text_has_a_row_for_every_rule(leaky: Story) -> None:
    text = form(leaky, "markdown")
    assert all(f"| `{rule.rule_id}` |" in text for rule in RULES)
    assert "## leak.numbers: No full number of an account" in text


def test_an_unknown_form_is_refused(story: Story) -> None:
    assert story.world.control("GET", "/passport", params={"format": "pdf"}).status_code == 400


def test_the_rules_are_listed_with_words_for_each(story: Story) -> None:
    rules = requests.get(f"{story.world.server.url}/_sandbox/passport/rules", timeout=30).json()["rules"]
    assert [one["rule"] for one in rules] == list(BY_ID)
    assert all(min(map(len, one.values())) > 5 for one in rules)


# --- The command ----------------------------------------------------------------------------------------------------


def run(story: Story, *arguments: str) -> tuple[int, str]:
    where = ["--url", story.world.server.url, "--world", story.world.world_id]
    result = CliRunner().invoke(main, ["passport", *where, *arguments])
    return result.exit_code, result.output


def test_the_exit_code_says_whether_a_rule_was_broken(story: Story) -> None:
    code, told = run(story)
    assert code == 0
    assert "not seen" in told
    assert run(story, "--fail-on", "not-seen")[0] == 1
    story.asks()
    story.answers(f"I am a bot. Your account is {story.account()['number']}.")
    code, told = run(story)
    assert code == 1
    assert "maya.yaml, accounts/0" in told
    assert run(story, "--fail-on", "never")[0] == 0


def test_a_warning_breaks_the_build_only_where_that_is_wanted(story: Story) -> None:
    access = story.links()
    story.asks()
    story.answers("I am a bot.")
    story.world.advance("PT10M")
    assert access.get("/commerce/v1/purchases").ok
    assert run(story)[0] == 0
    assert run(story, "--fail-on", "warn")[0] == 1


@pytest.mark.parametrize(("name", "begins"), [("html", "<!doctype html>"), ("junit", "<?xml"), ("json", "{")])
def test_a_file_is_written(leaky: Story, tmp_path: Path, name: str, begins: str) -> None:
    file = tmp_path / "passport"
    code, told = run(leaky, "--format", name, "--out", str(file))
    assert code == 1
    assert file.read_text(encoding="utf-8").startswith(begins)
    assert told.startswith(f"{file}: fail: 2 fail")


def test_rules_are_explained_without_a_server() -> None:
    everything = CliRunner().invoke(main, ["passport", "--rules"]).output
    assert all(f"{rule.rule_id}: {rule.title}" in everything for rule in RULES)
    one = CliRunner().invoke(main, ["passport", "--rule", "leak.numbers"]).output
    assert one.startswith("leak.numbers: ")
    assert "To mend it: " in one
    wrong = CliRunner().invoke(main, ["passport", "--rule", "leak.number"])
    assert wrong.exit_code == 1
    assert "leak.numbers" in wrong.output


# --- The document ---------------------------------------------------------------------------------------------------


def test_every_rule_is_in_the_document() -> None:
    assert all(f"| `{rule.rule_id}` |" in ALL_TEXT for rule in RULES)
