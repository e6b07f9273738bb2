"""What each tool answers: structured data, and one line that says the same to a model which reads only text.

brief answers keep the field names of the HTTP answers and leave out what a conversation can do without; they stay under 1,000 tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from advisor.engine.catalogue import DecisionInfo, ServiceInfo, TraitInfo
from advisor.engine.results import MaybeDecision, Plan, PlanQuestion, Question, Reason, Recommendation, WhatIf, as_dict
from advisor.engine.summary import joined
from advisor.errors import UnknownServiceError
from advisor.language.advise import Advice
from advisor.language.records import Interpretation
from advisor.local import Advisor
from advisor.quantities import trim
from api.asking import ask_next
from api.chat.budget import fit

Data = dict[str, Any]
Told = tuple[Data, str]
Arguments = Mapping[str, Any]
MOST_NAMED = 8


def _workload(asked: Arguments) -> dict[str, Any]:
    return {"traits": asked.get("traits") or {}, "priorities": asked.get("priorities"), "only": asked.get("only") or None}


def _brief(asked: Arguments) -> bool:
    return str(asked.get("detail", "brief")) == "brief"


# ── the knowledge ─────────────────────────────────────────────────────────────────────────────────────────────────
def list_decisions(advisor: Advisor, asked: Arguments) -> Told:
    """The decisions by area; with their questions once a search or an area leaves few enough of them."""
    rows = [d for d in advisor.catalogue.decisions(asked.get("query")) if asked.get("area") in (None, d.area)]
    told = [{"id": d.id, "question": d.question} for d in rows]
    line = f"{len(rows)} decisions: {', '.join(d.id for d in rows)}." if rows else "No decision matches; ask without query."
    areas: dict[str, list[str]] = {}
    for d in rows:
        areas.setdefault(d.area, []).append(d.id)
    if _brief(asked) and len(rows) > MOST_NAMED:
        return {"count": len(rows), "areas": areas}, f"{len(rows)} decisions in {len(areas)} areas: {', '.join(areas)}."
    return {"count": len(rows), "areas": areas, "decisions": told}, line


def describe_decision(advisor: Advisor, asked: Arguments) -> Told:
    """One decision: its options, and the traits it reads with the answers they take."""
    info = advisor.catalogue.decision(asked["decision"])
    options = [{"id": o.id, "name": o.name, **({} if o.lifecycle == "available" else {"lifecycle": o.lifecycle})} for o in info.options]
    data: Data = {
        "id": info.id,
        "title": info.title,
        "question": info.question,
        "summary": info.summary,
        "relevant_when": info.relevant_when,
    }
    line = f"{info.title}: {len(info.options)} options ({', '.join(o.id for o in info.options[:MOST_NAMED])}" + (
        f" and {len(info.options) - MOST_NAMED} more" if len(info.options) > MOST_NAMED else ""
    ) + f"), {len(info.traits)} traits, {len(info.rules)} rules. Next: recommend with what is known, or next_question."  # fmt: skip
    if _brief(asked):
        data |= {"options": options, "traits": {t.id: _answers(t) for t in _by_weight(info)}, "rules": len(info.rules)}
        return _fit_traits(data, line), line
    data["options"] = [as_dict(o) for o in info.options]
    data["traits"] = {t.id: {"question": t.question, "why": t.why, "answers": _answers(t)} for t in _by_weight(info)}
    data["rules"] = [{"id": r.id, "when": r.when, "effects": _effects(r), "because": r.because} for r in info.rules]
    return data, line


def _by_weight(info: DecisionInfo) -> list[TraitInfo]:
    """The traits that most rules of the decision read, first."""
    reads = {t.id: sum(t.id in r.traits for r in info.rules) for t in info.traits}
    return sorted(info.traits, key=lambda t: (-reads[t.id], t.id))


def _fit_traits(data: Data, line: str) -> Data:
    """The traits are a map here; the ones fewest rules read go first."""
    names = list(data["traits"].items())
    kept = fit({**data, "traits": [list(n) for n in names]}, line, [("traits", 5), ("options", 5)])
    kept["traits"] = dict(names[: len(kept["traits"])])
    return kept


def _answers(trait: TraitInfo) -> Any:
    if trait.type == "boolean":
        return "true|false"
    if trait.values:
        return "|".join(str(v.value) for v in trait.values)
    return f"{trait.type}, such as {trait.example}"


def _effects(rule: Any) -> list[str]:
    return [f"{e.effect} {e.option}" + (f" ({e.points:+d})" if e.points is not None else "") for e in rule.effects]


def get_service(advisor: Advisor, asked: Arguments) -> Told:
    """One catalogue entry."""
    try:
        info = advisor.catalogue.service(asked["service"])
    except UnknownServiceError as error:
        error.path = ("service",)  # here it is an argument, not the address
        raise
    life = info.lifecycle
    state = life.status + (f" until {life.until}" if life.until else f" since {life.since}" if life.since else "")
    line = f"{info.name} ({info.id}, {state}): {info.summary}"
    if life.successors:
        line += f" Follow-up: {joined([s.name for s in life.successors])}."
    if not _brief(asked):
        return as_dict(info), line
    data = _service_brief(info)
    return fit(
        data, line, [("does", 2), ("features", 3), ("aliases", 2), ("facts", 4), ("avoid_when", 1), ("choose_when", 1), ("facts", 0)]
    ), line


def _service_brief(info: ServiceInfo) -> Data:
    full = as_dict(info)
    life = {k: v for k, v in full["lifecycle"].items() if v}
    life["successors"] = [s.id for s in info.lifecycle.successors]
    return {
        "id": info.id, "name": info.name, "kind": info.kind, "summary": info.summary, "lifecycle": life,
        "part_of": info.part_of.id if info.part_of else None, "choose_when": list(info.choose_when), "avoid_when": list(info.avoid_when),
        "facts": [
            {"id": f.id, "value": f.value, "hard": f.hard, "source": as_dict(f.source)}
            for f in sorted(info.facts, key=lambda f: not f.hard)
        ],
        "decisions": [d.id for d in info.decisions], "features": [f.id for f in info.features], "aliases": list(info.aliases),
        "does": list(info.does),
    }  # fmt: skip


# ── one decision ──────────────────────────────────────────────────────────────────────────────────────────────────
def recommend(advisor: Advisor, asked: Arguments) -> Told:
    """The ranking."""
    result = advisor.recommend(asked["decision"], **_workload(asked))
    line = recommendation_line(result)
    if not _brief(asked):
        return as_dict(result), line
    return fit(recommendation_brief(result), line, _RECOMMENDATION), line


_RECOMMENDATION = (
    ("traits.unknown", 0), ("ruled_out", 3), ("traits.inferred", 1), ("traits.unused", 1), ("ruled_out", 1), ("ranking", 2),
    ("ruled_out", 0), ("ranking", 1), ("traits.inferred", 0), ("traits.unused", 0), ("best", 3),
)  # fmt: skip


def recommendation_brief(result: Recommendation) -> Data:
    """The best three with their two weightiest reasons, and what is ruled out with one reason each."""
    full = as_dict(result)
    ranking = []
    for o in result.ranking[:3]:
        weighty = sorted((*o.reasons_for, *o.reasons_against), key=lambda r: (-abs(r.points or 0), r.rule))[:2]
        ranking.append({
            "rank": o.rank, "option": o.option, "name": o.name, "score": as_dict(o.score), "win_share": as_dict(o.win_share),
            "reasons_for": [_reason(r) for r in weighty if (r.points or 0) >= 0],
            "reasons_against": [_reason(r) for r in weighty if (r.points or 0) < 0],
        } | ({} if o.lifecycle == "available" else {"lifecycle": o.lifecycle}))  # fmt: skip
    return {
        "decision": result.decision.id, "outcome": result.outcome, "best": list(result.best), "confidence": full["confidence"],
        "ranking": ranking,
        "ruled_out": [
            {"option": o.option, "name": o.name, "reason": _reason(o.reasons[0]) if o.reasons else None} for o in result.ruled_out
        ],
        "next_question": _question(result.next_question),
        "traits": {"inferred": [f"{i.trait} = {i.value}: {i.because}" for i in result.traits.inferred if i.origin != "assumed"],
                   "unused": list(result.traits.unused), "unknown": list(result.traits.unknown)},
        "knowledge": result.knowledge.version,
    }  # fmt: skip


def _reason(reason: Reason) -> Data:
    source = {"source": reason.sources[0].url, "checked": reason.sources[0].checked} if reason.sources else {}
    return {"rule": reason.rule, "points": as_dict(reason.points), "text": reason.text, **source}


def _question(question: Question | PlanQuestion | None) -> Data | None:
    if question is None:
        return None
    return {
        "trait": question.trait, "question": question.question, "answers": as_dict(question.answers)[:12],
        "information_bits": as_dict(question.information_bits),
    }  # fmt: skip


def recommendation_line(result: Recommendation) -> str:
    """The summary, the first places, and the next question, in one line."""
    places = ", ".join(f"{o.rank}. {o.option} ({trim(o.score)})" for o in result.ranking[:4])
    gone = ", ".join(o.option for o in result.ruled_out[:6])
    parts = [
        f"[{result.decision.id}: {result.outcome}] {result.summary}",
        f"Ranking: {places}." if places else "",
        f"Ruled out: {gone}." if gone else "",
    ]
    if result.next_question:
        parts.append(f"Ask next: {result.next_question.question} ({result.next_question.trait})")
    return " ".join(p for p in parts if p)


def next_question(advisor: Advisor, asked: Arguments) -> Told:
    """The questions worth asking, and where the decision stands."""
    now = ask_next(advisor, asked["decision"], **_workload(asked), limit=asked["limit"], skip=asked.get("skip") or ())
    questions = now.questions
    told = [{**(_question(q) or {}), "why": q.why} for q in questions]
    data: Data = {
        "decision": now.decision.id,
        "outcome": now.outcome,
        "best": list(now.best),
        "questions": told,
        "knowledge": now.knowledge.version,
    }
    if questions:
        answers = ", ".join(_said(a) for a in questions[0].answers[:8])
        line = f"Ask: {questions[0].question} ({questions[0].trait} = {answers})"
    else:
        ending = "Nothing else is worth asking" if asked.get("skip") else "No question can change who is first"
        line = f"{ending} ({now.outcome}): {joined(list(now.best)) or 'nothing survives'}."
    return fit(data, line, [("questions", 1), ("best", 3)]), line


def _said(answer: Any) -> str:
    return str(answer).lower() if isinstance(answer, bool) else str(answer)


def what_if(advisor: Advisor, asked: Arguments) -> Told:
    """What would change the answer."""
    result = advisor.what_if(asked["decision"], **_workload(asked), max_changes=asked["max_changes"])
    line = f"[{result.decision.id}: {result.outcome}] {result.summary}"
    if not _brief(asked):
        return as_dict(result), line
    return fit(_what_if_brief(result), line, [
        ("open_exclusions", 1), ("hinges", 1), ("dethroning", 6), ("counterfactuals", 4), ("sensitivity", 1), ("relaxations", 2),
        ("dethroning", 1),
        ("counterfactuals", 1), ("open_exclusions", 0), ("hinges", 0), ("best", 3),
    ]), line  # fmt: skip


def _what_if_brief(result: WhatIf) -> Data:
    reached = sorted((c for c in result.counterfactuals if c.sets), key=lambda c: len(c.sets[0]))
    return {
        "decision": result.decision.id, "outcome": result.outcome, "best": list(result.best),
        "dethroning": [{"changes": [c.text for c in d.changes], "best": list(d.best)} for d in result.dethroning],
        "counterfactuals": [{"option": c.option, "changes": [x.text for x in c.sets[0]]} for c in reached],
        "sensitivity": [as_dict(s) for s in result.sensitivity if s.relevant],
        "hinges": [{"rule": h.rule, "text": h.text, "best": list(h.best)} for h in result.robustness.hinges],
        "robustness": as_dict(result.robustness.share),
        "open_exclusions": [{"option": o.option, "when": o.when, "text": o.text} for o in result.open_exclusions],
        "relaxations": [{"give_up": [f"{a.trait} = {a.shown}" for a in r.answers], "best": list(r.best)} for r in result.relaxations],
        "exact": result.exact, "knowledge": result.knowledge.version,
    }  # fmt: skip


# ── whole workloads ───────────────────────────────────────────────────────────────────────────────────────────────
def plan(advisor: Advisor, asked: Arguments) -> Told:
    """All decisions of a workload."""
    result = advisor.plan(
        asked.get("traits") or {},
        priorities=asked.get("priorities"),
        choices=asked.get("choices"),
        decisions=asked.get("decisions") or None,
    )
    line = result.summary
    data = _plan_brief(result)
    if _brief(asked):
        return fit(data, line, _PLAN), line
    for told, planned in zip(data["decisions"], result.decisions, strict=True):
        told["recommendation"] = recommendation_brief(planned.recommendation)
    return data | {"not_relevant": list(result.not_relevant), "edges": as_dict(result.edges), "traits": as_dict(result.traits)}, line


_PLAN = (
    ("maybe", 5),
    ("next_questions", 2),
    ("services", 6),
    ("maybe", 0),
    ("decisions", 6),
    ("next_questions", 1),
    ("services", 3),
    ("decisions", 1),
)


def _plan_brief(result: Plan) -> Data:
    return {
        "decisions": [
            {"decision": d.decision.id, "choice": d.choice, "name": d.name, "origin": d.origin, "outcome": d.recommendation.outcome}
            | ({"note": d.note} if d.note else {}) | ({"depends_on": list(d.depends_on)} if d.depends_on else {})
            for d in result.decisions
        ],
        "services": [s.service for s in result.services],
        "next_questions": [_question(q) for q in result.next_questions[:3]],
        "maybe": [_maybe(m) for m in result.maybe],
        "knowledge": result.knowledge.version,
    }  # fmt: skip


def _maybe(maybe: MaybeDecision) -> Data:
    return {"decision": maybe.decision.id, "traits": list(maybe.traits[:3])}


def interpret(advisor: Advisor, asked: Arguments) -> Told:
    """What a text says."""
    result = advisor.interpret(asked["text"])
    found = ", ".join(f"{u.trait} = {_value(u.value)}" for u in result.traits)
    raised = ", ".join(d.decision for d in result.decisions[:3])
    line = f"Understood: {found or 'no traits'}." + (f" It raises: {raised}." if raised else "")
    return fit(
        _interpretation(result),
        line,
        [("not_understood", 2), ("decisions", 3), ("services", 4), ("traits", 8), ("not_understood", 0), ("traits", 1)],
    ), line


def _value(value: Any) -> str:
    return " or ".join(_said(v) for v in value) if isinstance(value, list | tuple) else _said(value)


def _interpretation(result: Interpretation) -> Data:
    return {
        "understood": result.understood,
        "traits": [
            {"trait": u.trait, "value": as_dict(u.value), "words": [s.words for s in u.spans], "confidence": as_dict(u.confidence)}
            for u in result.traits
        ],
        "priorities": dict(result.levels),
        "services": [{"service": s, "role": r} for s, r in dict.fromkeys((m.service, m.role) for m in result.services)],
        "decisions": [{"decision": d.decision, "score": as_dict(d.score)} for d in result.decisions],
        "not_understood": [s.words for s in result.not_understood],
    }  # fmt: skip


def advise(advisor: Advisor, asked: Arguments) -> Told:
    """A text answered."""
    result = advisor.advise(
        asked["text"], asked.get("traits") or {}, priorities=asked.get("priorities"), only=asked.get("only") or None,
        decision=asked.get("decision"), choices=asked.get("choices") or None,
    )  # fmt: skip
    line = result.answer
    data = _advice(result)
    if _brief(asked):
        lists = [
            ("understood.not_understood", 2), ("services", 2), ("understood.decisions", 2), ("understood.services", 6),
            *((f"recommendation.{p}", n) for p, n in _RECOMMENDATION),
            *((f"plan.{p}", n) for p, n in _PLAN), ("proposals", 2), ("understood.traits", 4), ("understood.not_understood", 0),
            ("ignored", 0), ("understood.traits", 0), ("understood.services", 0),
        ]  # fmt: skip
        return fit(data, line, lists), line
    if result.plan:
        for told, planned in zip(data["plan"]["decisions"], result.plan.decisions, strict=True):
            told["recommendation"] = recommendation_brief(planned.recommendation)
    if "recommendation" in data:
        data["recommendation"] = as_dict(result.recommendation)
    return data, line


def _advice(result: Advice) -> Data:
    """What is not there is left out: a recommendation or a plan or proposals, seldom two of them."""
    parts: Data = {
        "kind": result.kind, "best": result.best, "sure": as_dict(result.sure), "decision": result.decision,
        "understood": _interpretation(result.understood), "next_question": _question(result.next_question),
        "knowledge": result.knowledge.version,
    }  # fmt: skip
    if result.proposals:
        parts["proposals"] = [
            {"rank": p.rank, "key": p.key, "share": as_dict(p.share), "services": list(p.services), "reasons_for": list(p.reasons_for[:2]),
             "reasons_against": list(p.reasons_against[:2])}
            for p in result.proposals
        ]  # fmt: skip
    if result.recommendation and not result.proposals and result.kind != "plan":
        parts["recommendation"] = recommendation_brief(result.recommendation)
        parts["recommendation"].pop("next_question")
    if result.plan:
        parts["plan"] = _plan_brief(result.plan)
    if result.services:
        parts["services"] = [
            {"service": s.service, "name": s.name, "summary": s.summary, "lifecycle": s.lifecycle} for s in result.services
        ]
    if result.ignored:
        parts["ignored"] = list(result.ignored)
    return parts
