"""Bit masks, matrix and the straight line say what the slow evaluator says."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from advisor.engine.kernel import Kernel, bits_of
from advisor.engine.matrix import Matrix
from advisor.engine.recommend import Engine
from tests import reference, strategies

FEW = settings(max_examples=150, deadline=None)


@FEW
@given(strategies.knowledge_bases(), strategies.workloads(), strategies.priorities())
def test_a_verdict_equals_trying_every_combination(knowledge, traits, levels):
    """Points, exclusions, and which rules hold or are open."""
    case = Engine(knowledge).case("trees", traits, priorities=levels)
    kernel = case.kernel
    verdict = kernel.evaluate(case.cells, case.weights)
    expected = reference.standing(kernel, case.cells, case.weights)
    assert {kernel.rules[r].id for r in bits_of(verdict.held)} == expected.held
    assert {kernel.rules[r].id for r in bits_of(verdict.open)} == expected.open
    assert dict(zip(kernel.options, verdict.points, strict=True)) == expected.points
    assert {kernel.options[o] for o in bits_of(verdict.excluded)} == expected.excluded


@FEW
@given(strategies.knowledge_bases(), strategies.priorities(), st.data())
def test_the_matrix_equals_the_masks_for_complete_and_for_open_workloads(knowledge, levels, data):
    """Any mix of sets of cells, in the order of the rows."""
    kernel = Kernel(knowledge, knowledge.decisions["trees"])
    weights = kernel.weights(levels)
    states = [[1 << c for c in range(len(a))] + [a.full] for a in kernel.axes]
    count = data.draw(st.integers(0, 6))
    columns = [np.array(data.draw(st.lists(st.integers(0, len(s) - 1), min_size=count, max_size=count)), dtype=np.intp) for s in states]
    matrix = Matrix(kernel, weights, states)
    points, excluded = matrix.score(columns, count)
    best, top, tied = matrix.first(columns, count)
    for row in range(count):
        verdict = kernel.evaluate({i: s[columns[i][row]] for i, s in enumerate(states)}, weights)
        out = [bool(verdict.excluded >> o & 1) for o in range(len(kernel.options))]
        assert points[row].tolist() == list(verdict.points)
        assert excluded[row].tolist() == out
        left = [p for p, x in zip(verdict.points, out, strict=True) if not x]
        if not left:
            assert best[row] == -1
            assert not tied[row]
        else:
            assert (top[row], bool(tied[row])) == (max(left), left.count(max(left)) > 1)
            assert not out[best[row]]
            assert best[row] == next(o for o, p in enumerate(verdict.points) if p == max(left) and not out[o])


@FEW
@given(strategies.knowledge_bases(), st.data())
def test_a_wider_set_of_possible_values_only_opens_rules(knowledge, data):
    """What holds or fails for more possible values holds or fails for fewer; nothing flips."""
    kernel = Kernel(knowledge, knowledge.decisions["trees"])
    narrow, wide = {}, {}
    for index, axis in enumerate(kernel.axes):
        small = data.draw(st.integers(1, axis.full))
        narrow[index], wide[index] = small, small | data.draw(st.integers(0, axis.full))
    few, many = kernel.evaluate(narrow), kernel.evaluate(wide)
    assert many.held & ~few.held == 0
    assert few.open & ~many.open == 0


@FEW
@given(strategies.knowledge_bases(constraints=False), strategies.workloads(), st.data())
def test_one_more_answer_never_revives_an_excluded_option(knowledge, traits, data):
    """And no rule that held stops holding: unknown was never a no."""
    engine = Engine(knowledge)
    more = {**data.draw(strategies.workloads()), **traits}
    before, after = engine.case("trees", traits), engine.case("trees", more)
    first, then = (c.kernel.evaluate(c.cells, c.weights) for c in (before, after))
    assert first.excluded & ~then.excluded == 0
    assert first.held & ~then.held == 0


@FEW
@given(strategies.knowledge_bases(), strategies.workloads())
def test_a_complete_workload_is_judged_the_same_on_the_straight_line(knowledge, traits):
    """As soon as every trait that a rule reads has one value."""
    engine = Engine(knowledge)
    complete = {"cold": True, "wet": False, "colour": "green", "length": "2 min", "number": 3, "law": True}
    case = engine.case("trees", {**complete, **{t: v for t, v in traits.items() if not isinstance(v, list) and ">" not in str(v)}})
    assume(not any(a.origin == "inferred" for a in case.answers.values()))
    assert case.judged() == case.kernel.evaluate(case.cells, case.weights)
