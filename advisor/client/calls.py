"""Every question as one HTTP call: where it goes, what it sends, how its answer is read. The signatures are those of the local advisor."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import quote

from advisor.engine.catalogue import DecisionInfo, DecisionSummary, KnowledgeInfo, RuleInfo, ServiceInfo, TraitInfo
from advisor.engine.reading import NotThatRecordError, read_record, read_records
from advisor.engine.results import Comparison, Plan, Question, Recommendation, WhatIf
from advisor.language.records import Interpretation

if TYPE_CHECKING:
    from advisor.language.advise import Advice

Traits = Mapping[str, Any]
Levels = Mapping[str, str]
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Call(Generic[Answer]):
    """One request and how its JSON answer is read (raising NotThatRecordError)."""

    method: str
    path: str
    read: Callable[[Any], Answer]
    body: Mapping[str, Any] | None = None
    query: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ServiceSummary:
    """A service in a list. facts: how many are known of it."""

    id: str
    name: str
    kind: str
    summary: str
    lifecycle: str
    part_of: str | None
    facts: int


def recommend(
    decision: str, traits: Traits | None = None, *, priorities: Levels | None = None, only: Iterable[str] | None = None, **answers: Any
) -> Call[Recommendation]:
    """The options of one decision ranked for a workload, with every reason, what is ruled out and what to ask next."""
    body = _workload({**(traits or {}), **answers}, priorities, only=_listed(only))
    return Call("POST", _decision(decision, "recommend"), _one(Recommendation), body)


def next_questions(
    decision: str, traits: Traits | None = None, *, priorities: Levels | None = None, only: Iterable[str] | None = None, limit: int = 5,
    skip: Collection[str] = (),
) -> Call[tuple[Question, ...]]:  # fmt: skip
    """The questions most worth asking, best first; empty when no answer can change the winner. `skip`: traits asked for in vain."""
    body = _workload(traits, priorities, only=_listed(only), limit=limit, skip=sorted(_listed(skip) or ()))
    return Call("POST", _decision(decision, "next-question"), _questions, body)


def what_if(
    decision: str,
    traits: Traits | None = None,
    *,
    priorities: Levels | None = None,
    only: Iterable[str] | None = None,
    max_changes: int = 2,
) -> Call[WhatIf]:
    """What would change the answer: answers, priorities, strengths; and what to give up when nothing fits."""
    body = _workload(traits, priorities, only=_listed(only), max_changes=max_changes)
    return Call("POST", _decision(decision, "what-if"), _one(WhatIf), body)


def compare(decision: str, options: Sequence[str], traits: Traits | None = None, *, priorities: Levels | None = None) -> Call[Comparison]:
    """Two or more options of a decision side by side for one workload."""
    return Call("POST", _decision(decision, "compare"), _one(Comparison), _workload(traits, priorities, options=list(options)))


def plan(
    traits: Traits | None = None, *, priorities: Levels | None = None, choices: Mapping[str, str] | None = None,
    decisions: Iterable[str] | None = None,
) -> Call[Plan]:  # fmt: skip
    """Every decision the workload raises, in order, each feeding the next."""
    return Call("POST", "/v1/plan", _one(Plan), _workload(traits, priorities, choices=dict(choices or {}), decisions=_listed(decisions)))


def interpret(text: str) -> Call[Interpretation]:
    """What a text says of a workload, with the words that say so."""
    return Call("POST", "/v1/interpret", _one(Interpretation), {"text": text})


def advise(
    text: str, traits: Traits | None = None, *, priorities: Levels | None = None, only: Iterable[str] | None = None,
    decision: str | None = None, choices: Mapping[str, str] | None = None,
) -> Call[Advice]:  # fmt: skip
    """A text understood and answered; with `choices`, the proposals ranked."""
    body = _workload(traits, priorities, text=text, only=_listed(only), decision=decision, choices=dict(choices) if choices else None)
    return Call("POST", "/v1/advise", _advice, body)


def decisions(query: str | None = None) -> Call[tuple[DecisionSummary, ...]]:
    """All decisions, or those that a search finds."""
    return Call("GET", "/v1/decisions", _many(DecisionSummary), query=_search(query))


def decision(name: str) -> Call[DecisionInfo]:
    """A decision with its options, traits, rules and scenarios."""
    return Call("GET", _decision(name), _one(DecisionInfo))


def traits(query: str | None = None) -> Call[tuple[TraitInfo, ...]]:
    """All traits, or those that a search finds."""
    return Call("GET", "/v1/traits", _many(TraitInfo), query=_search(query))


def trait(name: str) -> Call[TraitInfo]:
    """A trait and who reads it."""
    return Call("GET", f"/v1/traits/{_part(name)}", _one(TraitInfo))


def services(query: str | None = None) -> Call[tuple[ServiceSummary, ...]]:
    """All services, or those that a search finds."""
    return Call("GET", "/v1/services", _many(ServiceSummary), query=_search(query))


def service(name: str) -> Call[ServiceInfo]:
    """A service by id, name or alias."""
    return Call("GET", f"/v1/services/{_part(name)}", _one(ServiceInfo))


def rules(query: str | None = None) -> Call[tuple[RuleInfo, ...]]:
    """All rules, or those that a search finds."""
    return Call("GET", "/v1/rules", _many(RuleInfo), query=_search(query))


def rule(name: str) -> Call[RuleInfo]:
    """A rule by `decision.rule`."""
    return Call("GET", f"/v1/rules/{_part(name)}", _one(RuleInfo))


def info() -> Call[KnowledgeInfo]:
    """Which knowledge the server answers from: packs, counts, dates."""
    return Call("GET", "/v1/knowledge", _one(KnowledgeInfo))


def _part(name: object) -> str:
    return quote(str(name), safe="")


def _decision(name: str, verb: str | None = None) -> str:
    return f"/v1/decisions/{_part(name)}" + (f"/{verb}" if verb else "")


def _workload(given: Traits | None, priorities: Levels | None, **more: Any) -> dict[str, Any]:
    """The body: what was not given is left out; tuples become arrays."""
    answers = {k: list(v) if isinstance(v, tuple | set | frozenset) else v for k, v in (given or {}).items()}
    return {"traits": answers, "priorities": dict(priorities or {}), **{k: v for k, v in more.items() if v is not None}}


def _listed(names: Iterable[str] | None) -> list[str] | None:
    if names is None:
        return None
    return [names] if isinstance(names, str) else list(names)


def _search(query: str | None) -> dict[str, str] | None:
    return {"q": query} if query else None


def _one(kind: type[Answer]) -> Callable[[Any], Answer]:
    return lambda data: read_record(kind, data)


def _many(kind: type[Answer]) -> Callable[[Any], tuple[Answer, ...]]:
    return lambda data: read_records(kind, data)


def _questions(data: Any) -> tuple[Question, ...]:
    if not isinstance(data, Mapping):
        raise NotThatRecordError(f"object expected, {type(data).__name__} found")
    return read_records(Question, data.get("questions"))


def _advice(data: Any) -> Advice:
    from advisor.language.advise import Advice  # brings the matcher of the lexicon with it; only for those who ask

    return read_record(Advice, data)
