"""The generated expression judges as the loop over axes does."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.kernel import Kernel
from advisor.knowledge.base import KnowledgeBase
from advisor.knowledge.domain import point
from tests.reference import stand_in, standing
from tests.strategies import knowledge_bases, knowledge_of

SOURCES = [{"url": "https://docs.aws.amazon.com/page", "checked": "2026-11-25"}]


@given(knowledge_bases(constraints=False), st.data())
def test_a_complete_workload_is_judged_as_its_cells_are(knowledge: KnowledgeBase, data: st.DataObject) -> None:
    """Straight line, loop over cells and the slow reference give the same points, exclusions and rules."""
    kernel = Kernel(knowledge, knowledge.decisions["trees"])
    picks = [data.draw(st.integers(0, len(a) - 1)) for a in kernel.axes]
    cells = {i: 1 << c for i, c in enumerate(picks)}
    verdict = kernel.decide({a.trait.id: stand_in(a, c) for a, c in zip(kernel.axes, picks, strict=True)})
    assert verdict == kernel.evaluate(cells)
    slow = standing(kernel, cells, kernel.neutral)
    assert dict(zip(kernel.options, verdict.points, strict=True)) == slow.points
    assert {kernel.rules[r].id for r in verdict.spoken} == slow.held
    assert {o for i, o in enumerate(kernel.options) if verdict.excluded >> i & 1} == slow.excluded


@pytest.mark.parametrize("test", ["> 1 min", ">= 1 min", "< 1 min", "<= 1 min", "1 min"])
@pytest.mark.parametrize("value", [math.nextafter(60, 0), 60.0, math.nextafter(60, 61), 0.0, 1e18])
def test_an_edge_belongs_to_the_side_its_test_says(test: str, value: float) -> None:
    """The neighbours of a threshold, to the last bit."""
    rule = {"id": "edge", "when": {"length": test}, "exclude": "apple", "because": "It is.", "sources": SOURCES}
    knowledge = knowledge_of([rule])
    kernel = Kernel(knowledge, knowledge.decisions["trees"])
    sign = test.split()[0]
    expected = {">": value > 60, ">=": value >= 60, "<": value < 60, "<=": value <= 60}.get(sign, value == 60)
    assert (kernel.decide({"length": value}).excluded == 1) is expected
    assert kernel.decide({"length": value}) == kernel.evaluate(kernel.cells_of({"length": point(value)}))


def test_a_missing_trait_is_a_key_error() -> None:
    """An incomplete workload has no straight line; the caller takes the cells."""
    rule = {"id": "cold", "when": {"cold": True}, "exclude": "apple", "because": "It is.", "sources": SOURCES}
    knowledge = knowledge_of([rule])
    with pytest.raises(KeyError, match="cold"):
        Kernel(knowledge, knowledge.decisions["trees"]).decide({})


def test_a_decision_that_reads_no_trait_needs_none() -> None:
    """Rules of the life cycle hold always."""
    ended = {"status": "ended", "since": "2026-01-01", "source": SOURCES[0]["url"], "checked": "2026-11-25"}
    knowledge = knowledge_of([], ("apple", "birch"), lifecycles={"apple": ended})
    assert Kernel(knowledge, knowledge.decisions["trees"]).decide({}).excluded == 1
