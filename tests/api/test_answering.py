"""Long answers: others are answered meanwhile, and none lasts for ever."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from advisor.local import Advisor
from api.answering import LONGEST_QUESTION, canonical
from api.main import create_app
from api.settings import Settings

PLAN = "/v1/plan"


def test_an_answer_that_takes_too_long_is_a_503(client_with: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the advice to ask later or less."""
    release = threading.Event()
    client = client_with(max_seconds=0.05)
    monkeypatch.setattr(Advisor, "plan", lambda *_, **__: release.wait(10))
    answer = client.post(PLAN, json={})
    release.set()
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.json()["type"].endswith(":too-slow")


def test_others_are_answered_while_a_long_one_is_worked_out(small_advisor: Advisor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan ends only after a recommendation that came later."""
    release = threading.Event()
    app = create_app(small_advisor, Settings(access_log=False))
    real = small_advisor.plan
    monkeypatch.setattr(small_advisor, "plan", lambda *a, **k: (release.wait(10), real(*a, **k))[1])

    async def main() -> tuple[int, int]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            long = asyncio.create_task(client.post(PLAN, json={"traits": {"cold": True}}))
            await asyncio.sleep(0)
            short = await client.post("/v1/decisions/trees/recommend", json={})
            assert not long.done()
            release.set()
            return short.status_code, (await long).status_code

    assert asyncio.run(main()) == (200, 200)


def test_questions_are_named_apart() -> None:
    """What Python or JSON hold for equal is not; long ones are named shortly."""
    values: list[Any] = [True, 1, 1.0, "1", None, float("nan"), "null", ["1"], {"1": 1}]
    assert len({canonical("q", v) for v in values}) == len(values)
    assert len(canonical("x" * 100_000)) < LONGEST_QUESTION
    assert canonical("x" * 100_000) != canonical("x" * 100_001)


def test_dashboards_of_other_origins_may_ask(client_with: Callable[..., TestClient]) -> None:
    """Those that are named; they see what they need; a preflight needs no key."""
    client = client_with(cors_origins=("https://dash.test",))
    answer = client.get("/v1/decisions", headers={"origin": "https://dash.test"})
    assert answer.headers["access-control-allow-origin"] == "https://dash.test"
    exposed = answer.headers["access-control-expose-headers"]
    for name in ("ETag", "Link", "X-Knowledge-Version", "X-Request-Id"):
        assert name in exposed
    assert "access-control-allow-origin" not in client.get("/v1/decisions", headers={"origin": "https://other.test"}).headers
    asked = {
        "origin": "https://dash.test",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-api-key",
    }
    preflight = client.options("/v1/plan", headers=asked)
    assert preflight.status_code == 200
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "access-control-allow-origin" not in client_with().get("/v1/decisions", headers={"origin": "https://dash.test"}).headers


def test_it_works_behind_a_path_prefix(client_with: Callable[..., TestClient]) -> None:
    """The document names the prefix, and addresses below it are the same with and without it."""
    client = client_with(root_path="/tools/advisor")
    assert client.get("/openapi.json").json()["servers"] == [{"url": "/tools/advisor"}]
    plain, prefixed = client.get("/v1/decisions"), client.get("/tools/advisor/v1/decisions")
    assert plain.content == prefixed.content
    assert plain.headers["link"] == '</tools/advisor/openapi.json>; rel="service-desc"'
    assert client.options("/tools/advisor/v1/plan").headers["allow"] == "POST, OPTIONS"
    assert client.post("/tools/advisor/v1/decisions/trees/batch", content=b"{}").status_code == 200
