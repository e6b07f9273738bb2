"""A comparison names every rule that treats the options differently, and no other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.engine.recommend import Engine
from advisor.errors import QueryError, UnknownOptionError
from tests import reference, strategies
from tests.strategies import knowledge_of, rule


@settings(max_examples=100, deadline=None)
@given(strategies.knowledge_bases(most_rules=5), strategies.workloads(), st.data())
def test_separators_add_up_to_the_difference_in_score(knowledge, traits, data):
    """Points of the separating rules differ between two survivors exactly as their scores do."""
    engine = Engine(knowledge)
    options = data.draw(st.lists(st.sampled_from(knowledge.decisions["trees"].options), min_size=2, unique=True))
    told = engine.compare("trees", options, traits)
    case = engine.case("trees", traits)
    standing = reference.standing(case.kernel, case.cells, case.weights)
    assert {o.option for o in told.options} == set(options)
    assert {o.option for o in told.options if o.rank is None} == set(options) & standing.excluded
    scores = {o.option: o.score for o in told.options}
    totals = dict.fromkeys(options, 0.0)
    for separator in told.separates:
        assert len(set(separator.effects.values())) > 1
        for option, effect in separator.effects.items():
            totals[option] += 0 if effect == "excludes" else effect
    assert all(scores[a] - scores[b] == totals[a] - totals[b] for a in options for b in options)
    assert all(o.needs is None for o in told.options if told.best == (o.option,))


def test_what_an_option_would_need_is_among_those_compared():
    """The third option would win, but nobody asked for it."""
    rules = [
        rule("a", {"wet": True}, favor={"apple": "slight"}),
        rule("b", {"cold": True}, favor={"birch": "strong", "cedar": "decisive"}),
    ]
    told = Engine(knowledge_of(rules, ("apple", "birch", "cedar"))).compare("trees", ["Birch", "apple"], {"wet": True})
    assert told.best == ("apple",)
    birch = next(o for o in told.options if o.option == "birch")
    assert birch.needs is not None
    assert [[(c.trait, c.after) for c in s] for s in birch.needs.sets] == [[("cold", True)]]
    assert told.summary == "Apple leads with 1 point, before Birch with 0. What tells them apart most: So."


def test_a_comparison_takes_two_known_options():
    """One is too few, and an unknown one is named with its place."""
    engine = Engine(knowledge_of([], ("apple", "birch")))
    with pytest.raises(QueryError) as few:
        engine.compare("trees", ["apple"])
    assert few.value.code == "too-few-options"
    with pytest.raises(UnknownOptionError) as unknown:
        engine.compare("trees", ["apple", "oak"])
    assert unknown.value.path == ("options", 1)
