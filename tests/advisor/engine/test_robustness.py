"""The share of shifted cases equals trying them all, and hinges are the rules whose loss changes the winner."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import assume, given, settings

from advisor.engine.recommend import Engine
from advisor.engine.robustness import neighbours, robustness_of
from advisor.knowledge.base import PILLARS
from tests import reference, strategies


@settings(max_examples=150, deadline=None)
@given(strategies.knowledge_bases(most_rules=5), strategies.workloads(), strategies.priorities())
def test_the_share_equals_trying_every_shift(knowledge, traits, levels):
    """One of the present first places is ahead of all others in that share of the cases."""
    engine = Engine(knowledge)
    case = engine.case("trees", traits, priorities=levels)
    kernel = case.kernel
    verdict = kernel.evaluate(case.cells, case.weights)
    told = robustness_of(engine, case, verdict)
    standing = reference.standing(kernel, case.cells, case.weights)
    first = standing.best()
    if not first:
        assert told.share is None
        return
    effects = [
        (o, p, case.weights[PILLARS.index(r.pillar)])
        for r in kernel.rules if r.id in standing.held and r.pillar for o, p in r.points if o not in standing.excluded
    ]  # fmt: skip
    effects = [e for e in effects if e[2]]
    assume(len(effects) <= 6)
    assert told.effects == len(effects)
    stays = total = 0
    for shifted in product(*(neighbours(p) for _, p, _ in effects)):
        score = {o: 0 for o in kernel.options if o not in standing.excluded}
        for (option, _, weight), points in zip(effects, shifted, strict=True):
            score[option] += weight * points
        total += 1
        stays += max(score[o] for o in first) > max((s for o, s in score.items() if o not in first), default=-(10**9))
    assert told.share == pytest.approx(stays / total, abs=1e-6)


@settings(max_examples=150, deadline=None)
@given(strategies.knowledge_bases(), strategies.workloads())
def test_hinges_are_the_rules_without_which_another_comes_first(knowledge, traits):
    """Each rule taken away in turn, with the slow evaluator."""
    engine = Engine(knowledge)
    case = engine.case("trees", traits)
    told = robustness_of(engine, case, case.kernel.evaluate(case.cells, case.weights))
    now = reference.standing(case.kernel, case.cells, case.weights)
    expected = {}
    for rule in now.held:
        then = reference.standing(case.kernel, case.cells, case.weights, without=rule).best()
        if then != now.best():
            expected[rule] = then
    assert {h.rule: set(h.best) for h in told.hinges} == expected


def test_the_scale_ends_at_slight_and_decisive():
    """A step beyond the ends stays where it is, and the sign is kept."""
    assert neighbours(1) == (1, 2)
    assert neighbours(-4) == (-2, -4, -8)
    assert neighbours(8) == (4, 8)
