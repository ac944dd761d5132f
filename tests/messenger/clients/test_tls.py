"""`--messenger-tls`: the server as graph.facebook.com, for clients whose host is hard-coded."""

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.messenger import tokens
from sandbox.messenger.pages import ready
from sandbox.worlds.worlds import DEFAULT
from tests.cli.words import run, serving
from tests.messenger.clients.unmodified import day
from tests.npm import installed

RESOLVER = Path(__file__).parent / "resolver"
PAGE = ready(DEFAULT)
TOKEN = tokens.page_token(DEFAULT, PAGE)


@dataclass(frozen=True)
class Graph:
    url: str
    port: int
    ca: str

    def asked(self, *headers: str, host: str = "graph.facebook.com") -> bytes:
        """Everything that comes on one connection to the name, until the server closes it."""
        lines = (f"GET /v19.0/me?access_token={TOKEN} HTTP/1.1", f"Host: {host}", *headers, "", "")
        trusting = ssl.create_default_context(cafile=self.ca)
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=10) as plain,
            trusting.wrap_socket(plain, server_hostname=host) as connection,
        ):
            connection.sendall("\r\n".join(lines).encode())
            return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.fixture(scope="module", params=[1, 2])
def graph(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    folder = tmp_path_factory.mktemp("tls")
    more = ("--data", folder / "data.db", "--workers", request.param, "--tls-port", 0)
    with serving("--port", 0, "--messenger-tls", 0, *more) as server:
        assert server.ready["graph_url"] in server.banner
        told = run("certs", "--out", folder, "--url", server.url)
        assert "NODE_EXTRA_CA_CERTS" in told.output, told.output
        url: str = server.ready["graph_url"]
        yield Graph(url, int(url.rpartition(":")[2]), str(folder / "ca.pem"))


def test_every_path_of_the_port_is_the_graph_apis(graph: Graph) -> None:
    """As a client with `localhost:PORT` for its host and nothing before its paths."""
    for path in ("/v3.2/me", "/me", "/messenger/v19.0/me"):
        answer = requests.get(f"{graph.url}{path}", params={"access_token": TOKEN}, verify=graph.ca, timeout=10)
        assert answer.json() == {"id": PAGE.page_id, "name": PAGE.name}, path


@pytest.mark.parametrize("host", ["graph.facebook.com", "graph.whatsapp.com"])
def test_connections_are_closed_and_said_to_be(graph: Graph, host: str) -> None:
    """node-fetch 2 uses a connection again that nobody said is closed, and the bot dies of it."""
    head, _, body = graph.asked("Connection: close", host=host).partition(b"\r\n\r\n")
    assert b"connection: close" in head.lower().split(b"\r\n"), head
    assert json.loads(body)["id"] == PAGE.page_id


def test_silent_connections_keep_nobody_waiting(graph: Graph) -> None:
    """Node opens several at once; a server that shakes hands while it accepts would stand still."""
    silent = [socket.create_connection(("127.0.0.1", graph.port), timeout=10) for _ in range(20)]
    try:
        assert PAGE.page_id.encode() in graph.asked("Connection: close")
    finally:
        for one in silent:
            one.close()


@pytest.mark.parametrize("way", ["namespace", "resolver"])
def test_clients_with_a_hard_coded_host_run_unmodified(way: str, tmp_path: Path) -> None:
    """In a network of their own, where the name is here and has port 443; or anywhere, where their runtime is told that
    the name's port 443 is another one here."""
    modules = str(installed("fbmessenger", "5.0.3") / "node_modules")
    told = in_namespace(modules, tmp_path) if way == "namespace" else by_resolver(modules, tmp_path)
    assert told["node"]["profile"] == {"data": [{"get_started": {"payload": "START"}}]}
    assert told["node"]["person"] == "Maya"
    assert "No matching user" in told["node"]["refused"]
    assert told["texts"] == ["Hi", "One", "Two", "Three", "Four", "Five"]


def by_resolver(modules: str, work: Path) -> dict[str, Any]:
    with serving("--port", 0, "--messenger-tls", 0) as server:
        way = {
            "GRAPH_PORT": server.ready["graph_url"].rpartition(":")[2],
            "NODE_OPTIONS": f"--require {RESOLVER / 'resolver.cjs'}",
            "PYTHONPATH": os.pathsep.join(filter(None, (str(RESOLVER), os.environ.get("PYTHONPATH")))),
        }
        return day(server.url, modules, work, way)


def in_namespace(modules: str, work: Path) -> dict[str, Any]:
    lacking = [tool for tool in ("unshare", "mount", "ip") if shutil.which(tool) is None]
    private = ["unshare", "--net", "--mount", *(() if os.geteuid() == 0 else ("--map-root-user",))]
    if lacking or subprocess.run([*private, "true"], check=False, capture_output=True).returncode:
        pytest.skip(f"no network of one's own can be made here: {lacking or 'unshare is not allowed'}")
    command = [*private, sys.executable, "-m", "tests.messenger.clients.namespace"]
    wish = json.dumps({"modules": modules, "work": str(work)})
    ran = subprocess.run(command, check=False, input=wish, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr[-3000:]
    answers: dict[str, Any] = json.loads(ran.stdout)
    return answers
