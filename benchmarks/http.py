"""One HTTP recommendation against a FastAPI route that returns ready bytes: same body model, same server, one worker, measured with wrk.

`fresh` asks a new workload each time, so every answer is decided and rendered; `repeated` asks one question again and again, as
dashboards do. The peer does neither: it reads the same body into the same model and returns 6 KB that were ready before.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from fastapi import FastAPI
from fastapi.responses import Response

from api.schemas import RecommendQuery
from benchmarks.generated import rules, store_of, workloads

ROUNDS, SECONDS, CONNECTIONS = 12, 2, 16
BODIES = 20_000
PATH = "/v1/decisions/generated/recommend"
SCRIPT = """
local bodies = {}
for line in io.lines("%s") do bodies[#bodies + 1] = line end
local at = 0
request = function()
  at = at %% #bodies + 1
  return wrk.format("POST", "%s", {["Content-Type"] = "application/json"}, bodies[at])
end
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """Requests per second, ours and the peer's, and ours as a share of the peer's: medians over rounds that alternate.

    cpu_share: the peer's processor time per request over ours, which a busy machine disturbs less.
    """

    name: str
    ours: float
    peer: float
    share: float
    cpu_share: float


def advisor_app() -> Any:
    """Our app over 60 generated rules, everything on but the request log (the peer has none either)."""
    from advisor.knowledge.build import Builder
    from advisor.local import Advisor
    from api.main import create_app
    from api.settings import Settings

    return create_app(Advisor(Builder(store_of(rules(60))).knowledge("sha256:generated")), Settings(access_log=False))


def constant_app() -> Any:
    """The peer: FastAPI, an `async def` route, the same body model, ready bytes."""
    ready = Path(sys.argv[3]).read_bytes()
    app = FastAPI()

    @app.post("/v1/decisions/{decision}/recommend")
    async def recommend(decision: str, query: RecommendQuery) -> Response:
        return Response(ready, media_type="application/json")

    return app


def questions(count: int, size: int) -> list[str]:
    """Bodies that ask with complete workloads of the generated traits, all different."""
    return [json.dumps({"traits": w}) for w in workloads(count, size)]


def measure() -> list[Rate] | None:
    """Both rates, or None when wrk is not installed."""
    if shutil.which("wrk") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        bodies, one, ready = Path(folder, "fresh"), Path(folder, "repeated"), Path(folder, "ready")
        fresh = questions(BODIES, 1)
        bodies.write_text("\n".join(fresh) + "\n")
        one.write_text(typical(fresh) + "\n")
        ready.write_bytes(answer_to(one.read_text()))
        with serving("ours", ready) as ours, serving("peer", ready) as peer:
            return [_rate(path.name, _script(path), ours, peer) for path in (bodies, one)]


def typical(asked: list[str]) -> str:
    """The question whose answer is nearest to 6 KB, of the first hundred."""
    return min(asked[:100], key=lambda body: abs(len(answer_to(body)) - 6000))


def answer_to(body: str) -> bytes:
    """Our answer, asked without a network."""
    from starlette.testclient import TestClient

    global _client
    if _client is None:
        _client = TestClient(advisor_app())
    return bytes(_client.post(PATH, content=body, headers={"content-type": "application/json"}).content)


_client: Any = None


def _script(bodies: Path) -> Path:
    script = bodies.with_suffix(".lua")
    script.write_text(SCRIPT % (bodies, PATH))
    return script


def _rate(name: str, script: Path, ours: Server, peer: Server) -> Rate:
    pairs = [(_wrk(ours, script), _wrk(peer, script)) for _ in range(ROUNDS + 1)][1:]
    return Rate(
        name, median(o.rate for o, _ in pairs), median(p.rate for _, p in pairs), median(o.rate / p.rate for o, p in pairs),
        median(p.cpu_s / o.cpu_s for o, p in pairs),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """Requests per second, and the server's processor time per request."""

    rate: float
    cpu_s: float


def _wrk(server: Server, script: Path) -> Run:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(script), f"http://127.0.0.1:{server.port}"]
    before = server.cpu_s
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise RuntimeError(told)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    count = re.search(r"(\d+) requests in", told)
    assert rate is not None, told
    assert count is not None, told
    return Run(float(rate.group(1)), (server.cpu_s - before) / int(count.group(1)))


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int
    process: int

    @property
    def cpu_s(self) -> float:
        """Processor time used so far."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(which: str, ready: Path) -> Iterator[Server]:
    """A server process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.http", which, str(port), str(ready)])
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(10)


def main() -> None:
    """Print both rates, or serve one of the two apps (`ours|peer PORT FILE`)."""
    if len(sys.argv) == 4:
        import uvicorn

        from api.server import options

        app = advisor_app() if sys.argv[1] == "ours" else constant_app()
        uvicorn.run(app, **options("127.0.0.1", int(sys.argv[2])))
        return
    for rate in measure() or []:
        print(f"{rate.name:10} {rate.ours:8.0f}/s  peer {rate.peer:8.0f}/s  {rate.share:.0%} (processor time: {rate.cpu_share:.0%})")


if __name__ == "__main__":
    main()
