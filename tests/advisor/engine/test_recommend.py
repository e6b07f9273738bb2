"""What a recommendation shows adds up, and depends on nothing but the knowledge and the question."""

from __future__ import annotations

import copy
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.engine.recommend import Engine
from advisor.engine.results import as_dict
from advisor.knowledge.base import PRIORITIES
from tests import strategies
from tests.strategies import knowledge_of, rule

FEW = settings(max_examples=120, deadline=None)


@FEW
@given(strategies.knowledge_bases(), strategies.workloads(), strategies.priorities())
def test_a_score_is_the_sum_of_the_points_shown(knowledge, traits, levels):
    """Nothing scores without a reason; equal scores share a rank, and every option is either ranked or ruled out with a reason."""
    result = Engine(knowledge).recommend("trees", traits, priorities=levels)
    for option in result.ranking:
        assert option.score == sum(r.points for r in (*option.reasons_for, *option.reasons_against))
        assert all(r.points > 0 for r in option.reasons_for)
        assert all(r.points < 0 for r in option.reasons_against)
        assert option.rank == 1 + sum(o.score > option.score for o in result.ranking)
    assert all(out.reasons for out in result.ruled_out)
    assert sorted([o.option for o in result.ranking] + [o.option for o in result.ruled_out]) == sorted(knowledge.decisions["trees"].options)


@FEW
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6), strategies.workloads(), st.randoms(use_true_random=False))
def test_the_order_of_rules_and_answers_changes_nothing(seeds, traits, shuffle):
    """Nor does loading twice: the same bytes of JSON."""
    rules = []
    for i, seed in enumerate(seeds):
        pick = random.Random(seed)
        when = {t: pick.choice(strategies.TESTS[t]) for t in pick.sample(sorted(strategies.TRAITS), 2)}
        option = pick.choice(strategies.OPTIONS)
        effect = {"exclude": option} if pick.random() < 0.3 else {"favor": {option: "strong"}}
        rules.append(rule(f"r{i}", when, **effect))
    other = copy.deepcopy(rules)
    shuffle.shuffle(other)
    names = list(traits)
    shuffle.shuffle(names)
    first = Engine(knowledge_of(rules)).recommend("trees", traits)
    second = Engine(knowledge_of(other)).recommend("trees", {n: traits[n] for n in names})
    assert as_dict(first) == as_dict(second)


@FEW
@given(strategies.knowledge_bases(), strategies.workloads(), st.sampled_from(sorted(PRIORITIES)))
def test_priorities_scale_points_as_stated(knowledge, traits, level):
    """None is nothing, low half, normal one, high double; exclusions do not care."""
    engine = Engine(knowledge)
    plain = engine.recommend("trees", traits, inquire=False)
    scaled = engine.recommend("trees", traits, priorities={"security": level}, inquire=False)
    factor = {"none": 0, "low": 0.5, "normal": 1, "high": 2}[level]
    before = {o.option: o for o in plain.ranking}
    assert set(before) == {o.option for o in scaled.ranking}
    for option in scaled.ranking:
        reasons = [*before[option.option].reasons_for, *before[option.option].reasons_against]
        assert option.score == sum(r.points * (factor if r.pillar == "security" else 1) for r in reasons)
