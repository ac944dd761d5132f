"""HTTP byte by byte: what no client library would send, and what a server must live through."""

import http.client
import json
import re
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.e2e.processes import Serving

JSON = "Content-Type: application/json"
FORM = "Content-Type: application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """Lower-case names."""
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        return json.loads(self.body)


def request(
    method: str, target: str, headers: Iterable[str] = (), body: bytes = b"", *, host: str = "127.0.0.1"
) -> bytes:
    """A request as it stands on the wire, the last one of its connection. Header lines are sent as they are."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", *headers, "Connection: close"]
    if body or method in ("POST", "PUT", "PATCH"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def chunked(body: bytes, size: int = 1 << 16) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def connect(server: Serving, timeout: float = 30) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=timeout)


def send(server: Serving, data: bytes, *, timeout: float = 30) -> Answer:
    """The first answer to these bytes on a connection of their own."""
    with connect(server, timeout) as connection:
        connection.sendall(data)
        return receive(connection, data.split(b" ", 1)[0].decode("latin-1"))


def statuses(server: Serving, data: bytes) -> list[int]:
    """Of all the answers to these bytes, up to the end of the connection."""
    received = b""
    with connect(server) as connection:
        connection.sendall(data)
        while chunk := connection.recv(1 << 16):
            received += chunk
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


def receive(connection: socket.socket, method: str = "GET") -> Answer:
    response = http.client.HTTPResponse(connection, method=method)
    try:
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read())
    finally:
        response.close()
