"""sandbank serve --tls-port, and sandbank certs."""

import ssl
import stat
from pathlib import Path

import pytest
import requests

from tests.cli.words import asked, run, served, serving

MOMENT = ("--now", "2024-06-15T15:00:00Z", "--freeze")


@pytest.mark.parametrize("workers", [1, 2])
def test_certificates_open_the_tls_port(tmp_path: Path, workers: int) -> None:
    data = ("--data", tmp_path / "data.db", "--workers", workers)
    with serving("--port", 0, "--tls-port", 0, *data, *MOMENT) as server:
        assert server.ready["tls_url"] in server.banner
        out = tmp_path / "certs"
        result = run("certs", "--out", out, "--client", "my bot/1", "--url", server.url)
        assert result.exit_code == 0, result.output
        certificate, key = out / "my-bot-1.pem", out / "my-bot-1.key"
        assert f"--cert {certificate}" in result.output
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        for pair in (None, (str(certificate), str(key))):
            url = f"{server.ready['tls_url']}/livez"
            assert requests.get(url, verify=str(out / "ca.pem"), cert=pair, timeout=10).status_code == 200
        assert asked("info", "--url", server.url)["tls_url"] == server.ready["tls_url"]
        assert server.ready["tls_url"] in run("info", "--url", server.url).output


def test_without_a_tls_port_certs_says_how_to_open_one(tmp_path: Path) -> None:
    with serving("--port", 0, *MOMENT) as server:
        result = run("certs", "--out", tmp_path, "--url", server.url)
        assert "--tls-port" in result.output
        assert "tls_url" not in server.ready


def test_a_certificate_of_ones_own_is_shown(tmp_path: Path) -> None:
    with serving("--port", 0, "--tls-port", 0, *MOMENT) as server:
        assert asked("certs", "--out", tmp_path, "--client", "own", "--url", server.url)["clients"]
    own = ("--tls-cert", tmp_path / "own.pem", "--tls-key", tmp_path / "own.key")
    with serving("--port", 0, "--tls-port", 0, *own, *MOMENT) as server:
        shown = ssl.get_server_certificate(("127.0.0.1", int(server.ready["tls_url"].rpartition(":")[2])))
    assert shown.split() == (tmp_path / "own.pem").read_text().split()


@pytest.mark.parametrize(
    ("flags", "word"),
    [
        (("--tls-cert", "x.pem"), "belong together"),
        (("--trusted-proxies", "nowhere"), "trusted_proxies"),
        (("--tls-port", "0", "--tls-cert", "no.pem", "--tls-key", "no.key"), "no.pem"),
    ],
)
def test_what_cannot_be_served_is_said_in_a_line(flags: tuple[str, ...], word: str) -> None:
    ended = served("--port", 0, *flags)
    assert ended.returncode == 2
    assert word in ended.stderr
    assert "Traceback" not in ended.stderr
