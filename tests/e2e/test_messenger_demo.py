"""`make demo`: a server and the bot, started and stopped as a person does."""

import re
import signal
import socket
import subprocess
import sys

import requests

from docs.parts.serving import ROOT
from tests.e2e.chat import until


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_the_demo_answers_on_the_phone_it_names_and_leaves_nothing_behind() -> None:
    command = [sys.executable, "-m", "examples.messenger_bot", "--demo", "--port", str(free_port())]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        try:
            phone = next(found[0] for line in demo.stdout if (found := re.search(r"http://\S+/_sandbox/phone", line)))
            assert requests.get(phone, timeout=30).status_code == 200
            maya = phone.replace("/phone", "/messenger/users/maya")
            requests.post(f"{maya}/say", json={"text": "hi"}, timeout=30).raise_for_status()
            until(lambda: "automated assistant" in requests.get(f"{maya}/thread", timeout=30).text, "the bot answers")
        finally:
            demo.terminate()
            demo.send_signal(signal.SIGINT)  # as a terminal does, beside make
            try:
                assert demo.wait(timeout=20) == 0
            finally:
                demo.kill()
    try:
        requests.get(phone, timeout=5)
    except requests.ConnectionError:
        return
    raise AssertionError("the server still runs")
