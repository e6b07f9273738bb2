"""Real servers under load: nothing is lost while the knowledge is swapped, or while the server is told to stop."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.api.test_state import write_pack
from tests.servers.wire import ADVISOR, Line, Reply, Server, get, post, running, serving

pytestmark = pytest.mark.servers
REQUESTS, CONNECTIONS = 10_000, 64
PATH = "/v1/decisions/trees/recommend"
WINNERS = {"1": "apple", "2": "birch"}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack whose version says who wins."""
    return write_pack(tmp_path / "pack", "1", "apple")


@pytest.fixture
def server(pack: Path, tmp_path: Path) -> Iterator[Server]:
    """A server over that pack which looks at it ten times a second."""
    with running(serving("{port}", pack, "0.1"), tmp_path, ADVISOR_CACHE=str(tmp_path / "cache")) as server:
        yield server


async def loaded(port: int, count: int, done: Callable[[Reply, float], None]) -> list[str]:
    """`count` requests over 64 connections, GET and POST in turn; what went wrong."""
    left = iter(range(count))
    failures: list[str] = []

    async def client() -> None:
        line = await Line(port).open()
        for number in left:
            cold = f"?cold=true&priority.security={('low', 'normal', 'high')[number % 3]}"
            request = get(PATH + cold) if number % 2 else post(PATH, b'{"traits": {"cold": true}}')
            began = time.perf_counter()
            try:
                reply = await line.ask(request)
            except (OSError, asyncio.IncompleteReadError) as error:
                failures.append(repr(error))
                return
            done(reply, time.perf_counter() - began)
        line.close()

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    return failures


def test_ten_thousand_requests_while_the_knowledge_is_swapped_every_second(
    server: Server, pack: Path, record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """No error, no lost request, and no answer that mixes two versions: the version of every answer says who must win in it."""
    times: list[float] = []
    seen: dict[str, int] = {}

    def done(reply: Reply, seconds: float) -> None:
        assert reply.status == 200, reply.body
        answer = json.loads(reply.body)
        version = answer["knowledge"]["version"]
        assert reply.headers["x-knowledge-version"] == version
        assert answer["ranking"][0]["option"] == WINNERS[version]
        seen[version] = seen.get(version, 0) + 1
        times.append(seconds)

    stop = threading.Event()

    def swap() -> None:
        version = "1"
        while not stop.wait(1.0):
            version = "2" if version == "1" else "1"
            fresh = write_pack(pack.with_name(f"next-{version}"), version, WINNERS[version])
            # a half-written pack is refused (its files disagree), so each is put in place whole
            os.rename(pack, pack.with_name(f"old-{time.monotonic_ns()}"))
            os.rename(fresh, pack)

    swapper = threading.Thread(target=swap)
    swapper.start()
    failures: list[str] = []
    began = time.perf_counter()
    try:
        while len(times) < REQUESTS or len(seen) < 2:  # go on until both versions were seen, however fast the machine
            failures += asyncio.run(loaded(server.port, REQUESTS, done))
    finally:
        stop.set()
        swapper.join()
    assert not failures
    assert sum(seen.values()) == len(times)
    assert set(seen) == {"1", "2"}
    times.sort()
    p99 = times[int(len(times) * 0.99)] * 1000
    record_property("p99_ms", p99)
    with capsys.disabled():
        rate, p50 = len(times) / (time.perf_counter() - began), times[len(times) // 2] * 1000
        print(f"\n{len(times)} requests, {CONNECTIONS} connections: {rate:.0f}/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    assert "Traceback" not in server.log()


def test_a_request_that_was_accepted_is_answered_after_sigterm(server: Server) -> None:
    """Told to stop under load, the server answers all it was sent, says that it closes, and then it is gone."""

    async def main() -> list[str]:
        lost: list[str] = []
        lines = [await Line(server.port).open() for _ in range(CONNECTIONS)]

        async def client(line: Line) -> int:
            count = 0
            while True:
                try:
                    reply = await line.ask(post(PATH, b'{"traits": {"cold": true}}'))
                except (OSError, asyncio.IncompleteReadError) as error:
                    lost.append(repr(error))
                    return count
                assert reply.status == 200
                count += 1
                if reply.closing:
                    return count

        clients = asyncio.gather(*(client(line) for line in lines))
        await asyncio.sleep(0.7)
        server.process.send_signal(signal.SIGTERM)
        counts = await asyncio.wait_for(clients, 20)
        assert sum(counts) > CONNECTIONS
        return lost

    assert asyncio.run(main()) == []
    assert server.process.wait(20) in (0, -signal.SIGTERM)
    assert "Traceback" not in server.log()


def test_a_batch_that_runs_is_finished_after_sigterm(server: Server) -> None:
    """Every line that was sent is answered."""
    count = 2000

    def lines() -> Iterator[bytes]:
        for number in range(count):
            if number == count // 2:
                server.process.send_signal(signal.SIGTERM)
            yield b'{"traits": {"cold": true}}\n'

    headers = {"content-type": "application/x-ndjson"}
    answer = httpx.post(f"{server.url}/v1/decisions/trees/batch", content=lines(), headers=headers, timeout=60)
    assert [json.loads(line)["line"] for line in answer.text.splitlines()] == list(range(1, count + 1))


def test_a_broken_pack_is_told_by_readyz_and_does_no_harm(server: Server, pack: Path) -> None:
    """The last good knowledge answers on; SIGHUP looks at once; mended files are taken."""
    file = pack / "decisions/all/trees.yaml"
    good = file.read_text()
    file.write_text(good.replace("apple: strong", "chestnut: strong"))
    os.kill(server.process.pid, signal.SIGHUP)
    ready = _until(server, lambda r: r["error"] is not None)
    assert ready["status"] == "ready-with-old-knowledge"
    assert "chestnut" in str(ready["error"])
    assert httpx.get(server.url + PATH + "?cold=true").json()["ranking"][0]["option"] == "apple"
    file.write_text(good.replace("apple: strong", "birch: strong"))
    assert _until(server, lambda r: r["reloads"] == 1)["status"] == "ready"
    assert httpx.get(server.url + PATH + "?cold=true").json()["ranking"][0]["option"] == "birch"


def _until(server: Server, holds: Callable[[dict[str, object]], bool]) -> dict[str, object]:
    """/readyz once it says so; it has a generous while."""
    for _ in range(200):
        ready: dict[str, object] = httpx.get(server.url + "/readyz").json()
        if holds(ready):
            return ready
        time.sleep(0.05)
    raise AssertionError(ready)


def test_several_workers_share_nothing_but_their_counts(tmp_path: Path) -> None:
    """`advisor serve --workers 2`: both answer the same, one scrape tells of all, SIGHUP and SIGTERM reach all."""
    with running([ADVISOR, "serve", "--port", "{port}", "--workers", "2", "--no-access-log"], tmp_path) as server:
        path = "/v1/decisions/compute-platform/recommend?max_run_time=40min"
        tags = set()
        for _ in range(40):
            with httpx.Client(base_url=server.url) as client:  # a connection of its own: either worker may take it
                tags.add(client.get(path, headers={"accept-encoding": "identity"}).headers["etag"])
        assert len(tags) == 1
        text = httpx.get(server.url + "/metrics").text
        [line] = [row for row in text.splitlines() if row.startswith("advisor_http_requests_total") and "recommend" in row]
        assert line.endswith(" 40.0")
        os.kill(server.process.pid, signal.SIGHUP)
        time.sleep(0.5)
        assert httpx.get(server.url + "/readyz").json()["error"] is None
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(30) in (0, -signal.SIGTERM)
