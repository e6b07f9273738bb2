"""The protocol over both transports, asked by the SDK's own client: a child process, and a real HTTP server."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from advisor.local import Advisor
from api import create_app
from api.tools import TOOLS, call_tool
from tests.serving import serving

pytestmark = pytest.mark.servers
ERAS = ["auto", "legacy"]
ASKED = {"decision": "compute-platform", "traits": {"max_run_time": "40 min"}}


@pytest.fixture(scope="module")
def url(advisor: Advisor) -> Iterator[str]:
    """A server on loopback."""
    with serving(create_app(advisor)) as found:
        yield found


async def talk(server: Any, era: str) -> tuple[list[str], Any, Any]:
    """Tools, an answer and an error."""
    async with Client(server, mode=era, read_timeout_seconds=60) as client:
        tools = [t.name for t in (await client.list_tools()).tools]
        good = await client.call_tool("recommend", ASKED)
        bad = await client.call_tool("recommend", {"decision": "cachin"})
        assert (await client.read_resource("advisor://decisions/caching")).contents
        return tools, good, bad


def check(heard: tuple[list[str], Any, Any], advisor: Advisor) -> None:
    """The same as in process."""
    tools, good, bad = heard
    data, line = call_tool(advisor, "recommend", ASKED)
    assert tools == list(TOOLS)
    assert (good.structured_content, good.content[0].text) == (data, line)
    assert bad.is_error
    assert "did you mean 'caching'" in bad.content[0].text


@pytest.mark.parametrize("era", ERAS)
def test_over_standard_input_and_output(era: str, advisor: Advisor, tmp_path: Path) -> None:
    """`advisor mcp` in a folder of its own."""
    server = StdioServerParameters(command=str(Path(sys.executable).with_name("advisor")), args=["mcp"], cwd=tmp_path)
    check(asyncio.run(talk(server, era)), advisor)


@pytest.mark.parametrize("era", ERAS)
def test_over_http(era: str, advisor: Advisor, url: str) -> None:
    """`/mcp` of a running server."""
    check(asyncio.run(talk(f"{url}/mcp", era)), advisor)


def test_many_clients_at_once(url: str, advisor: Advisor) -> None:
    """Conversations do not mix."""

    async def one(decision: str) -> tuple[str, str]:
        async with Client(f"{url}/mcp", read_timeout_seconds=60) as client:
            result = await client.call_tool("recommend", {"decision": decision})
            return result.structured_content["decision"], decision

    async def all_of_them() -> list[tuple[str, str]]:
        return await asyncio.gather(*(one(d) for d in sorted(advisor.knowledge.decisions)[:24]))

    assert all(heard == asked for heard, asked in asyncio.run(all_of_them()))
