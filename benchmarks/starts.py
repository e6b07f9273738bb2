"""Cold starts: a fresh process each time, the cache of the knowledge warm, the best of several."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.table import Row, limit

TRIES = 7
QUESTION = ("recommend", "compute-platform", "max_run_time=40min", "traffic_pattern=spiky")


def measure() -> Iterator[Row]:
    """A row per way to start."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "ADVISOR_CACHE": cache}
        command = (str(Path(sys.executable).with_name("advisor")),)
        yield limit("cold start: advisor --version", _best(lambda: _run([*command, "--version"], environment)), 0.15)
        first = _run([*command, *QUESTION], environment)
        yield limit(f"cold start: advisor {' '.join(QUESTION[:2])} …", _best(lambda: _run([*command, *QUESTION], environment)), 0.5)
        yield limit("the same with no cache yet (every file read and checked)", first, None)
        yield limit("cold start: advisor serve, until /readyz answers 200", _best(lambda: _serve(command, environment), 3), 1.5)


def _best(run: Callable[[], float], tries: int = TRIES) -> float:
    return min(run() for _ in range(tries))


def _run(command: Sequence[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - start
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    return taken


def _serve(command: Sequence[str], environment: dict[str, str]) -> float:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = time.perf_counter()
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([*command, "serve", "--port", str(port)], env=environment, stdout=quiet, stderr=quiet)
    try:
        while time.perf_counter() - start < 30:
            if _ready(port):
                return time.perf_counter() - start
            time.sleep(0.005)
        raise RuntimeError("the server did not become ready")
    finally:
        process.terminate()
        process.wait(10)


def _ready(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return re.match(rb"HTTP/1\.1 200", line.recv(64)) is not None
    except OSError:
        return False
