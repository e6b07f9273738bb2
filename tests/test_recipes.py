"""The recipes of the README, run as they stand there against a real server."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import hmac
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
import yaml
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from advisor.local import Advisor
from api import create_app
from api.tools import TOOLS, call_tool
from tests.serving import serving

README = Path(__file__).parent.parent / "README.md"
RUN = {  # heading → the languages of its blocks, in order; each is run by the test beside it
    "curl in a review": ["bash"], "A dashboard": ["yaml", "json"], "A chatbot, by MCP": ["json", "python"],
    "A chatbot, by plain function calling": ["python"], "A Slack-like bot": ["python"], "Another Python program": ["python"],
}  # fmt: skip


@dataclass(frozen=True)
class Block:
    """A fenced block of a recipe."""

    heading: str
    language: str
    text: str


def blocks() -> list[Block]:
    """All fenced blocks between the markers."""
    section = re.search(r"<!-- recipes -->(.*)<!-- /recipes -->", README.read_text(encoding="utf-8"), re.S)
    assert section is not None
    found = []
    for part in re.split(r"^### ", section[1], flags=re.M)[1:]:
        heading = part.partition("\n")[0].strip()
        found += [Block(heading, m[1], m[2]) for m in re.finditer(r"^```(\w+)\n(.*?)^```$", part, re.S | re.M)]
    return found


def block(heading: str, language: str) -> str:
    """The text of one block."""
    return next(b.text for b in blocks() if (b.heading, b.language) == (heading, language))


def test_every_block_is_run() -> None:
    """No recipe stands in the README that no test runs."""
    found: dict[str, list[str]] = {}
    for b in blocks():
        found.setdefault(b.heading, []).append(b.language)
    assert found == RUN


@pytest.fixture(scope="module")
def url(advisor: Advisor) -> Iterator[str]:
    """A server on loopback."""
    with serving(create_app(advisor)) as found:
        yield found


def environment(url: str) -> dict[str, str]:
    """The environment of a recipe: the server's address, and the commands of this installation first."""
    return {**os.environ, "ADVISOR_URL": url, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def run(words: list[str], url: str, folder: Path) -> str:
    """What a recipe prints; it must succeed without a word on standard error."""
    done = subprocess.run(words, env=environment(url), cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def python(heading: str, url: str, folder: Path) -> str:
    """The same of a Python recipe."""
    (folder / "recipe.py").write_text(block(heading, "python"), encoding="utf-8")
    return run([sys.executable, "recipe.py"], url, folder)


@pytest.mark.servers
def test_curl_in_a_review(url: str, tmp_path: Path) -> None:
    """A table, a record, what would change it, and a gate that lets the proposal pass."""
    missing = [c for c in ("bash", "curl", "jq") if shutil.which(c) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not installed")
    told = run(["bash", "-euo", "pipefail", "-c", block("curl in a review", "bash")], url, tmp_path)
    assert "AWS Fargate" in told
    assert "AWS Lambda" in told
    assert "## Considered Options" in (tmp_path / "adr-0007.md").read_text(encoding="utf-8")


@pytest.mark.servers
def test_a_dashboard(url: str) -> None:
    """What the data source would fetch has every column of the panel, as JSON and as CSV."""
    source = yaml.safe_load(block("A dashboard", "yaml"))["datasources"][0]
    panel = json.loads(block("A dashboard", "json"))
    assert panel["datasource"] == {"type": source["type"], "uid": source["uid"]}
    assert source["jsonData"]["allowedHosts"] == [source["url"]]
    kinds = {"number": (int, float, type(None)), "string": str, "boolean": bool}
    for target in panel["targets"]:
        answer = httpx.request(target["url_options"]["method"], url + target["url"]).raise_for_status()
        if target["type"] == "json":
            rows = answer.json()
            for column in target["columns"]:
                assert all(isinstance(row[column["selector"]], kinds[column["type"]]) for row in rows)
        else:
            rows = list(csv.DictReader(io.StringIO(answer.text)))
            assert {c["selector"] for c in target["columns"]} <= set(rows[0])
        assert len(rows) > 3


@pytest.mark.servers
def test_a_chatbot_by_mcp(url: str, advisor: Advisor, tmp_path: Path) -> None:
    """Both entries of the configuration work, and so does the program."""
    servers = json.loads(block("A chatbot, by MCP", "json"))["mcpServers"]
    entry, remote = servers["advisor"], servers["advisor-over-http"]
    child = StdioServerParameters(command=entry["command"], args=entry["args"], cwd=tmp_path, env=environment(url))

    async def names(server: StdioServerParameters | str) -> list[str]:
        async with Client(server, read_timeout_seconds=60) as client:
            return [t.name for t in (await client.list_tools()).tools]

    assert asyncio.run(names(child)) == list(TOOLS)
    assert asyncio.run(names(remote["url"].replace("http://127.0.0.1:8000", url))) == list(TOOLS)
    told = python("A chatbot, by MCP", url, tmp_path).splitlines()
    asked = {"text": "A container job runs 40 minutes every night, as cheap as possible"}
    assert told == [str(list(TOOLS)), call_tool(advisor, "advise", asked)[1]]


@pytest.mark.servers
def test_a_chatbot_by_function_calling(url: str, advisor: Advisor, tmp_path: Path) -> None:
    """Both loops end in the advisor's own line."""
    asked = {"decision": "compute-platform", "traits": {"max_run_time": "40 min", "packaging": "container-image"}}
    line = call_tool(advisor, "recommend", asked)[1]
    assert python("A chatbot, by plain function calling", url, tmp_path).splitlines() == [line, line]


def _signed(secret: str, body: str, sent: int) -> dict[str, str]:
    seal = hmac.new(secret.encode(), f"v0:{sent}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(sent), "X-Slack-Signature": f"v0={seal}"}


@pytest.mark.servers
def test_a_slack_like_bot(url: str, advisor: Advisor, tmp_path: Path) -> None:
    """A signed command is answered in the channel; a wrong seal and an old request are not."""
    text = block("A Slack-like bot", "python")
    assert len([line for line in text.splitlines() if line.strip()]) <= 30
    (tmp_path / "bot.py").write_text(text, encoding="utf-8")
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    settings = {**environment(url), "PORT": str(port), "SLACK_SIGNING_SECRET": "s3cret"}
    bot = subprocess.Popen([sys.executable, "bot.py"], env=settings, cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        said = "a container job runs 40 minutes every night"
        body, now = urlencode({"command": "/aws", "text": said}), int(time.time())
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=httpx.HTTPTransport(retries=8), timeout=60) as slack:
            answer = slack.post("/", content=body, headers=_signed("s3cret", body, now))
            assert answer.json() == {"response_type": "in_channel", "text": advisor.advise(said).answer}
            assert slack.post("/", content=body, headers=_signed("guess", body, now)).status_code == 401
            assert slack.post("/", content=body, headers=_signed("s3cret", body, now - 3600)).status_code == 401
            assert slack.post("/", content=body).status_code == 401
            long = urlencode({"text": "x" * 19_990})
            assert slack.post("/", content=long, headers=_signed("s3cret", long, now)).status_code == 200
    finally:
        bot.send_signal(signal.SIGTERM)
        bot.wait(30)


@pytest.mark.servers
def test_another_python_program(url: str, advisor: Advisor, tmp_path: Path) -> None:
    """The same answers as in process, and the library's own error."""
    told = python("Another Python program", url, tmp_path)
    assert advisor.recommend("compute-platform", max_run_time="20 min", packaging="container-image").summary in told
    assert "unknown trait 'max_runtime'; did you mean 'max_run_time'?" in told
    assert all(advisor.knowledge.decisions[d].title in told for d in ("compute-platform", "database", "caching"))
