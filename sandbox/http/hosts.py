"""Which bank is addressed, and what the client calls it: `/chase/...`, or `chase.localhost/...` with the same paths."""

from collections.abc import Callable, Collection

from sandbox.http.message import Request, Response

Respond = Callable[[Request], Response]


def hosts(slugs: Collection[str], public_url: str | None) -> Callable[[Respond], Respond]:
    def layer(inner: Respond) -> Respond:
        def respond(request: Request) -> Response:
            label, dot, rest = request.headers.get("host", "").partition(".")
            if (
                dot
                and label in slugs
                and rest.split(":")[0] == "localhost"
                and not request.path.startswith("/_sandbox")
            ):
                request.bank = label
                request.public_prefix = ""
                request.path = f"/{label}{request.path}"
            else:
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
    forwarded = request.headers
    scheme = forwarded.get("x-forwarded-proto", request.scheme).split(",")[0].strip()
    host = forwarded.get("x-forwarded-host", forwarded.get("host", "localhost")).split(",")[0].strip()
    return f"{scheme}://{host}"


def base_url(request: Request, public_url: str | None = None) -> str:
    """Where the addressed bank's paths begin; for the sandbox's own paths the origin."""
    prefix = request.public_prefix
    if prefix is None:
        prefix = f"/{request.bank}" if request.bank else ""
    return origin(request, public_url) + prefix
