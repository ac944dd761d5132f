"""Which bank is addressed, and what the client calls it: `/chase/...`, or `chase.localhost/...` with the same paths."""

import re
from collections.abc import Callable, Collection
from functools import lru_cache

from sandbox.http.message import Request, Response

Respond = Callable[[Request], Response]

HOST = re.compile(r"(?:[a-z0-9._~-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?", re.IGNORECASE)
PREFIX = re.compile(r"(?:/[a-z0-9._~-]+)+", re.IGNORECASE)
FORWARDED = ("x-forwarded-proto", "x-forwarded-host", "x-forwarded-port", "x-forwarded-prefix")
PORTS = {"http": "80", "https": "443"}
GRAPH = ("graph.facebook.com", "graph.whatsapp.com")
"""Clients that know no other host reach the messenger by a name that points here."""
BESIDE = ("/messenger/", "/_sandbox/")
"""Paths that are no Graph API's under that name either: pictures and files have such addresses."""


def hosts(
    slugs: Collection[str], public_url: str | None, graph_port: int | None = None
) -> Callable[[Respond], Respond]:
    """At `graph_port` the server is the messenger and nothing else, whatever it is called there."""

    def is_graph(request: Request) -> bool:
        if request.headers.get("host", "").lower().partition(":")[0] in GRAPH:
            return True
        return graph_port is not None and request.local is not None and request.local[1] == graph_port

    def layer(inner: Respond) -> Respond:
        def respond(request: Request) -> Response:
            label, dot, rest = request.headers.get("host", "").lower().partition(".")
            if dot and label in slugs and rest.split(":")[0] == "localhost":
                if request.path.startswith("/_sandbox"):
                    # The sandbox's own paths know every bank: from here, too, their links begin at the common name.
                    request.headers = {**request.headers, "host": rest}
                else:
                    request.bank = label
                    # The public URL, where there is one, is the name of them all.
                    request.public_prefix = None if public_url else ""
                    request.path = f"/{label}{request.path}"
            elif is_graph(request) and not request.path.startswith(BESIDE):
                request.path = f"/messenger{request.path}"
            if not request.bank:
                first = request.path.split("/", 2)[1] if request.path.startswith("/") else ""
                request.bank = first if first in slugs else ""
            request.notes["base_url"] = base_url(request, public_url)
            return inner(request)

        return respond

    return layer


def origin(request: Request, public_url: str | None = None) -> str:
    """scheme://host as the client sees it. Absolute URLs come from the request, with an override, never the reverse."""
    if public_url:
        return public_url.rstrip("/")
    headers = request.headers
    told = tuple([headers.get(name, "") for name in FORWARDED])
    return _origin(request.scheme, headers.get("host", ""), told)


@lru_cache(maxsize=256)
def _origin(scheme: str, host: str, forwarded: tuple[str, ...]) -> str:
    """Of `forwarded` the outermost proxy's word counts. What is no scheme, host, port or path is not passed on."""
    proto, name, port, prefix = (one.split(",", 1)[0].strip() for one in forwarded)
    if proto.lower() in PORTS:
        scheme = proto.lower()
    host = next((known for known in (name, host) if HOST.fullmatch(known)), "localhost")
    if port.isdecimal() and len(port) <= 5 and port != PORTS.get(scheme) and not re.search(r":[0-9]+$", host):
        host = f"{host}:{int(port)}"
    prefix = prefix.rstrip("/")
    return f"{scheme}://{host}{prefix if PREFIX.fullmatch(prefix) else ''}"


def base_url(request: Request, public_url: str | None = None) -> str:
    """Where the addressed bank's paths begin; for the sandbox's own paths the origin."""
    prefix = request.public_prefix
    if prefix is None:
        prefix = f"/{request.bank}" if request.bank else ""
    return origin(request, public_url) + prefix
