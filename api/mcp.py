"""The advisor as a Model Context Protocol server: the tools of `api.tools`, resources to read, prompts to start from.

Loaded only when somebody speaks the protocol: the SDK costs more to import than the rest of the server.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from typing import Any, cast

import anyio.to_thread
import orjson
from mcp.server import CacheHint, MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolResult,
    Completion,
    CompletionArgument,
    PromptReference,
    Resource,
    ResourceTemplateReference,
    TextContent,
    Tool,
    ToolAnnotations,
)  # fmt: skip

from advisor import __version__
from advisor.engine.catalogue import service_row
from advisor.engine.results import as_dict
from advisor.errors import QueryError
from advisor.local import Advisor
from advisor.render.catalogue import described
from advisor.render.markdown import recommendation_markdown
from api.tools import TOOLS, call_tool, told_error

NAME = "service-advisor"
INSTRUCTIONS = (
    "Which AWS service fits a workload, and why. Answers come from reviewed rules with sources and dates, never from memory: quote their "
    "reasons and pages, and say what is ruled out. With a user's own words start with advise; when you know the decision and its traits, "
    "use recommend. Never fill in a trait the user did not state: unknown is an answer, and next_question tells what to ask. The answers "
    "are exact and repeatable: call once, not several times."
)
HINTS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
FRESH = CacheHint(ttl_ms=60_000, scope="public")  # as long as the HTTP answers
MOST_COMPLETIONS = 100  # the protocol's own limit


class AdvisorServer(MCPServer[Any]):
    """Serves whichever advisor is current when a call comes, so that newly loaded knowledge is served at once.

    Tools are listed and called from the one table; MCPServer's own registry would freeze the enums and could not name the nearest id.
    """

    def __init__(self, current: Callable[[], Advisor]) -> None:
        self._current = current
        with _root_logging_untouched():
            super().__init__(
                NAME, title="Service advisor", version=__version__, instructions=INSTRUCTIONS, subscriptions=False, log_level="WARNING",
                description="When to choose which AWS service: ranked, explained, sourced.",
                cache_hints={"tools/list": FRESH, "resources/list": FRESH, "resources/templates/list": FRESH, "resources/read": FRESH,
                             "prompts/list": FRESH},
            )  # fmt: skip
        _add_resources(self, current)
        _add_prompts(self, current)
        _add_completion(self, current)

    async def list_tools(self) -> list[Tool]:
        """The tools, their enums those of the current knowledge."""
        knowledge = self._current().knowledge
        return [
            Tool(
                name=t.name, title=t.title, description=t.description, annotations=HINTS,
                input_schema=t.input_schema(knowledge), output_schema=t.output_schema,
            )
            for t in TOOLS.values()
        ]  # fmt: skip

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None) -> CallToolResult:
        """The structured answer and its line. Raises ToolError, which the model reads, when the call is wrong."""
        advisor = self._current()
        try:
            data, line = await anyio.to_thread.run_sync(call_tool, advisor, name, arguments)
        except QueryError as error:
            raise ToolError(told_error(advisor, error, arguments)) from error
        return CallToolResult(content=[TextContent(type="text", text=line)], structured_content=data)

    async def list_resources(self) -> list[Resource]:
        """The indexes, and every decision."""
        decisions = [
            Resource(uri=f"advisor://decisions/{d.id}", name=d.id, title=d.title, description=d.question, mime_type="text/plain")
            for d in self._current().catalogue.decisions()
        ]
        return [*await super().list_resources(), *decisions]


@contextlib.contextmanager
def _root_logging_untouched() -> Iterator[None]:
    """Undo what the SDK's constructor does to the root logger: how a server logs is for whoever runs it."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


def _add_resources(server: AdvisorServer, current: Callable[[], Advisor]) -> None:
    @server.resource("advisor://decisions", title="All decisions", mime_type="application/json")
    def decisions() -> str:
        """Every decision with its question, by area."""
        return orjson.dumps(as_dict(current().catalogue.decisions())).decode()

    @server.resource("advisor://services", title="All services", mime_type="application/json")
    def services() -> str:
        """Every catalogue entry: id, name, kind and life cycle."""
        rows = [service_row(s) for s in current().catalogue.services()]
        return orjson.dumps([{k: r[k] for k in ("id", "name", "kind", "lifecycle")} for r in rows]).decode()

    @server.resource("advisor://knowledge", title="The knowledge", mime_type="application/json")
    def knowledge() -> str:
        """Packs, version, digest, counts, oldest and newest check."""
        return orjson.dumps(as_dict(current().catalogue.info())).decode()

    @server.resource("advisor://decisions/{decision}", title="A decision", mime_type="text/plain")
    def decision(decision: str) -> str:
        """One decision: options, traits with their questions, counts."""
        with _not_found():
            return described(current().catalogue.decision(decision))

    @server.resource("advisor://services/{service}", title="A service", mime_type="text/plain")
    def service(service: str) -> str:
        """One service: life cycle, facts with sources, who does what."""
        with _not_found():
            return described(current().catalogue.service(service))


@contextlib.contextmanager
def _not_found() -> Iterator[None]:
    try:
        yield
    except QueryError as error:
        raise ResourceNotFoundError(error.message) from error


def _add_prompts(server: AdvisorServer, current: Callable[[], Advisor]) -> None:
    @server.prompt(title="Architecture review")
    def architecture_review(workload: str, proposal: str = "") -> str:
        """Review a workload, or a proposal for it, against the rules: choices, limits, open questions, sources."""
        said = _understood(current(), workload)
        against = f"\nThe proposal to review:\n\n{proposal}\n" if proposal.strip() else ""
        return (
            f"Review this workload's use of AWS services.\n\nThe workload:\n\n{workload}\n{against}\n{said}\n"
            "1. Call plan with the traits that are right. Add none that nobody stated.\n"
            "2. For each decision it raises, tell the choice, its two weightiest reasons with their pages, and what a limit rules out.\n"
            + ("3. Compare the proposal with it: where it agrees, where a limit forbids it, where it is a matter of priorities (what_if).\n"
               if against else "3. For the two closest decisions call what_if and tell what would turn them.\n")
            + "4. End with the questions worth asking next, best first. Say of every claim whether it comes from the advisor."
        )  # fmt: skip

    @server.prompt(title="Write an ADR")
    def write_adr(decision: str, workload: str = "") -> str:
        """Write an architecture decision record (MADR) for one decision, from a described workload."""
        advisor = current()
        try:
            name = advisor.engine.decision_id(decision)
            said = advisor.interpret(workload) if workload.strip() else None
            result = advisor.recommend(name, said.answers if said else {}, priorities=said.levels if said else None)
        except QueryError as error:
            raise MCPError(code=INVALID_PARAMS, message=told_error(advisor, error, {})) from error
        return (
            f"Write an architecture decision record for: {result.decision.question}\n\n"
            + (f"The workload:\n\n{workload}\n\n{_understood(advisor, workload)}\n" if said else "")
            + f"This draft was made from that; correct the traits with the user, call recommend (decision {name!r}, detail full), then "
            f"rewrite it for people. Keep every source and date, the options ruled out with their limit, and what could still change "
            f"the answer.\n\n"
            f"{recommendation_markdown(result)}"
        )


def _understood(advisor: Advisor, text: str) -> str:
    try:
        said = advisor.interpret(text)
    except QueryError as error:
        raise MCPError(code=INVALID_PARAMS, message=error.message) from error
    traits = "".join(f"- {u.trait} = {u.value} (“{'”, “'.join(s.words for s in u.spans)}”)\n" for u in said.traits)
    return f"Read from it (check this):\n{traits}" if traits else "No trait was read from it: ask, or call next_question.\n"


def _add_completion(server: AdvisorServer, current: Callable[[], Advisor]) -> None:
    @server.completion()  # type: ignore[no-untyped-call, untyped-decorator]
    async def complete(ref: PromptReference | ResourceTemplateReference, argument: CompletionArgument, context: Any) -> Completion | None:
        """Ids that begin with what was typed, then those that contain it."""
        knowledge = current().knowledge
        names = {"decision": sorted(knowledge.decisions), "service": sorted(knowledge.services)}.get(argument.name)
        if names is None:
            return None
        typed = argument.value.strip().lower()
        found = sorted((n for n in names if typed in n), key=lambda n: (not n.startswith(typed), n))
        return Completion(values=found[:MOST_COMPLETIONS], total=len(found), has_more=len(found) > MOST_COMPLETIONS)


def run_stdio(advisor: Advisor) -> None:
    """Serve one client over standard input and output until it goes. Standard output belongs to the protocol; logs go to stderr."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    cast(Any, AdvisorServer(lambda: advisor)).run("stdio")
