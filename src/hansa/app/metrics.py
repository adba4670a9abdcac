"""Figures of a node for Prometheus: a registry per node, never the process's own."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from hansa.app.node import Node
from hansa.base.web import Request

_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """What a node counts, and how it is asked."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "hansa_requests", "Requests answered", ("route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "hansa_request_seconds",
            "Time to answer",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._change = self._gauge("hansa_last_change", "Newest change number")
        self._failures = Gauge(
            "hansa_task_failures",
            "Failures of a room's task since it last ran well",
            ("task",),
            registry=self._registry,
        )
        self._parcels = Gauge(
            "hansa_outbox_parcels", "Parcels in the outbox", ("state",), registry=self._registry
        )

    def observe(self, request: Request, status: int, seconds: float) -> None:
        """Count one answer; told by the web rim."""
        route = request.route_path or "unknown"
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    async def text(self) -> bytes:
        """The exposition format, version 0.0.4."""
        self._change.set(self._node.city.last_change)
        for task, health in self._node.supervisor.health.items():
            self._failures.labels(task).set(health.failures)
        for state, number in (await self._node.courier.counts()).items():
            self._parcels.labels(state).set(number)
        return generate_latest(self._registry)

    def _gauge(self, name: str, words: str) -> Gauge:
        return Gauge(name, words, registry=self._registry)
