"""What Prometheus is told, and that nothing a client sends becomes a label."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from tests.api.conftest import TREES


def samples(client: TestClient) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Samples by name, read by Prometheus' own parser."""
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((dict(sample.labels), sample.value))
    return found


def test_requests_are_counted_by_template_method_and_class(client_with: Callable[..., TestClient]) -> None:
    """HEAD, 304 and errors included; unknown addresses and methods are one label each."""
    client = client_with()
    etag = client.get(TREES).headers["etag"]
    client.get(TREES, headers={"if-none-match": etag})
    client.head(TREES)
    client.post(TREES, json={"traits": {"cold": "perhaps"}})
    for i in range(20):
        client.get(f"/nothing/{i}")
        client.request(f"ODD{i}", TREES)
        client.get(f"/v1/traits/unknown-{i}")
    counted = {tuple(sorted(labels.items())): value for labels, value in samples(client)["advisor_http_requests_total"]}
    route = "/v1/decisions/{decision}/recommend"

    def count(route: str, method: str, status: str) -> float:
        return counted.pop((("method", method), ("route", route), ("status", status)))

    assert count(route, "GET", "2xx") == 1
    assert count(route, "GET", "3xx") == 1
    assert count(route, "HEAD", "2xx") == 1
    assert count(route, "POST", "4xx") == 1
    assert count("/v1/traits/{trait}", "GET", "4xx") == 20
    assert count("unmatched", "GET", "4xx") == 20
    assert sum(counted.values()) == 20
    assert len(counted) == 1


def test_times_and_knowledge_are_told(client_with: Callable[..., TestClient]) -> None:
    """A histogram per route, the digest served, and what was remembered."""
    client = client_with()
    for _ in range(3):
        client.get(TREES)
    told = samples(client)
    assert ({"route": "/v1/decisions/{decision}/recommend"}, 3.0) in told["advisor_http_request_seconds_count"]
    assert told["advisor_knowledge_info"] == [({"version": "1", "digest": "sha256:test"}, 1.0)]
    assert told["advisor_answers_remembered_total"] == [({}, 2.0)]
    assert told["advisor_http_requests_running"] == [({}, 1.0)]  # the scrape itself
