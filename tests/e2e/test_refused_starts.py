"""A server that cannot be started as it was told says why in one line, ends with exit code 2, and touches nothing."""

import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg
import pytest

from tests.e2e.processes import COMMAND, environment, frozen, serving

WITHOUT_PRIVILEGES = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""Lets the modes of files hold for root, too."""


def refused(*flags: str, env: Mapping[str, str] | None = None, by: Sequence[str] = ()) -> str:
    """The line with which a start was refused."""
    command = [*by, *COMMAND, "--port", "0", *flags]
    ended = subprocess.run(command, env=environment(env), capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2, ended
    assert ended.stdout == ""
    *usage, line = ended.stderr.splitlines()
    # Of a flag itself click says first how it is used.
    assert not usage or (usage[0].startswith("Usage: ") and line.startswith("Error: ")), ended.stderr
    assert usage or line.startswith("sandbank: "), ended.stderr
    assert len(line) < 300
    return line.removeprefix("sandbank: ").removeprefix("Error: ")


def everything(folder: Path) -> dict[str, bytes | str]:
    """What is in a folder, byte by byte."""
    return {path.name: path.read_bytes() if path.is_file() else str(path.stat().st_mode) for path in folder.iterdir()}


def foreign_file(file: Path, *, mode: str = "DELETE", application: int = 0, version: int = 0) -> None:
    connection = sqlite3.connect(file)
    connection.execute(f"PRAGMA journal_mode = {mode}")
    connection.execute("CREATE TABLE world (precious TEXT)")
    connection.execute("INSERT INTO world VALUES ('of somebody else')")
    connection.execute(f"PRAGMA application_id = {application}")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.commit()
    connection.close()


# --- The port -------------------------------------------------------------------------------------------------------


def test_a_port_in_use_is_named_with_a_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refused("--port", str(port))
    assert line.startswith(f"port {port} on 127.0.0.1 is in use by another program.")
    assert "--port 0" in line


def test_a_second_server_on_the_port_of_the_first_leaves_it_alone(tmp_path: Path) -> None:
    with serving("--data", str(tmp_path / "sandbank.db")) as first:
        assert "in use" in refused("--port", str(first.port), "--data", str(tmp_path / "other.db"))
        assert first.call("GET", "/info")["name"] == "Sandbank"
    assert not (tmp_path / "other.db").exists()


def test_an_address_of_another_machine_is_refused() -> None:
    assert "not an address of this machine" in refused("--port", "0", "--host", "192.0.2.1")


# --- The data file --------------------------------------------------------------------------------------------------


def test_a_file_of_another_program_is_never_touched(tmp_path: Path) -> None:
    foreign_file(tmp_path / "books.db")
    foreign_file(tmp_path / "journal.db", mode="WAL")
    (tmp_path / "letter.txt").write_text("Dear reader, this is no database.\n" * 99)
    (tmp_path / "short.txt").write_text("x")
    before = everything(tmp_path)
    assert refused("--data", str(tmp_path / "books.db")).endswith("is a SQLite file of some other program")
    assert refused("--data", str(tmp_path / "journal.db")).endswith("is a SQLite file of some other program")
    assert refused("--data", str(tmp_path / "letter.txt")).endswith("is not a SQLite file")
    assert refused("--data", str(tmp_path / "short.txt")).endswith("is not a SQLite file")
    assert everything(tmp_path) == before


@pytest.mark.parametrize("name", ["books?x.db", "books #%20x.db"])
def test_a_file_is_told_from_others_by_its_whole_name(tmp_path: Path, name: str) -> None:
    foreign_file(tmp_path / name)
    before = everything(tmp_path)
    assert refused("--data", str(tmp_path / name)).endswith("is a SQLite file of some other program")
    assert everything(tmp_path) == before


def test_a_file_of_another_version_is_never_touched(tmp_path: Path) -> None:
    foreign_file(tmp_path / "sandbank.db", application=0x53424E4B, version=999)
    before = everything(tmp_path)
    assert "has tables of version 999" in refused("--data", str(tmp_path / "sandbank.db"))
    assert everything(tmp_path) == before


def test_what_is_no_file_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    before = everything(tmp_path)
    for name in ("folder", "pipe"):
        assert "is not a file" in refused("--data", str(tmp_path / name))
    assert "is not a file" in refused("--data", os.devnull)
    assert "is not a folder" in refused("--data", str(tmp_path / "nowhere" / "sandbank.db"))
    assert everything(tmp_path) == before


@pytest.mark.skipif(bool(WITHOUT_PRIVILEGES) and not shutil.which("setpriv"), reason="root may read everything")
def test_a_file_that_may_not_be_read_is_never_touched(tmp_path: Path) -> None:
    file = tmp_path / "sandbank.db"
    foreign_file(file)
    file.chmod(0)
    before = everything(tmp_path)
    assert "cannot be read" in refused("--data", str(file), by=WITHOUT_PRIVILEGES)
    file.chmod(0o400)
    assert "some other program" in refused("--data", str(file), by=WITHOUT_PRIVILEGES)
    assert everything(tmp_path) == before


@pytest.mark.skipif(bool(WITHOUT_PRIVILEGES) and not shutil.which("setpriv"), reason="root may write everything")
def test_a_file_that_may_not_be_written_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "sandbank.db"
    with serving("--data", str(file)) as server:
        server.stop()
    before = file.read_bytes()
    file.chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        line = refused("--data", str(file), by=WITHOUT_PRIVILEGES)
        assert line.startswith(str(file))
    finally:
        tmp_path.chmod(0o700)
    assert file.read_bytes() == before


def test_an_unknown_kind_of_database_is_refused_without_its_password() -> None:
    line = refused("--data", "mysql://me:secret@127.0.0.1/books")
    assert "not mysql://" in line
    assert "secret" not in line


def test_postgresql_that_does_not_answer_is_named_without_its_password() -> None:
    line = refused("--data", "postgresql://me:secret@127.0.0.1:1/books")
    assert line.startswith("PostgreSQL does not answer: ")
    assert "secret" not in line


def test_a_postgresql_database_of_another_program_is_never_touched(postgres: str) -> None:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE TABLE account (precious text)")
        assert "tables of some other program: account" in refused("--data", postgres)
        found = connection.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        assert found.fetchall() == [("account",)]


def test_a_postgresql_database_of_another_version_is_never_touched(postgres: str) -> None:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE TABLE world (precious text)")
        connection.execute("COMMENT ON TABLE world IS 'Sandbank: tables of version 999'")
        assert "has tables of version 999" in refused("--data", postgres)
        found = connection.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        assert found.fetchall() == [("world",)]


def test_what_was_kept_is_there_again(tmp_path: Path) -> None:
    flags = frozen("--data", str(tmp_path / "sandbank.db"))
    with serving(*flags) as server:
        server.call("PUT", "/clock", json={"now": "2026-07-01T12:00:00Z"})
        token = server.consent("usbank", "chloe")["access_token"]
        server.stop()
    with serving("--data", str(tmp_path / "sandbank.db"), "--now", "2030-01-01") as server:
        assert server.call("GET", "/clock")["now"] == "2026-07-01T12:00:00Z"
        assert server.read("usbank", "/accounts/v1/accounts", token).status_code == 200


# --- Settings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--now", "yesterday"], "--now must be an ISO 8601 date or date-time, got 'yesterday'"),
        (["--now", ""], "--now must be an ISO 8601 date or date-time"),
        (["--now", "2026-02-30"], "--now must be an ISO 8601 date or date-time"),
        (["--now", "1850-01-01"], "--now must lie between 2000-01-01 and 2100-01-01"),
        (["--prot", "80"], "--prot"),
        (["--port", "80000"], "80000"),
        (["--seed", "one"], "one"),
        (["--workers", "2"], "--workers needs --data"),
        (["--public-url", "sandbank.example"], "public_url has to begin with http:// or https://"),
        (["--seed-data", "/nowhere"], "is not a folder"),
        (["--config", "/nowhere.toml"], "/nowhere.toml"),
        (["extra"], "extra"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_flag_with_a_value_that_it_cannot_have_is_named(flags: list[str], words: str) -> None:
    assert words in refused(*flags)


@pytest.mark.parametrize(
    ("name", "value"),
    [("SANDBANK_PORT", "web"), ("SANDBANK_FREEZE", "maybe"), ("SANDBANK_SEED", "1.5"), ("SANDBANK_NOW", "soon")],
)
def test_a_variable_with_a_value_that_it_cannot_have_is_named(name: str, value: str) -> None:
    line = refused(env={name: value})
    assert value in line
    assert name in line or name == "SANDBANK_NOW"


def test_a_key_that_is_no_setting_is_named_with_those_that_are(tmp_path: Path) -> None:
    file = tmp_path / "sandbank.toml"
    file.write_text("[sandbank]\nprot = 8080\n")
    line = refused("--config", str(file))
    assert "there is no setting 'prot'" in line
    assert "port" in line
    assert "Did you mean port" in line
    file.write_text("[sandbank\n")
    assert str(file) in refused("--config", str(file))
