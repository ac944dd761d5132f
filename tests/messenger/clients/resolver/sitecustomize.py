"""On PYTHONPATH, this makes graph.facebook.com be here: what asks for the name's port 443 gets ours, as in GRAPH_PORT.
The client is not touched, and still speaks TLS to the name."""

import os
import socket
from typing import Any

NAME = "graph.facebook.com"
_asked = socket.getaddrinfo


def getaddrinfo(host: Any, port: Any, *more: Any, **other: Any) -> Any:
    if host == NAME and port in (443, "443", "https"):
        host, port = "127.0.0.1", int(os.environ["GRAPH_PORT"])
    return _asked(host, port, *more, **other)


socket.getaddrinfo = getaddrinfo
