"""How much may be sent, how long it may take, and that a batch streams."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from advisor.local import Advisor
from api.main import create_app
from api.routes.batch import READ_AHEAD
from api.settings import Settings
from tests.api.conftest import TREES

BATCH = "/v1/decisions/trees/batch"
NDJSON = {"content-type": "application/x-ndjson"}


def lines(answer: httpx.Response) -> list[dict[str, Any]]:
    """The lines of an NDJSON answer."""
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_body_beyond_the_limit_is_a_413(client_with: Callable[..., TestClient]) -> None:
    """Announced or not."""
    client = client_with(max_body=1000)

    def chunks() -> Iterator[bytes]:
        for _ in range(30):
            yield b" " * 100

    for content in (b" " * 1001, chunks()):
        answer = client.post(TREES, content=content, headers={"content-type": "application/json"})
        assert answer.status_code == 413
        assert answer.json()["type"].endswith(":too-large")
    assert client.post(TREES, content=b"{}" + b" " * 998, headers={"content-type": "application/json"}).status_code == 200


def test_a_text_beyond_the_limit_is_a_413_with_its_place(client_with: Callable[..., TestClient]) -> None:
    """A megabyte as well, whichever limit it meets first."""
    client = client_with(max_text=100)
    for path in ("/v1/interpret", "/v1/advise"):
        answer = client.post(path, json={"text": "a" * 101})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (413, "/text")
        assert client.post(path, json={"text": "a" * 1_000_000}).status_code == 413
        assert client.post(path, json={"text": "a" * 100}).status_code == 200


def test_more_parameters_than_anybody_needs_are_a_413(client: TestClient) -> None:
    """A limit on the count, told as such."""
    assert client.get(TREES, params=[("cold", "true")] * 1001).status_code == 413


def test_a_batch_answers_every_line_in_order(client: TestClient) -> None:
    """Good lines, bad lines, empty lines, a last line without an end."""
    body = b'{"traits": {"cold": true}}\n\nnonsense\n{"traits": {"colour": "rde"}}\r\n{"trait": 1}\n{"traits": {"colour": "red"}}'
    answer = client.post(BATCH, content=body, headers=NDJSON)
    assert answer.headers["content-type"] == "application/x-ndjson"
    found = lines(answer)
    assert [f["line"] for f in found] == [1, 3, 4, 5, 6]
    assert [f.get("error", {}).get("code") for f in found] == [None, "malformed-json", "bad-value", "unknown-field", None]
    assert found[2]["error"]["errors"][0]["suggestion"] == "red"
    assert found[0]["ruled_out"][0]["option"] == "apple"
    assert found[4]["ranking"][0]["option"] == "apple"


def test_a_batch_line_is_the_answer_of_recommend(client: TestClient) -> None:
    """Whole with ?detail=full, brief otherwise."""
    question = {"traits": {"colour": "red", "length": "2 min"}}
    for detail in ("full", "brief"):
        [line] = lines(client.post(f"{BATCH}?detail={detail}", content=json.dumps(question).encode(), headers=NDJSON))
        assert line.pop("line") == 1
        assert line == client.post(f"{TREES}?detail={detail}", json=question).json()
    assert client.post(f"{BATCH}?detail=long", content=b"{}", headers=NDJSON).status_code == 422
    assert client.post("/v1/decisions/bushes/batch", content=b"{}", headers=NDJSON).status_code == 404


def test_a_batch_ends_at_its_limits(client_with: Callable[..., TestClient]) -> None:
    """The line that says so is the last."""
    client = client_with(max_lines=3, max_line=100)
    found = lines(client.post(BATCH, content=b"{}\n" * 5, headers=NDJSON))
    assert [f.get("error", {}).get("code") for f in found] == [None, None, None, "too-large"]
    found = lines(client.post(BATCH, content=b"{}\n" + b" " * 50 + b"x" * 60 + b"\n{}", headers=NDJSON))
    assert [f.get("error", {}).get("code") for f in found] == [None, "too-large", None]
    found = lines(client.post(BATCH, content=b"{}\n" + b"x" * 300, headers=NDJSON))
    assert [f.get("error", {}).get("code") for f in found] == [None, "too-large"]


async def run(app: FastAPI, path: str, parts: AsyncIterator[bytes | None], sent: list[dict[str, Any]]) -> None:
    """One POST, its body coming from `parts` (None: the client leaves); what is sent is appended to `sent`."""
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "client": ("test", 1), "server": ("test", 80),
        "headers": [(b"content-type", b"application/x-ndjson" if path == BATCH else b"application/json")],
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        async for part in parts:
            return {"type": "http.disconnect"} if part is None else {"type": "http.request", "body": part, "more_body": True}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)


@pytest.mark.parametrize("path", [TREES, BATCH])
def test_a_body_that_does_not_arrive_is_given_up(small_advisor: Advisor, path: str) -> None:
    """408 while nothing is answered yet; a batch that has begun ends with a line that says so."""
    app = create_app(small_advisor, Settings(access_log=False, max_seconds=0.05))  # type: ignore[arg-type]
    sent: list[dict[str, Any]] = []

    async def slow() -> AsyncIterator[bytes | None]:
        yield b"{}\n"
        await asyncio.Event().wait()

    asyncio.run(run(app, path, slow(), sent))
    body = b"".join(m.get("body", b"") for m in sent[1:])
    if path == BATCH:
        assert [json.loads(line).get("error", {}).get("code") for line in body.splitlines()] == [None, "too-slow-to-arrive"]
    else:
        assert sent[0]["status"] == 408
        assert (b"connection", b"close") in sent[0]["headers"]


def test_a_client_that_leaves_ends_its_batch(small_advisor: Advisor) -> None:
    """Nothing more is worked out, and nothing fails."""
    app = create_app(small_advisor, Settings(access_log=False))
    sent: list[dict[str, Any]] = []

    async def leaving() -> AsyncIterator[bytes | None]:
        yield b"{}\n"
        yield None

    asyncio.run(run(app, BATCH, leaving(), sent))
    assert all(m.get("more_body", True) for m in sent)


def test_a_batch_streams_in_constant_memory(small_advisor: Advisor) -> None:
    """The first answer is out before the second line comes, and reading stops while nobody takes the answers."""
    app = create_app(small_advisor, Settings(access_log=False, max_lines=10**9))
    sent: list[dict[str, Any]] = []
    seen: list[int] = []

    async def one_by_one() -> AsyncIterator[bytes | None]:
        for _ in range(5):
            yield b"{}\n"
            for _ in range(5):
                await asyncio.sleep(0)
            seen.append(sum(1 for m in sent if m.get("body")))

    asyncio.run(run(app, BATCH, one_by_one(), sent))
    assert seen == [1, 2, 3, 4, 5]


def test_reading_waits_for_a_client_that_does_not_read(small_advisor: Advisor) -> None:
    """Some megabytes are read ahead, so that a client that sends first and reads later is served; not more."""
    app = create_app(small_advisor, Settings(access_log=False, max_lines=10**9))
    read = 0

    async def main() -> None:
        nonlocal read
        blocked = asyncio.Event()

        async def receive() -> dict[str, Any]:
            nonlocal read
            await asyncio.sleep(0)
            part = b"{}" + b" " * 60_000 + b"\n"
            read += len(part)
            return {"type": "http.request", "body": part, "more_body": True}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                await blocked.wait()

        scope = {
            "type": "http", "method": "POST", "path": BATCH, "query_string": b"", "root_path": "", "http_version": "1.1", "scheme": "http",
            "headers": [(b"content-type", b"application/x-ndjson")], "client": None, "server": ("test", 80), "raw_path": BATCH.encode(),
        }  # fmt: skip
        task = asyncio.create_task(app(scope, receive, send))
        for _ in range(1000):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(main())
    assert READ_AHEAD < read < READ_AHEAD + 200_000
