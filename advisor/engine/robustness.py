"""How much of an answer hangs on the strengths, which are expert judgement.

Each strength that spoke may be one step of the scale weaker or stronger (slight cannot be weaker, decisive not stronger), every case
equally likely. Scores of different options then vary independently, so the share of cases in which the first place stays is found
exactly by adding up distributions instead of trying the cases. Compare SMAA: Lahdelma, Hokkanen & Salminen (1998).
"""

from __future__ import annotations

from fractions import Fraction

from advisor.engine.changes import first_of
from advisor.engine.kernel import Verdict, bits_of
from advisor.engine.reasons import STRENGTH_NAMES
from advisor.engine.recommend import Case, Engine
from advisor.engine.results import Hinge, Robustness
from advisor.knowledge.base import PILLARS, STRENGTHS

SCALE = tuple(sorted(STRENGTHS.values()))


def neighbours(points: int) -> tuple[int, ...]:
    """The strengths one step around a signed strength, itself included."""
    place, sign = SCALE.index(abs(points)), 1 if points > 0 else -1
    return tuple(sign * s for s in SCALE[max(0, place - 1) : place + 2])


def robustness_of(engine: Engine, case: Case, verdict: Verdict) -> Robustness:
    """The share of shifted cases in which one of the present first places is still ahead of everyone else, and the hinges."""
    survivors = [o for o in bits_of(case.allowed) if not verdict.excluded >> o & 1]
    hinges = _hinges(engine, case, verdict)
    if not survivors:
        return Robustness(None, 0, hinges)
    first = first_of(verdict.points, verdict.excluded, case.allowed)
    scores: dict[int, dict[int, int]] = {o: {0: 1} for o in survivors}  # half points → number of cases
    effects = 0
    for rule in bits_of(verdict.held):
        record = case.kernel.rules[rule]
        if record.pillar is None:
            continue
        weight = case.weights[PILLARS.index(record.pillar)]
        for name, points in record.points:
            option = case.kernel.option_index.get(name)
            if option in scores and weight:
                effects += 1
                scores[option] = _added(scores[option], [weight * p for p in neighbours(points)])
    champions = _highest([scores[o] for o in survivors if first >> o & 1])
    rivals = _highest([scores[o] for o in survivors if not first >> o & 1])
    stays = sum((p for s, p in champions.items()), Fraction(0)) if not rivals else Fraction(0)
    if rivals:
        ahead = sorted(rivals.items())
        for score, share in champions.items():
            stays += share * sum((p for s, p in ahead if s < score), Fraction(0))
    return Robustness(round(float(stays), 6), effects, hinges)


def _added(scores: dict[int, int], steps: list[int]) -> dict[int, int]:
    out: dict[int, int] = {}
    for score, cases in scores.items():
        for step in steps:
            out[score + step] = out.get(score + step, 0) + cases
    return out


def _highest(scores: list[dict[int, int]]) -> dict[int, Fraction]:
    """Score → share of cases in which the highest of independent scores is just that; empty for no scores."""
    below: dict[int, Fraction] = {}
    levels = sorted({s for one in scores for s in one})
    before = Fraction(0)
    for level in levels:
        within = Fraction(1)
        for one in scores:
            within *= Fraction(sum(c for s, c in one.items() if s <= level), sum(one.values()))
        if within > before:
            below[level] = within - before
        before = within
    return below


def _hinges(engine: Engine, case: Case, verdict: Verdict) -> tuple[Hinge, ...]:
    """The rules that hold and without which the first place would change; what ended or closed is no judgement and is left out."""
    kernel, narrator = case.kernel, engine.narrator(case.kernel.decision.id)
    now = first_of(verdict.points, verdict.excluded, case.allowed)
    out = []
    for rule in sorted(bits_of(verdict.held), key=lambda r: kernel.rules[r].id):
        record = kernel.rules[rule]
        if record.file == "lifecycle":
            continue
        points, excluded = kernel.tally(verdict.held & ~(1 << rule), case.weights)
        then = first_of(points, excluded, case.allowed)
        if then == now:
            continue
        best = tuple(kernel.options[o] for o in bits_of(then))
        if record.is_exclusion:
            shown = next(iter(bits_of(kernel.rule_excludes(rule) & case.allowed)), 0)
            out.append(Hinge(record.id, "excludes", None, narrator.text(rule, shown, case.answers), best))
        else:
            name, strongest = max(record.points, key=lambda p: (abs(p[1]), p[0]))
            effect = "favors" if strongest > 0 else "opposes"
            text = narrator.text(rule, kernel.option_index[name], case.answers)
            out.append(Hinge(record.id, effect, STRENGTH_NAMES[abs(strongest)], text, best))
    return tuple(out)
