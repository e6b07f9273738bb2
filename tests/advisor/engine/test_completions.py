"""Sampling stands in for enumeration where there is too much to enumerate."""

from __future__ import annotations

import pytest

from advisor.engine import completions
from advisor.engine.completions import completions_of
from advisor.engine.inquiry import prospect
from advisor.engine.recommend import Engine
from tests.strategies import knowledge_of, rule


def wide(count: int, ties: int = 0) -> Engine:
    """Many booleans, each with its vote; some of them tied to the next one by inference."""
    traits = {f"t{i}": {"type": "boolean", "question": "?", "why": ".", "typical": {"true": 1, "false": 2}} for i in range(count)}
    rules = [rule(f"r{i}", {f"t{i}": True}, favor={"apple" if i % 3 else "birch": "strong"}) for i in range(count)]
    inference = [{"id": f"i{i}", "when": {f"t{i}": True}, "then": {f"t{i + 1}": True}, "because": "So."} for i in range(ties)]
    return Engine(knowledge_of(rules, ("apple", "birch"), traits=traits, inference=inference))


@pytest.mark.parametrize("ties", [0, 9])
def test_a_sample_comes_near_the_enumeration(ties, monkeypatch):
    """Win shares within two hundredths, also where inference ties traits and their joint answers are drawn."""
    engine = wide(10, ties)
    case = engine.case("trees", {})
    verdict = case.kernel.evaluate(case.cells, case.weights)
    question = (case.kernel, case.cells, case.weights, case.allowed, verdict)
    exact = completions_of(*question)
    monkeypatch.setattr(completions, "FACTOR_LIMIT", 1)
    sampled = completions_of(*question, 1, 2048)
    assert (exact.exact, sampled.exact) == (True, False)
    for option, share in exact.win_shares.items():
        assert sampled.win_shares[option] == pytest.approx(share, abs=0.02)


def test_beyond_the_bound_it_says_that_it_sampled():
    """Twenty-five open traits are a sample of the stated size, and never `decided` without proof."""
    result = wide(25).recommend("trees", {"t1": True})
    assert (result.exact, result.samples, result.outcome) == (False, completions.SAMPLES, "leading")
    assert result.next_question is not None
    assert not result.next_question.exact


def test_a_lead_that_bounds_prove_is_decided_without_enumeration():
    """Nine strong votes are more than sixteen open slight ones can undo, whatever the rest."""
    traits = {f"t{i}": {"type": "boolean", "question": "?", "why": "."} for i in range(30)}
    rules = [rule(f"r{i}", {f"t{i}": True}, favor={"birch": "slight"}) for i in range(16)]
    rules += [rule(f"r{i}", {f"t{i}": True}, favor={"apple": "strong"}) for i in range(16, 25)]
    engine = Engine(knowledge_of(rules, ("apple", "birch"), traits=traits))
    known = {f"t{i}": True for i in range(16, 25)}
    assert engine.recommend("trees", known).outcome == "decided"
    assert engine.recommend("trees", {t: known[t] for t in sorted(known)[:4]}).outcome == "leading"


def test_joint_answers_leave_out_what_cannot_be():
    """A chain of ten implications has eleven joint answers, not 1,024."""
    engine = wide(10, 9)
    case = engine.case("trees", {})
    table = completions_of(case.kernel, case.cells, case.weights, case.allowed, case.kernel.evaluate(case.cells, case.weights))
    assert [len(f.shares) for f in table.factors] == [11]
    assert table.exact


def test_constraints_that_what_is_stated_breaks_bind_nobody():
    """A person said both; the rest is completed as if the inference were not there."""
    engine = wide(3, 2)
    case = engine.case("trees", {"t0": True, "t1": False})
    verdict = case.kernel.evaluate(case.cells, case.weights)
    ahead = prospect(case.kernel, case.cells, case.weights, case.allowed, verdict)
    assert ahead.shares == {0: pytest.approx(1 / 6, abs=1e-6), 1: pytest.approx(5 / 6, abs=1e-6)}
