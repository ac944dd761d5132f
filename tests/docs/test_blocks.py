"""What the documents show is what comes."""

import json
import subprocess
from pathlib import Path

import pytest

from docs.parts.serving import URL
from tests.docs.pages import PAGES, Block, Page, json_matches, text_matches

BETWEEN = "\x1e"
RUN = [page for page in PAGES if page.runnable()]


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.name)
def test_every_block_of_a_page_prints_what_the_page_shows(
    page: Page, fresh: str, shell: dict[str, str], tmp_path: Path
) -> None:
    blocks = page.runnable()
    script = f"\nprintf '{BETWEEN}'\n".join(["set -euo pipefail", *(block.text for block in blocks)])
    done = subprocess.run(
        ["bash", "-c", script.replace(URL, fresh)],
        cwd=tmp_path,
        env=shell,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    printed = done.stdout.replace(fresh, URL).split(BETWEEN)[1:]
    reached = blocks[len(printed) - 1]
    assert done.returncode == 0, f"{page.name}:{reached.line} ended with {done.returncode}: {done.stderr}"
    for block, came in zip(blocks, printed, strict=True):
        for expected in block.expected:
            assert shows(expected, came), f"{page.name}:{expected.line} shows what does not come:\n{came}"


def shows(expected: Block, came: str) -> bool:
    if expected.language == "json":
        return json_matches(json.loads(expected.text), json.loads(came))
    return text_matches(expected.text, came)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_bash_is_run_and_sh_is_only_shown(page: Page) -> None:
    assert [block.line for block in page.blocks() if (block.language == "bash") != ("run" in block.marks)] == []


@pytest.mark.parametrize(
    ("expected", "came", "same"),
    [
        ("a\n…\nz", "a\nb\nc\nz", True),
        ("a …\nz", "a b\nz", True),
        ("a …\nz", "a b\nc\nz", False),
        ("a\nz", "a\nz\n", True),
        ("a.c", "abc", False),
    ],
)
def test_text_is_compared_line_by_line(expected: str, came: str, same: bool) -> None:
    assert text_matches(expected, came) is same


@pytest.mark.parametrize(
    ("expected", "came", "same"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": 1, "…": "…"}, {"a": 1, "b": 2}, True),
        ({"a": 1, "b": 2}, {"a": 1}, False),
        ([1, "…"], [1, 2, 3], True),
        ([1, "…"], [1], False),
        ([1], [1, 2], False),
        ("acc_…", "acc_17", True),
        ("acc_…", 17, False),
    ],
)
def test_json_is_compared_member_by_member(expected: object, came: object, same: bool) -> None:
    assert json_matches(expected, came) is same
