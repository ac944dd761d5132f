"""A real browser for the tests: Debian's Chromium, spoken to in its own protocol, with no driver between."""

import json
import shutil
import subprocess
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PROGRAM = shutil.which("chromium") or shutil.which("google-chrome")

KEYS = {
    "Tab": {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9},
    "Enter": {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
    "Space": {"key": " ", "code": "Space", "windowsVirtualKeyCode": 32, "text": " "},
}


class Page:
    """One tab. Every method waits until the browser has done it."""

    def __init__(self, socket: ClientConnection, session: str, tabs: dict[str, "Page"]) -> None:
        """`tabs`: all of the browser, by their sessions."""
        self._socket = socket
        self._session = session
        self._tabs = tabs
        self._last = 0
        tabs[session] = self
        self.complaints: list[str] = []
        """What the page wrote to the console, and what its policy or the network refused."""
        self.requests: list[str] = []
        """The addresses that it asked for."""
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: object) -> dict[str, Any]:
        self._last += 1
        message = {"id": self._last, "method": method, "params": params, "sessionId": self._session}
        self._socket.send(json.dumps(message))
        while True:
            answer = self._receive()
            if answer.get("id") == self._last:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result: dict[str, Any] = answer["result"]
                return result

    def wait_for(self, event: str) -> None:
        while (message := self._receive()).get("method") != event or message["sessionId"] != self._session:
            pass

    def _receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._socket.recv(timeout=20))
        if "method" in message and message.get("sessionId") in self._tabs:
            self._tabs[message["sessionId"]]._note(message)
        return message

    def _note(self, message: dict[str, Any]) -> None:
        match message["method"]:
            case "Log.entryAdded":
                entry = message["params"]["entry"]
                self.complaints.append(f"{entry['text']} {entry.get('url', '')}")
            case "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"]["url"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(message["params"]["exceptionDetails"]))

    def look(self, width: int, height: int, *, dark: bool = False) -> None:
        """The size of the window, and the colour scheme. Without motion, so that nothing is met half-way."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        wishes = {"prefers-color-scheme": "dark" if dark else "light", "prefers-reduced-motion": "reduce"}
        features = [{"name": name, "value": value} for name, value in wishes.items()]
        self.call("Emulation.setEmulatedMedia", features=features)

    def script(self, allowed: bool) -> None:
        self.call("Emulation.setScriptExecutionDisabled", value=not allowed)

    def open(self, url: str) -> None:
        self.call("Page.navigate", url=url)
        self.wait_for("Page.loadEventFired")

    def evaluate(self, expression: str) -> Any:
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def press(self, key: str, *, leaves: bool = False, shift: bool = False) -> None:
        """`leaves`: the key sends the form, so wait for the next page."""
        for kind in ("keyDown", "keyUp"):
            fields: dict[str, object] = dict(KEYS[key])
            if kind == "keyUp":
                fields.pop("text", None)
            self.call("Input.dispatchKeyEvent", type=kind, modifiers=8 if shift else 0, **fields)
            if leaves and kind == "keyDown" and key == "Enter":
                self.wait_for("Page.loadEventFired")
        if leaves and key != "Enter":
            self.wait_for("Page.loadEventFired")

    def type(self, text: str) -> None:
        self.call("Input.insertText", text=text)

    def choose(self, selector: str, path: Path) -> None:
        """A file, in a field for files."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", files=[str(path)], nodeId=node)

    def allow(self, origin: str, *permissions: str) -> None:
        """Instead of asking the person."""
        _ask(self._socket, 4, "Browser.grantPermissions", origin=origin, permissions=list(permissions))

    def opened(self) -> "Page":
        """The window that a tap in this one has opened."""
        found = next(one for one in _ask(self._socket, 3, "Target.getTargets")["targetInfos"] if "openerId" in one)
        return _attached(self._socket, found["targetId"], self._tabs)

    def screenshot(self, path: Path, *, whole: bool = True) -> None:
        """As a PNG, or as a small WebP, by the ending of the name."""
        how: dict[str, object] = {"format": "webp", "quality": 38} if path.suffix == ".webp" else {"format": "png"}
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=whole, **how)
        path.write_bytes(b64decode(shot["data"]))


@contextmanager
def chromium() -> Iterator[Page]:
    assert PROGRAM is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [PROGRAM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        command += ["--hide-scrollbars", "--no-first-run", "--disable-background-networking"]
        command += ["--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"]
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert browser.stderr is not None
        try:
            line = next(line for line in browser.stderr if line.startswith("DevTools listening on "))
            with connect(line.split()[-1], max_size=None, proxy=None) as socket:
                yield _tab(socket)
        finally:
            browser.terminate()
            browser.wait(timeout=20)
            browser.stderr.close()


def _tab(socket: ClientConnection) -> Page:
    return _attached(socket, _ask(socket, 1, "Target.createTarget", url="about:blank")["targetId"], {})


def _attached(socket: ClientConnection, target: str, tabs: dict[str, Page]) -> Page:
    return Page(socket, _ask(socket, 2, "Target.attachToTarget", targetId=target, flatten=True)["sessionId"], tabs)


def _ask(socket: ClientConnection, number: int, method: str, **params: object) -> dict[str, Any]:
    """Of the browser, not of a tab."""
    socket.send(json.dumps({"id": -number, "method": method, "params": params}))
    while (answer := json.loads(socket.recv(timeout=20))).get("id") != -number:
        pass
    result: dict[str, Any] = answer["result"]
    return result
