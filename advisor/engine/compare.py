"""Options of one decision side by side for one workload."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from advisor.engine.kernel import bits_of
from advisor.engine.recommend import Case, Engine
from advisor.engine.results import ComparedOption, Comparison, Recommendation, Separator, number
from advisor.engine.summary import joined, points
from advisor.engine.whatif import counterfactuals_of

MAX_CHANGES = 2  # answers changed at once when looking for what an option would need


def compare(engine: Engine, case: Case, result: Recommendation, options: Sequence[str]) -> Comparison:
    """The options of a case that is limited to them: what separates them, rule by rule, and what each would need to win among them."""
    kernel = case.kernel
    verdict = kernel.evaluate(case.cells, case.weights)
    sides = [kernel.option_index[o] for o in options]
    counterfactuals, _, exact = counterfactuals_of(engine, case, verdict, MAX_CHANGES)
    needs = {c.option: c for c in counterfactuals}
    ranked = {o.option: o for o in result.ranking}
    gone = {r.option: r for r in result.ruled_out}
    told = []
    for side in sides:
        service = engine.knowledge.services[kernel.options[side]]
        place, out = ranked.get(service.id), gone.get(service.id)
        told.append(ComparedOption(
            service.id, service.name, service.lifecycle.status, service.summary, place.rank if place else None,
            number(verdict.points[side] / 2), out.reasons if out else (), service.choose_when, service.avoid_when, needs.get(service.id),
        ))  # fmt: skip
    told.sort(key=lambda o: (o.rank is None, o.rank or 0, kernel.option_index[o.option]))
    separates, shared = _separators(engine, case, sides, verdict.held, "holds")
    opened, _ = _separators(engine, case, sides, verdict.open, "open")
    return Comparison(
        result.decision, result.outcome, result.best, _summary(told, separates), tuple(told), separates, opened, shared, result.traits,
        result.priorities, result.knowledge, exact,
    )  # fmt: skip


def _separators(engine: Engine, case: Case, sides: list[int], rules: int, status: str) -> tuple[tuple[Separator, ...], int]:
    """The rules that treat the sides differently, weightiest first, and how many treat them alike and not as nothing."""
    kernel, narrator = case.kernel, engine.narrator(case.kernel.decision.id)
    out: list[Separator] = []
    shared = 0
    for rule in bits_of(rules):
        record = kernel.rules[rule]
        effects: dict[str, Any] = {}
        spread: float | None = None
        if record.is_exclusion:
            barred = kernel.rule_excludes(rule)
            hit = [s for s in sides if barred >> s & 1]
            if len(hit) in (0, len(sides)):
                shared += bool(hit)
                continue
            effects = {kernel.options[s]: "excludes" if s in hit else 0 for s in sides}
            speaks = hit[0]
        else:
            half = dict(kernel.rule_points(rule, case.weights))
            values = [half.get(s, 0) for s in sides]
            if max(values) == min(values):
                shared += bool(values[0])
                continue
            effects = {kernel.options[s]: number(v / 2) for s, v in zip(sides, values, strict=True)}
            spread = number((max(values) - min(values)) / 2)
            speaks = max(sides, key=lambda s: (abs(half.get(s, 0)), -s))
        out.append(Separator(
            record.id, status, narrator.text(rule, speaks, case.answers), narrator.when(rule), record.pillar, effects, spread,
            narrator.traits[rule], narrator.sources(rule), record.caveat or None,
        ))  # fmt: skip
    return tuple(sorted(out, key=lambda s: (s.spread is not None, -(s.spread or 0), s.rule))), shared


def _summary(told: list[ComparedOption], separates: tuple[Separator, ...]) -> str:
    """Who is ahead among them and the weightiest difference."""
    standing = [o for o in told if o.rank is not None]
    sentences = []
    if not standing:
        sentences.append("None of them fits this workload.")
    else:
        lead = [o.name for o in standing if o.rank == 1]
        rest = [f"{o.name} with {o.score:g}" for o in standing if o.rank != 1]
        verb = "are level at" if len(lead) > 1 else "leads with"
        sentences.append(f"{joined(lead)} {verb} {points(standing[0].score)}{', before ' + joined(rest) if rest else ''}.")
    sentences += [f"{o.name} is ruled out: {o.ruled_out[0].text}" for o in told if o.ruled_out]
    if separates and separates[0].spread is not None:
        sentences.append(f"What tells them apart most: {separates[0].text}")
    if not separates:
        sentences.append("No rule that holds tells them apart.")
    return " ".join(sentences)


__all__ = ["Comparison", "compare"]
