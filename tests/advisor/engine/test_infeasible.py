"""Relaxations are exactly the minimal sets of answers whose withdrawal lets something survive."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.engine.recommend import Engine
from tests import strategies
from tests.strategies import knowledge_of, rule


@st.composite
def tight_knowledge(draw: st.DrawFn) -> Engine:
    """Many exclusions over two options."""
    options = strategies.OPTIONS[:2]
    found: list[dict[str, Any]] = []
    for i in range(draw(st.integers(2, 6))):
        found.append(rule(f"x-{i}", draw(strategies.conditions()), exclude=draw(st.sampled_from(options))))
    found.append(rule("p", {"cold": True}, favor={"apple": "strong"}))
    inference = []
    if draw(st.booleans()):
        inference.append({"id": "i", "when": draw(strategies.simple_conditions(1)), "then": {"wet": True}, "because": "So."})
    return Engine(knowledge_of(found, options, inference=inference))


@settings(max_examples=300, deadline=None)
@given(tight_knowledge(), strategies.workloads())
def test_relaxations_equal_exhaustive_search(engine, traits):
    """Every subset of the changeable answers is withdrawn in turn; the minimal ones that help are told, with who then wins."""
    told = engine.what_if("trees", traits, max_changes=0)
    if engine.recommend("trees", traits, inquire=False).ranking:
        assert told.relaxations == ()
        return
    changeable = [t for t in sorted(traits) if engine.knowledge.traits[t].changeable]
    minimal: dict[frozenset[str], tuple[str, ...]] = {}
    for size in range(1, len(changeable) + 1):
        for chosen in combinations(changeable, size):
            if any(m <= set(chosen) for m in minimal):
                continue
            result = engine.recommend("trees", {t: v for t, v in traits.items() if t not in chosen}, inquire=False)
            if result.ranking:
                minimal[frozenset(chosen)] = tuple(sorted(result.best))
    assert {frozenset(g.trait for g in r.answers): tuple(sorted(r.best)) for r in told.relaxations} == minimal
    sizes = [len(r.answers) for r in told.relaxations]
    assert sizes == sorted(sizes)


def test_what_is_meant_least_strongly_is_given_up_first():
    """One of several possible values goes before a single value."""
    found = [rule("a", {"cold": True, "colour": ["red", "green"]}, exclude=["apple", "birch"])]
    told = Engine(knowledge_of(found, ("apple", "birch"))).what_if("trees", {"cold": True, "colour": ["red", "green"]})
    assert [[(g.trait, g.shown) for g in r.answers] for r in told.relaxations] == [[("colour", "red or green")], [("cold", "yes")]]
    assert told.summary == "Nothing fits; without colour (red or green), Apple and Birch would come first."
