"""A plan as plain text and as Markdown: one overview, then a record per decision."""

from __future__ import annotations

from advisor.engine.results import Plan, PlannedDecision, PlanQuestion, as_dict
from advisor.quantities import trim
from advisor.render.markdown import escape, recommendation_markdown
from advisor.render.mermaid import plan_mermaid
from advisor.render.text import LIFECYCLE, table, wrapped


def plan_text(plan: Plan) -> str:
    """The decisions in order with their choices, what is open, what to ask next, and the services it ends in."""
    lines = ["Plan", "====", "", wrapped(plan.summary), ""]
    lines += _given(plan)
    if plan.decisions:
        rows = [(str(i), p.decision.title, p.name or "(open)", _how(p), _score(p)) for i, p in enumerate(plan.decisions, start=1)]
        lines += [table(("#", "decision", "choice", "how", "points"), rows, 44)]
        for planned in plan.decisions:
            lines += _decision(planned)
    if plan.maybe:
        lines += ["May arise", "---------"]
        lines += [wrapped(f"{m.decision.title}: if {m.condition}", 4, "  ") for m in plan.maybe[:12]]
        lines += [f"  and {len(plan.maybe) - 12} more"] if len(plan.maybe) > 12 else []
        lines.append("")
    if plan.next_questions:
        lines += ["Ask next", "--------"]
        for question in plan.next_questions[:5]:
            lines.append(wrapped(f"{question.question}  ({question.trait} = {_answers(question)})", 4, "  "))
            lines.append(wrapped(f"for {', '.join(question.decisions or question.relevance)}", 4))
        lines.append("")
    if plan.services:
        lines += ["Ends in", "-------"]
        lines += [wrapped(f"{s.name}{LIFECYCLE.get(s.lifecycle, '')} ({', '.join(s.decisions)})", 4, "  ") for s in plan.services]
        lines.append("")
    lines.append(f"Knowledge {plan.knowledge.version} {plan.knowledge.digest[:19]}…")
    return "\n".join(lines) + "\n"


def _given(plan: Plan) -> list[str]:
    lines = []
    given = "; ".join(f"{k} = {v}" for k, v in plan.traits.used.items())
    if given:
        lines.append(wrapped(given, 10, "Given:    "))
    lines += [wrapped(f"{i.trait} = {i.value} ({i.because})", 10, "Inferred: ") for i in plan.traits.inferred if i.origin != "assumed"]
    if plan.traits.unused:
        lines.append(wrapped(", ".join(plan.traits.unused), 10, "Unused:   "))
    return [*lines, ""] if lines else []


def _how(planned: PlannedDecision) -> str:
    return planned.origin or planned.recommendation.outcome


def _score(planned: PlannedDecision) -> str:
    return next((trim(o.score) for o in planned.recommendation.ranking if o.option == planned.choice), "")


def _answers(question: PlanQuestion) -> str:
    return ", ".join(str(a).lower() if isinstance(a, bool) else str(a) for a in question.answers[:6])


def _decision(planned: PlannedDecision) -> list[str]:
    result = planned.recommendation
    lines = [f"{planned.decision.title}: {planned.name or 'open'}"]
    if planned.note:
        lines.append(wrapped(planned.note, 4, "  ! "))
    chosen = next((o for o in result.ranking if o.option == planned.choice), None)
    if chosen:
        lines += [wrapped(r.text, 6, f"  {'+' if (r.points or 0) > 0 else ''}{r.points:g} ") for r in chosen.reasons_for[:3] if r.points]
        rivals = [o for o in result.ranking if o.option != planned.choice][:2]
        if rivals:
            lines.append(wrapped("next: " + ", ".join(f"{o.name} {trim(o.score)}" for o in rivals), 4))
    elif result.ranking:
        lines.append(wrapped("level: " + ", ".join(o.name for o in result.ranking if o.rank == 1), 4, "    "))
    gone = [o for o in result.ruled_out if o.lifecycle == "available"][:3]
    lines += [wrapped(f"{o.name}: {o.reasons[0].text}", 6, "  ✗ ") for o in gone if o.reasons]
    lines.append("")
    return lines


def plan_markdown(plan: Plan) -> str:
    """The whole plan as one document: summary, diagram, then a MADR record per decision."""
    lines = [
        "---",
        "status: proposed",
        f"informed: knowledge {plan.knowledge.version}",
        "---",
        "",
        "# Architecture plan",
        "",
        escape(plan.summary),
        "",
    ]
    if plan.decisions:
        lines += ["| # | decision | choice | how |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {i} | {escape(p.decision.title)} | {escape(p.name or 'open')} | {escape(_how(p))} |"
            for i, p in enumerate(plan.decisions, start=1)
        ]
        lines += ["", "```mermaid", plan_mermaid(plan).rstrip("\n"), "```", ""]
    if plan.services:
        lines += ["## Services", ""]
        lines += [f"* {escape(s.name)}{LIFECYCLE.get(s.lifecycle, '')} – {escape(', '.join(s.decisions))}" for s in plan.services]
        lines.append("")
    if plan.next_questions:
        lines += ["## Open questions", ""]
        lines += [f"* {escape(q.question)} ({escape(', '.join(q.decisions or q.relevance))})" for q in plan.next_questions[:8]]
        lines.append("")
    for planned in plan.decisions:
        lines.append(recommendation_markdown(planned.recommendation, brief=True, level=2))
        if planned.note:
            lines += [f"> {escape(planned.note)}", ""]
    return "\n".join(lines)


def plan_rows(plan: Plan) -> list[dict[str, object]]:
    """One row per decision of the plan, for dashboards."""
    return [
        {
            "decision": p.decision.id, "title": p.decision.title, "choice": p.choice, "name": p.name, "origin": p.origin,
            "outcome": p.recommendation.outcome, "confidence": as_dict(p.recommendation.confidence), "note": p.note,
        }
        for p in plan.decisions
    ]  # fmt: skip


PLAN_COLUMNS = ("decision", "title", "choice", "name", "origin", "outcome", "confidence", "note")
