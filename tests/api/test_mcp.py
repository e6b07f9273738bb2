"""The protocol in memory, in the present revision and with the older handshake, asked by the SDK's own client."""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, PromptReference, ResourceTemplateReference

from advisor.local import Advisor
from api import create_app
from api.chat.budget import BRIEF_TOKENS, tokens
from api.mcp import AdvisorServer
from api.settings import Settings
from api.tools import TOOLS, call_tool
from tests.strategies import knowledge_of

ERAS = ["auto", "legacy"]  # revision 2026-07-28, and the initialize handshake before it
WORKLOAD = {"max_run_time": "40 min", "packaging": "container-image", "traffic_pattern": ["spiky", "rare"]}
CALLS: dict[str, dict[str, Any]] = {
    "list_decisions": {"query": "cache"},
    "describe_decision": {"decision": "caching"},
    "recommend": {"decision": "compute-platform", "traits": WORKLOAD},
    "next_question": {"decision": "compute-platform", "traits": WORKLOAD},
    "what_if": {"decision": "compute-platform", "traits": WORKLOAD, "max_changes": 1},
    "plan": {"traits": WORKLOAD},
    "get_service": {"service": "Fargate"},
    "interpret": {"text": "a container job runs 40 minutes every night"},
    "advise": {"text": "a container job runs 40 minutes every night"},
}


def conversation(advisor: Advisor, era: str, talk: Callable[[Client], Awaitable[Any]]) -> Any:
    """What a client of that era hears."""

    async def run() -> Any:
        async with Client(AdvisorServer(lambda: advisor), mode=era) as client:
            return await talk(client)

    return asyncio.run(run())


@pytest.mark.parametrize("era", ERAS)
def test_the_server_introduces_itself(era: str, advisor: Advisor) -> None:
    """Name, version, instructions, and what it offers."""

    async def talk(client: Client) -> None:
        assert client.server_info is not None
        assert (client.server_info.name, client.server_info.title) == ("service-advisor", "Service advisor")
        assert client.server_info.version
        assert "advise" in (client.instructions or "")
        offered = client.server_capabilities
        assert offered is not None
        assert offered.tools
        assert offered.resources
        assert offered.prompts

    conversation(advisor, era, talk)


@pytest.mark.parametrize("era", ERAS)
def test_tools_are_listed_with_hints_and_schemas(era: str, advisor: Advisor) -> None:
    """Read-only, idempotent, closed-world; input and output schemas."""
    tools = conversation(advisor, era, lambda client: client.list_tools()).tools
    assert [t.name for t in tools] == list(TOOLS)
    for tool in tools:
        hints = tool.annotations
        assert (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint, hints.open_world_hint) == (True, False, True, False)
        assert tool.title
        assert len(tool.description) < 600
        assert tool.input_schema == TOOLS[tool.name].input_schema(advisor.knowledge)
        assert tool.output_schema["type"] == "object"


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("name", CALLS)
def test_each_tool_answers(name: str, era: str, advisor: Advisor) -> None:
    """Structured content that fits the output schema, and one line of text; brief unless asked otherwise."""
    result = conversation(advisor, era, lambda client: client.call_tool(name, CALLS[name]))
    assert not result.is_error
    data, line = call_tool(advisor, name, CALLS[name])
    assert result.structured_content == json.loads(json.dumps(data))
    assert [c.text for c in result.content] == [line]
    Draft202012Validator(TOOLS[name].output_schema).validate(result.structured_content)
    assert tokens(result.structured_content, line) < BRIEF_TOKENS


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("recommend", {"decision": "cachin"}, "did you mean 'caching'? Allowed: "),
        ("recommend", {"decision": "caching", "traits": {"latency_targt": "1 ms"}}, "did you mean 'latency_target'?"),
        ("recommend", {}, "decision is needed. Allowed: "),
        ("recomend", {}, "did you mean 'recommend'? Allowed: advise"),
    ],
)
def test_errors_are_for_the_model_to_read(name: str, arguments: dict[str, Any], words: str, era: str, advisor: Advisor) -> None:
    """A wrong call is an answer marked as error that lists the allowed values, not a broken conversation."""
    result = conversation(advisor, era, lambda client: client.call_tool(name, arguments))
    assert result.is_error
    assert words in result.content[0].text


@pytest.mark.parametrize("era", ERAS)
def test_resources_can_be_read(era: str, advisor: Advisor) -> None:
    """Indexes and every decision are listed; services are reached by template, by id or name."""

    async def talk(client: Client) -> None:
        listed = {str(r.uri) for r in (await client.list_resources()).resources}
        assert {"advisor://decisions", "advisor://services", "advisor://knowledge", "advisor://decisions/caching"} <= listed
        assert len(listed) == 3 + len(advisor.knowledge.decisions)
        templates = {t.uri_template for t in (await client.list_resource_templates()).resource_templates}
        assert templates == {"advisor://decisions/{decision}", "advisor://services/{service}"}
        for uri, words in [
            ("advisor://decisions", '"id":"caching"'),
            ("advisor://services", '"id":"lambda"'),
            ("advisor://knowledge", advisor.knowledge.digest),
            ("advisor://decisions/caching", advisor.knowledge.decisions["caching"].question),
            ("advisor://services/AWS%20Lambda", "(hard limit)"),
        ]:
            assert words in (await client.read_resource(uri)).contents[0].text
        with pytest.raises(MCPError, match="did you mean 'lambda'") as error:
            await client.read_resource("advisor://services/lamda")
        assert error.value.code == INVALID_PARAMS

    conversation(advisor, era, talk)


@pytest.mark.parametrize("era", ERAS)
def test_prompts_and_their_completion(era: str, advisor: Advisor) -> None:
    """A review and an ADR to start from; ids complete as one types."""

    async def talk(client: Client) -> None:
        prompts = {p.name: [a.name for a in p.arguments or []] for p in (await client.list_prompts()).prompts}
        assert prompts == {"architecture_review": ["workload", "proposal"], "write_adr": ["decision", "workload"]}
        review = await client.get_prompt("architecture_review", {"workload": "a container job runs 40 minutes", "proposal": "Use Lambda"})
        assert "max_run_time = 40 min" in review.messages[0].content.text
        assert "Use Lambda" in review.messages[0].content.text
        adr = await client.get_prompt("write_adr", {"decision": "compute-platform", "workload": "a container job runs 40 minutes"})
        assert "## Considered Options" in adr.messages[0].content.text
        assert "docs.aws.amazon.com" in adr.messages[0].content.text
        with pytest.raises(MCPError, match="did you mean 'caching'"):
            await client.get_prompt("write_adr", {"decision": "cachin"})
        found = await client.complete(PromptReference(type="ref/prompt", name="write_adr"), {"name": "decision", "value": "s3-"})
        assert found.completion.values == sorted(d for d in advisor.knowledge.decisions if d.startswith("s3-"))
        template = ResourceTemplateReference(type="ref/resource", uri="advisor://services/{service}")
        assert "lambda" in (await client.complete(template, {"name": "service", "value": "lamb"})).completion.values

    conversation(advisor, era, talk)


def test_new_knowledge_is_served_at_once() -> None:
    """The tools name the decisions of whichever knowledge is current."""

    def of(name: str) -> Advisor:
        return Advisor(knowledge_of([], decisions={name: {"options": ["apple", "birch"], "rules": [], "area": "woods"}}))

    current = [of("first")]

    async def talk() -> list[list[str]]:
        server, seen = AdvisorServer(lambda: current[0]), []
        for _ in range(2):
            async with Client(server) as client:
                tools = {t.name: t for t in (await client.list_tools()).tools}
                seen.append(tools["recommend"].input_schema["properties"]["decision"]["enum"])
            current[0] = of("second")
        return seen

    assert asyncio.run(talk()) == [["first"], ["second"]]


# ── over HTTP, without a network ──────────────────────────────────────────────────────────────────────────────────
HEADERS = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}
ASK = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "recommend", "arguments": {"decision": "caching"}}}


@pytest.fixture(scope="module")
def client(advisor: Advisor) -> Iterator[TestClient]:
    """The API, open to the pages of one other origin."""
    with TestClient(create_app(advisor, Settings(cors_origins=("https://chat.example",)))) as found:
        yield found


def test_a_request_needs_no_session(client: TestClient, advisor: Advisor) -> None:
    """Stateless: the first request may be the question, and the answer is plain JSON."""
    answer = client.post("/mcp", json=ASK, headers=HEADERS)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert "mcp-session-id" not in answer.headers
    assert answer.json()["result"]["content"][0]["text"] == call_tool(advisor, "recommend", {"decision": "caching"})[1]


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200), ("http://localhost:5173", 200), ("http://127.0.0.1:8000", 200), ("http://[::1]:3000", 200),
        ("https://chat.example", 200),
        ("https://elsewhere.example", 403), ("http://localhost.elsewhere.example", 403), ("null", 403), ("http://[", 403),
    ],
)  # fmt: skip
def test_only_welcome_pages_may_call(origin: str | None, status: int, client: TestClient) -> None:
    """Programs send no origin; pages come from loopback or from where the operator allowed."""
    answer = client.post("/mcp", json=ASK, headers={**HEADERS, **({"Origin": origin} if origin else {})})
    assert answer.status_code == status


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_only_post(method: str, client: TestClient) -> None:
    """There is no stream to open and no session to end."""
    answer = client.request(method, "/mcp", headers=HEADERS)
    assert answer.status_code == 405
    assert "POST" in answer.headers["allow"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"jsonrpc": "2.0"}', b"[" * 10_000, b"\xff\xfe"])
def test_what_is_no_message_is_refused(body: bytes, client: TestClient) -> None:
    """Nothing a client sends is a server error."""
    answer = client.post("/mcp", content=body, headers={**HEADERS, "Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500


def test_a_page_may_send_the_headers_of_the_protocol(client: TestClient) -> None:
    """The preflight of a browser client of the present revision passes."""
    asked = "content-type,mcp-protocol-version,mcp-method,mcp-name"
    headers = {"Origin": "https://chat.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": asked}
    answer = client.options("/mcp", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://chat.example"


def test_it_is_measured_under_its_own_name(client: TestClient) -> None:
    """Calls of chatbots can be told from other requests."""
    client.post("/mcp", json=ASK, headers=HEADERS)
    assert 'route="/mcp"' in client.get("/metrics").text


def test_keys_protect_it_too(advisor: Advisor, tmp_path: Path) -> None:
    """A server with keys answers chatbots only with one."""
    key, keys = "k" * 24, tmp_path / "keys"
    keys.write_text(f"sha256:{hashlib.sha256(key.encode()).hexdigest()}\n", encoding="utf-8")
    with TestClient(create_app(advisor, Settings(api_keys=keys))) as guarded:
        assert guarded.post("/mcp", json=ASK, headers=HEADERS).status_code == 401
        assert guarded.post("/mcp", json=ASK, headers={**HEADERS, "Authorization": f"Bearer {key}"}).status_code == 200


def test_it_says_so_when_it_is_not_running(advisor: Advisor) -> None:
    """Before the start and after the end of the app: 503, and a second life works."""
    app = create_app(advisor)
    for _ in range(2):
        assert TestClient(app).post("/mcp", json=ASK, headers=HEADERS).status_code == 503
        with TestClient(app) as alive:
            assert alive.post("/mcp", json=ASK, headers=HEADERS).status_code == 200


def test_the_protocol_is_loaded_only_when_spoken() -> None:
    """Building the app imports nothing of the SDK, so that a server is ready sooner."""
    code = "import sys, api.main; sys.exit(any(m.split('.')[0] in ('mcp', 'mcp_types') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
