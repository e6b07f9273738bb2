"""A text answered: what was understood, the recommendation or the plan, the answer in sentences, the next question.

With proposals, the proposals ranked as well. Everything is told with the words that led there, and nothing is guessed: a text in which
nothing is understood is answered by the first question worth asking.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from advisor.engine.recommend import Engine
from advisor.engine.results import KnowledgeRef, Plan, PlanQuestion, Question, Recommendation
from advisor.engine.summary import joined
from advisor.engine.workload import find_service, read_answer, read_answers, read_priorities
from advisor.errors import QueryError, UnknownOptionError
from advisor.knowledge.build import CHOICE
from advisor.language.capability import capabilities_of
from advisor.language.interpret import interpret
from advisor.language.proposals import RankedProposal, rank_proposals, read_proposals, shared_decisions
from advisor.language.records import Interpretation, Understood
from advisor.language.routing import routes_of

_DOMINANT = 1.25  # a decision dominates when the text is this much more about it than about the next
_DOMINANT_OF_ALL = 2.0  # the same where a whole workload is described
_DESCRIBED = 5  # traits that make a description of a workload
_ASKS = re.compile(r"\?|\b(?:which|what|where|how|who|should|best)\b", re.I)  # a question, not a description
_SEVERAL = 4.0  # a second decision counts when the text is at least this much about it
_CLEAR_HIT = 9.0  # points of the catalogue search below which nothing is said
_FULL_HIT = 0.35  # share of the question's telling words that a service must answer to be named
_WORDS_TOLD = 5


@dataclass(frozen=True, slots=True)
class ServiceHit:
    """A catalogue entry whose own description answers the text; words: those of the text that it shares."""

    service: str
    name: str
    summary: str
    lifecycle: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """A text answered.

    kind: proposals (one is told best) | recommendation | plan | services (no decision, but services that do it) | question (nothing to
    go on).   best: key of the best proposal, or id of the recommended option; None when several are level or none is.
    sure: 0 to 1, None when not told.
    ignored: traits read from the text that were left out, with the reason.
    """

    text: str
    kind: str
    answer: str
    best: str | None
    sure: float | None
    understood: Interpretation
    traits: dict[str, Any]
    priorities: dict[str, str]
    decision: str | None
    recommendation: Recommendation | None
    plan: Plan | None
    proposals: tuple[RankedProposal, ...]
    services: tuple[ServiceHit, ...]
    next_question: Question | PlanQuestion | None
    ignored: tuple[str, ...]
    knowledge: KnowledgeRef


def advise(
    engine: Engine,
    text: str,
    *,
    traits: Mapping[str, Any] | None = None,
    priorities: Mapping[str, Any] | None = None,
    only: Iterable[str] | None = None,
    decision: str | None = None,
    choices: Mapping[str, Any] | None = None,
    detail: str = "full",
) -> Advice:
    """Answer a text. `traits` and `priorities` given win over the text; `only` limits the options; `choices` are proposals to rank.

    detail "brief" leaves out the plan's and the catalogue's lists that the answer does not lean on.   Raises QueryError for every mistake
    of the question: an unknown trait, value, decision or option, a text or proposal that is too long.
    """
    if detail not in ("full", "brief"):
        raise QueryError(f"unknown detail {detail!r}", path=("detail",), allowed=("full", "brief"), code="bad-detail")
    given = dict(traits or {})
    read_answers(engine.knowledge, given)
    levels = read_priorities(priorities)
    said = interpret(engine, text)
    heard, ignored = _heard(engine, said, given)
    answers = {**heard, **given}
    weights = {**said.levels, **levels}
    names = [only] if isinstance(only, str) else list(only or ())
    fixed = engine.decision_id(decision) if decision is not None else None
    proposals = read_proposals(engine, choices, said) if choices else []
    ranked = rank_proposals(engine, said, proposals, answers, weights, fixed) if proposals else ()
    routed = [fixed] if fixed else _routes(engine, said, names, list(shared_decisions(engine.knowledge, proposals)) if proposals else None)
    chosen, plan = _choose(engine, said, routed, answers, weights, planned=not proposals and not names)
    recommendation = engine.recommend(chosen, answers, priorities=weights, only=names or None) if chosen else None
    spoken = bool(proposals) or (recommendation is not None and _speaks(recommendation))
    hits = () if spoken else service_hits(engine, said, limit=1 if detail == "brief" else 3)
    question = _next_question(engine, recommendation, plan, said)
    kind, answer, best, sure = _told(engine, said, answers, recommendation, plan, ranked, hits, question)
    return Advice(
        text, kind, answer, best, sure, said, answers, weights, chosen, recommendation, plan, ranked, hits, question, tuple(ignored),
        KnowledgeRef(engine.knowledge.version, engine.knowledge.digest),
    )  # fmt: skip


def _heard(engine: Engine, said: Interpretation, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The traits of the text that can be used: valid, and not given otherwise."""
    heard: dict[str, Any] = {}
    ignored = []
    for understood in said.traits:
        if understood.trait in given:
            ignored.append(f"{understood.trait}: given as {given[understood.trait]!r}")
            continue
        try:
            read_answer(engine.knowledge, understood.trait, understood.value)
        except QueryError as error:
            ignored.append(error.message)
            continue
        heard[understood.trait] = understood.value
    return heard, ignored


# ── which decision ────────────────────────────────────────────────────────────────────────────────────────────────
def _routes(engine: Engine, said: Interpretation, only: list[str], shared: list[str] | None) -> list[str]:
    """The decisions to answer, the surest first: those the text raises, kept to those that offer the options named."""
    raised = [r.decision for r in said.decisions]
    if shared:
        return [d for d in raised if d in shared] or shared
    if not only:
        return raised
    knowledge = engine.knowledge
    offering = [d for d in sorted(knowledge.decisions) if all(find_service(knowledge, n, knowledge.decisions[d].options) for n in only)]
    if not offering:
        for i, name in enumerate(only):
            if find_service(knowledge, name) is None:
                raise UnknownOptionError(name, list(knowledge.services), path=("only", i))
        raise QueryError("no decision offers all of these options", path=("only",), code="no-common-decision")
    return [d for d in raised if d in offering] or offering


def _choose(
    engine: Engine, said: Interpretation, routed: list[str], answers: Mapping[str, Any], priorities: Mapping[str, str], *, planned: bool
) -> tuple[str | None, Plan | None]:
    """The decision that dominates, or the first of several together with the plan of them all."""
    if not routed:
        return None, None
    score = {r.decision: r.score for r in said.decisions}
    if planned and len(routed) > 1:
        first, second = score.get(routed[0], 0.0), score.get(routed[1], 0.0)
        whole = len(said.traits) >= _DESCRIBED and not _ASKS.search(said.text)
        if second >= _SEVERAL and first < (_DOMINANT_OF_ALL if whole else _DOMINANT) * second:
            return routed[0], engine.plan(answers, priorities=priorities)
        if said.traits and first < _SEVERAL and not said.services:  # of "a nice online shop" no single decision is meant
            return None, engine.plan(answers, priorities=priorities)
    return routed[0], None


def _speaks(recommendation: Recommendation) -> bool:
    """Whether some rule moved or ruled out an option for this workload."""
    return any(o.score for o in recommendation.ranking) or any(r.lifecycle == "available" for r in recommendation.ruled_out)


def service_hits(engine: Engine, said: Interpretation, limit: int) -> tuple[ServiceHit, ...]:
    """Services whose own description answers the text, best first; empty when none does clearly."""
    index = capabilities_of(engine.knowledge)
    query = index.query(said.text)
    most = sum(w for t, w in query.items() if " " not in t)
    named = {m.service for m in said.services}
    found = []
    for name in index.documents:
        if name in named:
            continue
        hit = index.hit([name], query)
        told = sum(query[t] for t, p in hit.words if p > 0 and " " not in t)
        if hit.points >= _CLEAR_HIT and told >= _FULL_HIT * most:
            service = engine.knowledge.services[name]
            words = tuple(t for t, p in hit.words if p > 0)[:_WORDS_TOLD]
            found.append(ServiceHit(name, service.name, service.summary, service.lifecycle.status, round(hit.points, 2), words))
    found.sort(key=lambda h: (-h.score, h.service))
    return tuple(found[:limit])


# ── what to say ───────────────────────────────────────────────────────────────────────────────────────────────────
def _next_question(
    engine: Engine, recommendation: Recommendation | None, plan: Plan | None, said: Interpretation
) -> Question | PlanQuestion | None:
    if plan is not None and plan.next_questions:
        return plan.next_questions[0]
    if recommendation is not None:
        return recommendation.next_question
    return None if said.traits else first_question(engine)


def first_question(engine: Engine) -> Question | None:
    """The question to begin with when nothing is known: the trait that most decisions read."""
    knowledge = engine.knowledge
    routes = routes_of(knowledge)
    readers: dict[str, set[str]] = {}
    for (trait, _), table in routes.values.items():
        readers.setdefault(trait, set()).update(table)
    for trait, row in routes.numbers.items():
        readers.setdefault(trait, set()).update(row)
    own = [t for t in readers if not t.startswith(CHOICE) and knowledge.traits[t].assume is None]
    if not own:
        return None
    first = knowledge.traits[min(own, key=lambda t: (-len(readers[t]), t))]
    return Question(first.id, first.question, first.why, first.value_ids, 0.0, exact=False)


def _told(
    engine: Engine,
    said: Interpretation,
    answers: Mapping[str, Any],
    recommendation: Recommendation | None,
    plan: Plan | None,
    ranked: tuple[RankedProposal, ...],
    hits: tuple[ServiceHit, ...],
    question: Question | PlanQuestion | None,
) -> tuple[str, str, str | None, float | None]:
    """(kind, answer in two to five sentences, best, sure)."""
    opening = _understood_sentence(said)
    ask = f"Next question: {question.question}" if question is not None else ""
    if ranked:
        first = ranked[0]
        level = [r.key for r in ranked if r.rank == 1]
        if len(level) > 1:
            answer = f"Proposals {joined(level)} are level; nothing in the text tells them apart."
            return "proposals", _join(opening, answer, ask), None, first.share
        because = first.reasons_for[0] if first.reasons_for else f"Its words answer {joined(list(first.words[:3])) or 'the text'}."
        against = next((f"Against {r.key}: {r.reasons_against[0]}" for r in ranked[1:] if r.reasons_against), "")
        told = f"Proposal {first.key} fits best ({first.share:.0%} sure): {first.text.strip().rstrip('.')}."
        return "proposals", _join(opening, told, because, against), first.key, first.share
    if recommendation is not None and not _speaks(recommendation) and hits:
        recommendation = None
    if plan is not None:
        return "plan", _join(opening, plan.summary, "" if plan.next_questions else ask), None, None
    if recommendation is not None:
        best = recommendation.best[0] if len(recommendation.best) == 1 and recommendation.outcome not in ("tied", "infeasible") else None
        return "recommendation", _join(opening, recommendation.summary, ask), best, recommendation.confidence
    if hits:
        first_hit = hits[0]
        answer = f"{first_hit.name} does this: {first_hit.summary}"
        others = f"Near it: {joined([h.name for h in hits[1:]])}." if len(hits) > 1 else ""
        return "services", _join(opening, answer, others, ask), first_hit.service, None
    if not said.understood:
        return "question", _join("I understood nothing of this text that the knowledge has words for.", ask), None, None
    return "question", _join(opening, "That raises no decision by itself.", ask), None, None


def _understood_sentence(said: Interpretation) -> str:
    if not said.traits:
        return ""
    told = [f"{_name(u)} (“{u.spans[0].words}”)" for u in said.traits[:_WORDS_TOLD]]
    more = len(said.traits) - len(told)
    return f"Understood: {', '.join(told)}{f' and {more} more' if more else ''}."


def _name(understood: Understood) -> str:
    value = understood.value
    if isinstance(value, bool):
        shown = "yes" if value else "no"
    else:
        shown = " or ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"{understood.trait.replace('_', ' ')} {shown}"


def _join(*sentences: str) -> str:
    return " ".join(s.strip() for s in sentences if s)
