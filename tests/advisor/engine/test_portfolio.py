"""Many workloads at once get the answers that each gets alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.engine.recommend import Engine
from advisor.errors import QueryError
from tests import strategies
from tests.strategies import knowledge_of, rule

FEW = settings(max_examples=120, deadline=None)


@FEW
@given(strategies.knowledge_bases(), st.lists(strategies.workloads(), max_size=8), strategies.priorities())
def test_every_row_is_what_its_workload_gets_alone(knowledge, workloads, levels):
    """Unknown answers, several values, inference and ties included."""
    engine = Engine(knowledge)
    names = sorted({t for w in workloads for t in w})
    result = engine.portfolio("trees", {n: [w.get(n) for w in workloads] for n in names}, levels)
    alone = [engine.recommend("trees", w, priorities=levels, inquire=False) for w in (workloads if names else [])]
    assert result.choices() == [min(r.best, key=result.options.index) if r.best else None for r in alone]
    assert result.tied.tolist() == [r.outcome == "tied" for r in alone]
    assert [s for s, r in zip(result.score.tolist(), alone, strict=True) if r.best] == [r.ranking[0].score for r in alone if r.best]
    counts = {s.option: s.first for s in result.overview.options}
    assert counts == {o: sum(o in r.best for r in alone) for o in result.options}
    assert result.overview.infeasible == sum(not r.best for r in alone)


def test_derived_quantities_are_computed_per_row():
    """The decision reads a quotient of two columns."""
    knowledge = knowledge_of(
        [rule("slow", {"transfer": "> 1 h"}, favor={"apple": "strong"}), rule("fast", {"transfer": "<= 1 h"}, favor={"birch": "strong"})],
        ("apple", "birch"),
        traits={
            "volume": {"type": "quantity", "unit": "B", "question": "?", "why": "."},
            "speed": {"type": "quantity", "unit": "B/s", "question": "?", "why": "."},
            "transfer": {"type": "quantity", "unit": "s", "question": "?", "why": "."},
        },
        derived={"transfer": {"formula": "volume / speed", "because": "So."}},
    )
    result = Engine(knowledge).portfolio("trees", {"volume": ["1 TB", "1 GB", None], "speed": np.array([1e6, 1e6, 1e6])})
    assert result.choices() == ["apple", "birch", "apple"]
    assert result.tied.tolist() == [False, False, True]


def test_arrays_of_numbers_are_in_base_units():
    """Seconds for a time, and NaN is unknown."""
    knowledge = knowledge_of([rule("a", {"length": "> 1 min"}, exclude="apple")], ("apple", "birch"))
    result = Engine(knowledge).portfolio("trees", {"length": np.array([60.0, 60.5, np.nan])})
    assert result.choices() == ["apple", "birch", "apple"]


@pytest.mark.parametrize("count", [70, 1100])
def test_sums_stay_exact_over_many_workloads_and_rules(count):
    """More workloads than one chunk; and 1,100 decisive rules of high priority, more than sixteen bits of half points hold."""
    rules = [rule(f"r{i}", {"wet": True}, favor={"apple": "decisive"}) for i in range(count)] + [rule("x", {"cold": True}, exclude="apple")]
    result = Engine(knowledge_of(rules, ("apple", "birch"))).portfolio(
        "trees", {"wet": np.arange(70_000) % 2 == 0, "cold": np.arange(70_000) % 3 == 0}, {"security": "high"}
    )
    assert result.best.tolist() == [0 if i % 3 else 1 for i in range(70_000)]
    assert result.score[:4].tolist() == [0.0, 0.0, count * 16.0, 0.0]
    assert [(s.option, s.first, s.alone) for s in result.overview.options] == [("birch", 46_667, 23_334), ("apple", 46_666, 23_333)]


def test_mistakes_are_told_with_their_place():
    """An unknown trait, a wrong answer with its row, and columns of different lengths, all at once."""
    engine = Engine(knowledge_of([], ("apple", "birch")))
    with pytest.raises(QueryError) as caught:
        engine.portfolio("trees", {"wet": [True, False], "wett": [1], "colour": ["red", "pink"], "cold": [True]}, {"securty": "high"})
    assert {(e.code, e.path) for e in caught.value.errors} == {
        ("bad-priority", ("priorities", "securty")),
        ("unknown-trait", ("columns", "wett")),
        ("bad-value", ("columns", "colour", 1)),
        ("ragged-columns", ("columns", "cold")),
    }
