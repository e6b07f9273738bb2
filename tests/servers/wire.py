"""Talking to a server byte by byte, and starting one."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Server:
    """A running server: its port, its process and the file its standard error goes to."""

    port: int
    process: subprocess.Popen[bytes]
    errors: Path

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def log(self) -> str:
        """What it has written to standard error."""
        return self.errors.read_text(encoding="utf-8", errors="replace")


ADVISOR = str(Path(sys.executable).with_name("advisor"))  # the command, as installed beside this Python


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serving(port: str, pack: Path, *more: str) -> list[str]:
    """The command that serves a pack alone (tests.servers.serve)."""
    return [sys.executable, "-m", "tests.servers.serve", port, str(pack), *more]


@contextmanager
def running(command: Sequence[str], folder: Path, **env: str) -> Iterator[Server]:
    """The server that `command` starts (`{port}` replaced), ready to answer; stopped in the end."""
    port, errors = free_port(), folder / f"stderr-{time.monotonic_ns()}"
    full = [part.format(port=port) for part in command]
    with errors.open("wb") as sink:
        process = subprocess.Popen(full, stdout=subprocess.DEVNULL, stderr=sink, env={**os.environ, **env})
    try:
        for _ in range(400):
            assert process.poll() is None, errors.read_text()
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield Server(port, process, errors)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@dataclass(frozen=True)
class Reply:
    """A whole answer; `closing` when the server said that it closes the connection."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def closing(self) -> bool:
        """Whether the connection ends with this answer."""
        return self.headers.get("connection", "").lower() == "close"


class Line:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def open(self) -> Line:
        """Connect."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def ask(self, request: bytes) -> Reply:
        """Send and wait for the whole answer."""
        self.writer.write(request)
        return await self.read()

    async def read(self) -> Reply:
        """The next answer. Raises IncompleteReadError when the connection ends before it does."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:] if line)}
        body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        return Reply(int(head[0].split()[1]), headers, body)

    def close(self) -> None:
        """Hang up."""
        self.writer.close()


def get(path: str, *headers: str) -> bytes:
    """The bytes of a GET."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: test", *headers, "", ""]).encode()


def post(path: str, body: bytes, media: str = "application/json") -> bytes:
    """The bytes of a POST."""
    return f"POST {path} HTTP/1.1\r\nHost: test\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
