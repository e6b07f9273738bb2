"""A real server against clients that are broken, slow or hostile: it answers on, says 4xx, and never 500."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator

import pytest

from tests.api.test_state import write_pack
from tests.servers.wire import Line, Server, get, post, running, serving

pytestmark = pytest.mark.servers
PATH = "/v1/decisions/trees/recommend"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all of it."""
    folder = tmp_path_factory.mktemp("fuzz")
    pack = write_pack(folder / "pack", "1", "apple")
    with running(serving("{port}", pack), folder, ADVISOR_CACHE=str(folder / "cache")) as server:
        yield server


async def alive(port: int) -> None:
    """It answers, and soon."""
    line = await asyncio.wait_for(Line(port).open(), 5)
    reply = await asyncio.wait_for(line.ask(get(PATH + "?cold=true")), 5)
    assert reply.status == 200
    line.close()


async def thrown(port: int, data: bytes) -> bytes:
    """Send these bytes, and end; what comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        await writer.drain()
        writer.write_eof()
        return await asyncio.wait_for(reader.read(200_000), 10)
    except (ConnectionError, TimeoutError):
        return b""
    finally:
        writer.close()


def statuses(answer: bytes) -> list[int]:
    """Every status in what came back."""
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]


def odd_requests() -> Iterator[bytes]:
    """Raw bytes: noise, broken requests, mutated good ones, odd headers, deep and huge bodies."""
    chance = random.Random(20261125)
    good = [get(PATH + "?cold=true"), post(PATH, b'{"traits": {"cold": true}}'), get("/v1/services/apple"), get("/openapi.json")]
    for _ in range(200):
        yield chance.randbytes(chance.randrange(1, 2000))
    for _ in range(600):
        mutated = bytearray(chance.choice(good))
        for _ in range(chance.randrange(1, 6)):
            mutated[chance.randrange(len(mutated))] = chance.randrange(256)
        yield bytes(mutated)
    for _ in range(200):
        yield post(PATH, chance.randbytes(chance.randrange(0, 500)))
        yield post("/v1/advise", b'{"text": "' + chance.randbytes(50) + b'"}')
        yield post("/v1/decisions/trees/batch", chance.randbytes(300), "application/x-ndjson")
    for depth in (100, 199, 200, 201, 10_000):
        yield post(PATH, b'{"traits": ' + b'{"cold":' * depth + b"1" + b"}" * (depth + 1))
        yield post(PATH, b"[" * depth)
        yield post("/v1/tools/recommend", b'{"decision": ' + b"[" * depth + b"]" * depth + b"}")
    for value in (b"NaN", b"-Infinity", b"1e999", b"-1e308", b"9" * 5000, b"9" * 300, b"-0", b'"' + b"x" * 200_000 + b'"', b"\\u0000"):
        yield post(PATH, b'{"traits": {"cold": ' + value + b"}}")
        yield post(PATH, b'{"priorities": {"security": ' + value + b"}}")
        yield post("/v1/decisions/trees/next-question", b'{"limit": ' + value + b"}")
    yield post(PATH, b'{"traits": {"cold": "' + b"x" * 1_000_000 + b'"}}')
    yield post("/v1/interpret", b'{"text": "' + b"a container " * 90_000 + b'"}')
    yield post("/v1/interpret", b'{"text": "' + b"a container " * 1_600 + b'"}')
    for name, value in (
        ("Accept", "*" * 5000), ("Accept", ";;;,,,q=="), ("Accept", "a/b;q=1e999"), ("Accept-Encoding", "gzip;q=nan, *"),
        ("If-None-Match", '"' * 3000), ("If-None-Match", "W/W/"), ("Content-Type", "application/json; charset=\x80"), ("Origin", "null"),
        ("X-Request-Id", "\x7f" * 10), ("Authorization", "Basic " + "=" * 100), ("Range", "bytes=0-1"), ("Expect", "100-continue"),
        ("Content-Length", "-1"), ("Content-Length", "99999999999999999999"), ("Transfer-Encoding", "chunked"), ("Upgrade", "websocket"),
        ("Connection", "Upgrade"), ("Host", ""), ("X-Forwarded-For", "a, b"), ("Cookie", "a" * 8000), ("X-Long", "y" * 60_000),
    ):  # fmt: skip
        yield get(PATH, f"{name}: {value}").decode("latin-1").encode("latin-1")
        yield f"POST {PATH} HTTP/1.1\r\nHost: test\r\n{name}: {value}\r\n\r\n{{}}".encode("latin-1")
    for path in (
        "*", "//", "/%00", "/%ff%fe", "/v1/services/%2e%2e%2f", "/v1/services/%ED%A0%80", "/v1/decisions/%0d%0aX: y/recommend",
        "http://other/v1", "/" + "a" * 30_000, "/?" + "a=b&" * 5000, PATH + "?cold=%ED%A0%80", PATH + "?%00=%00",
        PATH + "?only=" + "," * 5000, PATH + "?priority.=high", PATH + "?format=%F0%9F%92%A9", "/v1/rules/..", "/v1/traits/choice.trees",
    ):  # fmt: skip
        yield get(path)
        yield get(path).replace(b"GET", b"HEAD", 1)
        yield get(path).replace(b"GET", b"OPTIONS", 1)
    for method in ("TRACE", "CONNECT", "PROPFIND", "get", "G" * 100, "PATCH"):
        yield get(PATH).replace(b"GET", method.encode(), 1)
    yield get(PATH).replace(b"HTTP/1.1", b"HTTP/9.9")
    yield get(PATH).replace(b"HTTP/1.1", b"HTTP/1.0")
    yield get(PATH) * 50  # sent at once


def test_nothing_that_is_sent_yields_a_500(server: Server) -> None:
    """Thousands of broken requests: each is refused or answered, and the log holds no traceback."""

    async def main() -> dict[int, int]:
        counted: dict[int, int] = {}
        everything = list(odd_requests())
        assert len(everything) > 1500
        for start in range(0, len(everything), 20):
            batch = everything[start : start + 20]
            for data, answer in zip(batch, await asyncio.gather(*(thrown(server.port, d) for d in batch)), strict=True):
                for status in statuses(answer):
                    assert status < 500, (data[:300], answer[:600])
                    counted[status] = counted.get(status, 0) + 1
            if start % 200 == 0:
                await alive(server.port)
        await alive(server.port)
        return counted

    counted = asyncio.run(main())
    assert {200, 400, 404, 405, 413, 422} <= set(counted)
    assert "Traceback" not in server.log()


def test_slow_clients_are_let_go_and_hold_up_nobody(server: Server) -> None:
    """Two hundred that trickle headers, two hundred that trickle bodies, some that read nothing: others are answered meanwhile."""

    async def trickle(data: bytes, pause: float) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        reading = asyncio.create_task(reader.read(100_000))
        try:
            for byte in data:
                writer.write(bytes([byte]))
                await asyncio.wait([reading], timeout=pause)
                if reading.done():
                    break
            return await asyncio.wait_for(reading, 30)
        except (ConnectionError, TimeoutError):
            return b""
        finally:
            writer.close()

    async def main() -> None:
        deaf = []
        for _ in range(50):  # they ask for much and read nothing
            _, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(get("/openapi.json") * 20)
            deaf.append(writer)
        headers = [asyncio.create_task(trickle(get(PATH) * 3, 0.2)) for _ in range(200)]
        body = b"POST " + PATH.encode() + b" HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"

        async def slow_body() -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(body + b" " * 10)
            answer = await asyncio.wait_for(reader.read(100_000), 30)
            writer.close()
            return answer

        bodies = [asyncio.create_task(slow_body()) for _ in range(200)]
        for _ in range(20):
            await alive(server.port)
            await asyncio.sleep(0.1)
        for answer in await asyncio.gather(*headers, *bodies):
            assert statuses(answer) == [408]
            assert b"application/problem+json" in answer
        for writer in deaf:
            writer.close()
        await alive(server.port)

    asyncio.run(main())
    assert "Traceback" not in server.log()
