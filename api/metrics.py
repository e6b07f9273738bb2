"""What the server tells Prometheus. Every label has few values: routes as templates, known methods, classes of statuses."""

from __future__ import annotations

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from api.state import AnswerCache, Holder

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
MEDIA = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counts and times of one app. With PROMETHEUS_MULTIPROC_DIR set (several workers), a scrape of any worker tells of all."""

    def __init__(self, holder: Holder, cache: AnswerCache) -> None:
        self.registry = CollectorRegistry()
        self.shared = "PROMETHEUS_MULTIPROC_DIR" in os.environ
        self._requests = Counter(
            "advisor_http_requests", "Requests answered, by route template, method and status class.", ("route", "method", "status"),
            registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "advisor_http_request_seconds", "Time from the first byte read to the last byte sent.", ("route",), buckets=SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self.running = Gauge(
            "advisor_http_requests_running", "Requests being answered now.", registry=self.registry, multiprocess_mode="livesum"
        )
        self._counters: dict[tuple[str, str, int], Counter] = {}
        self._timers: dict[str, Histogram] = {}
        self.state = KnowledgeState(holder, cache)
        self.registry.register(self.state)

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """Note one answered request."""
        if method not in METHODS:
            method = "other"
        key = (route, method, status // 100)
        counter = self._counters.get(key)
        if counter is None:
            counter = self._counters[key] = self._requests.labels(route, method, f"{status // 100}xx")
        counter.inc()
        timer = self._timers.get(route)
        if timer is None:
            timer = self._timers[route] = self._seconds.labels(route)
        timer.observe(seconds)

    def exposition(self) -> bytes:
        """Everything in Prometheus' text format."""
        if not self.shared:
            return generate_latest(self.registry)
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        registry.register(self.state)
        return generate_latest(registry)


class KnowledgeState(Collector):
    """The knowledge served and the remembered answers of this worker, read when Prometheus asks."""

    def __init__(self, holder: Holder, cache: AnswerCache) -> None:
        self.holder, self.cache = holder, cache

    def collect(self) -> Iterator[Metric]:
        """The present state."""
        knowledge = self.holder.current.knowledge
        info = GaugeMetricFamily("advisor_knowledge_info", "The knowledge served; always 1.", labels=("version", "digest"))
        info.add_metric((knowledge.version, knowledge.digest), 1)
        yield info
        yield GaugeMetricFamily(
            "advisor_knowledge_stale", "1 while the newest files have mistakes and older knowledge is served.",
            value=float(self.holder.error is not None),
        )  # fmt: skip
        yield CounterMetricFamily("advisor_knowledge_reloads", "How often the knowledge was swapped.", value=self.holder.reloads)
        yield CounterMetricFamily("advisor_answers_remembered", "Answers given from memory.", value=self.cache.hits)
        yield CounterMetricFamily("advisor_answers_computed", "Answers that had to be worked out.", value=self.cache.misses)
