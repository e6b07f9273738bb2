"""Cold starts: a fresh process each time, the cache of the knowledge warm, the best of several.

The aim is on the clock; the processor time beside it is what the process itself took, whatever else the machine was doing.
"""

from __future__ import annotations

import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.table import Row, limit, seconds

TRIES = 7
QUESTION = ("recommend", "compute-platform", "max_run_time=40min", "traffic_pattern=spiky")


def measure() -> Iterator[Row]:
    """A row per way to start."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"ADVISOR_CACHE": cache, "PYTHONPYCACHEPREFIX": f"{cache}/compiled"}  # as installed: modules are compiled once
        command = (str(Path(sys.executable).with_name("advisor")),)
        yield _row("cold start: advisor --version", [_run([*command, "--version"], environment) for _ in range(TRIES)], 0.15)
        ask = [*command, *QUESTION]
        first = _run(ask, environment)
        yield _row("cold start: advisor recommend compute-platform …", [_run(ask, environment) for _ in range(TRIES)], 0.5)
        yield _row("the very first: nothing compiled, every file of the knowledge read and checked", [first], None)
        yield _row("cold start: advisor serve, until /readyz answers 200", [_serve(command, environment) for _ in range(5)], 1.5)


def _row(what: str, taken: Sequence[Taken], at_most_s: float | None) -> Row:
    row = limit(what, min(t.clock_s for t in taken), at_most_s)
    return replace(row, other=f"{seconds(min(t.processor_s for t in taken))} processor")


@dataclass(frozen=True, slots=True)
class Taken:
    """One start."""

    clock_s: float
    processor_s: float


def _processor_s() -> float:
    """Processor time of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(command: Sequence[str], environment: dict[str, str]) -> Taken:
    start, used = time.perf_counter(), _processor_s()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - start
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    return Taken(taken, _processor_s() - used)


def _serve(command: Sequence[str], environment: dict[str, str]) -> Taken:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start, used = time.perf_counter(), _processor_s()
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([*command, "serve", "--port", str(port)], env=environment, stdout=quiet, stderr=quiet)
    try:
        while not _ready(port):
            if process.poll() is not None or time.perf_counter() - start > 30:
                raise RuntimeError("the server did not become ready")
            time.sleep(0.005)
        clock_s = time.perf_counter() - start
    finally:
        process.terminate()
        process.wait(10)
    return Taken(clock_s, _processor_s() - used)


def _ready(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return re.match(rb"HTTP/1\.1 200", line.recv(64)) is not None
    except OSError:
        return False
