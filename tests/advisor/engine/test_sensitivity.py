"""Ends of the weight intervals equal what trying every weight finds."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings

from advisor.engine.recommend import Engine
from advisor.engine.sensitivity import pillar_points, sensitivity_of
from advisor.knowledge.base import PILLARS
from tests import strategies


@settings(max_examples=200, deadline=None)
@given(strategies.knowledge_bases(), strategies.workloads(), strategies.priorities())
def test_the_first_place_stays_inside_the_interval_and_changes_beyond_it(knowledge, traits, levels):
    """At every crossing of two options' scores, and between and beyond the crossings, in each pillar."""
    engine = Engine(knowledge)
    case = engine.case("trees", traits, priorities=levels)
    kernel = case.kernel
    verdict = kernel.evaluate(case.cells, case.weights)
    survivors = [o for o in range(len(kernel.options)) if not verdict.excluded >> o & 1]
    assume(survivors)
    table = pillar_points(case, verdict)
    for index, told in enumerate(sensitivity_of(case, verdict)):
        now = Fraction(case.weights[index], 2)

        def first(weight: Fraction, index: int = index, now: Fraction = now) -> tuple[str, ...]:
            score = {o: Fraction(verdict.points[o], 2) + table[o][index] * (weight - now) for o in survivors}
            return tuple(kernel.options[o] for o in survivors if score[o] == max(score.values()))

        crossings = {Fraction(0), now}
        for a in survivors:
            for b in survivors:
                slope = table[a][index] - table[b][index]
                if slope:
                    crossings.add(now + Fraction(verdict.points[b] - verdict.points[a], 2) / slope)
        ordered = sorted(c for c in crossings if c >= 0)
        between = [*((a + b) / 2 for a, b in pairwise(ordered)), ordered[-1] + 1]
        present = first(now)
        assert told.pillar == PILLARS[index]
        lows = [w for w in (*ordered, *between) if w < now and first(w) != present]
        highs = [w for w in (*ordered, *between) if w > now and first(w) != present]
        assert told.relevant == bool(lows or highs)
        assert (bool(told.below), bool(told.above)) == (bool(lows), bool(highs))
        if highs:
            parts = first(next(w for w in between if w > now)) != present
            end = now if parts else min(highs)
            assert told.high == pytest.approx(float(end), abs=1e-6)
            assert first(next(w for w in between if w > end)) == told.above
        else:
            assert told.high is None
        if lows:
            parts = first([w for w in between if w < now][-1]) != present
            end = now if parts else max(lows)
            assert told.low == pytest.approx(float(end), abs=1e-6)
            assert first([w for w in between if w < end][-1] if end else Fraction(0)) == told.below
        else:
            assert told.low == 0
