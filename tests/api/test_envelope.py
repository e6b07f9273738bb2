"""Request ids, the log line, security headers, and that no exception reaches a client bare."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import TREES


def test_a_sane_request_id_comes_back(client: TestClient) -> None:
    """The client's own id when it is short and plain, a fresh one otherwise."""
    assert client.get("/healthz", headers={"x-request-id": "job-7/step.2"}).headers["x-request-id"] == "job-7/step.2"
    for odd in ("a b", "x" * 200, '"quoted"', "ü", ""):
        given = client.get("/healthz", headers={"x-request-id": odd.encode("latin-1")}).headers["x-request-id"]
        assert given != odd
        assert len(given) == 16


@pytest.mark.parametrize("path", ["/healthz", TREES, "/v1/decisions/unknown", "/nothing", "/openapi.json"])
def test_every_answer_has_security_headers(client: TestClient, path: str) -> None:
    """Errors as well."""
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'")


def test_one_line_is_logged_per_request(client_with: Callable[..., TestClient], caplog: pytest.LogCaptureFixture) -> None:
    """JSON with id, route and status; nothing of the question."""
    client = client_with(access_log=True)
    with caplog.at_level(logging.INFO, logger="advisor.access"):
        client.get(TREES + "?cold=true", headers={"x-request-id": "seven"})
        client.get("/v1/decisions/a%0Ab%22")
    first, second = (json.loads(r.message) for r in caplog.records if r.name == "advisor.access")
    assert first["id"] == "seven"
    assert first["route"] == "/v1/decisions/{decision}/recommend"
    assert (first["status"], first["method"]) == (200, "GET")
    assert first["bytes"] > 100
    assert "cold" not in json.dumps(first)
    assert (second["status"], second["path"]) == (404, '/v1/decisions/a\nb"')


def test_an_unforeseen_error_is_a_problem_with_the_id(
    client_with: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The client learns nothing but under which id the log says more."""
    client = client_with()

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(client.app.state.holder.current, "recommend", broken)  # type: ignore[attr-defined]
    answer = client.get(TREES + "?cold=false", headers={"x-request-id": "seven"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert "seven" in answer.json()["detail"]
    assert any("seven" in r.message and r.exc_info for r in caplog.records)
    assert client.get(TREES + "?cold=true").status_code == 500
    monkeypatch.undo()
    assert client.get(TREES + "?cold=false").status_code == 200
