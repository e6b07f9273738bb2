"""The advisor as tools a language model can call: one table, from which MCP and plain function calling are both served.

A tool has the name of the HTTP operation that answers the same question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from advisor.errors import QueryError
from advisor.knowledge.base import KnowledgeBase
from advisor.local import Advisor
from advisor.spelling import closest
from api.chat import answers, parameters
from api.chat.budget import tokens
from api.chat.outputs import OUTPUTS

Schema = dict[str, Any]
STYLES = ("openai", "openai-responses", "anthropic")
MOST_ERROR_TOKENS = 450


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool before it meets a knowledge base.

    description: under 600 characters; says when to use it and when not.   takes: parameter → its schema for a knowledge base.
    tell: (advisor, checked arguments) → (structured answer, one line).
    """

    name: str
    title: str
    description: str
    takes: Mapping[str, Callable[[KnowledgeBase], Schema]]
    needs: tuple[str, ...]
    tell: Callable[[Advisor, Mapping[str, Any]], tuple[dict[str, Any], str]]

    def input_schema(self, knowledge: KnowledgeBase) -> Schema:
        """What it takes, with the ids of this knowledge as enums."""
        properties = {name: make(knowledge) for name, make in self.takes.items()}
        return {"type": "object", "properties": properties, "required": list(self.needs), "additionalProperties": False}

    @property
    def output_schema(self) -> Schema:
        """What it answers."""
        return OUTPUTS[self.name]


WORKLOAD = {"traits": parameters.traits, "priorities": parameters.priorities, "only": parameters.only}
TOOLS: dict[str, Tool] = {
    t.name: t
    for t in (
        Tool(
            "advise", "Answer a question in words",
            "Answer a question about choosing AWS services that is asked in words; start here when all you have is the user's text."
            " Gives what was understood, a recommendation or a plan with sources, and what to ask next. With `choices` it ranks "
            "given proposals (review comments, multiple choice). Pass facts you are sure of as `traits`; they win over the text. Do"
            " not use it when you already know the decision and the traits: recommend is exact. Not for how to configure or operate"
            " a service, nor for prices in dollars.",
            {"text": parameters.text, "decision": parameters.decision, **WORKLOAD, "choices": parameters.proposals,
             "detail": parameters.detail},
            ("text",), answers.advise,
        ),
        Tool(
            "recommend", "Rank the options of a decision",
            "Rank the options of one decision (where to run code, which database, which storage class …) for a workload, each point"
            " with its rule, source and date, and the options that a hard limit rules out. Use it when you know the decision and "
            "some traits; ids come from describe_decision or interpret. Leave unknown traits out: it tells how sure the answer is "
            "and what to ask next. Do not use it for a whole architecture (plan) or for raw text (advise).",
            {"decision": parameters.decision, **WORKLOAD, "detail": parameters.detail},
            ("decision",), answers.recommend,
        ),
        Tool(
            "next_question", "What to ask the user next",
            "The questions whose answers would tell most about which option wins, best first, with the answers that matter. Use it "
            "to interview a user one question at a time: ask, add the answer to `traits` (or, when they do not know, the trait to "
            "`skip`), call again; stop when `questions` is empty: nothing else can change the winner. Do not use it when the user "
            "wants an answer now: recommend already names one next question.",
            {"decision": parameters.decision, **WORKLOAD, "limit": parameters.whole_number(1, 10, 3, "How many questions."),
             "skip": parameters.skip},
            ("decision",), answers.next_question,
        ),
        Tool(
            "what_if", "What would change the answer",
            "What would change a recommendation: the smallest changes of answers that put another option first, how far each "
            "priority can move, the rules it hinges on, and, when nothing fits, which requirements to give up. Use it when a user "
            "doubts an answer, asks why not X, or nothing survives. Pass the same traits as to recommend. Do not use it for a first"
            " answer.",
            {"decision": parameters.decision, **WORKLOAD,
             "max_changes": parameters.whole_number(1, 3, 2, "How many answers may change at once."), "detail": parameters.detail},
            ("decision",), answers.what_if,
        ),
        Tool(
            "plan", "Plan a whole workload",
            "All decisions a workload raises, in order, each feeding the next: compute, data, storage, network, delivery. Use it "
            "for an architecture or a system with several parts; pin what is settled with `choices`. Gives the choice per decision,"
            " the services it ends in and the questions that help most decisions. Do not use it for one decision (recommend), and "
            "not with no traits at all: interpret the user's text first.",
            {"traits": parameters.traits, "priorities": parameters.priorities, "choices": parameters.choices_made,
             "decisions": parameters.decisions, "detail": parameters.detail},
            ("traits",), answers.plan,
        ),
        Tool(
            "interpret", "Read a text for traits",
            "Read a description of a workload and give the traits it states (ready to pass to recommend or plan) with the words "
            "that say so, the priorities it stresses, the services it names, the decisions it raises and what was not understood. "
            "Use it before plan or recommend when you have the user's text, and check the result against it. It never guesses. Do "
            "not use it for an answer: advise gives one.",
            {"text": parameters.text},
            ("text",), answers.interpret,
        ),
        Tool(
            "list_decisions", "List the decisions",
            "The ids of all decisions this advisor can make, by area. Use it once when you do not know the decision's id, with "
            "`query` (a word or two, such as cache or load balancer) to get matching ones with their questions. Do not use it when "
            "the `decision` parameter already offers a fitting id, nor to find a service (get_service).",
            {"query": parameters.words("Words that must occur, such as 'database'."), "area": parameters.area, "detail": parameters.detail},
            (), answers.list_decisions,
        ),
        Tool(
            "describe_decision", "Describe one decision",
            "The options of one decision and the traits it reads with the answers they take: what you need to fill `traits` for "
            "recommend, next_question or what_if. Use it when you do not know a decision's trait ids. detail=full adds the "
            "questions to put to people and every rule. Do not use it to get a ranking: it knows no workload.",
            {"decision": parameters.decision, "detail": parameters.detail},
            ("decision",), answers.describe_decision,
        ),
        Tool(
            "get_service", "Look up a service",
            "One AWS service, feature or practice by id, name or alias: what it is, whether it is still offered and what replaces "
            "it, when to choose and avoid it, its limits with page and date. Use it for a question about one service or to check a "
            "limit or a life cycle. Do not use it to choose between services (recommend, advise).",
            {"service": parameters.words("Id, name or alias, such as 'lambda' or 'Fargate'."), "detail": parameters.detail},
            ("service",), answers.get_service,
        ),
    )
}  # fmt: skip


class UnknownToolError(QueryError):
    """The caller named a tool that is not offered."""

    code = "unknown-tool"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"unknown tool {name[:60]!r}", path=("tool",), allowed=TOOLS, suggestion=closest(name, TOOLS))


def call_tool(advisor: Advisor, name: str, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The structured answer of one call, and the line that says it. Raises QueryError when the call is wrong; `told_error` words it."""
    tool = TOOLS.get(name)
    if tool is None:
        raise UnknownToolError(name)
    return tool.tell(advisor, parameters.checked(tool.input_schema(advisor.knowledge), arguments))


def told_error(advisor: Advisor, error: QueryError, arguments: Mapping[str, Any]) -> str:
    """The error as a model can act on it: every mistake with the nearest name and the allowed values, the likeliest of them when many."""
    lines = []
    for mistake in error.errors[:8]:
        place = "/".join(str(p) for p in mistake.path)
        allowed = _allowed(advisor, mistake, arguments)
        end = "" if mistake.message.endswith((".", "?")) else "."
        lines.append((f"{place}: " if place else "") + mistake.message + end + (f" Allowed: {allowed}." if allowed else ""))
    return "\n".join(lines)


def _allowed(advisor: Advisor, error: QueryError, arguments: Mapping[str, Any]) -> str:
    names = list(error.allowed)
    hint = ""
    decision = str(arguments.get("decision") or "")
    if error.code == "unknown-trait" and decision in advisor.knowledge.decisions:
        names = [t.id for t in advisor.catalogue.decision(decision).traits]
        hint = f" (traits of {decision})"
    shown = ", ".join(names)
    if tokens(shown) > MOST_ERROR_TOKENS:
        wanted = str(getattr(error, "name", "")) or (str(error.path[-1]) if error.path else "")
        near = process.extract(wanted, names, scorer=fuzz.WRatio, limit=15)
        shown = ", ".join(n for n, _, _ in near) + f" and {len(names) - len(near)} more"
    return shown + hint if shown else ""


def function_schemas(knowledge: KnowledgeBase, style: str) -> list[Schema]:
    """The tools as the `tools` parameter of a model's API takes them. Raises QueryError for an unknown style."""
    if style not in STYLES:
        raise QueryError(f"unknown style {style[:40]!r}", path=("style",), allowed=STYLES, suggestion=closest(style, STYLES))
    return [_schema(t, t.input_schema(knowledge), style) for t in TOOLS.values()]


def _schema(tool: Tool, takes: Schema, style: str) -> Schema:
    if style == "anthropic":
        return {"name": tool.name, "description": tool.description, "input_schema": takes}
    function = {"name": tool.name, "description": tool.description, "parameters": takes, "strict": False}
    return {"type": "function", "function": function} if style == "openai" else {"type": "function", **function}
