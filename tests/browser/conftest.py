"""A real server and a real Chromium. Without Chromium these tests are skipped; anything else that is missing fails them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

CHROMIUM = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
QUIET = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
AXE_VERSION = "4.10.3"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(log: Path, *arguments: str, prefix: str = "") -> Iterator[str]:
    """The `advisor serve` command in a process of its own; yields its address, prefix included."""
    port = free_port()
    command = [sys.executable, "-c", "from advisor.cli import main; main()", "serve", "--port", str(port), "--no-access-log", *arguments]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ADVISOR_")}
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=environment) as process:
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                        break
                except OSError:
                    if process.poll() is not None or time.monotonic() > deadline:
                        pytest.fail(f"the server did not start:\n{log.read_text()[-2000:]}")
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}{prefix}"
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server."""
    with serving(tmp_path_factory.mktemp("server") / "log") as address:
        yield address


@pytest.fixture(scope="session")
def prefixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that lives under a path prefix."""
    with serving(tmp_path_factory.mktemp("prefixed") / "log", "--root-path", "/tools/advisor", prefix="/tools/advisor") as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Chromium, started once."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, fetched into a temporary folder."""
    npm = shutil.which("npm")
    assert npm, "npm is needed for axe-core"
    folder = tmp_path_factory.mktemp("axe")
    subprocess.run([npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), f"axe-core@{AXE_VERSION}"], check=True)
    return (folder / "node_modules/axe-core/axe.min.js").read_text()


@dataclass
class Watched:
    """A page whose every complaint and request is remembered."""

    page: Any
    base: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    allowed: set[str] = field(default_factory=set)

    def open(self, path: str) -> Any:
        self.page.goto(self.base + path)
        return self.page

    def settle(self) -> None:
        """Wait until the page has taken in the last answer."""
        self.page.locator("body:not([aria-busy])").wait_for()
        self.page.wait_for_load_state("networkidle")

    def clean(self) -> None:
        """No complaint in the console, no failed request, no request to another host."""
        hosts = {urlsplit(self.base).netloc, *self.allowed}
        assert [u for u in self.requests if urlsplit(u).scheme not in ("data", "blob") and urlsplit(u).netloc not in hosts] == []
        assert self.complaints == []

    def clipboard(self) -> str:
        return str(self.page.evaluate("navigator.clipboard.readText()"))


@contextlib.contextmanager
def watching(chromium: Any, base: str, mode: str = "light", **options: Any) -> Iterator[Watched]:
    """A fresh page; mode: light | dark | phone."""
    options = {
        "color_scheme": "dark" if mode == "dark" else "light",
        "viewport": {"width": 390, "height": 844} if mode == "phone" else {"width": 1280, "height": 900},
        "has_touch": mode == "phone",
        "reduced_motion": "reduce",
        **options,
    }
    context = chromium.new_context(**options)
    address = urlsplit(base)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=f"{address.scheme}://{address.netloc}")
    page = context.new_page()
    page.set_default_timeout(15_000)
    seen = Watched(page, base)
    page.on("console", lambda m: seen.complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: seen.complaints.append(str(e)))
    context.on("request", lambda r: seen.requests.append(r.url))
    context.on("response", lambda r: seen.complaints.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    try:
        yield seen
    finally:
        context.close()


@pytest.fixture
def watched(chromium: Any, base: str) -> Iterator[Watched]:
    """A page in light mode, checked for complaints at the end."""
    with watching(chromium, base) as seen:
        yield seen
        seen.clean()


def serious(page: Any, axe: str) -> list[str]:
    """The serious and critical findings of axe-core on this page, one line each."""
    page.evaluate(axe)
    run = "axe.run().then((r) => JSON.stringify([r.violations, r.passes.map((p) => p.id)]))"
    found, passed = json.loads(page.evaluate(run))
    assert "color-contrast" in passed, "axe-core looked at nothing"
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]} ({len(v['nodes'])})" for v in found if v["impact"] in ("serious", "critical")]
