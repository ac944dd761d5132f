"""sandbank snapshot: worlds kept, put back, compared, and carried in files."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.testing import Server as Client
from sandbox.testing import World
from tests.cli.words import asked, run
from tests.conftest import NOW, Server


@pytest.fixture
def world(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The world that commands are about."""
    with Client(server.url).world(now=NOW, frozen=True) as made:
        monkeypatch.setenv("SANDBANK_URL", server.url)
        monkeypatch.setenv("SANDBANK_WORLD", made.id)
        yield made


def test_a_world_is_kept_compared_and_put_back(world: World) -> None:
    assert run("snapshot", "save", "before", "--note", "a note").output == "saved before: nothing but its clock\n"
    assert run("snapshot", "diff", "before").output == "before and now are the same\n"

    [account, *_] = world.accounts("chloe", "chase")
    world.add_transactions(account["account_id"], [{"amount": "-5.00", "description": "TEA"}])
    world.clock.advance("PT1H")
    changed = run("snapshot", "diff", "before")
    assert changed.exit_code == 1
    assert changed.output.splitlines()[0] == "~ clock: 2026-06-15T15:00:00Z → 2026-06-15T16:00:00Z"
    assert f"+ transactions {account['account_id']}/" in changed.output
    assert changed.output.rstrip().endswith(": TEA")

    assert run("snapshot", "save", "after").output == "saved after: 1 transactions\n"
    assert [one["name"] for one in asked("snapshot", "list")["snapshots"]] == ["before", "after"]
    assert "a note" in run("snapshot", "list").output
    assert run("snapshot", "restore", "before").output == f"{world.id} is as it was at 2026-06-15T15:00:00Z\n"
    assert run("snapshot", "diff", "before", "now").exit_code == 0
    assert run("snapshot", "delete", "after").output == "deleted after\n"
    taken = run("snapshot", "save", "before")
    assert (taken.exit_code, "has a snapshot 'before' already" in taken.output) == (1, True)


def test_a_snapshot_travels_as_a_file(world: World, tmp_path: Path) -> None:
    world.consent("chase")
    run("snapshot", "save", "linked")
    file = tmp_path / "linked.json"
    assert run("snapshot", "export", "linked", "--out", file).output.startswith(f"wrote {file}; left out: 1 consents")
    assert run("snapshot", "export", "linked").output == file.read_text(encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8"))["sandbank_snapshot"] == 1

    said = run("snapshot", "import", file, "--name", "a copy").output
    assert "left out: 1 consents" in said
    assert "client at every bank: demo-app-" in said
    made = asked("snapshot", "fork", "linked", "--id", f"{world.id}-fork")
    assert (made["id"], made["left_out"]["consents"]) == (f"{world.id}-fork", 1)

    file.write_text("no JSON", encoding="utf-8")
    broken = run("snapshot", "import", file)
    assert (broken.exit_code, "is no snapshot" in broken.output) == (1, True)
