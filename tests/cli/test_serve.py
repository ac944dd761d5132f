"""sandbank serve, in processes of its own."""

import json
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import requests

from sandbox.settings import Settings
from tests.cli.words import PATIENCE, clean, served, serving

ROOT = Path(__file__).parents[2]
MOMENT = ("--now", "2026-06-15T15:00:00Z", "--freeze")


def test_it_says_when_it_answers_and_stops_in_time() -> None:
    with serving("--port", 0) as server:
        assert server.ready["banks"] == ["chase", "citi", "usbank", "wellsfargo"]
        assert server.ready["pid"] == server.process.pid
        answer = requests.get(f"{server.url}/readyz", timeout=5)
        assert answer.json()["status"] == "ready"
        assert "server" not in answer.headers
        assert server.stop() < 2
        assert server.process.returncode == 0


def test_it_stops_in_time_while_clients_hold_on_to_it() -> None:
    with serving("--port", 0) as server, requests.Session() as session:
        session.get(f"{server.url}/livez", timeout=5)
        assert server.stop() < 2


def test_interrupting_it_is_no_failure() -> None:
    with serving("--port", 0) as server:
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=PATIENCE) == 0


def test_the_banners_two_commands_read_a_balance() -> None:
    with serving("--port", 0, *MOMENT) as server:
        commands = [line.strip() for line in server.banner.splitlines() if line.startswith(("    TOKEN", "    curl"))]
        assert len(commands) == 2
        script = "\n".join(commands)
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=PATIENCE, check=True)
        accounts = json.loads(done.stdout)["accounts"]
        assert "currentBalance" in json.dumps(accounts)


def test_the_banner_names_what_a_person_needs() -> None:
    with serving("--port", 0, *MOMENT) as server:
        for text in (
            f"{server.url}/",
            "demo-app / demo-secret",
            "maya",
            "sandbank",
            "123456",
            "2026-06-15T15:00:00Z, frozen",
        ):
            assert text in server.banner
        assert "not affiliated" in server.banner


def test_a_port_in_use_is_named_with_a_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = served("--port", port)
    assert done.returncode == 2
    assert f"port {port} on 127.0.0.1 is in use" in done.stderr
    assert "--port" in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "environment", "text"),
    [
        (["--host", "no.such.host.invalid"], {}, "no.such.host.invalid"),
        (["--host", "203.0.113.1"], {}, "is not an address of this machine"),
        (["--now", "someday"], {}, "--now must be an ISO 8601"),
        (["--seed-data", "/no/such/folder"], {}, "/no/such/folder"),
        (["--data", "/no/such/folder/x.db"], {}, "/no/such/folder is not a folder"),
        (["--workers", "2"], {}, "--workers needs --data"),
        (["--config", "/no/such/file.toml"], {}, "/no/such/file.toml"),
        (["--public-url", "sandbank.example"], {}, "public_url has to begin with"),
        ([], {"SANDBANK_PORT": "eighty"}, "SANDBANK_PORT has to be a whole number"),
        ([], {"SANDBANK_PORT": "70000"}, "port has to be a whole number from 0 to 65535"),
        ([], {"SANDBANK_FREEZE": "perhaps"}, "SANDBANK_FREEZE has to be true or false"),
        ([], {"SANDBANK_LOG_LEVEL": "loud"}, "log_level has to be one of"),
        ([], {"SANDBANK_PROT": "9000"}, "there is no setting 'SANDBANK_PROT'. Did you mean SANDBANK_PORT"),
        ([], {"SANDBANK_seed": "9"}, "there is no setting 'SANDBANK_seed'. Did you mean SANDBANK_SEED"),
        (
            [],
            {"SANDBANK_XYZ": "9"},
            "there is no setting 'SANDBANK_XYZ'. The settings are SANDBANK_HOST, SANDBANK_PORT,",
        ),
    ],
)
def test_what_cannot_be_served_is_said_in_a_line(arguments: list[str], environment: dict[str, str], text: str) -> None:
    done = served(*(arguments if "--port" in arguments or environment else ["--port", "0", *arguments]), **environment)
    assert done.returncode == 2, done.stderr
    assert text in done.stderr
    assert done.stderr.startswith("sandbank: ")
    assert done.stderr.count("\n") == 1


def test_a_foreign_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    foreign = tmp_path / "mine.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE mine (precious TEXT)")
    before = foreign.read_bytes()
    done = served("--port", 0, "--data", foreign)
    assert (done.returncode, foreign.read_bytes()) == (2, before)
    assert "some other program" in done.stderr


def test_problems_of_ones_own_personas_are_told_by_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "zoe.yaml").write_text("slug: zoe\nstory: X.\npurpose: Y.\npeeple: []\n")
    done = served("--port", 0, "--seed-data", tmp_path)
    assert done.returncode == 2
    assert "zoe.yaml:4" in done.stderr


def test_problems_of_ones_own_goods_offers_and_stories_stop_the_start_as_well(tmp_path: Path) -> None:
    for folder, file, text in (
        ("products", "tea.yaml", "- of: [Groceries]\n  products:\n    - {title: Tea, low: 9.00}\n"),
        ("offers", "tea.yaml", "- slug: tea-time\n  merchant: nobody\n"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / file).write_text(text)
    (tmp_path / "personas").mkdir()
    done = served("--port", 0, "--seed-data", tmp_path)
    assert done.returncode == 2
    assert "products/tea.yaml:3" in done.stderr
    assert "offers/tea.yaml:2" in done.stderr

    shutil.rmtree(tmp_path / "products")
    shutil.rmtree(tmp_path / "offers")
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "lunch.yaml").write_text("name: lunch\nstory: Lunch.\nshows: A row.\nworld: {}\n")
    done = served("--port", 0, "--seed-data", tmp_path)
    assert done.returncode == 2
    assert "scenarios/lunch.yaml:4" in done.stderr


def test_flags_win_over_variables_and_these_over_the_file(tmp_path: Path) -> None:
    config = tmp_path / "sandbank.toml"
    config.write_text('[sandbank]\nport = 0\nseed = 5\nnow = "2026-01-01T00:00:00Z"\nfreeze = true\n')
    with serving("--config", config, "--seed", 7, SANDBANK_NOW="2026-02-02T00:00:00Z") as server:
        info = requests.get(f"{server.url}/_sandbox/info", timeout=10).json()
    assert (info["seed"], info["clock"]["now"], info["clock"]["frozen"]) == (7, "2026-02-02T00:00:00Z", True)


def test_variables_that_nobody_set_for_the_server_are_let_be() -> None:
    """What Kubernetes gives a container beside Services called sandbank and sandbank-db; what Compose leaves empty."""
    kubernetes = {
        "SANDBANK_SERVICE_HOST": "10.0.0.11",
        "SANDBANK_SERVICE_PORT": "8080",
        "SANDBANK_SERVICE_PORT_HTTP": "8080",
        "SANDBANK_PORT": "tcp://10.0.0.11:8080",
        "SANDBANK_PORT_8080_TCP": "tcp://10.0.0.11:8080",
        "SANDBANK_PORT_8080_TCP_PROTO": "tcp",
        "SANDBANK_DB_SERVICE_HOST": "10.0.0.12",
        "SANDBANK_DB_PORT": "tcp://10.0.0.12:5432",
        "SANDBANK_DB_PORT_5432_TCP_ADDR": "10.0.0.12",
    }
    with serving("--port", 0, **kubernetes, SANDBANK_PROT=""):
        pass


def test_every_variable_that_the_project_reads_may_be_set_beside_the_server() -> None:
    files = [
        file
        for pattern in ("sandbox/**/*.py", "examples/**/*.*", "benchmarks/**/*.py", ".ci/*")
        for file in ROOT.glob(pattern)
        # The settings speak of what Kubernetes sets; Python and Hypothesis may have left files of their own behind.
        if file.is_file() and file.name != "settings.py" and file.suffix not in (".pyc", ".gz")
    ]
    read = set(re.findall(r"SANDBANK_[A-Z_]*[A-Z]", "".join(file.read_text() for file in files)))
    assert {"SANDBANK_URL", "SANDBANK_COMMAND", "SANDBANK_TEST_POSTGRES"} <= read
    Settings.read(dict.fromkeys(sorted(read | {"SANDBANK_GOLDEN"}), "1"))


def test_being_exposed_is_said_loudly() -> None:
    with serving("--port", 0, "--host", "0.0.0.0") as server:
        assert server.url.startswith("http://127.0.0.1:")
        server.stop()
        assert server.process.stderr is not None
        assert "WARNING: listening on 0.0.0.0" in server.process.stderr.read()


def test_a_data_file_is_taken_up_again(tmp_path: Path) -> None:
    data = tmp_path / "sandbank.db"
    wish = {"bank": "chase", "customer": "maya"}
    with serving("--port", 0, "--data", data, *MOMENT) as server:
        given = requests.post(f"{server.url}/_sandbox/consents", json=wish, timeout=10).json()
        server.stop()
    with serving("--port", 0, "--data", data) as server:
        url = server.url + given["accounts_url"].partition("/chase")[1] + given["accounts_url"].partition("/chase")[2]
        headers = {"Authorization": f"Bearer {given['access_token']}"}
        assert requests.get(url, headers=headers, timeout=10).status_code == 200
        assert requests.get(f"{server.url}/_sandbox/clock", timeout=5).json()["now"] == "2026-06-15T15:00:00Z"


def test_what_was_acknowledged_survives_being_killed(tmp_path: Path) -> None:
    data = tmp_path / "sandbank.db"
    acknowledged = []
    with serving("--port", 0, "--data", data, *MOMENT) as server:
        killer = threading.Timer(0.5, server.process.kill)
        killer.start()
        try:
            for number in range(100_000):
                answer = requests.post(f"{server.url}/_sandbox/worlds", json={"id": f"w{number}"}, timeout=5)
                if answer.status_code == 201:
                    acknowledged.append(f"w{number}")
        except requests.RequestException:
            pass
        killer.join()
    assert acknowledged
    with serving("--port", 0, "--data", data) as server:
        worlds = requests.get(f"{server.url}/_sandbox/worlds", timeout=30).json()["worlds"]
    assert set(acknowledged) <= {world["id"] for world in worlds}


def test_workers_share_what_they_know_and_one_that_dies_is_replaced(tmp_path: Path) -> None:
    with serving("--port", 0, "--data", tmp_path / "shared.db", "--workers", 2, *MOMENT) as server:
        made = requests.post(f"{server.url}/_sandbox/worlds", json={}, timeout=10).json()
        for _ in range(20):  # each on a connection of its own, so that both workers are asked
            assert requests.get(f"{server.url}/_sandbox/worlds/{made['id']}", timeout=10).status_code == 200
        workers = children(server.process.pid)
        assert len(workers) == 2
        subprocess.run(["kill", "-9", str(workers[0])], check=True)
        deadline = time.perf_counter() + PATIENCE
        while len(children(server.process.pid)) < 2 or workers[0] in children(server.process.pid):
            assert time.perf_counter() < deadline
            time.sleep(0.1)
        assert server.stop() < 4
        assert server.process.returncode == 0
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{server.url}/livez", timeout=5)


def children(pid: int) -> list[int]:
    """Processes that answer: multiprocessing has a helper of its own among them."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            line = Path(f"/proc/{child}/cmdline").read_text()
            if "spawn_main" in line:
                found.append(int(child))
    return found


def test_nothing_slow_is_loaded_on_the_way(tmp_path: Path) -> None:
    """Time to the first answer: what a start does not need is not imported."""
    script = (
        "import sys; from sandbox.cli import main; from sandbox.cli import serve, banner, listening; "
        "from sandbox.settings import Settings; app = serve.build(Settings()); banner.text(app.services, 'http://x'); "
        "print([name for name in ('faker', 'connexion', 'openapi_spec_validator', 'requests', 'fpdf', 'rich', "
        "'marshmallow', 'yaml') if name in sys.modules])"
    )
    cache = tmp_path / "cache"
    for _ in range(2):  # the first start compiles the documents
        done = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            timeout=60,
            env=clean(SANDBANK_CACHE_DIR=str(cache)),
            check=True,
        )
    assert done.stdout.strip() == "[]"
