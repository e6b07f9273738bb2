"""Win shares, questions and outcomes equal the enumeration of every completion."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from advisor.engine import completions as tables
from advisor.engine.inquiry import LEAST_GAIN, askable, prospect
from advisor.engine.recommend import Engine
from tests import reference, strategies
from tests.strategies import rule

FEW = settings(max_examples=150, deadline=None)


@FEW
@given(strategies.knowledge_bases(), strategies.workloads(), strategies.priorities())
def test_win_shares_and_gains_equal_exhaustive_enumeration(knowledge, traits, levels):
    """Dropping beaten options, idle rules and equal cells changes neither win shares nor the worth of a question."""
    engine = Engine(knowledge)
    case = engine.case("trees", traits, priorities=levels)
    kernel = case.kernel
    verdict = kernel.evaluate(case.cells, case.weights)
    assume(len(verdict.points) > 0 and case.allowed & ~verdict.excluded)
    ahead = prospect(kernel, case.cells, case.weights, case.allowed, verdict)
    expected = reference.win_shares(kernel, case.cells, case.weights)
    assert ahead.exact
    for index, option in enumerate(kernel.options):
        assert ahead.shares.get(index, 0.0) == pytest.approx(expected[option], abs=2e-6)
    gains = {g.axis: g.bits for g in ahead.gains}
    for axis in case.unknown_axes:
        assert gains.get(axis, 0.0) == pytest.approx(reference.gain(kernel, case.cells, case.weights, axis), abs=2e-6)


@FEW
@given(strategies.knowledge_bases(), strategies.workloads())
def test_decided_means_that_the_winner_comes_first_alone_in_every_completion(knowledge, traits):
    """And everything else with one leader is called leading, several leaders tied, no survivor infeasible."""
    engine = Engine(knowledge)
    case = engine.case("trees", traits)
    result = engine.recommend("trees", traits)
    now = reference.standing(case.kernel, case.cells, case.weights).best()
    if not now:
        assert result.outcome == "infeasible"
        assert result.next_question is None
        return
    assert set(result.best) == now
    always = all(best == now for _, _, best in reference.winners(case.kernel, case.cells, case.weights))
    assert result.outcome == ("tied" if len(now) > 1 else "decided" if always else "leading")


@FEW
@given(strategies.knowledge_bases(), strategies.workloads())
def test_the_next_question_is_unanswered_and_the_most_telling_one(knowledge, traits):
    """What was answered is not asked again, and asking stops when no question is worth its while."""
    engine = Engine(knowledge)
    case = engine.case("trees", traits)
    result = engine.recommend("trees", traits)
    assume(result.ranking)
    asked = [a for a in case.unknown_axes if askable(case, a)]
    worth = {a: reference.gain(case.kernel, case.cells, case.weights, a) for a in asked}
    question = result.next_question
    if question is None:
        assert all(g < LEAST_GAIN + 2e-6 for g in worth.values())
    else:
        assert question.trait not in traits
        assert question.information_bits >= max(worth.values()) - 2e-6
        if question.information_bits < LEAST_GAIN:
            assert result.confidence < 0.5


@FEW
@given(strategies.knowledge_bases(), strategies.workloads(), st.data())
def test_every_offered_answer_can_be_sent_back_and_settles_the_trait_for_the_open_rules(knowledge, traits, data):
    """The answers of a question are raw answers, and together they cover what is possible."""
    engine = Engine(knowledge)
    asked = engine.next_questions("trees", traits)
    assume(asked)
    question = data.draw(st.sampled_from(asked))
    answer = data.draw(st.sampled_from(question.answers))
    result = engine.recommend("trees", {**traits, question.trait: answer})
    assert question.trait in result.traits.used
    assert not result.next_question or result.next_question.trait != question.trait


@FEW
@given(strategies.knowledge_bases(), strategies.workloads())
def test_a_sample_never_proves_a_decision_that_enumeration_denies(knowledge, traits):
    """With a tiny budget the shares are estimates and say so; what is called certain is certain."""
    engine = Engine(knowledge)
    case = engine.case("trees", traits)
    verdict = case.kernel.evaluate(case.cells, case.weights)
    full = prospect(case.kernel, case.cells, case.weights, case.allowed, verdict)
    part = prospect(case.kernel, case.cells, case.weights, case.allowed, verdict, effort=2)
    assert part.certain in (None, full.certain)
    if not part.exact:
        assert part.samples == 2


def test_the_sample_is_spread_evenly():
    """Each of eight equal parts of every dimension gets its eighth of the points, within a tenth."""
    points = tables._sequence(tables.SAMPLES, 20)
    counts = [((points >= i / 8) & (points < (i + 1) / 8)).mean(axis=0) for i in range(8)]
    assert all(abs(c - 1 / 8).max() < 0.0125 for c in counts)


def test_questions_that_inference_ties_are_not_asked_together():
    """A is told by B: the better of the two is asked, not both."""
    rules = [
        rule("a", {"cold": True}, favor={"apple": "strong"}),
        rule("b", {"wet": True}, favor={"birch": "strong"}),
        rule("c", {"colour": "red"}, favor={"birch": "slight"}),
    ]
    tie = [{"id": "tie", "when": {"cold": True}, "then": {"wet": False}, "because": "x"}]
    loose = {q.trait for q in Engine(strategies.knowledge_of(rules)).next_questions("trees", {})}
    tied = {q.trait for q in Engine(strategies.knowledge_of(rules, inference=tie)).next_questions("trees", {})}
    assert loose == {"cold", "wet", "colour"}
    assert len(tied & {"cold", "wet"}) == 1


def test_nothing_known_recommends_nothing():
    """Every option is level, and the confidence is the share of the likeliest."""
    knowledge = strategies.knowledge_of([rule("a", {"wet": True}, favor={"apple": "strong"})], ("apple", "birch"))
    result = Engine(knowledge).recommend("trees", {})
    assert result.outcome == "tied"
    assert result.confidence == pytest.approx(0.25 + 0.75 / 2)
    assert result.next_question is not None
    assert result.next_question.trait == "wet"


def test_what_was_asked_for_in_vain_gives_way_to_what_it_ties():
    """Whoever cannot say whether it is cold may still know that it is wet."""
    rules = [rule("a", {"cold": True}, favor={"apple": "strong"}), rule("b", {"wet": True}, favor={"birch": "strong"})]
    tie = [{"id": "tie", "when": {"cold": True}, "then": {"wet": False}, "because": "So."}]
    engine = Engine(strategies.knowledge_of(rules, inference=tie))
    (first,) = engine.next_questions("trees", {})
    (second,) = engine.next_questions("trees", {}, skip=[first.trait])
    assert {first.trait, second.trait} == {"cold", "wet"}
    assert engine.next_questions("trees", {}, skip=["cold", "wet"]) == ()
