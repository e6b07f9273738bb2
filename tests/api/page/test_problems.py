"""Who gets a page instead of a problem document."""

from __future__ import annotations

import gzip
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from api.page.problems import ProblemPages, prefers_html

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (BROWSER, True), ("text/html", True), ("text/html;q=0.9, application/json;q=0.5", True), ("application/json, text/html", False),
        ("application/json", False), ("*/*", False), ("", False), ("text/html;q=0", False), ("text/html;q=zero", False),
        ("application/problem+json;q=0.4, text/html;q=0.3", False),
    ],
)  # fmt: skip
def test_preference(accept: str, wanted: bool) -> None:
    """HTML must stand above every kind of JSON, by name."""
    assert prefers_html(accept) is wanted


def answering(status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> TestClient:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body[:5], "more_body": True})
        await send({"type": "http.response.body", "body": body[5:]})

    return TestClient(ProblemPages(app))


PROBLEM = orjson.dumps({"title": "Wrong <i>thing</i>", "detail": "No & never", "errors": [{"pointer": "/traits/x", "detail": "bad"}]})
KIND = (b"content-type", b"application/problem+json")


@pytest.mark.parametrize("packed", [False, True])
def test_problem_becomes_a_page(packed: bool) -> None:
    """Status and other headers stay, the text is escaped, a compressed document is understood."""
    headers = [KIND, (b"retry-after", b"7"), *([(b"content-encoding", b"gzip")] if packed else [])]
    answer = answering(429, gzip.compress(PROBLEM) if packed else PROBLEM, headers).get("/", headers={"accept": BROWSER})
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "7"
    assert answer.headers["content-type"].startswith("text/html")
    assert "content-encoding" not in answer.headers
    assert "Wrong &lt;i&gt;thing" in answer.text
    assert "/traits/x" in answer.text


def test_other_answers_pass_untouched() -> None:
    """No problem, no page; and none for whoever did not ask for HTML."""
    plain = answering(200, b"hello world", [(b"content-type", b"text/plain")]).get("/", headers={"accept": BROWSER})
    assert plain.text == "hello world"
    assert answering(404, PROBLEM, [KIND]).get("/").content == PROBLEM
