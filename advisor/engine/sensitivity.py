"""How far a pillar's weight can move before the first place changes.

Scores are linear in the weights and exclusions do not depend on them, so the interval has a closed form.
Source: Triantaphyllou & Sánchez (1997), A sensitivity analysis approach for some deterministic multi-criteria decision-making methods.
"""

from __future__ import annotations

from fractions import Fraction

from advisor.engine.kernel import Verdict, bits_of
from advisor.engine.recommend import Case
from advisor.engine.results import PillarSensitivity
from advisor.knowledge.base import PILLARS


def pillar_points(case: Case, verdict: Verdict) -> list[list[int]]:
    """[options][pillars]: points of the rules that hold, before any weight."""
    kernel = case.kernel
    out = [[0] * len(PILLARS) for _ in kernel.options]
    for rule in bits_of(verdict.held):
        record = kernel.rules[rule]
        if record.pillar is not None:
            for option, points in record.points:
                if option in kernel.option_index:
                    out[kernel.option_index[option]][PILLARS.index(record.pillar)] += points
    return out


def sensitivity_of(case: Case, verdict: Verdict) -> tuple[PillarSensitivity, ...]:
    """One record per pillar, in their order; empty when nothing survives.

    The first place changes when another option draws level, or when options that are level part. At an end they are level; `below` and
    `above` are first just beyond it, but with `low` 0 there is no beyond, and `below` are those that are level there. Ends are told
    rounded to six digits.
    """
    kernel = case.kernel
    survivors = [o for o in bits_of(case.allowed) if not verdict.excluded >> o & 1]
    if not survivors:
        return ()
    table = pillar_points(case, verdict)
    top = max(verdict.points[o] for o in survivors)
    first = [o for o in survivors if verdict.points[o] == top]
    out = []
    for index, pillar in enumerate(PILLARS):
        weight = Fraction(case.weights[index], 2)
        slope = {o: table[o][index] for o in survivors}
        score = {o: Fraction(verdict.points[o], 2) for o in survivors}
        down, below, level = _end(first, slope, score, -1)
        up, above, _ = _end(first, slope, score, +1)
        low = Fraction(0)
        if down is None or down > weight or weight == 0:
            below = []
        else:
            low = weight - down
            below = below if low > 0 else level
        out.append(PillarSensitivity(
            pillar, float(weight), _told(low), None if up is None else _told(weight + up), tuple(kernel.options[o] for o in below),
            tuple(kernel.options[o] for o in above), bool(below or above),
        ))  # fmt: skip
    return tuple(out)


def _told(value: Fraction) -> float:
    return round(float(value), 6)


def _end(
    first: list[int], slope: dict[int, int], score: dict[int, Fraction], sign: int
) -> tuple[Fraction | None, list[int], list[int]]:
    """How far the weight can move in one direction until the first place changes, who is first just beyond, and who is level there."""
    lead = first[0]
    nearest = Fraction(0) if len({slope[o] for o in first}) > 1 else None
    for rival in slope:
        gain = sign * (slope[rival] - slope[lead])
        if rival not in first and gain > 0:
            distance = (score[lead] - score[rival]) / gain
            nearest = distance if nearest is None or distance < nearest else nearest
    if nearest is None:
        return None, [], []
    there = {o: score[o] + sign * slope[o] * nearest for o in slope}
    level = [o for o in slope if there[o] == max(there.values())]
    steepest = max(sign * slope[o] for o in level)
    return nearest, [o for o in level if sign * slope[o] == steepest], level
