"""Prometheus's view of this process."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, generate_latest

from sandbox.http.message import Request, Response


class Meter:
    """Counts what was answered, by bank, operation and status."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._counters: dict[tuple[str, str, int], Counter] = {}
        self._requests = Counter(
            "sandbank_requests_total",
            "Requests answered",
            ("bank", "operation", "status"),
            registry=self._registry,
        )

    def layer(self, inner: Callable[[Request], Response]) -> Callable[[Request], Response]:
        def respond(request: Request) -> Response:
            response = inner(request)
            labels = request.bank, request.notes.get("operation", ""), response.status
            counter = self._counters.get(labels)
            if counter is None:
                counter = self._counters[labels] = self._requests.labels(*labels)
            counter.inc()
            return response

        return respond

    def exposition(self) -> bytes:
        return generate_latest(self._registry)
